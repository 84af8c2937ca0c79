/*
 * random_bytes.h - strong random bytes, drawn in a batch.
 */
#ifndef CONCERT_BOOKING_RANDOM_BYTES_H
#define CONCERT_BOOKING_RANDOM_BYTES_H

#define RANDOM_BYTES 8

extern void random_bytes_draw(uint8 bytes[RANDOM_BYTES]);

#endif							/* CONCERT_BOOKING_RANDOM_BYTES_H */
