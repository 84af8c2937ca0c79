/* What the commands answer with. One row is one seat, or one booking. */

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

CREATE TYPE concert_booking.booking_receipt AS (
	booking_id uuid,
	booking_number text,
	concert_schedule_id uuid,
	status text,
	seat_count integer,
	total_price bigint,
	seat_numbers text[],
	created_at timestamptz,
	cancelled_at timestamptz
);
COMMENT ON TYPE concert_booking.booking_receipt IS
	'One booking as its booker sees it.';
COMMENT ON COLUMN concert_booking.booking_receipt.booking_id IS 'the booking';
COMMENT ON COLUMN concert_booking.booking_receipt.booking_number IS 'number for people and QR codes; a secret of the booker';
COMMENT ON COLUMN concert_booking.booking_receipt.concert_schedule_id IS 'the schedule that was booked';
COMMENT ON COLUMN concert_booking.booking_receipt.status IS 'confirmed or cancelled';
COMMENT ON COLUMN concert_booking.booking_receipt.seat_count IS 'number of seats';
COMMENT ON COLUMN concert_booking.booking_receipt.total_price IS 'sum of the seats'' prices in won';
COMMENT ON COLUMN concert_booking.booking_receipt.seat_numbers IS 'the seats'' numbers, in seat order';
COMMENT ON COLUMN concert_booking.booking_receipt.created_at IS 'when the booking was confirmed';
COMMENT ON COLUMN concert_booking.booking_receipt.cancelled_at IS 'when it was cancelled, null while it stands';
