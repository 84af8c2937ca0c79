# Shared by the scripts that run the history driver; $top is the project, $world
# the database.

# make_world FOLDER CLOSING [twin] - a fresh database with the world in it, and
# an empty FOLDER for the record
make_world()
{
	rm -rf "$1"
	mkdir -p "$1"
	# shellcheck disable=SC2086
	"$top/scripts/test-database" "$world" ${3:-}
	psql -X -q -d "$world" -c "ALTER DATABASE $world SET concert_booking.max_hold_duration = '150ms'"
	psql -X -q -d "$world" -v closing="$2" -f "$top/test/history/world.sql"
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
					 ('unblock', 'unblock_seats'), ('cancel_schedule', 'cancel_schedule')) AS f (kind, name)
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

# judge_world FOLDER OPTION... - dump what the database says, and check
judge_world()
{
	local folder=$1
	shift
	(cd "$folder" && psql -X -q -d "$world" -f "$top/test/history/dump.sql")
	"$top/test/history/check.py" "$@" "$folder" >"$folder/check.out"
}
