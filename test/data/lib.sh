# Shared by the tests of test/data; run in the project's top folder on a server
# of scripts/server, with SUITE_DIR for files. Needs test/tap.sh.

quiet=(psql -X -q -v ON_ERROR_STOP=1 -o /dev/null)

# sql DATABASE STATEMENT - its one value
sql()
{
	psql -X -At -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

make_database()
{
	"${quiet[@]}" -d postgres -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1"
}

# make_box_office DATABASE - the extension, its tables and world.sql
make_box_office()
{
	scripts/test-database "$1"
	"${quiet[@]}" -d "$1" -f test/data/world.sql
}

# fingerprint DATABASE - tables and catalogue, as text
fingerprint()
{
	psql -X -q -v ON_ERROR_STOP=1 -v functions="${2:-1}" -d "$1" -f test/data/catalog.sql
	rows "$1"
}

# rows DATABASE - every row of every table
rows()
{
	psql -X -q -v ON_ERROR_STOP=1 -d "$1" -f test/data/tables.sql
}

# same FILE FILE - succeeds when they are equal and not empty, else shows where they differ
same()
{
	[ -s "$1" ] || { echo "$1 is empty"; return 1; }
	diff -U0 "$1" "$2" | cut -c1-300 | head -n 40
	cmp -s "$1" "$2"
}

# works DATABASE - hold, confirm, cancel, sweep; everything adds up
works()
{
	[ "$(psql -X -At -v ON_ERROR_STOP=1 -d "$1" <<-'END'
		SET client_min_messages = warning;
		SELECT s.id AS seat, s.concert_schedule_id AS schedule FROM concert_booking.seats s
		WHERE s.status = 'available' ORDER BY s.id LIMIT 1 \gset
		\set who '''00000000-0000-4000-b000-0000000000ff'''
		SELECT count(*) FROM concert_booking.hold_seat(:'seat', user_id => :who);
		SELECT r.booking_id AS booking FROM concert_booking.confirm_booking(:'schedule', user_id => :who) r \gset
		SELECT r.status FROM concert_booking.cancel_booking(:'booking', user_id => :who) r;
		BEGIN;
		SELECT concert_booking.expire_holds() \g /dev/null
		SELECT count(*) FROM concert_booking.temp_reservations t WHERE t.expires_at <= now();
		COMMIT;
		SELECT count(*) FROM concert_booking.check_integrity();
	END
	)" = $'SET\n1\ncancelled\nBEGIN\n0\nCOMMIT\n0' ] || return 1
}
