# The shared looks of polls: two databases with the same ids, a restart, a crash,
# and no shared memory to be had.
#
# What must hold: a poll is told of its own database; a client's version stays
# good as long as the letters are what they were; without memory each poll looks
# for itself, and nobody is refused.

poll="SET concert_booking.share_seat_status = '1h'"
later="SET concert_booking.test_clock_offset = '1 day'"

# told VERSION [STATEMENT...] - in the database named by PGDATABASE
told()
{
	local version=$1
	shift
	sql "$poll" "$@" "SELECT statuses, changed_positions, changed_statuses
		FROM concert_booking.seat_status(test.schedule(), '$version')"
}

scripts/test-database limits_other >"$SUITE_DIR/setup_other" 2>&1
world
PGDATABASE=limits_other world
same=$(sql "$poll" "SELECT version FROM concert_booking.seat_status(test.schedule(), '')")
is 'two databases: the same letters have the same version' "$(PGDATABASE=limits_other told "$same")" '|{}|'
sql "UPDATE concert_booking.seats SET status = 'unavailable' WHERE id = test.seat('A-2')" >"$SUITE_DIR/blocked"
is 'the next look of the one sees what changed there' "$(told "$same" "$later")" '|{2}|u'
is 'the other sees nothing of it' "$(PGDATABASE=limits_other told "$same" "$later")" '|{}|'
changed=$(sql "$poll" "$later" "SELECT version FROM concert_booking.seat_status(test.schedule(), '')")
for way in fast immediate; do
	stop_server $way >"$SUITE_DIR/stopped" && start_server >"$SUITE_DIR/started"
	is "stopped ($way): the version is still good" "$(told "$changed")" '|{}|'
	is "stopped ($way): one of before brings all letters" "$(told "$same")" 'auaaaaaa||'
done

# Where it would be is not to be written: nothing can be made there.
stop_server fast >"$SUITE_DIR/stopped"
folder=$SERVER_DIR/data/pg_dynshmem
if [ "$(id -u)" = 0 ]; then
	echo 'dynamic_shared_memory_type = mmap' | $SERVER_AS tee -a "$SERVER_DIR/data/postgresql.conf" >/dev/null
	start_server >"$SUITE_DIR/started"
	chown root "$folder" && chmod 755 "$folder"
	is 'without memory: all letters' "$(told '')" 'auaaaaaa||'
	is 'without memory: and still nothing for who has them' "$(told "$changed")" '|{}|'
	like 'the server says why' "$(grep 'shared memory segment' "$SERVER_DIR/log")" 'LOG:  could not open shared memory segment'
	chown --reference="$SERVER_DIR/data/PG_VERSION" "$folder" && chmod 700 "$folder"
	is 'when there is memory, polls share it' "$(told "$changed"; told "$same")" $'|{}|\nauaaaaaa||'
	stop_server fast >"$SUITE_DIR/stopped"
	$SERVER_AS sed -i '$d' "$SERVER_DIR/data/postgresql.conf"
fi
start_server >"$SUITE_DIR/started"
