# README.md: its length, its table of SQLSTATEs, the lines of Install, its examples.

ok 'README.md has at most 220 lines' test "$(wc -l <README.md)" -le 220

# Every SQLSTATE that the sources raise is in the table, and no other.
names=$(pg_config --sharedir)/errcodes.txt
{
	sed -n "s/.*MAKE_SQLSTATE('\(.\)', *'\(.\)', *'\(.\)', *'\(.\)', *'\(.\)').*/\1\2\3\4\5/p" src/*.c
	grep -ohE '\berrcode\(ERRCODE_[A-Z_]+' src/*.c | cut -d'(' -f2 | sort -u | while read -r name; do
		awk -v name="$name" '$3 == name { print $1 }' "$names"
	done
	find sql -name '*.sql' -not -path 'sql/updates/*' -exec \
		sed -nE "s/.*(ERRCODE = |concert_booking\.refuse\()'([0-9A-Z]{5})'.*/\2/p" {} +
} | sort -u >"$SUITE_DIR/raised"
sed -n '/^| SQLSTATE/,/^$/s/^| \(`[^|]*\) |.*/\1/p' README.md | grep -o '[0-9A-Z]*' | sort >"$SUITE_DIR/listed"
is 'the table of SQLSTATEs is what the sources raise' \
	"$(cat "$SUITE_DIR/listed")" "$(cat "$SUITE_DIR/raised")"
ok 'and is not empty' test -s "$SUITE_DIR/listed"

# The packages are those that scripts/bootstrap installs for building; the version may be another.
without_version()
{
	tr ' ' '\n' | sed -E '/^$/d; s/-[0-9]+$/-N/; s/-[0-9]+-/-N-/' | LC_ALL=C sort -u
}
is 'the packages of Install are those for building' \
	"$(sed -n 's/^    sudo apt-get install //p' README.md | without_version)" \
	"$(scripts/bootstrap list | awk '$1 == "build" && $2 !~ /-cron$/ { print $2 }' | without_version)"

# Its database and extension are made by its own lines.
sed -n '/^## Install/,/^## /s/^    \(\(createdb\|psql\) .*\)/\1/p' README.md >"$SUITE_DIR/install.sh"
is 'Install has three lines for the database' "$(wc -l <"$SUITE_DIR/install.sh")" 3
ok 'and they work' bash -e "$SUITE_DIR/install.sh"
ok 'the examples give what is shown' test/documents/examples.py concerts README.md
is 'and leave four seats sold and two blocked' "$(psql -X -At -d concerts -c "
	SELECT status, count(*) FROM concert_booking.seats GROUP BY 1 ORDER BY 1")" 'available|14
reserved|4
unavailable|2'
