/*
 * phone.h - two spellings of one phone number compare equal.
 */
#ifndef CONCERT_BOOKING_PHONE_H
#define CONCERT_BOOKING_PHONE_H

extern text *phone_normalize(const text *phone);
extern bool phone_equal(const text *a, const text *b);

#endif							/* CONCERT_BOOKING_PHONE_H */
