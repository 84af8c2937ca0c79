# Calls on a full disk: every write that makes a file longer is refused in turn.
#
# What must hold: 53100, nothing is done; with room for one block more each
# time, the call at last does its work.

without_room=53100
room_file=$SERVER_DIR/room
${CC:-cc} -Wall -Wextra -Werror -O1 -shared -fPIC -o "$SERVER_DIR/no_room.so" test/limits/no_room.c -ldl
touch "$room_file"
chmod 666 "$room_file"
stop_server fast
start_server LD_PRELOAD="$SERVER_DIR/no_room.so" NO_ROOM="$room_file"

on_full_disk()
{
	until_it_works "\\setenv ROOM :room
\\! printf '%-8d\\n' \$ROOM >'$room_file'" "$1" "\\! : >'$room_file'" "$2"
}

# so many seats that the tables need many blocks; a new world has empty files
world "INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time) VALUES (test.schedule(3), test.concert(), '2040-06-03', '19:00')"
ours="user_id => test.booker('alice')"
some="ARRAY(SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = test.schedule(3) AND s.ordinal BETWEEN"
sql "ALTER DATABASE limits SET concert_booking.max_seats_per_call = 1000"
on_full_disk "SELECT concert_booking.generate_seats(test.schedule(3), '{A,B,C,D}', 100, 'R', 1000)" 400
on_full_disk "SELECT count(*) FROM concert_booking.hold_seats($some 1 AND 200), $ours)" 200
on_full_disk "SELECT seat_count FROM concert_booking.confirm_booking(test.schedule(3), $ours, idempotency_key => 'full')" 200
on_full_disk "SELECT seat_count FROM concert_booking.book_seats($some 201 AND 300), $ours, idempotency_key => 'fuller')" 100
on_full_disk "SELECT seat_count FROM concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings WHERE seat_count = 200), $ours)" 200
on_full_disk "SELECT cancelled_seats FROM concert_booking.cancel_schedule(test.schedule(3))" 100
