/*
 * What a guest's look-up does when the number is unknown, against what it does
 * when the number is right and the phone is wrong. Whoever could tell the two
 * apart by the clock could search for numbers. Clocks are for a quiet machine:
 * counted are the calls of our functions and the scans of our tables and indexes.
 *
 * Prints what differs, and in the end the number of pairs and of comparisons of
 * phones that one look-up makes.
 */
\set ON_ERROR_STOP on
SET track_functions = 'all';
CREATE OR REPLACE FUNCTION equivalence.work_so_far() RETURNS jsonb
LANGUAGE sql VOLATILE AS $$
	SELECT jsonb_object_agg(w.what, w.done)
	FROM (SELECT p.oid::regprocedure::text AS what, pg_stat_get_xact_function_calls(p.oid) AS done
		  FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace
		  UNION ALL
		  SELECT c.oid::regclass::text, pg_stat_get_xact_numscans(c.oid)
		  FROM pg_class c WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'i')) w
	WHERE w.done <> 0
$$;

/* By function, table and index: what one look-up calls and scans. */
CREATE OR REPLACE FUNCTION equivalence.guest_lookup_work(number text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
	before jsonb := equivalence.work_so_far();
BEGIN
	PERFORM concert_booking.find_guest_booking(number, '010-0000-0001');
	RAISE 'the guest''s booking was found without a proof';
EXCEPTION WHEN SQLSTATE 'PT404' THEN
	RETURN (SELECT jsonb_object_agg(w.key, w.value::bigint - coalesce((before ->> w.key)::bigint, 0))
			FROM jsonb_each_text(equivalence.work_so_far()) w
			WHERE w.value::bigint <> coalesce((before ->> w.key)::bigint, 0));
END $$;

CREATE TEMP TABLE pairs AS
SELECT equivalence.guest_lookup_work(equivalence.make_number(b.n + 1000000000)) AS unknown,
	   equivalence.guest_lookup_work(b.booking_number) AS wrong_phone
FROM (SELECT row_number() OVER (ORDER BY b.id) AS n, b.booking_number
	  FROM concert_booking.bookings b WHERE b.user_id IS NULL ORDER BY b.id LIMIT 100) b;
SELECT DISTINCT concat('unknown: ', p.unknown, ', wrong phone: ', p.wrong_phone)
FROM pairs p WHERE p.unknown IS DISTINCT FROM p.wrong_phone;
SELECT count(*), min((p.wrong_phone ->> 'concert_booking.normalize_phone(text)')::integer) FROM pairs p;
