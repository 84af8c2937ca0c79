/*
 * reads.sql - every function of the API that only reads, called on the world of
 * world.sql. Its output is the same on the primary and on a replica.
 */
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SET datestyle = 'ISO, YMD';
SET timezone = 'UTC';
\set concert '''00000000-0000-4000-a000-000000000002'''
\set schedule '''00000000-0000-4000-a000-000000000011'''
\set member '''00000000-0000-4000-b000-000000000001'''
SELECT b.id AS booking, b.user_id AS booker FROM concert_booking.bookings b
WHERE b.user_id IS NOT NULL AND b.status = 'confirmed' ORDER BY b.id LIMIT 1 \gset
SELECT b.booking_number AS number, b.customer_phone AS phone FROM concert_booking.bookings b
WHERE b.user_id IS NULL AND b.status = 'confirmed' ORDER BY b.id LIMIT 1 \gset
SELECT cs.concert_date AS day FROM concert_booking.concert_schedules cs WHERE cs.id = :schedule \gset

SELECT 'search_concerts', r FROM concert_booking.search_concerts() r;
SELECT 'search_concerts', r FROM concert_booking.search_concerts('journey') r;
SELECT 'search_concerts', r FROM concert_booking.search_concerts(bookable_only => true, with_total => true) r;
SELECT 'concert_detail', concert_booking.concert_detail(:concert, user_id => :member);
SELECT 'schedule_detail', concert_booking.schedule_detail(:schedule);
SELECT 'available_dates', r FROM concert_booking.available_dates(:concert) r;
SELECT 'schedules_on', r FROM concert_booking.schedules_on(:concert, :'day') r;
SELECT 'price_types', count(*) FROM concert_booking.price_types(:schedule);
SELECT 'seat_grades', r FROM concert_booking.seat_grades(:schedule) r;
SELECT 'seat_map', md5(concert_booking.seat_map(:schedule)::text);
SELECT 'seat_map_json', md5(concert_booking.seat_map_json(:schedule)::text);
SELECT 'seat_status', concert_booking.seat_status(:schedule);
SELECT 'seat_status', concert_booking.seat_status(:schedule, '');
SELECT 'affected_bookings', count(*) FROM concert_booking.affected_bookings(:schedule);
SELECT 'my_holds', r FROM concert_booking.my_holds(user_id => :member) r;
SELECT 'my_bookings', r FROM concert_booking.my_bookings(user_id => :member) r;
SELECT 'booking_detail', concert_booking.booking_detail(:'booking', user_id => :'booker');
SELECT 'quote_cancellation', concert_booking.quote_cancellation(:'booking', user_id => :'booker');
SELECT 'payment_status', r FROM concert_booking.payment_status(:'booking') r;
SELECT 'find_guest_booking', concert_booking.find_guest_booking(:'number', :'phone');
SELECT 'find_bookings', r FROM concert_booking.find_bookings(customer_phone => :'phone') r;
SELECT 'find_bookings', r FROM concert_booking.find_bookings(concert_schedule_id => :schedule) r;
SELECT 'sales_report', r FROM concert_booking.sales_report(concert_id => :concert) r;
SELECT 'schedule_report', r FROM concert_booking.schedule_report(concert_id => :concert) r;
SELECT 'my_wishlist', r FROM concert_booking.my_wishlist(user_id => :member) r;
SELECT 'acts_for_others', concert_booking.acts_for_others();
SELECT 'door_list', r FROM concert_booking.door_list(:schedule) r;
SELECT 'booking_log', r FROM concert_booking.booking_log(:'booking') r;
SELECT 'schedule_log', r FROM concert_booking.schedule_log(:schedule) r;
SELECT 'row_labels', concert_booking.row_labels(3);
SELECT 'normalize_phone', concert_booking.normalize_phone('+82 10 1234 5678');
SELECT 'bigrams', concert_booking.bigrams('봄', 'IU');
SELECT 'shard_of', concert_booking.shard_of(:schedule);
SELECT 'shard_of_booking_number', concert_booking.shard_of_booking_number(:'number');
SELECT 'metrics', count(DISTINCT name) FROM concert_booking.metrics();
SELECT 'check_integrity', count(*) FROM concert_booking.check_integrity();
SELECT 'schedule_availability', r FROM concert_booking.schedule_availability r ORDER BY 1;
