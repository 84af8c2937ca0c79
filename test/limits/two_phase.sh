# PREPARE TRANSACTION of a hold, of sales and of a cancellation.
#
# What must hold: until it is decided, whoever wants the seats, the key or the
# places under the limit waits and then hears PT409, also after a restart and
# after the hold's end; afterwards it is as if the call had just been committed,
# or never made.

later="SET concert_booking.test_clock_offset = '1 hour'"
guest="customer_name => 'Hugo', customer_phone => '010-1234-5678'"

prepare_all()
{
	world "UPDATE concert_booking.concert_schedules SET max_seats_per_booker = 3 WHERE id = test.schedule()" \
		"SELECT concert_booking.hold_seats(test.seats('B-1', 'B-3'), test.booker('alice'))" \
		"SELECT concert_booking.book_seats(test.seats('B-2'), test.booker('bob'))"
	sql 'SET concert_booking.async_holds = on' BEGIN \
		"SELECT concert_booking.hold_seat(test.seat('A-1'), session_id => test.booker('gina'))" "PREPARE TRANSACTION 'hold'"
	sql BEGIN "SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k1')" \
		"PREPARE TRANSACTION 'confirm'"
	sql BEGIN "SELECT concert_booking.book_seats(test.seats('A-2', 'A-3'), session_id => test.booker('hugo'), $guest, idempotency_key => 'k2')" \
		"PREPARE TRANSACTION 'book'"
	sql BEGIN "SELECT concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings), NULL, test.booker('bob'))" \
		"PREPARE TRANSACTION 'cancel'"
}

# nobody_gets_by WHEN - each call meets one prepared transaction
nobody_gets_by()
{
	is "$1: all are prepared" "$(sql 'SELECT gid FROM pg_prepared_xacts ORDER BY 1' | xargs)" 'book cancel confirm hold'
	is "$1: two keys and three limits are locked" "$(sql "SELECT count(*) FROM pg_locks WHERE locktype = 'object' AND granted AND pid IS NULL
		AND classid IN ('concert_booking.bookings'::regclass, 'concert_booking.temp_reservations'::regclass)")" 5
	is "$1: nobody gets by" "$(sql "$short" \
		'\echo the held seat' "SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))" \
		'\echo a booked seat' "SELECT concert_booking.book_seats(test.seats('A-3'), test.booker('bob'))" \
		'\echo the cancelled seat' "SELECT concert_booking.hold_seat(test.seat('B-2'), test.booker('bob'))" \
		'\echo the cancelled booking' "SELECT concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings), NULL, test.booker('bob'))" \
		'\echo the key of the confirm, on a schedule without limit' \
		"SELECT concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], test.booker('alice'), idempotency_key => 'k1')" \
		'\echo the key of the book' "SELECT concert_booking.book_seats(ARRAY[test.seat('A-1', 2)], session_id => test.booker('hugo'), $guest, idempotency_key => 'k2')" \
		'\echo the limit of the confirm, another seat' "SELECT concert_booking.hold_seat(test.seat('A-4'), test.booker('alice'))" \
		'\echo the limit of the book' "SELECT concert_booking.hold_seat(test.seat('A-4'), session_id => test.booker('hugo'))" \
		'\echo the limit of the hold' "SELECT concert_booking.hold_seat(test.seat('A-4'), session_id => test.booker('gina'))" \
		'\echo the box office' "SELECT concert_booking.block_seats(test.seats('A-1'))" "SELECT concert_booking.cancel_schedule(test.schedule())" \
		'\echo the best seat is another' "SELECT seat_number FROM concert_booking.hold_best_seats(test.schedule(), 1, 'R', user_id => test.booker('bob'))" \
		"SELECT released_seats FROM concert_booking.release_seats(user_id => test.booker('bob'))" \
		"$later" '\echo after its end, the held seat' "SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))" \
		'\echo a confirmed seat' "SELECT concert_booking.hold_seat(test.seat('B-1'), test.booker('bob'))" \
		'\echo a sweep passes by' 'SELECT concert_booking.expire_holds()')" "\
the held seat
$busy
a booked seat
$busy
the cancelled seat
ERROR PT409: seat is not available
the cancelled booking
$busy
the key of the confirm, on a schedule without limit
$busy
the key of the book
$busy
the limit of the confirm, another seat
$busy
the limit of the book
$busy
the limit of the hold
$busy
the box office
$busy
$busy
the best seat is another
A-4
1
after its end, the held seat
$busy
a confirmed seat
$busy
a sweep passes by
0"
	is "$1: nothing is broken" "$(broken)" ''
}

decide()
{
	sql "$1 PREPARED 'hold'" "$1 PREPARED 'confirm'" "$1 PREPARED 'book'" "$1 PREPARED 'cancel'"
}

taken()
{
	sql "SELECT seat || ' ' || status || ' ' || coalesce(held_by, '-') || ' ' || coalesce(sold_to, '-') FROM test.taken WHERE schedule = '1'"
}

after_commit()
{
	is "$1: what was done" "$(taken)" $'A-1 temp_reserved gina -\nA-2 reserved - hugo\nA-3 reserved - hugo\nB-1 reserved - alice\nB-3 reserved - alice'
	is "$1: the count" "$(sql "SELECT available FROM test.availability WHERE schedule = '1'")" 4
	is "$1: the held seat is held" "$(sql "SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))")" 'ERROR PT409: seat is not available'
	is "$1: the keys answer with the bookings" "$(sql "SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k1')" \
		"SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-2', 'A-3'), session_id => test.booker('hugo'), $guest, idempotency_key => 'k2')" \
		"SELECT count(*) FROM concert_booking.bookings WHERE idempotency_key IS NOT NULL")" $'{B-1,B-3}\n{A-2,A-3}\n2'
	is "$1: the limit" "$(sql "SELECT concert_booking.book_seats(test.seats('A-4', 'B-4'), test.booker('alice'))" \
		"SELECT seat_numbers FROM concert_booking.book_seats(test.seats('B-4'), test.booker('alice'))")" \
		$'ERROR PT422: too many seats for one booker\n{B-4}'
	is "$1: the cancelled seat is free" "$(sql "SELECT seat_number FROM concert_booking.hold_seat(test.seat('B-2'), test.booker('bob'))" \
		"SELECT concert_booking.release_seats(user_id => test.booker('bob'))")" $'B-2\n1'
	is "$1: the hold ends" "$(sql "$later" "SELECT concert_booking.confirm_booking(test.schedule(), session_id => test.booker('gina'), $guest)" \
		'SELECT concert_booking.expire_holds()' "SELECT seat_number FROM concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))")" \
		$'ERROR PT410: there is no live hold\n1\nA-1'
}

after_rollback()
{
	is "$1: nothing was done" "$(taken)" $'B-1 temp_reserved alice -\nB-2 reserved - bob\nB-3 temp_reserved alice -'
	is "$1: the count" "$(sql "SELECT available FROM test.availability WHERE schedule = '1'")" 7
	is "$1: after its end a hold is not confirmed" "$(sql "$later" "SELECT concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k1')")" \
		'ERROR PT410: there is no live hold'
	is "$1: the keys are unused" "$(sql "SELECT seat_numbers FROM concert_booking.confirm_booking(test.schedule(), test.booker('alice'), idempotency_key => 'k1')" \
		"SELECT seat_numbers FROM concert_booking.book_seats(test.seats('A-1', 'A-2'), session_id => test.booker('hugo'), $guest, idempotency_key => 'k2')" \
		"SELECT status FROM concert_booking.cancel_booking((SELECT id FROM concert_booking.bookings WHERE user_id = test.booker('bob')), NULL, test.booker('bob'))")" \
		$'{B-1,B-3}\n{A-1,A-2}\ncancelled'
}

for restart in '' ', restarted' ', crashed'; do
	for decision in COMMIT ROLLBACK; do
		[ "$decision$restart" != 'COMMIT, restarted' ] || continue
		is "to prepare$restart: nothing is refused" "$(prepare_all | grep ERROR || true)" ''
		case $restart in
		', restarted') stop_server fast && start_server ;;
		', crashed') stop_server immediate && start_server ;;
		esac
		nobody_gets_by "prepared$restart"
		is "$decision$restart" "$(decide $decision)" ''
		after_${decision,,} "$decision$restart"
		is "$decision$restart: no lock is left" "$(sql "SELECT count(*) FROM pg_locks WHERE locktype IN ('object', 'tuple', 'transactionid')")" 0
		is "$decision$restart: nothing is broken" "$(broken)" ''
	done
done

# A transaction that has notified cannot be prepared: PostgreSQL says so, and all of it is undone.
world
before=$(state)
is 'with notify_seat_changes PostgreSQL refuses to prepare' \
	"$(sql 'SET concert_booking.notify_seat_changes = on' BEGIN "SELECT concert_booking.hold_seat(test.seat('A-1'), test.booker('bob'))" "PREPARE TRANSACTION 'told'" | tail -n 1)" \
	'ERROR 0A000: cannot PREPARE a transaction that has executed LISTEN, UNLISTEN, or NOTIFY'
is 'and nothing is left of it' "$(state)" "$before"
