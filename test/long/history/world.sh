# Shared by the scripts that run the history driver; $top is the project, $world
# the database, $terms how long its holds last, "short" (the default) or "long".

# make_world FOLDER CLOSING - a fresh database with the world in it, and
# an empty FOLDER for the record
make_world()
{
	local longest=150ms
	# An extended hold reaches this end when it is three seconds old.
	[ "${terms:-short}" = short ] || longest=33s
	rm -rf "$1"
	mkdir -p "$1"
	"$top/scripts/test-database" "$world"
	# On a busy machine a wait lasts: PT409 "busy" is what test/specs/wait_ends.spec is about.
	psql -X -q -d "$world" -c "ALTER DATABASE $world SET concert_booking.max_hold_duration = '$longest'" \
		-c "ALTER DATABASE $world SET concert_booking.lock_wait = '10min'"
	psql -X -q -d "$world" -v closing="$2" -v terms="${terms:-short}" -f "$top/test/long/history/world_catalogue.sql" \
		-f "$top/test/long/history/world.sql"
}

drop_world()
{
	psql -X -q -d postgres -c "DROP DATABASE IF EXISTS $world"
}

# Commands that this version does not have cannot be called.
left_out()
{
	psql -X -At -d "$world" -c "
		SELECT '--without ' || f.kind
		FROM (VALUES ('hold_best', 'hold_best_seats'), ('block', 'block_seats'),
					 ('unblock', 'unblock_seats'), ('cancel_schedule', 'cancel_schedule'),
					 ('seat_status', 'seat_status'), ('seat_map', 'seat_map')) AS f (kind, name)
		WHERE NOT EXISTS (SELECT FROM pg_proc p
						  WHERE p.proname = f.name AND p.pronamespace = 'concert_booking'::regnamespace)"
}

# wait_for_load FOLDER DRIVER - until the driver, of that process id, is at work
wait_for_load()
{
	until [ -s "$1/journal.tsv" ]; do
		kill -0 "$2"
		sleep 0.05
	done
}

# dump_world FOLDER - what the database says now
dump_world()
{
	(cd "$1" && psql -X -q -d "$world" -f "$top/test/long/history/dump.sql")
}

# wait_for_work FOLDER DRIVER LINES - until so many lines more are in the journal
wait_for_work()
{
	local enough=$(($(wc -l <"$1/journal.tsv") + $3))
	until [ "$(wc -l <"$1/journal.tsv")" -ge "$enough" ]; do
		kill -0 "$2"
		sleep 0.05
	done
}

# judge_world FOLDER OPTION... - dump what the database says, and check
judge_world()
{
	local folder=$1
	shift
	dump_world "$folder"
	"$top/test/long/history/check.py" "$@" "$folder" >"$folder/check.out"
}
