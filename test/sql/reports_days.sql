-- The days of a report are those of the venue, whatever the session's zone is.
\i test/fixtures/world.sql
UPDATE concert_booking.venues SET timezone = 'America/New_York';
CALL test.set_clock('2040-05-02 12:59');
SELECT seat_count FROM concert_booking.book_seats(test.seats('A-1'), test.booker('alice'));
CALL test.set_clock('2040-05-02 13:01');
SELECT seat_count FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'));
SELECT sale_date, seat_count FROM concert_booking.sales_report(test.schedule());
SET timezone = 'Pacific/Kiritimati';
SELECT sale_date, seat_count FROM concert_booking.sales_report(test.schedule());
-- in Seoul it was one day
UPDATE concert_booking.venues SET timezone = 'Asia/Seoul';
SELECT sale_date, seat_count FROM concert_booking.sales_report(test.schedule());
SELECT * FROM concert_booking.check_integrity();
