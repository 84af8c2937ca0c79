-- How the seeds' own statements sell seats twice, and lose them. Each rule that
-- they break is proved for the extension by the tests named beside it.
\pset format unaligned
\pset footer off
\i test/fixtures/seeds/statements.sql

-- seed A's hold looks at no status: a sold seat is held and sold once more, a
-- blocked one is held (here: hold_seat_refused, the specification book_vs_hold)
CALL seed_a.hold(seed_a.booker('alice'), seed_a.seat('A-1'));
SELECT seed_a.confirm(seed_a.booker('alice'), seed_a.schedule(), 'ALICE', 1) AS alices \gset
CALL seed_a.hold(seed_a.booker('bob'), seed_a.seat('A-1'));
SELECT seed_a.confirm(seed_a.booker('bob'), seed_a.schedule(), 'BOB', 1) IS NOT NULL AS sold_again;
UPDATE seed_a.seats SET status = 'unavailable' WHERE id = seed_a.seat('A-2');
CALL seed_a.hold(seed_a.booker('bob'), seed_a.seat('A-2'), '-1 minute');
SELECT seat, status, bookings, available_seats FROM seed_a.state WHERE schedule = '1';

-- its job deletes the lapsed holds before it looks for their seats, which stay
-- held for ever (here: sweep_holds, hold_by_hand)
CALL seed_a.expire();
CALL seed_a.expire();
SELECT seat, status, has_hold FROM seed_a.state WHERE schedule = '1' AND seat = 'A-2';

-- its confirm takes every hold of the user, of other schedules and lapsed ones
-- as well (here: confirm_booking, confirm_lapsed)
CALL seed_a.hold(seed_a.booker('alice'), seed_a.seat('A-3'), '-1 minute');
CALL seed_a.hold(seed_a.booker('alice'), seed_a.seat('A-1', 2));
SELECT seed_a.confirm(seed_a.booker('alice'), seed_a.schedule(), 'ALICE 2', 1) IS NOT NULL AS sold;
SELECT schedule, seat, status, bookings FROM seed_a.state WHERE (schedule, seat) IN (('1', 'A-3'), ('2', 'A-1'));

-- its cancel frees the seats and raises the counter also when the booking is
-- somebody else's, and once more when it was cancelled before (here:
-- cancel_booking_refused, cancel_booking, the specification book_vs_cancel)
CALL seed_a.cancel(seed_a.booker('bob'), :'alices', 'not mine');
SELECT seat, status, bookings, available_seats FROM seed_a.state WHERE schedule = '1' AND seat = 'A-1';
CALL seed_a.cancel(seed_a.booker('alice'), :'alices', 'mine');
CALL seed_a.cancel(seed_a.booker('alice'), :'alices', 'once more');
SELECT seat, status, bookings, available_seats FROM seed_a.state WHERE schedule = '1' AND seat = 'A-1';

-- seed B's booking does not compare how many seats it could lock: it books what
-- is partly taken, or wholly (here: book_seats_refused)
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01', 'A02'), 300000, 'Gina', '010-1234-5678') AS ginas \gset
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A02', 'A03'), 300000, 'Hugo', '010-8765-4321') IS NOT NULL AS booked;
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01'), 150000, 'Ivan', '010-0000-0000') IS NOT NULL AS booked;
SELECT * FROM seed_b.state;

-- its cancel takes the seats from their next owner (here: cancel_guest_booking)
CALL seed_b.cancel(:'ginas');
SELECT seed_b.book(seed_b.schedule(), seed_b.seats('A01'), 150000, 'Joon', '010-2222-3333') IS NOT NULL AS booked;
CALL seed_b.cancel(:'ginas');
SELECT * FROM seed_b.state;

-- and both take everybody at their word about who they are: neither asked for
-- anything but an id (here: booker_claims, cancel_guest_refused)
DROP SCHEMA seed_a, seed_b, auth CASCADE;
