/*
 * Bookings. A booking is seats sold to one booker on one schedule.
 *
 * A guest (session_id) must give customer_name and customer_phone. An
 * idempotency_key belongs to its booker: a repeated call with the same key
 * answers with the booking that the first one made; with another schedule,
 * other seats or another customer it raises PT422.
 *
 * A held seat is sold at the price that its hold was made with, another one at
 * the price that its row says when it is sold. expected_total is the sum in won
 * that the buyer agreed to: where it differs from what would be charged (or, by
 * a key, from what was), the call raises PT422, changes nothing, and tells both
 * in DETAIL, a JSON object of expected_total and total.
 */

CREATE TYPE concert_booking.booking_receipt AS (
	booking_id uuid,
	booking_number text,
	concert_schedule_id uuid,
	status text,
	seat_count integer,
	total_price bigint,
	seat_numbers text[],
	created_at timestamptz,
	cancelled_at timestamptz,
	pay_by timestamptz,
	refund_due bigint
);
COMMENT ON TYPE concert_booking.booking_receipt IS
	'One booking as its booker sees it.';
COMMENT ON COLUMN concert_booking.booking_receipt.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.booking_receipt.booking_number IS 'number for people and QR codes; a secret of the booker';
COMMENT ON COLUMN concert_booking.booking_receipt.concert_schedule_id IS 'the schedule that was booked';
COMMENT ON COLUMN concert_booking.booking_receipt.status IS 'pending, confirmed, expired or cancelled';
COMMENT ON COLUMN concert_booking.booking_receipt.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.booking_receipt.total_price IS 'sum of the seats'' prices in won';
COMMENT ON COLUMN concert_booking.booking_receipt.seat_numbers IS 'the seats'' numbers, in seat order';
COMMENT ON COLUMN concert_booking.booking_receipt.created_at IS 'when the booking was made';
COMMENT ON COLUMN concert_booking.booking_receipt.cancelled_at IS 'when it was cancelled, null while it stands';
COMMENT ON COLUMN concert_booking.booking_receipt.pay_by IS 'until when its seats are kept for the payment, null where none was asked for';
COMMENT ON COLUMN concert_booking.booking_receipt.refund_due IS 'what has to go back to the booker, in won';

/*
 * confirm_booking(...) - sell the booker's live holds on one schedule.
 *
 * Arguments: concert_schedule_id; booker; seat_ids, exactly the seats that
 * must be live holds of the booker, or null for all of them; customer_name (up
 * to 100 characters), customer_phone (20), customer_email (255);
 * idempotency_key (255); expected_total, or null for any. Returns: the booking.
 * Tables written: bookings, booking_seats, seats, temp_reservations,
 * booking_events, concert_schedules or availability_changes.
 * Errors: 22001, 22004, 22023, 54000, 42501, PT401, PT404 (schedule), PT410 (a
 * named hold has lapsed, or there is none; DETAIL lists the seats), PT422 (key
 * used for something else, another total), PT423, PT425. Source: A 3.3.3; B 5.
 */
CREATE FUNCTION concert_booking.confirm_booking(
	concert_schedule_id uuid,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	seat_ids uuid[] DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL,
	expected_total bigint DEFAULT NULL,
	price_types jsonb DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_confirm_booking';

COMMENT ON FUNCTION concert_booking.confirm_booking(uuid, uuid, uuid, uuid[], text, text, text, text, bigint, jsonb) IS
	'Sell the seats that one holds on a schedule, at the prices of the holds.
With seat_ids exactly these must be live holds, else PT410. The same idempotency_key answers with the same booking. Another total than expected_total is refused (PT422).';

/*
 * book_seats(...) - hold and confirm in one call.
 *
 * Arguments: seat_ids, 1 to concert_booking.max_seats_per_call seats of one
 * schedule, free or held by the booker (max_seats_per_desk_call for whoever may
 * act for others); walk_in, sell to somebody who is not known: no member, name and
 * phone can be left out, max_seats_per_booker does not count; free_reason (up to
 * 1,000 characters), why the seats cost nothing; the rest as in confirm_booking.
 * The last two are for whoever may act for others (42501).
 * Returns: the booking. Tables written: as confirm_booking.
 * Errors: 22001, 22004, 22023, 54000, 42501, PT401, PT404, PT409, PT422, PT423,
 * PT425. Source: B 5.
 */
CREATE FUNCTION concert_booking.book_seats(
	seat_ids uuid[],
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	customer_name text DEFAULT NULL,
	customer_phone text DEFAULT NULL,
	customer_email text DEFAULT NULL,
	idempotency_key text DEFAULT NULL,
	expected_total bigint DEFAULT NULL,
	price_types jsonb DEFAULT NULL,
	walk_in boolean DEFAULT false,
	free_reason text DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_book_seats';

COMMENT ON FUNCTION concert_booking.book_seats(uuid[], uuid, uuid, text, text, text, text, bigint, jsonb, boolean, text) IS
	'Hold and sell seats in one call, all of them or none.
Another total than expected_total is refused (PT422). The box office may sell to a walk-in, and for nothing with a reason.';

/*
 * cancel_booking(booking_id, reason, user_id, session_id) - cancel one's own.
 *
 * Until cancel_until (the schedule's, else the setting) before the start. Frees
 * exactly the seats that the booking still owns. Cancelling a cancelled booking
 * answers with it and changes nothing. Staff and trusted callers name the
 * booking's booker.
 * Arguments: booking_id; reason (up to 1,000 characters); booker.
 * Returns: the booking. Tables written: bookings, booking_seats, seats,
 * booking_events, concert_schedules or availability_changes.
 * Errors: 22001, 22004, 22023, 42501, PT401, PT404 (unknown or somebody
 * else's), PT412. Source: A 3.6.
 */
CREATE FUNCTION concert_booking.cancel_booking(
	booking_id uuid,
	reason text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	override boolean DEFAULT false)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_cancel_booking';

COMMENT ON FUNCTION concert_booking.cancel_booking(uuid, text, uuid, uuid, boolean) IS
	'Cancel one''s own booking before the cut-off; staff may set that aside by override, with a reason.
The receipt names what is due back. A pending booking is given up as by cancel_payment().';

/*
 * cancel_seats(booking_id, seat_ids, reason, user_id, session_id, override) -
 * give back some seats of one's own booking.
 *
 * As cancel_booking(), for exactly these seats; seats that were cancelled before
 * count as done. The last seat cancels the booking.
 * Arguments: booking_id; seat_ids, 1 to concert_booking.max_seats_per_call seats
 * of the booking; the rest as in cancel_booking. Returns: the booking.
 * Tables written: as cancel_booking.
 * Errors: 22001, 22004, 22023, 42501, 54000, PT401, PT404 (booking; seats that are
 * not of it, in DETAIL), PT409 (the booking is being paid), PT412.
 * Source: beyond the seeds.
 */
CREATE FUNCTION concert_booking.cancel_seats(
	booking_id uuid,
	seat_ids uuid[],
	reason text DEFAULT NULL,
	user_id uuid DEFAULT NULL,
	session_id uuid DEFAULT NULL,
	override boolean DEFAULT false)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_cancel_seats';

COMMENT ON FUNCTION concert_booking.cancel_seats(uuid, uuid[], text, uuid, uuid, boolean) IS
	'Give back some seats of one''s own booking before the cut-off.
The receipt names what is due back; the last seat cancels the booking.';

/*
 * cancel_guest_booking(booking_number, customer_phone, reason) - the same for
 * whoever knows both the number and the phone of a guest's booking.
 *
 * Arguments: booking_number, with or without its dashes, any case;
 * customer_phone, any spelling; reason. Returns: the booking.
 * Tables written: as cancel_booking.
 * Errors: 22001, 22004, PT404 (one answer for a wrong number, a wrong phone
 * and a member's booking), PT412. Source: B 7.
 */
CREATE FUNCTION concert_booking.cancel_guest_booking(
	booking_number text,
	customer_phone text,
	reason text DEFAULT NULL)
RETURNS concert_booking.booking_receipt
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'concert_booking_cancel_guest_booking';

COMMENT ON FUNCTION concert_booking.cancel_guest_booking(text, text, text) IS
	'Cancel a guest''s booking by its number and phone.';
