-- expire_holds: at most batch_size, the longest lapsed first; bad batch sizes.
\i test/fixtures/world.sql

SELECT test.raises($$SELECT concert_booking.expire_holds(NULL)$$);
SELECT test.raises($$SELECT concert_booking.expire_holds(0)$$);
SELECT test.raises($$SELECT concert_booking.expire_holds(-1)$$);
SELECT test.raises($$SELECT concert_booking.expire_holds(1000001)$$);
SELECT test.raises($$SELECT concert_booking.expire_holds(2147483647)$$);
-- meant: function concert_booking.expire_holds(bigint) does not exist
SELECT test.raises($$SELECT concert_booking.expire_holds(2147483648)$$);
SELECT expired_holds FROM concert_booking.expire_holds(1000000);

SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-3'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:01');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('alice'));
CALL test.set_clock('2040-05-01 12:02');
SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-2'), test.booker('alice'));

CALL test.set_clock('2040-05-01 13:00');
SELECT expired_holds FROM concert_booking.expire_holds(1);
SELECT seat, until FROM test.taken;
SELECT expired_holds FROM concert_booking.expire_holds(1);
SELECT seat, until FROM test.taken;
SELECT expired_holds FROM concert_booking.expire_holds(1);
SELECT expired_holds FROM concert_booking.expire_holds(1);
SELECT * FROM test.events ORDER BY event_type, schedule, seat_count;
SELECT * FROM concert_booking.check_integrity();
