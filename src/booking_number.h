/*
 * booking_number.h - numbers for people and QR codes.
 */
#ifndef CONCERT_BOOKING_BOOKING_NUMBER_H
#define CONCERT_BOOKING_BOOKING_NUMBER_H

/* XXXX-XXXX-XXXX-C and the closing zero. */
#define BOOKING_NUMBER_SIZE 17

extern void booking_number_make(char number[BOOKING_NUMBER_SIZE]);
extern bool booking_number_parse(const text *typed,
								 char number[BOOKING_NUMBER_SIZE]);

#endif							/* CONCERT_BOOKING_BOOKING_NUMBER_H */
