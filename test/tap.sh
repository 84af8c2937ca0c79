# TAP for suites written in bash: . test/tap.sh
#
#   ok DESCRIPTION COMMAND...         ok when the command succeeds
#   is DESCRIPTION GOT EXPECTED       ok when the two are the same text
#   like DESCRIPTION GOT REGEX        ok when grep -E finds it
#   skip DESCRIPTION REASON           neither ok nor not; it is listed
#   await WHAT COMMAND...             until the command succeeds; the suite ends when it has not in three minutes
#   finish                            the plan; fails when a test did

tap_count=0
tap_failed=0

tap_result()
{
	tap_count=$((tap_count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_count - $2"
	else
		echo "not ok $tap_count - $2"
		tap_failed=$((tap_failed + 1))
	fi
}

skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

ok()
{
	local description=$1 status=0 output
	shift
	output=$("$@" 2>&1) || status=$?
	tap_result "$status" "$description"
	[ "$status" = 0 ] || echo "# status $status: $output" | sed '2,$s/^/# /'
}

is()
{
	local status=0
	[ "$2" = "$3" ] || status=1
	tap_result "$status" "$1"
	[ "$status" = 0 ] || printf 'got:      %s\nexpected: %s\n' "$2" "$3" | sed 's/^/# /'
}

like()
{
	local status=0
	grep -qE -- "$3" <<<"$2" || status=1
	tap_result "$status" "$1"
	[ "$status" = 0 ] || printf 'got:     %s\nno sign: %s\n' "$2" "$3" | sed 's/^/# /'
}

await()
{
	local what=$1 end=$((SECONDS + 180))
	shift
	until "$@"; do
		if [ $SECONDS -ge $end ]; then
			echo "# $what: not in three minutes" >&2
			exit 1
		fi
		sleep 0.1
	done
}

finish()
{
	echo "1..$tap_count"
	[ "$tap_failed" = 0 ]
}
