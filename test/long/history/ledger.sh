# What a long run has done so far, shared by test/long/history/run and test/long/crash;
# $top is the project. One line a round, so that a run that was stopped can go
# on later and no round counts twice:
#
#   commit  seed  "ok" or "not ok"  what was played  NAME=COUNT ...
#
# separated by tabs. Only rounds of the same product and the same tests count
# (test/long/campaign/commit): a fix or a change makes the run begin again.

# ledger_open FILE - FILE may hold rounds already; '': a file for this run alone
ledger_open()
{
	ledger=${1:-$build/ledger.$$}
	ledger_kept=${1:-}
	mkdir -p "$(dirname "$ledger")"
	[ -n "$ledger_kept" ] || rm -f "$ledger"
	touch "$ledger"
	ledger_commit=$("$top/test/long/campaign/commit")
}

ledger_close()
{
	[ -n "$ledger_kept" ] || rm -f "$ledger"
}

# ledger_knows NUMBER SEED - true if the round was played before; says how it ended
ledger_knows()
{
	awk -F '\t' -v commit="$ledger_commit" -v number="$1" -v seed="$2" '
		$1 == commit && $2 == seed { print $3 " " number " - seed " seed ", " $4 ": stands in the ledger"; found = 1; exit }
		END { exit !found }' "$ledger"
}

ledger_failures()
{
	grep -c "^$ledger_commit	[0-9]*	not ok	" "$ledger" || true
}

# ledger_has COUNT SEED - true if this many rounds from that seed on are written down
ledger_has()
{
	awk -F '\t' -v build="$ledger_commit" -v count="$1" -v seed="$2" '
		$1 == build && $2 >= seed && $2 < seed + count { known[$2] }
		END { exit length(known) != count }' "$ledger"
}

# ledger_add SEED STATUS PLAYED FOLDER [NAME=COUNT...] - adds what the driver
# and the checker have counted, as they left it in FOLDER
ledger_add()
{
	local seed=$1 status=$2 played=$3 folder=$4 counts
	shift 4
	counts=$({
		tail -n 1 "$folder/check.out" | sed -n 's/^check: //p' | tr ',' '\n' |
			awk '{ count = $1; $1 = ""; sub(/^ /, ""); gsub(/ /, "_"); print $0 "=" count }'
		awk '/ sent / { print $2 ".sent=" $3; print $2 ".done=" $5 }
			/ calls in / { for (i = 2; i <= NF; i++) if ($i == "calls") print "calls=" $(i - 1) }' "$folder/driver.out"
		printf '%s\n' "$@"
	} 2>/dev/null | paste -sd '\t')
	printf '%s\t%s\t%s\t%s\t%s\n' "$ledger_commit" "$seed" "$status" "$played" "$counts" >>"$ledger"
}

# ledger_progress UNITS - a line about what is done
ledger_progress()
{
	ledger_sum | awk -v units="$1" -v commit="$ledger_commit" '
		{ sum[$1] = $2 }
		END {
			printf "# %d %s done", sum["rounds"], units
			if (sum["kills"]) printf ", %d kills and storms", sum["kills"]
			printf ": %d calls in %d requests, %d replies lost, %d bookings, %d seat events in order, %d violations, %d rounds not ok; %d min of work, commit %s\n",
				sum["calls"], sum["requests"], sum["lost"], sum["bookings"], sum["seat_events_in_order"],
				sum["violations"], sum["failed"], sum["seconds"] / 60, commit
		}'
}

# ledger_sum - NAME COUNT of everything, over all rounds of this commit
ledger_sum()
{
	awk -F '\t' -v commit="$ledger_commit" '
		$1 == commit {
			sum["rounds"]++
			sum["failed"] += $3 == "not ok"
			for (i = 5; i <= NF; i++) {
				split($i, pair, "=")
				sum[pair[1]] += pair[2]
			}
		}
		END { for (name in sum) print name, sum[name] }' "$ledger"
}

# ledger_report UNITS - what was done in all, by kind
ledger_report()
{
	ledger_progress "$1"
	awk -F '\t' -v commit="$ledger_commit" '
		$1 == commit {
			if (first == "" || $2 < first) first = $2
			if ($2 > last) last = $2
			played[$4]++
		}
		END {
			printf "# seeds %d to %d:", first, last
			for (name in played) printf " %d %s", played[name], name
			print ""
		}' "$ledger"
	ledger_sum | awk '
		/^[a-z_]+\.(sent|done) / { split($1, part, "."); count[part[1], part[2]] = $2; kinds[part[1]] }
		END { for (kind in kinds) printf "# %-16s %10d sent %10d done\n", kind, count[kind, "sent"], count[kind, "done"] }' | sort
	ledger_sum | sed -n 's/^kill\.\([a-z]*\) \(.*\)/# \1: \2/p' | sort
}
