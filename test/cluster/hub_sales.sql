/*
 * What one shard has sold (variable shard, 0 or 1), for test/cluster/hub: five schedules,
 * the first at the same date and time as on the other shard; 60 bookings of two members
 * and two guests, some cancelled, paid, expired or archived, with instants that lie
 * between those of the other shard, or on them; and holds. Shard 0 was a house of 0.1: it
 * has two schedules, with seats, a booking and a hold, whose ids name the shards 1 and 5.
 */
SET client_min_messages = warning;
SELECT set_config('test.shard', :'shard', false) \g /dev/null
CREATE SCHEMA IF NOT EXISTS test;
CREATE OR REPLACE FUNCTION test.schedule(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT format('5c000000-0000-7000-8%s00-00000000000%s', current_setting('test.shard'), n)::uuid $$;
CREATE OR REPLACE FUNCTION test.booker(n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT (ARRAY['a11ce000-0000-4000-8000-000000000001', 'b0b00000-0000-4000-8000-000000000002',
				  '91000000-0000-4000-8000-000000000003', '60000000-0000-4000-8000-000000000004']::uuid[])[1 + n % 4] $$;

INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
SELECT test.schedule(n), format('c0000000-0000-7000-9f00-00000000000%s', CASE WHEN n <= 3 THEN 1 ELSE 2 END)::uuid,
	   CASE n WHEN 1 THEN date '2040-06-01' WHEN 5 THEN date '2020-03-01' + :shard ELSE date '2040-06-01' + 2 * n - :shard END, '19:00'
FROM generate_series(1, 5) n;
INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, percent_off) VALUES (test.schedule(1), 'senior', 'Seniors', 20);
SELECT concert_booking.generate_seats(test.schedule(n), '{A,B,C,D}', 10, CASE n % 2 WHEN 0 THEN 'R' ELSE 'S' END, 10000 * (n + 1))
FROM generate_series(1, 5) n \g /dev/null

/* Sold before the clock of schedule 5 has come. */
SET concert_booking.test_clock_offset = '-10000 days';
DO $do$
DECLARE
	booking record;
	receipt record;
BEGIN
	FOR booking IN
		SELECT n, test.booker(n) AS booker, n % 4 >= 2 AS is_guest,
			   ARRAY(SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(1 + n % 5)
					 ORDER BY s.ordinal LIMIT 1 + n % 3 OFFSET n / 5 * 3) AS seat_ids
		FROM generate_series(0, 59) n
	LOOP
		SELECT * INTO receipt FROM concert_booking.book_seats(booking.seat_ids,
			user_id => CASE WHEN NOT booking.is_guest THEN booking.booker END,
			session_id => CASE WHEN booking.is_guest THEN booking.booker END,
			customer_name => 'Booker ' || booking.n % 4, customer_phone => '010-0000-000' || booking.n % 4,
			customer_email => 'booker' || booking.n % 4 || '@example.com');
		/* every third at the same instant on both shards */
		UPDATE concert_booking.bookings b
		SET created_at = timestamptz '2020-01-01 00:00+00' + booking.n * interval '1 hour'
			+ CASE booking.n % 3 WHEN 0 THEN interval '0' ELSE current_setting('test.shard')::integer * interval '20 min' END
		WHERE b.id = receipt.booking_id;
		IF booking.n % 7 = 3 THEN
			PERFORM concert_booking.cancel_booking(receipt.booking_id, 'test', b.user_id, b.session_id)
			FROM concert_booking.bookings b WHERE b.id = receipt.booking_id;
		END IF;
	END LOOP;
END
$do$;

/* Paid, and cancelled: five refunds are due. One is paid in part and not in time. */
SET concert_booking.test_clock_offset = '0';
UPDATE concert_booking.concert_schedules SET payment_required = true WHERE id = test.schedule(3);
DO $do$
DECLARE
	pending record;
BEGIN
	FOR n IN 1..6 LOOP
		PERFORM concert_booking.hold_best_seats(test.schedule(3), 1, user_id => test.booker(0));
		SELECT * INTO pending FROM concert_booking.begin_payment(test.schedule(3), test.booker(0));
		PERFORM concert_booking.confirm_payment(pending.booking_id, CASE WHEN n = 6 THEN 100 ELSE pending.total_price END, 'toss',
			format('ref-%s-%s', current_setting('test.shard'), n));
		IF n < 6 THEN
			PERFORM concert_booking.cancel_booking(pending.booking_id, 'test', test.booker(0));
			UPDATE concert_booking.refunds_due r SET created_at = timestamptz '2026-01-01 00:00+00' + n * interval '1 hour'
			WHERE r.booking_id = pending.booking_id;
		ELSE
			UPDATE concert_booking.bookings b SET pay_by = now() WHERE b.id = pending.booking_id;
			UPDATE concert_booking.seats s SET hold_expires_at = now() FROM concert_booking.temp_reservations h
			WHERE h.booking_id = pending.booking_id AND h.seat_id = s.id;
			UPDATE concert_booking.temp_reservations h SET expires_at = now() WHERE h.booking_id = pending.booking_id;
		END IF;
	END LOOP;
END
$do$;
SELECT concert_booking.archive_past_schedules('2030-01-01'::timestamptz - interval '5 years') \g /dev/null
SELECT concert_booking.hold_best_seats(test.schedule(n), 2, user_id => test.booker(n), adjacent => false)
FROM generate_series(1, 4) n WHERE n IN (1, 4) \g /dev/null
SELECT concert_booking.fold_pending_availability() \g /dev/null

/* Made in the house of 0.1. */
SELECT :shard = 0 AS was_house \gset
\if :was_house
CREATE FUNCTION test.old_id(kind text, bits integer, n integer) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT format('%s-0000-7000-8%s00-0000000000%s', kind, bits, to_char(n, 'FM00'))::uuid $$;
DO $do$
DECLARE
	made_id uuid;
	receipt record;
BEGIN
	FOR bits IN 1..5 BY 4 LOOP
		INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time)
		VALUES ('c0000000-0000-7000-9f00-000000000001', date '2040-08-01' + bits, '19:00') RETURNING id INTO made_id;
		PERFORM set_config('session_replication_role', 'replica', true);
		UPDATE concert_booking.concert_schedules cs SET id = test.old_id('5d000000', bits, 1) WHERE cs.id = made_id;
		PERFORM set_config('session_replication_role', 'origin', true);
		INSERT INTO concert_booking.price_types (concert_schedule_id, code, name, percent_off)
		VALUES (test.old_id('5d000000', bits, 1), 'senior', 'Seniors', 20);
		PERFORM concert_booking.generate_seats(test.old_id('5d000000', bits, 1), '{A}', 9, 'R', 10000);
		PERFORM set_config('session_replication_role', 'replica', true);
		UPDATE concert_booking.seats s SET id = test.old_id('5e000000', bits, s.ordinal)
		WHERE s.concert_schedule_id = test.old_id('5d000000', bits, 1);
		PERFORM set_config('session_replication_role', 'origin', true);
	END LOOP;
	SELECT * INTO receipt FROM concert_booking.book_seats(ARRAY[test.old_id('5e000000', 1, 1)],
		session_id => '01d00000-0000-4000-8000-000000000005', customer_name => 'Old', customer_phone => '010-0000-0009');
	UPDATE concert_booking.bookings b SET booking_number = '1234-5678-9ABC-A' WHERE b.id = receipt.booking_id;
	PERFORM concert_booking.hold_seats(ARRAY[test.old_id('5e000000', 5, 1)], session_id => '01d00000-0000-4000-8000-000000000005');
END
$do$;
SELECT concert_booking.fold_pending_availability() \g /dev/null
\endif
