-- confirm_booking sells live holds only, and whether a sweep has run makes no
-- difference.
\i test/fixtures/world.sql

-- one hold lapses at 12:10, the other at 12:15
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:05');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:10:30');

-- named, the lapsed one is told: nobody pays for two and gets one
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	seat_ids => test.seats('A-1', 'A-2'))$$) AS before_sweep \gset
BEGIN;
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT :'before_sweep' = test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	seat_ids => test.seats('A-1', 'A-2'))$$) AS same_after_sweep;
ROLLBACK;
SELECT :'before_sweep';

-- unnamed, the live one is sold and the lapsed one left to the sweep
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'));
SELECT seat, status, held_by, sold_to FROM test.taken;

-- all lapsed
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$$) AS before_sweep \gset
SELECT expired_holds FROM concert_booking.expire_holds();
SELECT :'before_sweep' = test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'))$$) AS same_after_sweep;
SELECT :'before_sweep';

-- taken over by somebody else after it lapsed
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:21');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('bob'));
SELECT test.raises($$SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'),
	seat_ids => test.seats('A-3'))$$);
SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('bob'));
SELECT seat, status, sold_to FROM test.taken;
SELECT * FROM concert_booking.check_integrity();
