/*
 * errors.c - every reason for which a call is refused, one function a reason.
 *
 * Primary messages are constant: PostgREST puts the message of a PTxyz error on
 * the HTTP status line as it is. What the caller has to know goes into DETAIL
 * and the next step into HINT. The DETAIL of a PTxyz error is always JSON: a list
 * where it is about seats, else an object. No text names a booker, a phone, an
 * e-mail or a session.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "errors.h"
#include "shard.h"

#define ERRCODE_NO_BOOKER		MAKE_SQLSTATE('P','T','4','0','1')
#define ERRCODE_NO_SUCH			MAKE_SQLSTATE('P','T','4','0','4')
#define ERRCODE_SEAT_TAKEN		MAKE_SQLSTATE('P','T','4','0','9')
#define ERRCODE_HOLD_EXPIRED	MAKE_SQLSTATE('P','T','4','1','0')
#define ERRCODE_TOO_LATE		MAKE_SQLSTATE('P','T','4','1','2')
#define ERRCODE_RULE			MAKE_SQLSTATE('P','T','4','2','2')
#define ERRCODE_CLOSED			MAKE_SQLSTATE('P','T','4','2','3')
#define ERRCODE_NOT_OPEN		MAKE_SQLSTATE('P','T','4','2','5')

static const char *const reason_names[] = {
	[SEAT_REASON_UNKNOWN] = "unknown",
	[SEAT_REASON_HELD] = "held",
	[SEAT_REASON_RESERVED] = "reserved",
	[SEAT_REASON_BLOCKED] = "blocked",
	[SEAT_REASON_NOT_HELD] = "not_held",
	[SEAT_REASON_BUSY] = "busy",
	[SEAT_REASON_NOT_BOOKED] = "not_booked",
	[SEAT_REASON_CHECKED_IN] = "checked_in",
};

/* A uuid as text. */
char *
errors_uuid_text(const pg_uuid_t *uuid)
{
	return DatumGetCString(DirectFunctionCall1(uuid_out, UUIDPGetDatum(uuid)));
}

/* Whose the id is, as a member of a JSON object: "" where it may be of here. */
static const char *
shard_json(const pg_uuid_t *id)
{
	int			shard = id == NULL ? SHARD_NONE : shard_elsewhere(id);

	return shard == SHARD_NONE ? "" : psprintf(", \"shard\": %d", shard);
}

/* What to do about an id that this server does not know. */
static const char *
unknown_hint(const char *shard, const char *hint)
{
	return shard[0] == '\0' ? hint : "Send the call to the shard that made the id.";
}

/* The refusals as a JSON list; shard tells whether one is of another shard. */
static char *
refusals_json(List *refusals, const char **shard)
{
	StringInfoData json;
	ListCell   *cell;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	foreach(cell, refusals)
	{
		SeatRefusal *refusal = lfirst(cell);
		const char *elsewhere = "";

		if (refusal->reason == SEAT_REASON_UNKNOWN ||
			(refusal->reason == SEAT_REASON_NOT_HELD && refusal->seat_number == NULL))
			elsewhere = shard_json(&refusal->seat_id);
		if (elsewhere[0] != '\0')
			*shard = elsewhere;
		if (json.len > 1)
			appendStringInfoString(&json, ", ");
		appendStringInfo(&json, "{\"seat_id\": \"%s\", \"seat_number\": ",
						 errors_uuid_text(&refusal->seat_id));
		if (refusal->seat_number == NULL)
			appendStringInfoString(&json, "null");
		else
			escape_json(&json, refusal->seat_number);
		appendStringInfo(&json, ", \"reason\": \"%s\"%s}",
						 reason_names[refusal->reason], elsewhere);
	}
	appendStringInfoChar(&json, ']');
	return json.data;
}

/* The same of seats that are known. */
static char *
seats_json(List *refusals)
{
	const char *shard = "";

	return refusals_json(refusals, &shard);
}

/*
 * An instant as JSON: RFC 3339 in UTC, whatever the session's zone and style of
 * dates. null is a day that never comes.
 */
static char *
instant_json(TimestampTz instant)
{
	char		text[MAXDATELEN + 1];
	int			utc = 0;

	if (TIMESTAMP_NOT_FINITE(instant))
		return pstrdup("null");
	JsonEncodeDateTime(text, TimestampTzGetDatum(instant), TIMESTAMPTZOID, &utc);
	return psprintf("\"%s\"", text);
}

/* -------- the booker -------- */

/* Nobody is signed in and no session is named. */
void
errors_no_booker(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NO_BOOKER),
			 errmsg("no booker given"),
			 errdetail_internal("{\"reason\": \"no_booker\"}"),
			 errhint("Sign in, or pass user_id for a member or session_id for a guest.")));
}

/* The call names a user and a session. */
void
errors_two_bookers(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("two bookers given"),
			 errhint("Pass user_id for a member or session_id for a guest, not both.")));
}

/* The call names another member than the one who is signed in. */
void
errors_not_your_identity(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("not allowed to act for another member"),
			 errhint("Leave user_id out; the signed-in member is the booker.")));
}

/* The request's token says nothing that can be understood. */
void
errors_claims_unreadable(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("the request's claims cannot be read"),
			 errdetail("request.jwt.claims must be a JSON object "
					   "whose \"sub\", if there is one, is a UUID."),
			 errhint("Sign in again, or correct the token's issuer.")));
}

/* -------- what is named does not exist -------- */

/* Seats that do not exist. */
void
errors_no_such_seats(List *refusals)
{
	const char *shard = "";
	char	   *json = refusals_json(refusals, &shard);

	ereport(ERROR,
			(errcode(ERRCODE_NO_SUCH),
			 errmsg("no such seat"),
			 errdetail_internal("%s", json),
			 errhint("%s", unknown_hint(shard, "Load the seat map again."))));
}

/* A schedule that does not exist. */
void
errors_no_such_schedule(const pg_uuid_t *schedule_id)
{
	const char *shard = shard_json(schedule_id);

	ereport(ERROR,
			(errcode(ERRCODE_NO_SUCH),
			 errmsg("no such schedule"),
			 errdetail_internal("{\"concert_schedule_id\": \"%s\"%s}",
								errors_uuid_text(schedule_id), shard),
			 errhint("%s", unknown_hint(shard, "Load the concert's schedules again."))));
}

/*
 * One answer for unknown, somebody else's and wrong proof: it tells nothing but
 * whose the id is, which stands in it. booking_id: NULL where none was named.
 */
void
errors_no_such_booking(const pg_uuid_t *booking_id)
{
	const char *shard = shard_json(booking_id);

	ereport(ERROR,
			(errcode(ERRCODE_NO_SUCH),
			 errmsg("no such booking"),
			 errdetail_internal("{\"reason\": \"no_such_booking\"%s}", shard),
			 errhint("%s", unknown_hint(shard, "Check the booking and who is asking for it."))));
}

/* Seats that the booker does not hold. */
void
errors_not_held(List *refusals)
{
	const char *shard = "";
	char	   *json = refusals_json(refusals, &shard);

	ereport(ERROR,
			(errcode(ERRCODE_NO_SUCH),
			 errmsg("no such hold"),
			 errdetail_internal("%s", json),
			 errhint("%s", unknown_hint(shard, "Name only seats that this booker holds, "
											   "or none for all of them."))));
}

/* -------- the seats, the rules, the window -------- */

/* Seats that somebody else has. */
void
errors_seats_taken(List *refusals)
{
	ereport(ERROR,
			(errcode(ERRCODE_SEAT_TAKEN),
			 errmsg("seat is not available"),
			 errdetail_internal("%s", seats_json(refusals)),
			 errhint("Choose other seats.")));
}

/* Somebody kept a lock for longer than concert_booking.lock_wait. */
void
errors_busy(List *refusals)
{
	ereport(ERROR,
			(errcode(ERRCODE_SEAT_TAKEN),
			 errmsg("somebody else is busy with it"),
			 errdetail_internal("%s",
								refusals == NIL ? "{\"reason\": \"busy\"}" :
												  seats_json(refusals)),
			 errhint("Try again in a moment, or choose other seats.")));
}

/* No free seats are left that answer the wish. */
void
errors_no_best_seats(int seat_count, bool adjacent)
{
	ereport(ERROR,
			(errcode(ERRCODE_SEAT_TAKEN),
			 errmsg("not enough seats are free"),
			 errdetail_internal("{\"reason\": \"not_enough_seats\", \"seat_count\": %d, "
								"\"adjacent\": %s}",
								seat_count, adjacent ? "true" : "false"),
			 errhint("Ask for fewer seats, for other ones, or for seats apart.")));
}

/* Holds that were over before the sale. */
void
errors_hold_expired(List *refusals)
{
	ereport(ERROR,
			(errcode(ERRCODE_HOLD_EXPIRED),
			 errmsg("the hold has expired"),
			 errdetail_internal("%s", seats_json(refusals)),
			 errhint("Hold the seats again before paying for them.")));
}

/* The booker holds nothing of the schedule any more. */
void
errors_no_live_hold(const pg_uuid_t *schedule_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_HOLD_EXPIRED),
			 errmsg("there is no live hold"),
			 errdetail_internal("{\"reason\": \"no_live_hold\", \"concert_schedule_id\": \"%s\"}",
								errors_uuid_text(schedule_id)),
			 errhint("Hold the seats again before paying for them.")));
}

/* A call names seats of two schedules. */
void
errors_two_schedules(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_RULE),
			 errmsg("the seats belong to more than one schedule"),
			 errdetail_internal("{\"reason\": \"two_schedules\"}"),
			 errhint("Make one call for each schedule.")));
}

/* The booker would have more seats than the schedule allows. */
void
errors_booker_limit(int64 wanted, int limit)
{
	ereport(ERROR,
			(errcode(ERRCODE_RULE),
			 errmsg("too many seats for one booker"),
			 errdetail_internal("{\"reason\": \"booker_limit\", \"wanted\": " INT64_FORMAT
								", \"limit\": %d}",
								wanted, limit),
			 errhint("Choose fewer seats, or release seats first.")));
}

/* An idempotency key comes again with other arguments. */
void
errors_key_reused(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_RULE),
			 errmsg("the idempotency key was used for another booking"),
			 errdetail_internal("{\"reason\": \"key_reused\"}"),
			 errhint("Repeat a call with the same arguments, "
					 "or use a new key for a new booking.")));
}

/* The price has changed since the buyer saw it. */
void
errors_total_differs(int64 expected_total, int64 total)
{
	ereport(ERROR,
			(errcode(ERRCODE_RULE),
			 errmsg("the total is not the expected one"),
			 errdetail_internal("{\"reason\": \"total_differs\", \"expected_total\": " INT64_FORMAT
								", \"total\": " INT64_FORMAT "}",
								expected_total, total),
			 errhint("Show the total to the buyer; who agrees repeats the call with it.")));
}

/* reason: box_office_closed, window_over, started, concert_cancelled, ... */
void
errors_booking_closed(const char *reason)
{
	ereport(ERROR,
			(errcode(ERRCODE_CLOSED),
			 errmsg("booking is closed"),
			 errdetail_internal("{\"reason\": \"%s\"}", reason),
			 errhint("Choose another schedule.")));
}

/* Booking opens later. */
void
errors_booking_not_open(TimestampTz opens_at)
{
	ereport(ERROR,
			(errcode(ERRCODE_NOT_OPEN),
			 errmsg("booking has not opened yet"),
			 errdetail_internal("{\"opens_at\": %s}", instant_json(opens_at)),
			 errhint("Try again then.")));
}

/* The time to cancel is over. */
void
errors_too_late_to_cancel(TimestampTz deadline)
{
	ereport(ERROR,
			(errcode(ERRCODE_TOO_LATE),
			 errmsg("too late to cancel"),
			 errdetail_internal("{\"cancellable_until\": %s}",
								instant_json(deadline)),
			 errhint("Ask the box office.")));
}

/* Seats that are not of the booking. */
void
errors_not_booked(List *refusals)
{
	ereport(ERROR,
			(errcode(ERRCODE_NO_SUCH),
			 errmsg("no such seat in the booking"),
			 errdetail_internal("%s", seats_json(refusals)),
			 errhint("Name only seats of this booking.")));
}

/* The performance was moved while the call was under way. */
void
errors_schedule_changing(const pg_uuid_t *schedule_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_SEAT_TAKEN),
			 errmsg("schedule is changing"),
			 errdetail_internal("{\"reason\": \"schedule_changing\", "
								"\"concert_schedule_id\": \"%s\"}",
								errors_uuid_text(schedule_id)),
			 errhint("Look at its date again.")));
}

/* Seats whose bookers are in the house. */
void
errors_checked_in(List *refusals)
{
	ereport(ERROR,
			(errcode(ERRCODE_SEAT_TAKEN),
			 errmsg("seat is checked in"),
			 errdetail_internal("%s", seats_json(refusals)),
			 errhint("Take the check-in back first, or override.")));
}

/* What only the box office may do; the message is a constant of the caller's. */
void
errors_staff_only(const char *message)
{
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg_internal("%s", message),
			 errhint("Ask the box office.")));
}

/* -------- the schedule's row, the transaction -------- */

/* A row older than the constraint that refuses it; the owner was told of it. */
void
errors_duration_out_of_range(const char *column, const pg_uuid_t *schedule_id)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("a duration of the schedule is out of range"),
			 errdetail("The column is \"%s\" of schedule \"%s\".", column,
					   errors_uuid_text(schedule_id)),
			 errhint("Correct it: hold_duration and payment_window are at most 1 year, "
					 "cancel_until at most 100 years, and no part of them is negative.")));
}

/*
 * The server's own answer when a row that a REPEATABLE READ or SERIALIZABLE
 * transaction must change was changed after its snapshot. The next try has a
 * new snapshot, so no client retries for ever.
 */
void
errors_serialization(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("could not serialize access due to concurrent update"),
			 errhint("Repeat the transaction.")));
}

/*
 * The server's own errors of constraints show the failing row, or its key, in
 * DETAIL: that is nobody's business.
 */
void
errors_hide_row(void)
{
	if (ERRCODE_TO_CATEGORY(geterrcode()) ==
		ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION)
		errdetail("The row is not shown, because it may hold what is personal.");
}
