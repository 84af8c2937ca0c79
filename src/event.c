/*
 * event.c - the append-only log of what was sold, cancelled and swept.
 *
 * One row in the same transaction as the change. The actor is the person who called,
 * by the claims of a web request, else the database role. What is logged is not
 * to be forgotten, so its commit always waits for the disk.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "async_holds.h"
#include "booker.h"
#include "clock.h"
#include "event.h"
#include "row_event.h"
#include "uuid_v7.h"

/* Who called, not whose privileges we borrow. */
static Name
name_actor(Name actor)
{
	pg_uuid_t	person;

	if (booker_caller(&person))
		namestrcpy(actor, DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(&person))));
	else
		namestrcpy(actor, GetUserNameFromId(GetOuterUserId(), false));
	return actor;
}

/* Who called, for what has an actor. */
Datum
event_actor(void)
{
	return NameGetDatum(name_actor(palloc0(sizeof(NameData))));
}

/* Adds a line to the event log; what is not known is NULL. */
void
event_log(RowWork *work, const char *event_type, const pg_uuid_t *schedule_id,
		  const pg_uuid_t *booking_id, int seat_count)
{
	event_log_detail(work, event_type, schedule_id, booking_id, seat_count, NULL);
}

/* The same with facts, a JSON text; of a person it has an id at most. */
void
event_log_detail(RowWork *work, const char *event_type,
				 const pg_uuid_t *schedule_id, const pg_uuid_t *booking_id,
				 int seat_count, const char *detail)
{
	Datum		facts = detail == NULL ? (Datum) 0 :
										 DirectFunctionCall1(jsonb_in, CStringGetDatum(detail));
	TimestampTz now = clock_now();
	NameData	actor;
	pg_uuid_t	id;
	EventValue	values[] = {
		ROW_VALUE(EVENT_ID, UUIDPGetDatum(uuid_v7_make(&id))),
		ROW_VALUE(EVENT_OCCURRED_AT, TimestampTzGetDatum(now)),
		ROW_VALUE(EVENT_TYPE, CStringGetTextDatum(event_type)),
		ROW_NULLABLE(EVENT_SCHEDULE_ID, schedule_id),
		ROW_NULLABLE(EVENT_BOOKING_ID, booking_id),
		ROW_VALUE(EVENT_SEAT_COUNT, Int32GetDatum(seat_count)),
		ROW_VALUE(EVENT_ACTOR, NameGetDatum(name_actor(&actor))),
		{EVENT_DETAIL, facts, detail == NULL},
	};

	async_holds_forbid();
	row_insert_event(work, now, values, lengthof(values));
}
