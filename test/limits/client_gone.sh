# Clients that went away in an open transaction.
#
# What must hold: while the server does not know it, others hear PT409 and the
# jobs pass by; afterwards all is free and nothing is left.

# leave NAME - an open transaction with a hold and a sale that is idle
leave()
{
	open_session "$1"
	pid_of "$1"
	ask "$1" 'BEGIN'
	ask "$1" "SELECT seat_number FROM concert_booking.hold_seats(test.seats('A-1', 'A-2'), test.booker('alice'))"
	ask "$1" "SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), seat_ids => test.seats('A-2'), idempotency_key => 'k')"
	is "$1: it has sold" "$answer" '{A-2}'
}

# others_wait NAME
others_wait()
{
	is "$1: others are told" "$(sql "$short" "SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))" \
		"SELECT concert_booking.book_seats(test.seats('A-2'), test.booker('bob'))" \
		"SELECT concert_booking.book_seats(test.seats('A-3'), test.booker('alice'), idempotency_key => 'k')" \
		"SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 1, 'R', user_id => test.booker('bob'))" \
		"SELECT released_seats FROM concert_booking.release_seats(user_id => test.booker('bob'))")" "$busy"$'\n'"$busy"$'\n'"$busy"$'\nA-3\n1'
	# without an end of their own to waiting: statement_timeout would be an error
	is "$1: the jobs pass by" "$(sql 'SET concert_booking.lock_wait = 0' 'SELECT concert_booking.expire_holds()' 'SELECT concert_booking.fold_pending_availability() IS NOT NULL' \
		'SELECT concert_booking.create_event_partitions(7) >= 0' 'SELECT concert_booking.create_event_partitions(7) >= 0')" $'0\nt\nt\nt'
}

# all_is_free NAME
all_is_free()
{
	is "$1: nothing is left" "$(state) $(locks_of "$pid")" "$before 0"
	is "$1: others get the seats" "$(sql "SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))" \
		"SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2'), test.booker('bob'))" \
		"SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-3'), test.booker('alice'), idempotency_key => 'k')")" $'A-1\n{A-2}\n{A-3}'
	is "$1: nothing is broken" "$(broken)" ''
}

world
leave killed
others_wait killed
before=$(state)
kill -9 "${session_process[killed]}"
close_session killed
ok 'killed: the server ends its transaction' wait_until "backend_is_gone $pid"
all_is_free killed

world
leave idle
others_wait idle
before=$(state)
ask idle "SET idle_in_transaction_session_timeout = '1ms'"
ok 'idle: the server ends it' wait_until "backend_is_gone $pid"
close_session idle
all_is_free idle
