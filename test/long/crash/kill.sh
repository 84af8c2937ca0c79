# Shared by the scripts that crash a server.

# kill_cluster DATA - the processes of the server die at once, as in a power cut;
# the files stay. The postmaster stands still first, so that it starts no other.
kill_cluster()
{
	local postmaster pids
	postmaster=$(head -n 1 "$1/postmaster.pid")
	kill -STOP "$postmaster"
	until [[ $(ps -o stat= -p "$postmaster") == T* ]]; do
		sleep 0.01
	done
	mapfile -t pids < <(ps -o pid= --ppid "$postmaster" | tr -d ' ')
	pids+=("$postmaster")
	kill -KILL "${pids[@]}" 2>/dev/null || true
	# those that are dead and not yet buried count as gone
	while [ -n "$(ps -o stat= -p "$(IFS=,; echo "${pids[*]}")" | grep -v '^Z')" ]; do
		sleep 0.01
	done
}

# note_crash FOLDER - what a server that has just come back has kept, for the
# checker (test/long/history/crash.py). The driver stands still from before it came
# back until this is done, so that nothing but the crash has changed it: one line
# "instant before, instant after, folder of the dump" in FOLDER/crashes.tsv.
note_crash()
{
	local folder=$1 name before
	touch "$folder/crashes.tsv"
	name=crash.$(wc -l <"$folder/crashes.tsv")
	before=$(date +%s%6N)
	mkdir "$folder/$name"
	dump_world "$folder/$name"
	printf '%s\t%s\t%s\n' "$before" "$(date +%s%6N)" "$name" >>"$folder/crashes.tsv"
}

# no_alarms LOG... - a server that panics, or whose assertions fail, may well recover
no_alarms()
{
	! grep -hE 'PANIC:  |TRAP: ' "$@" >&2
}
