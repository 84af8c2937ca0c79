/*
 * idempotency_key.h - a sale that is asked for again answers as it did then.
 */
#ifndef CONCERT_BOOKING_IDEMPOTENCY_KEY_H
#define CONCERT_BOOKING_IDEMPOTENCY_KEY_H

#include "receipt.h"

extern bool idempotency_key_answer(RowWork *work, const SaleRequest *request,
								   Receipt *receipt);

#endif							/* CONCERT_BOOKING_IDEMPOTENCY_KEY_H */
