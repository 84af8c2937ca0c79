/*
 * event.h - the append-only log.
 */
#ifndef CONCERT_BOOKING_EVENT_H
#define CONCERT_BOOKING_EVENT_H

#include "row.h"

extern void event_log(RowWork *work, const char *event_type,
					  const pg_uuid_t *schedule_id, const pg_uuid_t *booking_id,
					  int seat_count);
extern void event_log_detail(RowWork *work, const char *event_type,
							 const pg_uuid_t *schedule_id,
							 const pg_uuid_t *booking_id, int seat_count,
							 const char *detail);
extern Datum event_actor(void);

#endif							/* CONCERT_BOOKING_EVENT_H */
