/*
 * What a guest's look-up costs when the number is unknown, against what it
 * costs when the number is right and the phone is wrong: the medians' quotient.
 * Whoever could tell the two apart by the clock could search for numbers.
 */
\set ON_ERROR_STOP on
CREATE OR REPLACE FUNCTION equivalence.guest_lookup_us(number text) RETURNS double precision
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	began timestamptz := clock_timestamp();
BEGIN
	PERFORM concert_booking.find_guest_booking(number, '010-0000-0001');
	RAISE 'the guest''s booking was found without a proof';
EXCEPTION WHEN SQLSTATE 'PT404' THEN
	RETURN extract(epoch FROM clock_timestamp() - began) * 1e6;
END $$;

WITH tries AS (
	SELECT n, equivalence.guest_lookup_us(equivalence.make_number(n + 1000000000)) AS unknown_us,
		   equivalence.guest_lookup_us(b.booking_number) AS wrong_phone_us
	FROM (SELECT row_number() OVER (ORDER BY b.id) AS n, b.booking_number
		  FROM concert_booking.bookings b WHERE b.user_id IS NULL) b,
		 generate_series(1, 20)
	LIMIT 3000)
SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY t.unknown_us)
			  / percentile_cont(0.5) WITHIN GROUP (ORDER BY t.wrong_phone_us))::numeric, 2)
FROM tries t WHERE t.n > 10;
