# README.md: its reference, its table of SQLSTATEs, its examples; links and paths of all documents.

ok 'the reference tables are up to date (else run scripts/reference)' scripts/reference --check

# Every SQLSTATE that the sources raise is in the table, and no other.
names=$(pg_config --sharedir)/errcodes.txt
{
	sed -n "s/.*MAKE_SQLSTATE('\(.\)', *'\(.\)', *'\(.\)', *'\(.\)', *'\(.\)').*/\1\2\3\4\5/p" src/*.c
	grep -ohE '\berrcode\(ERRCODE_[A-Z_]+' src/*.c | cut -d'(' -f2 | sort -u | while read -r name; do
		awk -v name="$name" '$3 == name { print $1 }' "$names"
	done
	sed -nE "s/.*(ERRCODE = |concert_booking\.refuse\()'([0-9A-Z]{5})'.*/\2/p" sql/*.sql
} | sort -u >"$SUITE_DIR/raised"
sed -n '/^| SQLSTATE/,/^$/s/^| \(`[^|]*\) |.*/\1/p' README.md | grep -o '[0-9A-Z]*' | sort >"$SUITE_DIR/listed"
is 'the table of SQLSTATEs is what the sources raise' \
	"$(cat "$SUITE_DIR/listed")" "$(cat "$SUITE_DIR/raised")"
ok 'and is not empty' test -s "$SUITE_DIR/listed"

# A link is relative to its document, a path in backquotes to the project.
links=0 paths=0
for document in README.md docs/*.md; do
	for path in $({ grep -ohE '\]\([^)#:]+\)' "$document" || true; } | tr -d ']()' | sort -u); do
		links=$((links + 1))
		ok "$document: $path exists" test -e "$(dirname "$document")/$path"
	done
done
for path in $(grep -ohE '`(src|sql|test|docs|scripts|mk|expected|bench|deploy|examples)/[a-z_./-]*`' README.md docs/*.md |
	tr -d '`' | sort -u); do
	paths=$((paths + 1))
	ok "$path exists" test -e "$path"
done

ok 'links and paths were looked for' test "$links" -gt 10 -a "$paths" -gt 5

# The SQL of the usage section runs as it stands, in one session.
sed -n '/^## Usage/,/^### PostgREST/{/^```sql$/,/^```$/{/^```/!p}}' README.md >"$SUITE_DIR/usage.sql"
ok 'the examples run' psql -X -q -v ON_ERROR_STOP=1 -d "$database" -f "$SUITE_DIR/usage.sql"
is 'and leave two seats sold' \
	"$(query "SELECT total_seats, available_seats FROM concert_booking.schedule_availability")" '20|18'
