/*
 * errors_payment.h - why a call is refused that is about paying.
 */
#ifndef CONCERT_BOOKING_ERRORS_PAYMENT_H
#define CONCERT_BOOKING_ERRORS_PAYMENT_H

#include "compat.h"
#include "utils/uuid.h"

COMPAT_NORETURN errors_payment_required(const pg_uuid_t *schedule_id);
COMPAT_NORETURN errors_payment_pending(const pg_uuid_t *booking_id);
COMPAT_NORETURN errors_price_type_unplaced(const char *price_type);

#endif							/* CONCERT_BOOKING_ERRORS_PAYMENT_H */
