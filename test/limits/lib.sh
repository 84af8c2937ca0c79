# What the parts of the suite "limits" share: sessions that stay open, calls in
# sessions of their own, and the state of all tables as one text.

short="SET concert_booking.lock_wait = '20ms'"
busy='ERROR PT409: somebody else is busy with it'

# sql STATEMENT... - each in its own transaction, in a session of its own; an error is its SQLSTATE and message
sql()
{
	local statement arguments=()
	for statement in "$@"; do
		arguments+=(-c "$statement")
	done
	psql -XqAt -v VERBOSITY=verbose -v SHOW_CONTEXT=never "${arguments[@]}" 2>&1 | only_errors
}

# of an error its SQLSTATE and message, of all else everything
only_errors()
{
	sed -E '/^(DETAIL|HINT|LOCATION):/d; s/^(ERROR|FATAL):  /\1 /'
}

# A new world, see test/fixtures/world.sql; statements after it
world()
{
	psql -Xq -v ON_ERROR_STOP=1 -f test/fixtures/world.sql >"$SUITE_DIR/world" 2>&1
	[ $# = 0 ] || sql "$@" >>"$SUITE_DIR/world"
}

# -------- sessions that stay open

declare -A session_input session_process session_heard
session_marks=0

# open_session NAME
open_session()
{
	local fd
	rm -f "$SUITE_DIR/$1.in" "$SUITE_DIR/$1.out"
	mkfifo "$SUITE_DIR/$1.in"
	: >"$SUITE_DIR/$1.out"
	psql -XqAt -v VERBOSITY=verbose -v SHOW_CONTEXT=never <"$SUITE_DIR/$1.in" >"$SUITE_DIR/$1.out" 2>&1 &
	session_process[$1]=$!
	disown $!
	exec {fd}>"$SUITE_DIR/$1.in"
	session_input[$1]=$fd
	session_heard[$1]=0
}

# say NAME STATEMENT - does not wait for the answer
say()
{
	session_marks=$((session_marks + 1))
	printf '%s\n\\echo mark %s\n' "$2;" "$session_marks" >&"${session_input[$1]}"
}

# heard NAME - waits for the answer to what was said last, and prints it
heard()
{
	wait_until "grep -qx 'mark $session_marks' '$SUITE_DIR/$1.out'"
	tail -n "+$((session_heard[$1] + 1))" "$SUITE_DIR/$1.out" | grep -v '^mark ' | only_errors
}

# so that the next heard() prints only what is new
forget()
{
	session_heard[$1]=$(wc -l <"$SUITE_DIR/$1.out")
}

# ask NAME STATEMENT - the answer is in $answer
ask()
{
	forget "$1"
	say "$1" "$2"
	answer=$(heard "$1")
}

close_session()
{
	local fd=${session_input[$1]}
	exec {fd}>&-
}

# pid_of NAME - of its backend
pid_of()
{
	ask "$1" 'SELECT pg_backend_pid()'
	pid=$answer
}

# wait_until COMMAND - ten minutes: only what hangs waits in vain, and fails
wait_until()
{
	local try
	for try in $(seq 30000); do
		! eval "$1" || return 0
		sleep 0.02
	done
	echo "# waited in vain for: $1"
	return 1
}

waits_for_lock()
{
	[ "$(sql "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $1")" = t ]
}

backend_is_gone()
{
	[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE pid = $1")" = 0 ]
}

# -------- what there is

# Every row of every table, in a word; empty slots of availability, which stay, apart
make_state()
{
	psql -Xq -v ON_ERROR_STOP=1 <<-'SQL'
		CREATE SCHEMA test;
		CREATE FUNCTION test.state() RETURNS text LANGUAGE sql STABLE AS $$
			SELECT md5(string_agg(r, ' ' ORDER BY r)) FROM (
				SELECT t::text FROM concert_booking.seats t UNION ALL
				SELECT t::text FROM concert_booking.temp_reservations t UNION ALL
				SELECT t::text FROM concert_booking.bookings t UNION ALL
				SELECT t::text FROM concert_booking.booking_seats t UNION ALL
				SELECT t::text FROM concert_booking.booking_events t UNION ALL
				SELECT t::text FROM concert_booking.concert_schedules t UNION ALL
				SELECT t::text FROM concert_booking.schedule_prices t UNION ALL
				SELECT t::text FROM concert_booking.schedule_availability t) AS rows (r)
		$$;
	SQL
}

state()
{
	sql 'SELECT test.state()'
}

# until_it_works WITHOUT STATEMENT WITH RESULT - the statement in one session, each time as one transaction, with room
# for nothing, for one thing, for two and so on, until it works. WITHOUT and WITH are lines for psql that take the room
# away (:room is how much is left) and give it back. Every failure is SQLSTATE \$without_room, leaves all rows as they
# were and no lock.
until_it_works()
{
	local name=${2#*concert_booking.} step heard before
	name=${name%%(*}
	before=$(state)
	{
		echo '\set works false'
		for step in $(seq 0 400); do
			printf '%s\n' '\if :works' '\else' "\\set room $step" "$1" "$2;" '\if :ERROR' '\echo failed :SQLSTATE' '\else' '\set works true' '\endif' "$3" '\if :works' '\else' \
				"SELECT 'left', test.state(), count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('relation', 'virtualxid');" '\endif' '\endif'
		done
	} >"$SUITE_DIR/until.sql"
	psql -XqAt -F ' ' -v SHOW_CONTEXT=never -v VERBOSITY=sqlstate -f "$SUITE_DIR/until.sql" >"$SUITE_DIR/until.out" 2>"$SUITE_DIR/until.err"
	heard=$(cat "$SUITE_DIR/until.out")
	is "$name: without room it fails, and nothing is done" "$(sed '$d' <<<"$heard" | LC_ALL=C sort -u)" "failed $without_room"$'\n'"left $before 0"
	is "$name: with room it works" "$(tail -n 1 <<<"$heard")" "$4"
	is "$name: nothing is broken" "$(broken)" ''
	echo "# $name: failed $(grep -c '^failed' <<<"$heard") times"
}

broken()
{
	sql 'SELECT * FROM concert_booking.check_integrity()'
}

# locks_of PID - all but those of the session's own virtual transaction
locks_of()
{
	sql "SELECT count(*) FROM pg_locks WHERE pid = $1 AND locktype <> 'virtualxid'"
}

# stop_server MODE; start_server [ENVIRONMENT...]
stop_server()
{
	(cd / && $SERVER_AS "$SERVER_BIN/pg_ctl" -D "$SERVER_DIR/data" -s -w -m "$1" stop)
}

start_server()
{
	(cd / && $SERVER_AS env "$@" "$SERVER_BIN/pg_ctl" -D "$SERVER_DIR/data" -l "$SERVER_DIR/log" -w -s start)
}
