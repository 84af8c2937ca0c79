/*
 * async_holds.h - holds that do not wait for the flush.
 */
#ifndef CONCERT_BOOKING_ASYNC_HOLDS_H
#define CONCERT_BOOKING_ASYNC_HOLDS_H

extern void async_holds_watch(void);
extern void async_holds_begin(void);
extern void async_holds_end(void);
extern void async_holds_forbid(void);

#endif							/* CONCERT_BOOKING_ASYNC_HOLDS_H */
