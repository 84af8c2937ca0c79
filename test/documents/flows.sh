# docs/internals/flows.md: the calls that it names.

is 'docs/internals/flows.md names no function that is not there' \
	"$(sed '/^```/,/^```/d' docs/internals/flows.md | grep -oE '`[a-z_]+\(' | tr -d '`(' | LC_ALL=C sort -u |
		LC_ALL=C comm -23 - <(query "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'concert_booking'::regnamespace" | LC_ALL=C sort))" ''
