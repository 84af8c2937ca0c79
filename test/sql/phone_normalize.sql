-- normalize_phone: spellings of one number compare equal.
\i test/fixtures/world.sql

SELECT spelling, concert_booking.normalize_phone(spelling) AS digits
FROM (VALUES ('010-1234-5678'), ('01012345678'), ('010 1234 5678'), ('010.1234.5678'), ('(010) 1234-5678'),
			 ('+82 10 1234 5678'), ('+82-10-1234-5678'), ('+821012345678'), ('+82 (0)10-1234-5678'),
			 (' + 82 10 1234 5678'), ('0082 10 1234 5678'),
			 ('02-123-4567'), ('+82 2 123 4567'), ('1588-1234'),
			 ('+1 415 555 0100'), ('+81 3-1234-5678'), ('82 10 1234 5678'),
			 ('010-1234-5678 ext. 9'), ('0'), ('+82'), ('tel: none'), ('-'), ('')) AS v (spelling);
SELECT concert_booking.normalize_phone(NULL) AS nothing;

-- digits of other scripts are no digits
SELECT concert_booking.normalize_phone('０１０') AS full_width, concert_booking.normalize_phone('٠١٠') AS arabic;

-- no length breaks it
SELECT length(concert_booking.normalize_phone(repeat('0-', 500000))) AS long;

-- what was normalized stays as it is
SELECT bool_and(concert_booking.normalize_phone(d) = d) AS stable
FROM (SELECT concert_booking.normalize_phone(n) AS d
	  FROM unnest(ARRAY['010-1234-5678', '+82 2 123 4567', '+1 415 555 0100']) AS n) AS v;

-- an index may use it
SELECT provolatile, proisstrict, proparallel FROM pg_proc WHERE oid = 'concert_booking.normalize_phone(text)'::regprocedure;
