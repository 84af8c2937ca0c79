# docs/operations.md: every block is run. Those of pg_cron are run by the suite cron.

page=docs/operations.md
export PGOPTIONS='-c client_min_messages=error'

is 'every block of docs/operations.md has a word that is run' \
	"$(sed -n 's/^```\(sql\|sh\)\(.*\)/\1\2/p' $page | LC_ALL=C sort -u | xargs -d '\n' | tr -d "'")" \
	'sh backup sh cron sh owner sh pitr sh pitr-restore sql sql cron sql cron-rest sql monitoring sql owner sql pitr sql removal sql repair sql upgrade sql upkeep'

# fresh DATABASE: one without the extension
fresh()
{
	psql -X -q -d postgres -c "DROP DATABASE IF EXISTS \"$1\"" -c "CREATE DATABASE \"$1\" TEMPLATE template0 ENCODING 'UTF8'"
}

# blocks WORD DATABASE [OPTION...]: they run, and give what is shown
blocks()
{
	test/documents/examples.py --session "$1" "${@:3}" "$2" $page
}

# A hall of twelve seats and one of the past: alice has bought A-1 and A-2, gina A-3, bob's
# booking is cancelled, he holds B-1 and B-2, and a third hold has lapsed.
hall()
{
	psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -d "$1" <<-'END'
		INSERT INTO concert_booking.venues (id, name, address) VALUES ('0e000000-0000-4000-8000-000000000001', 'Olympic Hall', 'Seoul');
		INSERT INTO concert_booking.concerts (id, venue_id, title)
		VALUES ('c0000000-0000-4000-8000-000000000001', '0e000000-0000-4000-8000-000000000001', 'Winter Tour');
		INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, hold_duration)
		VALUES ('5c000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', '2040-12-25', '19:00', '1 hour'),
			('5c000000-0000-4000-8000-000000000002', 'c0000000-0000-4000-8000-000000000001', '2040-12-26', '19:00', '1 hour');
		SELECT concert_booking.generate_seats('5c000000-0000-4000-8000-000000000001', '{A,B}', 6, 'R', 150000);
		SELECT concert_booking.generate_seats('5c000000-0000-4000-8000-000000000002', '{P}', 2, 'R', 150000);
		CREATE FUNCTION pg_temp.seat(VARIADIC numbers text[]) RETURNS uuid[] LANGUAGE sql AS $$
			SELECT array_agg(s.id) FROM concert_booking.seats s WHERE s.seat_number = ANY (numbers) $$;
		SELECT * FROM concert_booking.book_seats(pg_temp.seat('A-1', 'A-2'), 'a11ce000-0000-4000-8000-000000000001');
		SELECT * FROM concert_booking.book_seats(pg_temp.seat('A-3'), session_id => '9d1f1c3e-54f5-4b1c-9b2a-6f0a3c2d7e11',
			customer_name => 'Gina', customer_phone => '010-1234-5678');
		SELECT c.* FROM concert_booking.book_seats(pg_temp.seat('A-4'), 'b0b00000-0000-4000-8000-000000000002') b,
			concert_booking.cancel_booking(b.booking_id, NULL, 'b0b00000-0000-4000-8000-000000000002') c;
		SELECT * FROM concert_booking.book_seats(pg_temp.seat('P-1'), 'a11ce000-0000-4000-8000-000000000001');
		UPDATE concert_booking.concert_schedules SET concert_date = '2020-12-25', status_changed_at = now() WHERE concert_date = '2040-12-26';
		SELECT * FROM concert_booking.hold_seats(pg_temp.seat('B-1', 'B-2', 'B-3'), 'b0b00000-0000-4000-8000-000000000002');
		BEGIN;
		UPDATE concert_booking.temp_reservations SET expires_at = now() - interval '10 minutes' WHERE seat_id = ANY (pg_temp.seat('B-3'));
		UPDATE concert_booking.seats SET hold_expires_at = now() - interval '10 minutes' WHERE seat_number = 'B-3';
		COMMIT;
		SELECT concert_booking.fold_pending_availability();
		DELETE FROM concert_booking.availability_changes;
	END
}

# -------- installation

fresh documents_install
ok 'the blocks of the installation run' blocks '' documents_install

fresh documents_owner
ok 'an owner that is no superuser installs, backs up and restores' blocks owner documents_owner
export PGOPTIONS="$PGOPTIONS -c role=box_owner"
hall documents_owner
ok 'such an owner sells and monitors' blocks monitoring documents_owner
ok 'and sees to the upkeep' blocks upkeep documents_owner
PGOPTIONS=${PGOPTIONS% -c role=box_owner}
is 'every function but four runs as its owner' \
	"$(query "SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p JOIN concert_booking.access_matrix() m ON m.function_name = p.proname
		WHERE p.pronamespace = 'concert_booking'::regnamespace AND NOT p.prosecdef AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')")" \
	'grant_access run_popularity run_upkeep sweep_holds'

# -------- monitoring, backup, upkeep, removal

hall "$database"
ok 'monitoring runs' blocks monitoring "$database"
ok 'a dump is restored' blocks backup "$database"
ok 'upkeep runs' blocks upkeep "$database"
ok 'the extension goes and comes back, and goes for good' blocks removal "$database"

# -------- an update from the release before

fresh documents_upgrade
released=$(ls test/data/released/concert_booking--*.sql | tail -n 1)
old=$(basename "${released#*--}" .sql)
cp "$released" "$(dirname "$(find "$SERVER_DIR/stage" -name concert_booking.control)")/"
psql -X -q -o /dev/null -d documents_upgrade -c "CREATE EXTENSION concert_booking VERSION '$old' CASCADE" \
	-c 'SELECT concert_booking.create_tables()'
ok "the update of $old runs" blocks upgrade documents_upgrade

# -------- findings

is 'every finding of check_integrity() has its line in docs/operations.md' \
	"$(sed -n '/^| finding |/,/^$/s/^| \([^|]*\) |.*/\1/p' $page | sed '1d' | LC_ALL=C sort)" \
	"$(psql -X -q -At -d documents_install -c "
		SELECT DISTINCT replace(m[1], '''''', '''') FROM pg_proc p, regexp_matches(p.prosrc, 'SELECT ''((?:[^'']|'''')+)'', ', 'g') AS m
		WHERE p.oid = 'concert_booking.check_integrity()'::regprocedure
		UNION SELECT 'schedule_prices are a recount of the seats'
		UNION SELECT m || ' is a recount of the seats' FROM unnest('{total_seats,available_seats,is_sold_out,lowest_price}'::text[]) m" | LC_ALL=C sort)"

scripts/test-database documents_repair
hall documents_repair
# Alice gives A-2 back; carol pays for B-4 and B-5, dave for B-6; the performance of the past is archived.
psql -X -q -v ON_ERROR_STOP=1 -o /dev/null -d documents_repair <<-'END'
	CREATE FUNCTION pg_temp.seat(VARIADIC numbers text[]) RETURNS uuid[] LANGUAGE sql AS $$
		SELECT array_agg(s.id) FROM concert_booking.seats s WHERE s.seat_number = ANY (numbers) $$;
	SELECT c.* FROM concert_booking.bookings b,
		concert_booking.cancel_seats(b.id, pg_temp.seat('A-2'), user_id => 'a11ce000-0000-4000-8000-000000000001') c WHERE b.seat_count = 2;
	SELECT * FROM concert_booking.hold_seats(pg_temp.seat('B-4', 'B-5'), 'ca201000-0000-4000-8000-000000000003');
	SELECT * FROM concert_booking.begin_payment('5c000000-0000-4000-8000-000000000001', 'ca201000-0000-4000-8000-000000000003');
	SELECT * FROM concert_booking.hold_seats(pg_temp.seat('B-6'), 'da7e0000-0000-4000-8000-000000000004');
	SELECT * FROM concert_booking.begin_payment('5c000000-0000-4000-8000-000000000001', 'da7e0000-0000-4000-8000-000000000004');
	SELECT * FROM concert_booking.archive_past_schedules(now());
END
psql -X -q -v ON_ERROR_STOP=1 -d documents_repair <<-'END'
	SET session_replication_role = replica;
	UPDATE concert_booking.temp_reservations SET expires_at = expires_at + interval '1 minute'
	WHERE seat_id = (SELECT id FROM concert_booking.seats WHERE seat_number = 'B-4');
	UPDATE concert_booking.bookings SET status = 'expired', pay_by = NULL WHERE user_id = 'da7e0000-0000-4000-8000-000000000004';
	UPDATE concert_booking.archived_bookings SET status = 'pending';
	UPDATE concert_booking.booking_seats SET cancellation_fee = 1000
	WHERE seat_id = (SELECT id FROM concert_booking.seats WHERE seat_number = 'A-2');
	UPDATE concert_booking.seats SET status = 'reserved' WHERE seat_number = 'A-5';
	UPDATE concert_booking.seats SET status = 'available' WHERE seat_number = 'A-1';
	UPDATE concert_booking.seats SET status = 'temp_reserved' WHERE seat_number = 'A-6';
	UPDATE concert_booking.seats SET status = 'available' WHERE seat_number = 'B-1';
	UPDATE concert_booking.seats SET hold_expires_at = NULL WHERE seat_number = 'B-2';
	UPDATE concert_booking.temp_reservations SET concert_schedule_id = '5c000000-0000-4000-8000-000000000002'
	WHERE seat_id = (SELECT id FROM concert_booking.seats WHERE seat_number = 'B-2');
	ALTER TABLE concert_booking.temp_reservations DROP CONSTRAINT chk_temp_reservations_booker;
	UPDATE concert_booking.temp_reservations SET session_id = user_id
	WHERE seat_id = (SELECT id FROM concert_booking.seats WHERE seat_number = 'B-3');
	UPDATE concert_booking.bookings SET seat_count = 7, booking_number = 'BK-1' WHERE customer_name = 'Gina';
	UPDATE concert_booking.booking_seats SET price = 140000
	WHERE seat_id = (SELECT id FROM concert_booking.seats WHERE seat_number = 'A-3');
	UPDATE concert_booking.booking_seats SET active = true
	WHERE seat_id = (SELECT id FROM concert_booking.seats WHERE seat_number = 'A-4');
	UPDATE concert_booking.bookings SET cancelled_at = NULL WHERE status = 'cancelled';
	UPDATE concert_booking.concert_schedules SET starts_at = starts_at + interval '1 hour', total_seats = 99, available_seats = 0,
		is_sold_out = false, lowest_price = 1, concert_created_at = '2000-01-01' WHERE concert_date = '2040-12-25';
	UPDATE concert_booking.schedule_prices SET seat_count = 0, concert_id = concert_schedule_id;
END
is 'all that the statements are for is broken' \
	"$(psql -X -q -At -d documents_repair -c "SELECT DISTINCT invariant FROM concert_booking.check_integrity()" | LC_ALL=C sort)" \
	"$(sed -n '/^| finding |/,/^$/s/^| \([^|]*\) | .*\(the statements above\|reconcile_availability\|was sold elsewhere\|what was paid\|by hand: give\).*/\1/p' $page |
		grep -vE '^the triggers|^a seat is sold once' | LC_ALL=C sort)"
ok 'the statements that repair run' blocks repair documents_repair

# -------- point in time, on a server of its own

# Where the server's user may read and write.
folder=$SERVER_DIR
pitr=$folder/pitr
archive=$folder/srv
mkdir -p "$archive/backup/wal"
chmod -R 777 "$archive"
(
	options=()
	while IFS= read -r line; do
		options+=(-o "$(sed "s/ = /=/; s/='\(.*\)'$/=\1/; s,/srv/,$archive/,g" <<<"$line")")
	done < <(awk '/^```ini pitr/ { on = 1; next } /^```/ { on = 0 } on' $page)
	scripts/server start "$pitr" "${options[@]}" >/dev/null
)
finish_pitr()
{
	(. "$pitr/env" && $SERVER_AS "$SERVER_BIN/pg_ctl" -D "$archive/restored" -s -m immediate stop) >/dev/null 2>&1 || true
	scripts/server stop "$pitr" >/dev/null 2>&1 || true
}
trap finish_pitr EXIT
pitr_part()
(
	. "$pitr/env"
	export PGOPTIONS='-c client_min_messages=error'
	if [ "$1" = pitr ]; then
		scripts/test-database concerts
		hall concerts
	fi
	blocks "$1" concerts --folder "$folder" --as "$SERVER_AS" || return 1
	# what is archived later would be missing
	[ "$1" != pitr ] || while
		unarchived=$(psql -X -At -d concerts -c "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'") &&
			[ "$unarchived" != 0 ]
	do
		sleep 0.1
	done
)
ok 'a base backup is made and a point is named' pitr_part pitr
ok 'the server is restored to that point' pitr_part pitr-restore
finish_pitr
trap - EXIT
unset PGOPTIONS
