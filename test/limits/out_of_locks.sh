# Calls that find the server's lock table full, but for so many locks.
#
# What must hold: 53200, nothing is done, no lock is left; with room for one
# lock more each time, the call at last does its work.

# All locks that there are; those of the session outlive the block that fails.
full="DO \$\$
BEGIN
	FOR n IN 1 .. 10000000 LOOP
		PERFORM pg_advisory_lock(n);
	END LOOP;
EXCEPTION WHEN out_of_memory THEN
	NULL;
END
\$\$;
SELECT FROM generate_series(1, :room) n WHERE NOT pg_advisory_unlock(n);"

with_few_locks()
{
	until_it_works "$full" "$1" '\o /dev/null
SELECT pg_advisory_unlock_all();
\o' "$2"
}

without_room=53200
world "UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 6 WHERE id = test.schedule()"
ours="user_id => test.booker('alice')"
with_few_locks "SELECT count(*) FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), $ours)" 2
with_few_locks "SELECT count(*) FROM concert_booking.hold_best_seats(test.schedule(), 2, 'S', $ours)" 2
with_few_locks "SELECT count(*) FROM concert_booking.extend_holds(test.schedule(), $ours)" 4
with_few_locks "SELECT seat_count FROM concert_booking.confirm_booking(test.schedule(), $ours, idempotency_key => 'few')" 4
with_few_locks "SELECT seat_count FROM concert_booking.book_seats(test.seats('A-3', 'A-4'), $ours, idempotency_key => 'fewer')" 2
with_few_locks "SELECT seat_count FROM concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings WHERE seat_count = 4), $ours)" 4
with_few_locks "SELECT concert_booking.block_seats(test.seats('A-1', 'A-2'))" 2
with_few_locks "SELECT concert_booking.generate_seats(test.schedule(2), '{C,D}', 50, 'R', 1000)" 100
with_few_locks "SELECT cancelled_seats FROM concert_booking.cancel_schedule(test.schedule())" 2
