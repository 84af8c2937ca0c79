/*
 * A hall of which a good deal is not as it should be: nothing has swept for days, no worker
 * has sent money back, one job fails and the other ones have not run since yesterday. The
 * jobs' records are written by hand; no job runs. Of two subscriptions, as a cluster has
 * them, one is stopped; the other one copies nothing, from this database.
 */
SET client_min_messages = warning;
INSERT INTO concert_booking.venues (id, name, address)
VALUES ('0e000000-0000-4000-8000-000000000001', 'Olympic Hall', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-4000-8000-000000000001', '0e000000-0000-4000-8000-000000000001', 'Winter Tour');
INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, hold_duration, payment_window)
VALUES ('5c000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', '2040-12-25', '19:00', '5 minutes', '10 minutes'),
	('5c000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-000000000001', '2040-12-26', '19:00', '1 hour', '1 hour');
SELECT concert_booking.generate_seats(cs.id, '{A}', 20, 'R', 150000) FROM concert_booking.concert_schedules cs;

/* The last that was done here by hand. */
CALL concert_booking.run_upkeep();

CREATE FUNCTION pg_temp.seats(schedule integer, first integer, last integer) RETURNS uuid[] LANGUAGE sql AS $$
	SELECT array_agg(s.id) FROM concert_booking.seats s
	WHERE s.concert_schedule_id = ('5c000000-0000-4000-8000-00000000000' || schedule)::uuid AND s.seat_index BETWEEN first AND last $$;
CREATE FUNCTION pg_temp.pend(schedule integer, first integer, last integer, who uuid) RETURNS concert_booking.booking_receipt LANGUAGE sql AS $$
	SELECT * FROM concert_booking.hold_seats(pg_temp.seats(schedule, first, last), who);
	SELECT * FROM concert_booking.begin_payment(('5c000000-0000-4000-8000-00000000000' || schedule)::uuid, who) $$;

/* Two days ago: somebody pays, and cancels; one does not pay, and one lets two holds lapse. */
SET concert_booking.test_clock_offset = '-2 days';
SELECT p.* FROM pg_temp.pend(1, 1, 2, 'a11ce000-0000-4000-8000-000000000001') b,
	concert_booking.confirm_payment(b.booking_id, 300000, 'toss', 'charge-1') p;
SELECT c.* FROM concert_booking.bookings b,
	concert_booking.cancel_booking(b.id, user_id => 'a11ce000-0000-4000-8000-000000000001') c;
SELECT * FROM pg_temp.pend(1, 3, 5, 'b0b00000-0000-4000-8000-000000000002');
SELECT * FROM concert_booking.hold_seats(pg_temp.seats(1, 6, 7), 'ca201000-0000-4000-8000-000000000003');
RESET concert_booking.test_clock_offset;

/* Now: five live holds, two of them being paid, and a sale of three seats. */
SELECT * FROM concert_booking.hold_seats(pg_temp.seats(2, 1, 3), 'da7e0000-0000-4000-8000-000000000004');
SELECT * FROM pg_temp.pend(2, 4, 5, 'e4100000-0000-4000-8000-000000000005');
SELECT * FROM concert_booking.book_seats(pg_temp.seats(2, 6, 8), 'f4a20000-0000-4000-8000-000000000006');
INSERT INTO concert_booking.availability_changes (concert_schedule_id, available_change)
VALUES ('5c000000-0000-4000-8000-000000000001', 1), ('5c000000-0000-4000-8000-000000000002', -1);

/* The thirtieth of February, so that pg_cron starts none. */
BEGIN;
SELECT * FROM concert_booking.schedule_jobs();
SELECT cron.alter_job(j.jobid, schedule => '0 0 30 2 *') FROM cron.job j;
INSERT INTO cron.job_run_details (jobid, runid, database, username, command, status, start_time, end_time)
SELECT j.jobid, nextval('cron.runid_seq'), j.database, j.username, j.command, 'succeeded', at, at
FROM cron.job j, CAST(now() - interval '2 days' AS timestamptz) at;
INSERT INTO cron.job_run_details (jobid, runid, database, username, command, status, return_message, start_time, end_time)
SELECT j.jobid, nextval('cron.runid_seq'), j.database, j.username, j.command, 'failed', 'connection failed', now(), now()
FROM cron.job j, generate_series(1, 3) WHERE j.jobname = 'concert_booking sweep';
COMMIT;

CREATE PUBLICATION concert_sales;
SELECT pg_create_logical_replication_slot('concert_sales_0', 'pgoutput');
SELECT format('host=%s port=%s dbname=%s user=%s', split_part(current_setting('unix_socket_directories'), ',', 1),
	current_setting('port'), current_database(), current_user) AS here \gset
CREATE SUBSCRIPTION concert_catalogue_0 CONNECTION :'here' PUBLICATION concert_sales
WITH (create_slot = false, slot_name = 'concert_sales_0', copy_data = false);
SET log_min_messages = error;
SET client_min_messages = error;
CREATE SUBSCRIPTION concert_catalogue_1 CONNECTION :'here' PUBLICATION concert_sales WITH (connect = false);
