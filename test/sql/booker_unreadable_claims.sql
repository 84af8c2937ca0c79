-- Claims that cannot be read are refused, never taken for none.
\i test/fixtures/world.sql

SELECT claims, test.raises($$SELECT set_config('request.jwt.claims', '$$ || claims || $$', true),
	concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$) AS refused
FROM unnest(ARRAY['{"sub": "alice"}', '{"sub": 7}', '{"sub": ""}', '[]', '"alice"', 'null',
				  '{"sub": {"sub": "a11ce000-0000-4000-8000-000000000001"}}',
				  '{"sub": "{a11ce000-0000-4000-8000-000000000001}"}']) AS claims;

-- no JSON at all
SELECT claims, test.raises($$SELECT set_config('request.jwt.claims', '$$ || claims || $$', true),
	concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'))$$) <> 'no error' AS refused
FROM unnest(ARRAY['not json', ' ', '{', '{"sub": "a11ce000-0000-4000-8000-000000000001"']) AS claims;

-- a service's sub is no uuid: what has happened is logged all the same, by its role
SET request.jwt.claims = '{"role": "webhook", "sub": "payment-service"}';
SELECT outcome FROM concert_booking.confirm_payment('b0000000-0000-7000-8000-00000000dead', 1000, 'bank', 'charge 1');
SELECT outcome FROM concert_booking.record_refund('b0000000-0000-7000-8000-00000000dead', 1000, 'bank', 'refund 1');
SELECT concert_booking.block_seats(test.seats('B-4'));
RESET request.jwt.claims;
SELECT kind, actor = current_user AS by_role FROM concert_booking.payments ORDER BY created_at, id;

-- a sub of null is no sub
SELECT test.raises($$SELECT set_config('request.jwt.claims', '{"sub": null}', true), concert_booking.hold_seat(test.seat('A-1'))$$);

-- the same sub in another spelling is the same member; the rest does not matter
SET request.jwt.claims = '{"aud": [1, {"sub": "x"}], "sub": "A11CE000-0000-4000-8000-000000000001", "e": "\u0041\"}"}';
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'));
-- of two subs the last one counts, as in jsonb
SET request.jwt.claims = '{"sub": "a11ce000-0000-4000-8000-000000000001", "sub": "b0b00000-0000-4000-8000-000000000002"}';
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'));
RESET request.jwt.claims;
SELECT seat, held_by FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
