/*
 * dump.sql - what the database says at the end of a run, for check.py: one
 * file a table, fields separated by tabs, null as '~', time in microseconds.
 */
\set ON_ERROR_STOP on
\pset format unaligned
\pset fieldsep '\t'
\pset tuples_only on
\pset null '~'

\o schedules.tsv
SELECT cs.id,
	   (extract(epoch FROM coalesce(cs.hold_duration,
			coalesce(nullif(current_setting('concert_booking.hold_duration', true), ''), '10 min')::interval)) * 1000000)::bigint,
	   (extract(epoch FROM coalesce(nullif(current_setting('concert_booking.max_hold_duration', true), ''), '30 min')::interval) * 1000000)::bigint,
	   (extract(epoch FROM least(cs.booking_closes_at, cs.starts_at)) * 1000000)::bigint,
	   cs.max_seats_per_booker, v.total_seats, v.available_seats, v.is_sold_out, cs.refund_ladder,
	   (extract(epoch FROM cs.payment_window) * 1000000)::bigint,
	   extract(epoch FROM cs.concert_date + cs.concert_time)::bigint
FROM concert_booking.concert_schedules cs
JOIN concert_booking.schedule_availability v ON v.concert_schedule_id = cs.id
ORDER BY cs.concert_date, cs.concert_time;

\o seats.tsv
SELECT s.id, s.concert_schedule_id, s.seat_number, s.price, s.status,
	   (extract(epoch FROM s.hold_expires_at) * 1000000)::bigint
FROM concert_booking.seats s
JOIN concert_booking.concert_schedules cs ON cs.id = s.concert_schedule_id
ORDER BY cs.concert_date, cs.concert_time, s.ordinal;

\o plan.tsv
SELECT s.id, s.seat_grade, s.section, s.row_label, s.seat_index
FROM concert_booking.seats s
JOIN concert_booking.concert_schedules cs ON cs.id = s.concert_schedule_id
ORDER BY cs.concert_date, cs.concert_time, s.ordinal;

\o holds.tsv
SELECT t.seat_id, coalesce(t.user_id, t.session_id),
	   (extract(epoch FROM t.expires_at) * 1000000)::bigint, t.booking_id
FROM concert_booking.temp_reservations t;

\o bookings.tsv
SELECT b.id, b.concert_schedule_id, coalesce(b.user_id, b.session_id), b.booking_number,
	   b.status, b.seat_count, b.total_price, b.idempotency_key,
	   (extract(epoch FROM b.created_at) * 1000000)::bigint,
	   (extract(epoch FROM b.cancelled_at) * 1000000)::bigint,
	   (extract(epoch FROM b.pay_by) * 1000000)::bigint,
	   (extract(epoch FROM b.paid_at) * 1000000)::bigint, b.refund_ladder
FROM concert_booking.bookings b;

\o booking_seats.tsv
SELECT bs.booking_id, bs.seat_id, bs.price, bs.active, bs.cancellation_fee
FROM concert_booking.booking_seats bs;

\o payments.tsv
SELECT p.booking_id, p.kind, p.amount, p.reference, p.outcome, p.refund_due,
	   (extract(epoch FROM p.created_at) * 1000000)::bigint
FROM concert_booking.payments p
ORDER BY p.id;

\o refunds_due.tsv
SELECT d.booking_id, d.amount
FROM concert_booking.refunds_due d;

\o events.tsv
SELECT e.event_type, e.booking_id, e.seat_count
FROM concert_booking.booking_events e;

\o other_events.tsv
SELECT e.event_type, e.concert_schedule_id, e.seat_count
FROM concert_booking.booking_events e WHERE e.booking_id IS NULL;

\o
