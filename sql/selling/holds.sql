/*
 * Holds. A hold is one booker's timed claim on one seat.
 *
 * The booker of every command is user_id (a member) or session_id (a guest's
 * secret), exactly one of them. Where request.jwt.claims is set, the member is
 * the claim's sub, and naming another one raises 42501 unless the caller is
 * staff (may execute cancel_schedule).
 *
 * Order of the checks, the same in every command: arguments (22004, 22023,
 * 54000), booker (PT401, 42501), existence (PT404), one schedule (PT422), what
 * a look without locks shows (PT409), the sales window (PT423, PT425), the
 * booker's limit (PT422), and last what the row locks show (PT409, PT410).
 *
 * A hold keeps the price that the seat had when it was claimed, through repeated
 * calls and extensions, and is sold at it. A new price is for new holds.
 */

CREATE TYPE concert_booking.seat_hold AS (
	seat_id uuid,
	concert_schedule_id uuid,
	seat_number text,
	seat_grade text,
	price integer,
	expires_at timestamptz
);
COMMENT ON TYPE concert_booking.seat_hold IS
	'One live hold: the seat, its price in won and the instant at which the hold ends.';
COMMENT ON COLUMN concert_booking.seat_hold.seat_id IS 'the seat';
COMMENT ON COLUMN concert_booking.seat_hold.concert_schedule_id IS 'the schedule the seat belongs to';
COMMENT ON COLUMN concert_booking.seat_hold.seat_number IS 'the seat''s number, as printed on the ticket';
COMMENT ON COLUMN concert_booking.seat_hold.seat_grade IS 'the seat''s grade';
COMMENT ON COLUMN concert_booking.seat_hold.price IS 'price in won, kept as long as the hold lives';
COMMENT ON COLUMN concert_booking.seat_hold.expires_at IS 'the hold is over at this instant';

/*
 * hold_seat(seat_id, user_id, session_id) - hold one seat.
 *
 * Arguments: seat_id; booker. Returns: the hold. A seat that the booker holds
 * already keeps its term and its price. The term is the schedule's hold_duration, else the
 * setting, and ends no later than booking_closes_at and the start.
 * Tables written: seats, temp_reservations.
 * Errors: 22004, 22023, 42501, PT401, PT404, PT409, PT422, PT423, PT425.
 * Source: A 3.3.2; B flow 4 (Redis lock).
 */
CREATE FUNCTION concert_booking.hold_seat(
	seat_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_hold_seat';

COMMENT ON FUNCTION concert_booking.hold_seat(uuid, uuid, uuid) IS
	'Hold one seat.
Returns the hold with the instant at which it ends. Holding a seat that one holds already succeeds and keeps its term.';

/*
 * hold_seats(seat_ids, user_id, session_id) - hold all of them or none.
 *
 * Arguments: seat_ids, 1 to concert_booking.max_seats_per_call different seats
 * of one schedule; booker. Returns: one row a seat, in the order asked for. A
 * refusal's DETAIL is a JSON list of seat_id, seat_number and reason (held,
 * reserved, blocked).
 * Tables written: seats, temp_reservations.
 * Errors: 22004, 22023, 54000, 42501, PT401, PT404, PT409, PT422, PT423, PT425.
 * Source: A 3.3.2; B flow 4.
 */
CREATE FUNCTION concert_booking.hold_seats(
	seat_ids uuid[],
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 4
AS 'MODULE_PATHNAME', 'concert_booking_hold_seats';

COMMENT ON FUNCTION concert_booking.hold_seats(uuid[], uuid, uuid) IS
	'Hold several seats of one schedule, all of them or none.
A refusal (PT409) names each seat that is not available and why.';

/*
 * hold_best_seats(concert_schedule_id, seat_count, seat_grade, max_price,
 * adjacent, section, user_id, session_id) - hold the best free seats.
 *
 * Seats are chosen under the locks: lowest ordinal first, row by row, towards
 * the row's middle. Adjacent seats are neighbours in one row, and no single
 * seat is left alone beside them while other places do not leave one. Seats
 * that others are taking just now are passed over, not waited for; a refusal
 * comes only after every seat was looked at and locked ones were waited for up
 * to a second.
 *
 * Arguments: concert_schedule_id; seat_count, 1 to
 * concert_booking.max_seats_per_call; seat_grade, section, or null for any;
 * max_price, the most one seat may cost in won, or null; adjacent, false for
 * seats anywhere (standing areas); booker. Returns: one row a seat, in seat
 * order. Tables written: seats, temp_reservations.
 * Errors: 22001, 22004, 22023, 54000, 42501, PT401, PT404 (schedule), PT409
 * (not enough seats are free), PT422 (booker's limit), PT423, PT425.
 * Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.hold_best_seats(
	concert_schedule_id uuid,
	seat_count integer,
	seat_grade text DEFAULT NULL,
	max_price integer DEFAULT NULL,
	adjacent boolean DEFAULT true,
	section text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 4
AS 'MODULE_PATHNAME', 'concert_booking_hold_best_seats';

COMMENT ON FUNCTION concert_booking.hold_best_seats(uuid, integer, text, integer, boolean, text, uuid, uuid) IS
	'Hold the best free seats of a schedule.
Neighbours in one row unless adjacent is false; grade, section and price narrow the choice.';

/*
 * extend_holds(concert_schedule_id, user_id, session_id) - a fresh term.
 *
 * Every live hold of the booker on the schedule gets a full term from now,
 * never past held_since + concert_booking.max_hold_duration, the schedule's
 * closing or its start, and never an earlier end than it had.
 * Returns: one row a live hold, in seat order. Tables written: seats,
 * temp_reservations.
 * Errors: 22004, 22023, 42501, PT401, PT404 (schedule), PT410 (no live hold),
 * PT423. Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.extend_holds(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL)
RETURNS SETOF concert_booking.seat_hold
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 4
AS 'MODULE_PATHNAME', 'concert_booking_extend_holds';

COMMENT ON FUNCTION concert_booking.extend_holds(uuid, uuid, uuid) IS
	'Give all live holds on a schedule a fresh term.
No hold outlives concert_booking.max_hold_duration counted from its first instant.';

/*
 * release_seats(seat_ids, user_id, session_id) - give holds back.
 *
 * Arguments: seat_ids, each a live hold of the booker, or null for all holds
 * of the booker on every schedule; booker. Returns: how many live holds were
 * given back. Tables written: seats, temp_reservations.
 * Errors: 22004, 22023, 54000, 42501, PT401, PT404 (a named seat is not held
 * by this booker). Source: B flow 4 (unlock).
 */
CREATE FUNCTION concert_booking.release_seats(
	seat_ids uuid[] DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	OUT released_seats integer)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_release_seats';

COMMENT ON FUNCTION concert_booking.release_seats(uuid[], uuid, uuid) IS
	'Give held seats back.
Without seat_ids, all holds of the booker.';

/*
 * expire_holds(batch_size) - sweep lapsed holds.
 *
 * Housekeeping: a lapsed seat can be held by anybody whether or not this has
 * run. Rows that are locked are left for the next run.
 * Arguments: batch_size, the most holds to sweep, 1 to 1,000,000. Returns: how
 * many were swept. Tables written: seats, temp_reservations, booking_events
 * (one row a schedule).
 * Errors: 22004, 22023. Source: A 5.2.2.
 */
CREATE FUNCTION concert_booking.expire_holds(
	batch_size integer DEFAULT 1000,
	OUT expired_holds integer)
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_expire_holds';

COMMENT ON FUNCTION concert_booking.expire_holds(integer) IS
	'Sweep lapsed holds and set their seats free.
Returns how many; run by pg_cron, see schedule_jobs().';
