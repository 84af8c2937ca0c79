-- The statements of one client of a round whose seats begin at :first: clients
-- 1 to 3 hold one seat after the other, client 4 books some, half of them by a
-- hold and its confirmation.
SELECT CASE
	WHEN :client <= 3 THEN format(
		$$SELECT 'hold|%1$s|' || extract(epoch FROM clock_timestamp()) FROM concert_booking.hold_seat(async.seat(%1$s), session_id => async.session(%1$s));$$
		|| E'\nSELECT pg_sleep(0.001) \\g /dev/null', n)
	WHEN n % 2 = 0 THEN format(
		$$SELECT 'book|%1$s|' || extract(epoch FROM clock_timestamp()) || '|' || booking_number
		FROM concert_booking.book_seats(ARRAY[async.seat(%1$s)], session_id => async.session(%1$s), customer_name => 'Kim', customer_phone => '01012345678');$$
		|| E'\nSELECT pg_sleep(0.25) \\g /dev/null', n)
	ELSE format(
		$$BEGIN; SELECT concert_booking.hold_seat(async.seat(%1$s), session_id => async.session(%1$s)) \g /dev/null
		SELECT extract(epoch FROM clock_timestamp()) AS instant, booking_number
		FROM concert_booking.confirm_booking(async.schedule(), session_id => async.session(%1$s), customer_name => 'Kim', customer_phone => '01012345678') \gset
		COMMIT;$$ || E'\n\\echo book|%1$s|:instant|:booking_number\nSELECT pg_sleep(0.25) \\g /dev/null', n) END
FROM generate_series(:first + (:client - 1) * 1000 + 1, :first + :client * 1000) AS n;
