/*
 * settings.h - what an administrator decides.
 */
#ifndef CONCERT_BOOKING_SETTINGS_H
#define CONCERT_BOOKING_SETTINGS_H

#include "nodes/pg_list.h"

extern int	settings_hold_duration_ms;
extern int	settings_max_hold_duration_ms;
extern int	settings_max_seats_per_call;
extern int	settings_max_seats_per_desk_call;
extern int	settings_cancel_until_s;
extern int	settings_payment_window_ms;
extern int	settings_lock_wait_ms;
extern int	settings_shard;
extern bool settings_is_numbered;
extern bool settings_async_holds;
extern bool settings_log_refusals;
extern bool settings_notify_seat_changes;
extern int	settings_cache_seat_status_s;
extern int	settings_cache_seat_map_s;
extern int	settings_cache_lists_s;
extern int	settings_share_seat_status_ms;

extern void settings_define(void);
extern int64 settings_clock_offset_us(void);
extern List *settings_notify_function(void);

/* Beside settings_end(), or the end of the transaction, a setting is as before. */
extern int	settings_begin(const char *name, const char *value);
extern int	settings_pin_search_path(void);
extern void settings_end(int begun);

#endif							/* CONCERT_BOOKING_SETTINGS_H */
