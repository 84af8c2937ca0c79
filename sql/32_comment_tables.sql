/*
 * comment_tables() - COMMENTs of every table, column, constraint and the view.
 * Internal: the last step of create_tables().
 *
 * A comment that is there stays: the owner may have written another one.
 * Returns: nothing. Tables written: comments only. Errors: none.
 */
CREATE FUNCTION concert_booking.comment_tables()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	wanted record;
BEGIN
	FOR wanted IN
		SELECT c.relkind, t.name, t.comment
		FROM (VALUES
			('venues', 'Where concerts take place.'),
			('concerts', 'What is performed.'),
			('concert_schedules', 'One performance of a concert, at one date and time. Its totals follow its seats.'),
			('seats', 'One numbered or standing place of one schedule.'),
			('schedule_prices', 'The distinct prices of a schedule, kept by triggers on seats: search reads them instead of every seat.'),
			('bookings', 'Seats sold to one booker on one schedule. Holds personal data.'),
			('booking_seats', 'The seats of a booking. A row stays as history when the booking is cancelled.'),
			('temp_reservations', 'Holds: timed claims on one seat by one booker.'),
			('wishlists', 'The concerts a member wishes for.'),
			('availability_changes', 'Internal: changes of available_seats that are not folded into the schedule''s row yet.'),
			('booking_events', 'Append-only log of what was booked, cancelled, swept and done by operators; a partition a month. No personal data.'),
			('booking_events_default', 'Events of months that have no partition yet.'),
			('archived_schedules', 'Schedules of the past, put away by archive_past_schedules().'),
			('archived_bookings', 'Bookings of archived schedules. Holds personal data.'),
			('interest_marks', 'Internal: looks at a concert that refresh_popularity() has not counted yet.'),
			('access_grants', 'Which role has which level by grant_access(), so that create_tables() can give it again after DROP EXTENSION.'),
			('schedule_availability', 'The exact availability of each schedule: its row plus what is pending.')
			) AS t (name, comment)
		JOIN pg_class c ON c.oid = to_regclass(format('concert_booking.%I', t.name))
		WHERE obj_description(c.oid, 'pg_class') IS NULL
	LOOP
		EXECUTE format('COMMENT ON %s concert_booking.%I IS %L',
					   CASE wanted.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, wanted.name, wanted.comment);
	END LOOP;

	FOR wanted IN
		SELECT n.table_name, t.name, t.comment
		FROM (VALUES
			('venues', 'id', 'the venue'),
			('venues', 'name', 'name of the venue'),
			('venues', 'address', 'postal address; search by region reads it'),
			('venues', 'location_lat', 'latitude in degrees, for the map'),
			('venues', 'location_lng', 'longitude in degrees, for the map'),
			('venues', 'timezone', 'time zone by its name; dates and times of schedules are local to it'),

			('concerts', 'id', 'the concert'),
			('concerts', 'venue_id', 'where it takes place'),
			('concerts', 'title', 'title'),
			('concerts', 'poster_url', 'address of the poster''s image'),
			('concerts', 'description', 'what it is about'),
			('concerts', 'genre', 'genre; search filters by it'),
			('concerts', 'performers', 'who performs; search looks in it'),
			('concerts', 'rating', 'who is admitted, such as all or 15'),
			('concerts', 'running_time', 'length in minutes'),
			('concerts', 'status', 'active, cancelled or postponed; only an active concert can be booked'),
			('concerts', 'is_deleted', 'taken off the catalogue, kept for the bookings'),
			('concerts', 'popularity', 'rises with bookings; search sorts by it'),
			('concerts', 'counted_bookings', 'confirmed bookings that popularity holds already'),

			('concert_schedules', 'id', 'the schedule'),
			('concert_schedules', 'concert_id', 'what is performed'),
			('concert_schedules', 'concert_date', 'date, local to the venue'),
			('concert_schedules', 'concert_time', 'time of day, local to the venue'),
			('concert_schedules', 'starts_at', 'the instant of date and time in the venue''s zone, kept by a trigger'),
			('concert_schedules', 'total_seats', 'number of seats, kept by triggers on seats'),
			('concert_schedules', 'available_seats', 'seats neither sold nor blocked, holds included, as of the last fold; schedule_availability is exact'),
			('concert_schedules', 'is_sold_out', 'no seat is available, as of the last fold'),
			('concert_schedules', 'lowest_price', 'lowest price in won among the seats, kept by triggers; null: no seats'),
			('concert_schedules', 'layout_version', 'rises when the seat plan changes, kept by triggers'),
			('concert_schedules', 'is_booking_open', 'false: nobody can hold or book'),
			('concert_schedules', 'booking_opens_at', 'booking begins; null: at once'),
			('concert_schedules', 'booking_closes_at', 'booking ends; null: at the start'),
			('concert_schedules', 'hold_duration', 'term of a hold; null: the setting concert_booking.hold_duration'),
			('concert_schedules', 'max_seats_per_booker', 'most seats that one booker may hold and own; null: no limit'),
			('concert_schedules', 'cancel_until', 'how long before the start cancelling ends; null: the setting concert_booking.cancel_until'),

			('seats', 'id', 'the seat'),
			('seats', 'concert_schedule_id', 'the schedule it is a place of'),
			('seats', 'seat_number', 'number as printed on the ticket, such as B-12'),
			('seats', 'seat_grade', 'grade, such as VIP, R or S'),
			('seats', 'price', 'price in won'),
			('seats', 'position_x', 'place on the plan, from left to right'),
			('seats', 'position_y', 'place on the plan, from front to back'),
			('seats', 'status', 'available, temp_reserved (held, or the hold has lapsed), reserved (sold) or unavailable (blocked)'),
			('seats', 'ordinal', 'place in the schedule''s seat order'),
			('seats', 'section', 'part of the hall'),
			('seats', 'row_label', 'row within the section'),
			('seats', 'seat_index', 'number within the row; null: no neighbours'),
			('seats', 'hold_expires_at', 'end of the hold on it; null: not held'),

			('schedule_prices', 'concert_schedule_id', 'the schedule'),
			('schedule_prices', 'seat_grade', 'the grade'),
			('schedule_prices', 'price', 'price in won'),
			('schedule_prices', 'seat_count', 'number of seats of this grade and price'),

			('bookings', 'id', 'the booking'),
			('bookings', 'user_id', 'the member who booked; null: a guest'),
			('bookings', 'session_id', 'the guest''s secret; null: a member'),
			('bookings', 'concert_schedule_id', 'what was booked'),
			('bookings', 'booking_number', 'number for people and QR codes, not to be guessed: a secret of the booker'),
			('bookings', 'status', 'confirmed or cancelled'),
			('bookings', 'customer_name', 'the customer''s name; a guest gives it'),
			('bookings', 'customer_phone', 'the customer''s phone number; a guest gives it and proves it'),
			('bookings', 'customer_email', 'the customer''s e-mail address'),
			('bookings', 'seat_count', 'number of its seats, also after cancelling'),
			('bookings', 'total_price', 'sum of its seats'' prices in won'),
			('bookings', 'idempotency_key', 'the booker''s key: a repeated call answers with this booking'),
			('bookings', 'cancelled_at', 'when it was cancelled; null: it stands'),
			('bookings', 'cancellation_reason', 'why it was cancelled'),

			('booking_seats', 'id', 'the booked seat'),
			('booking_seats', 'booking_id', 'the booking'),
			('booking_seats', 'seat_id', 'the seat'),
			('booking_seats', 'price', 'price in won at which it was sold'),
			('booking_seats', 'active', 'the booking owns the seat; false once cancelled'),

			('temp_reservations', 'id', 'the hold'),
			('temp_reservations', 'user_id', 'the member who holds; null: a guest'),
			('temp_reservations', 'session_id', 'the guest''s secret; null: a member'),
			('temp_reservations', 'seat_id', 'the seat'),
			('temp_reservations', 'concert_schedule_id', 'the seat''s schedule'),
			('temp_reservations', 'held_since', 'start of the hold, from which extensions are limited'),
			('temp_reservations', 'expires_at', 'the hold is over at this instant, swept or not'),
			('temp_reservations', 'price', 'price in won that the holder was told and will pay; null, made before 0.2: what the seat costs'),

			('wishlists', 'id', 'the wish'),
			('wishlists', 'user_id', 'the member'),
			('wishlists', 'concert_id', 'the concert'),

			('availability_changes', 'id', 'the change'),
			('availability_changes', 'concert_schedule_id', 'the schedule'),
			('availability_changes', 'available_change', 'to be added to available_seats'),
			('availability_changes', 'version', 'one more whenever the row had to move to another page, so that its newest version is the last of its keys'),

			('booking_events', 'id', 'the event'),
			('booking_events', 'occurred_at', 'when it happened'),
			('booking_events', 'event_type', 'booking_confirmed, booking_cancelled, holds_expired, schedule_cancelled, seats_blocked, seats_unblocked, seats_generated, availability_reconciled'),
			('booking_events', 'concert_schedule_id', 'the schedule it was about; no foreign key, it outlives the schedule'),
			('booking_events', 'booking_id', 'the booking it was about'),
			('booking_events', 'seat_count', 'how many seats it was about'),
			('booking_events', 'actor', 'the role that did it'),
			('booking_events', 'detail', 'further facts; nothing personal'),

			('archived_schedules', 'id', 'the schedule'),
			('archived_schedules', 'concert_id', 'the concert'),
			('archived_schedules', 'concert_date', 'date, local to the venue'),
			('archived_schedules', 'concert_time', 'time of day, local to the venue'),
			('archived_schedules', 'starts_at', 'the instant of the start'),
			('archived_schedules', 'seat_count', 'number of its seats'),
			('archived_schedules', 'booking_count', 'number of its bookings'),
			('archived_schedules', 'schedule', 'the row of concert_schedules'),
			('archived_schedules', 'seats', 'the rows of seats, a list in seat order'),
			('archived_schedules', 'archived_at', 'when it was put away'),

			('archived_bookings', 'id', 'the booking'),
			('archived_bookings', 'concert_schedule_id', 'what was booked'),
			('archived_bookings', 'user_id', 'the member who booked; null: a guest'),
			('archived_bookings', 'session_id', 'the guest''s secret; null: a member'),
			('archived_bookings', 'booking_number', 'number for people and QR codes: a secret of the booker'),
			('archived_bookings', 'status', 'confirmed or cancelled'),
			('archived_bookings', 'customer_phone', 'the customer''s phone number'),
			('archived_bookings', 'customer_email', 'the customer''s e-mail address'),
			('archived_bookings', 'seat_count', 'number of its seats'),
			('archived_bookings', 'total_price', 'sum of its seats'' prices in won'),
			('archived_bookings', 'cancelled_at', 'when it was cancelled; null: it stands'),
			('archived_bookings', 'created_at', 'when it was confirmed'),
			('archived_bookings', 'booking', 'the row of bookings'),
			('archived_bookings', 'seats', 'the rows of booking_seats, a list in seat order, with seat_number and seat_grade'),

			('interest_marks', 'id', 'the look'),
			('interest_marks', 'concert_id', 'the concert'),
			('interest_marks', 'created_at', 'when'),

			('access_grants', 'id', 'the grant'),
			('access_grants', 'role_name', 'the role'),
			('access_grants', 'level', 'its level, as grant_access() takes it'),
			('access_grants', 'is_lost', 'the extension was dropped since; create_tables() gives the level again'),
			('access_grants', 'created_at', 'when'),

			('schedule_availability', 'concert_schedule_id', 'the schedule'),
			('schedule_availability', 'total_seats', 'number of seats'),
			('schedule_availability', 'available_seats', 'seats neither sold nor blocked, holds included; exact'),
			('schedule_availability', 'is_sold_out', 'it has seats and none is available; exact')
			) AS t (table_name, name, comment)
		CROSS JOIN LATERAL unnest(CASE t.table_name
			WHEN 'booking_events' THEN ARRAY['booking_events', 'booking_events_default']
			ELSE ARRAY[t.table_name] END) AS n (table_name)
		UNION ALL
		SELECT c.relname, a.attname,
			   CASE a.attname WHEN 'created_at' THEN 'when the row was made' ELSE 'when the row was last changed' END
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
		WHERE c.relnamespace = 'concert_booking'::regnamespace AND a.attname IN ('created_at', 'updated_at')
		  AND c.relname IN ('venues', 'concerts', 'concert_schedules', 'seats', 'bookings', 'booking_seats',
							'temp_reservations', 'wishlists', 'availability_changes')
	LOOP
		CONTINUE WHEN (SELECT col_description(a.attrelid, a.attnum) FROM pg_attribute a
					   WHERE a.attrelid = to_regclass(format('concert_booking.%I', wanted.table_name))
						 AND a.attname = wanted.name) IS NOT NULL;
		EXECUTE format('COMMENT ON COLUMN concert_booking.%I.%I IS %L',
					   wanted.table_name, wanted.name, wanted.comment);
	END LOOP;

	FOR wanted IN
		SELECT t.table_name, t.name, t.comment
		FROM (VALUES
			('concerts', 'chk_concerts_status', 'the statuses there are'),
			('concerts', 'chk_concerts_running_time', 'a length is positive'),
			('concert_schedules', 'unique_concert_schedule', 'a concert begins once at a time'),
			('concert_schedules', 'chk_available_seats', 'no more seats are available than there are'),
			('concert_schedules', 'chk_concert_schedules_window', 'booking opens before it closes'),
			('concert_schedules', 'chk_concert_schedules_hold_bounds', 'a term is positive, at most a year, and no part of it is negative'),
			('concert_schedules', 'chk_concert_schedules_max_seats', 'a limit is positive'),
			('concert_schedules', 'chk_concert_schedules_cancel_bounds', 'a cut-off is not after the start, at most a hundred years before, and no part of it is negative'),
			('seats', 'unique_seat', 'a number is one seat of a schedule'),
			('seats', 'unique_seat_ordinal', 'the seats of a schedule have one order'),
			('seats', 'chk_seats_price', 'a price is not negative'),
			('seats', 'chk_seats_status', 'the statuses there are'),
			('bookings', 'chk_bookings_status', 'the statuses there are'),
			('bookings', 'chk_bookings_booker', 'a booking has a member, or a guest with name and phone number'),
			('bookings', 'chk_bookings_totals', 'totals are not negative'),
			('booking_seats', 'unique_booking_seat', 'a booking has a seat once'),
			('temp_reservations', 'unique_temp_seat', 'a seat has one hold'),
			('temp_reservations', 'chk_temp_reservations_booker', 'a hold has a member or a guest'),
			('temp_reservations', 'chk_temp_reservations_price', 'a price is not negative'),
			('wishlists', 'unique_wishlist', 'a member wishes for a concert once')
			) AS t (table_name, name, comment)
		JOIN pg_constraint c ON c.conname = t.name
			AND c.conrelid = to_regclass(format('concert_booking.%I', t.table_name))
		WHERE obj_description(c.oid, 'pg_constraint') IS NULL
	LOOP
		EXECUTE format('COMMENT ON CONSTRAINT %I ON concert_booking.%I IS %L',
					   wanted.name, wanted.table_name, wanted.comment);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.comment_tables() IS
	'Internal: comment every table, column, constraint and the view.';
