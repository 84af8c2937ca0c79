/*
 * uuid_v7.h - time-ordered ids.
 */
#ifndef CONCERT_BOOKING_UUID_V7_H
#define CONCERT_BOOKING_UUID_V7_H

#include "utils/uuid.h"

extern pg_uuid_t *uuid_v7_make(pg_uuid_t *uuid);

#endif							/* CONCERT_BOOKING_UUID_V7_H */
