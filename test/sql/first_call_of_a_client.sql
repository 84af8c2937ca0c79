-- C only: the twin compiles nothing
-- what a client may not execute by itself does not stop its first call in a session
\i test/fixtures/world.sql

CREATE ROLE regress_client;
GRANT USAGE ON SCHEMA concert_booking TO regress_client;
GRANT EXECUTE ON FUNCTION concert_booking.cancel_booking, concert_booking.hold_seat,
	concert_booking.confirm_booking, concert_booking.cancel_guest_booking TO regress_client;

-- the index on phone numbers calls this one
SELECT has_function_privilege('regress_client', 'concert_booking.normalize_phone(text)', 'EXECUTE') AS may;

-- each call in a session of its own
\c -
SET ROLE regress_client;
SELECT concert_booking.cancel_booking('b0000000-0000-7000-8000-000000000001', user_id => 'a11ce000-0000-4000-8000-000000000001');
\c -
SET ROLE regress_client;
SELECT concert_booking.cancel_guest_booking('0000-0000-0000-0', '010-1234-5678');
\c -
SET ROLE regress_client;
SELECT concert_booking.confirm_booking('5c000000-0000-7000-8000-000000000001', 'a11ce000-0000-4000-8000-000000000001', idempotency_key => 'k');
RESET ROLE;

DROP OWNED BY regress_client;
DROP ROLE regress_client;
