# docs/migrating.md: its SQL moves the two designs' own tables, with sample rows, into these.

ok 'the old tables are there' psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -d "$database" \
	-f test/fixtures/seeds/migrate_a.sql -f test/fixtures/seeds/migrate_b.sql
PGOPTIONS="-c client_min_messages=warning" psql -X -q -d postgres -c "DROP DATABASE IF EXISTS documents_undecided" \
	-c "CREATE DATABASE documents_undecided TEMPLATE $database"
ok 'the SQL of docs/migrating.md gives what is shown' test/documents/examples.py --session '' "$database" docs/migrating.md

# What it says of the old statements.
is 'the statements of system A do on the new tables what docs/migrating.md says' \
	"$(psql -X -q -d "$database" -f test/fixtures/seeds/old_statements.sql 2>&1 | sed '/^$/d; /^DETAIL/d; s/^psql:[^ ]* //')" \
	"3.1: 1
3.2: 2
3.3.1: available available unavailable
3.4, 3.5: {A-1,A-2}
totals of a new schedule: 0 0
2.4, 2.9: nothing
3.3.2: a held seat tells when its hold ends (seat: null, hold: ...); an active booking seat is a reserved seat (its status is temp_reserved)
3.3.3 without its last statement: a booking number is well-formed (it is not of the form XXXX-XXXX-XXXX-C); a booking's seat count is the number of its seats (seat_count: 0, seats: 1); a booking's total price is the sum of its seats (total_price: 0, sum: 150000)
3.3.3: a booking number is well-formed (it is not of the form XXXX-XXXX-XXXX-C); a booking's seat count is the number of its seats (seat_count: 0, seats: 1); a booking's total price is the sum of its seats (total_price: 0, sum: 150000); available_seats is a recount of the seats (stored: 0, counted: 1)
3.6 without its last statement: an active booking seat is a reserved seat (its status is available); seats are active in confirmed bookings only (booking: cancelled)
3.6: an active booking seat is a reserved seat (its status is available); available_seats is a recount of the seats (stored: 3, counted: 2); seats are active in confirmed bookings only (booking: cancelled)
after the DELETE: available
5.2.2: nothing
ERROR:  duplicate key value violates unique constraint \"idx_booking_seats_active_seat\""

# New numbers are such as the extension makes: 2,000 of them are read back.
{
	sed -n '/^CREATE FUNCTION pg_temp.new_booking_number/,/^\$\$;$/p' docs/migrating.md
	echo "SELECT count(DISTINCT n), count(DISTINCT n) FILTER (WHERE concert_booking.parse_booking_number(n) = n)
		FROM (SELECT pg_temp.new_booking_number() AS n FROM generate_series(1, 2000)) x;"
} >"$SUITE_DIR/numbers.sql"
is 'booking numbers are well-formed, each another one' \
	"$(psql -X -q -At -v ON_ERROR_STOP=1 -d "$database" -f "$SUITE_DIR/numbers.sql")" '2000|2000'

# What a person has to decide stops the copy, and nothing is copied.
undecided()
{
	awk -v RS='\n```(sql)?\n' "/^CREATE VIEW $1\.to_decide/" docs/migrating.md >"$SUITE_DIR/decide.sql"
	awk -v RS='\n```(sql)?\n' "/^BEGIN;\nLOCK TABLE $1\./" docs/migrating.md >"$SUITE_DIR/copy.sql"
	psql -X -q -At -d documents_undecided -f "$SUITE_DIR/decide.sql" | cut -d'|' -f1 | LC_ALL=C sort
	psql -X -q -At -v ON_ERROR_STOP=1 -d documents_undecided -f "$SUITE_DIR/copy.sql" 2>&1 | sed -n 's/.*ERROR: */ERROR: /p'
	psql -X -q -At -d documents_undecided -c 'SELECT count(*) FROM concert_booking.concerts'
}
psql -X -q -v ON_ERROR_STOP=1 -d documents_undecided <<-'END'
	INSERT INTO old_a.booking_seats (booking_id, seat_id)
	SELECT b.id, s.id FROM old_a.bookings b, old_a.seats s
	WHERE b.booking_number = 'BK-20251017-0001' AND s.seat_number IN ('A-1', 'B-1') AND s.price = 180000
	   OR b.booking_number = 'BK-20251017-0001' AND s.seat_number = 'B-1';
	INSERT INTO old_a.bookings (user_id, concert_schedule_id, booking_number)
	SELECT user_id, concert_schedule_id, 'BK-20251017-0002' FROM old_a.bookings WHERE booking_number = 'BK-20251017-0001';
	UPDATE old_a.concerts SET running_time = 0 WHERE title = 'Summer Nights';
	INSERT INTO old_b.schedules (concert_id, date_time) SELECT concert_id, date_time FROM old_b.schedules LIMIT 1;
	UPDATE old_b.seats SET price = -1 WHERE seat_number = 'B01';
	INSERT INTO old_b.reservations (schedule_id, seat_ids, total_price, customer_name, customer_phone)
	SELECT schedule_id, seat_ids || gen_random_uuid(), 1, 'Park Seo', '010-0000-0000' FROM old_b.reservations WHERE status = 'confirmed'
	UNION ALL SELECT schedule_id, '{}', 0, 'Park Seo', '010-0000-0000' FROM old_b.reservations WHERE status = 'confirmed';
END
is 'what a person has to decide in system A is found, and stops the copy' "$(undecided old_a)" \
	'booking with a seat of another schedule
concert with an unknown status or no running time
confirmed booking without a seat
seat in two confirmed bookings
ERROR: old_a.to_decide has rows
0'
is 'and in system B' "$(undecided old_b)" \
	'reservation with an unknown seat, or one of another schedule
reservation without a seat, or with a negative sum
seat in two confirmed reservations
seat in two confirmed reservations
seat with a negative price
two schedules of a concert at one time
ERROR: old_b.to_decide has rows
0'
