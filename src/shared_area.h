/*
 * shared_area.h - memory that all backends share, to be had without preloading.
 */
#ifndef CONCERT_BOOKING_SHARED_AREA_H
#define CONCERT_BOOKING_SHARED_AREA_H

#include "storage/lwlock.h"
#include "utils/dsa.h"

extern void *shared_area_open(Size root_size);
extern void shared_area_lock(LWLockMode mode);
extern void shared_area_unlock(void);
extern bool shared_area_rests(void);
extern dsa_pointer shared_area_allocate(Size size);
extern void shared_area_free(dsa_pointer piece);
extern void *shared_area_address(dsa_pointer piece);

#endif							/* CONCERT_BOOKING_SHARED_AREA_H */
