# Calls of many seats that are cancelled while they wait, half of their work done.
#
# What must hold: nothing was done, no lock is left, lock_timeout is the
# session's own again, and the same call in the same session then does its work.

seats_of()
{
	echo "ARRAY(SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(3) AND s.ordinal BETWEEN $1)"
}

# cancel_midway LOCK STATEMENT RESULT - somebody has LOCK; STATEMENT waits for it and is cancelled
cancel_midway()
{
	local name=${2#*concert_booking.} before
	name=${name%%(*}
	before=$(state)
	ask locker BEGIN
	ask locker "$1"
	forget caller
	say caller "$2"
	ok "$name: it waits" wait_until "waits_for_lock $caller_pid"
	sql "SELECT pg_cancel_backend($caller_pid)" >"$SUITE_DIR/cancelled"
	is "$name: it is cancelled" "$(heard caller)" 'ERROR 57014: canceling statement due to user request'
	ask caller 'SHOW lock_timeout'
	is "$name: its settings are the session's" "$answer" '2h'
	is "$name: no lock is left" "$(locks_of "$caller_pid")" 0
	ask locker ROLLBACK
	is "$name: nothing was done" "$(state)" "$before"
	ask caller "$2"
	is "$name: the next call does it" "$answer" "$3"
	is "$name: nothing is broken" "$(broken)" ''
}

world "INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time) VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00')" \
	"SELECT concert_booking.generate_seats(test.schedule(3), '{A,B}', 1000, 'R', 1000)"
open_session locker
open_session caller
pid_of caller
caller_pid=$pid
ask caller 'SET concert_booking.max_seats_per_call = 1000'
ask caller "SET lock_timeout = '2h'; SET statement_timeout = 0"
ask caller "SET concert_booking.lock_wait = '1h'"
half='SELECT FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(3) AND ordinal = 200 FOR UPDATE'
all=$(seats_of '1 AND 400')
ours="user_id => test.booker('alice')"

cancel_midway "$half" "SELECT count(*) FROM concert_booking.hold_seats($all, $ours)" 400
cancel_midway "$half" "SELECT count(*) FROM concert_booking.extend_holds(test.schedule(3), $ours)" 400
cancel_midway "$half" "SELECT released_seats FROM concert_booking.release_seats($all, $ours)" 400
cancel_midway "$half" "SELECT seat_count FROM concert_booking.book_seats($all, $ours, idempotency_key => 'midway')" 400
cancel_midway "$half" "SELECT seat_count FROM concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings WHERE status = 'confirmed'), $ours)" 400
ask caller "SELECT count(*) FROM concert_booking.hold_seats($all, $ours)"
cancel_midway "$half" "SELECT seat_count FROM concert_booking.confirm_booking(test.schedule(3), $ours)" 400
cancel_midway "SELECT FROM concert_booking.seats WHERE concert_schedule_id = test.schedule(3) AND ordinal = 1200 FOR UPDATE" \
	"SELECT concert_booking.block_seats($(seats_of '1001 AND 1400'))" 400
cancel_midway "$half" "SELECT cancelled_seats FROM concert_booking.cancel_schedule(test.schedule(3))" 400
# a seat of the same name, which no trigger has told the schedule of
cancel_midway "SET LOCAL session_replication_role = replica; INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
	VALUES (test.schedule(3), 'C-500', 'R', 1000, 5000)" "SELECT concert_booking.generate_seats(test.schedule(3), '{C}', 1000, 'R', 1000)" 1000
close_session caller
close_session locker
