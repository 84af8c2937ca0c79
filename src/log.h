/*
 * log.h - keeps refusals out of the server's log.
 */
#ifndef CONCERT_BOOKING_LOG_H
#define CONCERT_BOOKING_LOG_H

extern void log_watch(void);

#endif							/* CONCERT_BOOKING_LOG_H */
