/*
 * price_type.h - rates for children, seniors and the like.
 */
#ifndef CONCERT_BOOKING_PRICE_TYPE_H
#define CONCERT_BOOKING_PRICE_TYPE_H

#include "sale_request.h"
#include "seat_set.h"

extern void price_type_apply(const SaleRequest *request, SeatSet *set,
							 const pg_uuid_t *schedule_id, TimestampTz now);

#endif							/* CONCERT_BOOKING_PRICE_TYPE_H */
