# docs/access.md: its tables, its example.

# rows BEGINNING - those of the table of which the first line begins so
rows()
{
	awk -v first="$1" 'index($0, first) == 1 { inside = 1; getline; next } !/^\|/ { inside = 0 } inside' docs/access.md
}

is 'the levels of docs/access.md are those of grant_access()' \
	"$(rows '| level | has also' | sed 's/^| `\([a-z]*\)` | \(.*\) | .* |$/\1 \2/; s/^| `\([a-z]*\)` | | .*/\1/; s/[`,]//g' |
		sed "s/^staff all of these\$/staff $(query "SELECT string_agg(level, ' ') FROM concert_booking.access_levels() WHERE level <> 'staff'")/" |
		while read -r level others; do printf '%s %s\n' "$level" "$(printf '%s\n' $others "$level" | LC_ALL=C sort | xargs)"; done | LC_ALL=C sort)" \
	"$(query "SELECT level || ' ' || (SELECT string_agg(i.name, ' ' ORDER BY i.name COLLATE \"C\") FROM unnest(included) AS i (name))
		FROM concert_booking.access_levels()" | LC_ALL=C sort)"
is 'the functions of each level are those of grant_access()' \
	"$(rows '| level | its own' | sed -n 's/^| `\([a-z]*\)` | \(.*\) |$/\1 \2/p' | tr -d '`,' |
		while read -r level names; do printf "$level %s\n" $names; done | LC_ALL=C sort)" \
	"$(query "SELECT level || ' ' || function_name FROM concert_booking.access_matrix()" | LC_ALL=C sort)"
is 'what a manager writes is what grant_access() grants' \
	"$(rows '| table | `UPDATE`' | tr -d '`,' | awk -F ' *[|] *' '
		function give(privilege, names, i, list) { for (i = split(names, list, " "); i > 0; i--) print $2, privilege, list[i] }
		{ print $2, "SELECT *" }
		$3 != "-" { give("UPDATE", $3) }
		$4 != "-" { give("INSERT", $3); sub(/^the same( and )?/, "", $4); give("INSERT", $4) }
		$5 != "-" { print $2, "DELETE *" }' | LC_ALL=C sort)" \
	"$(query "SELECT concat_ws(' ', table_name, privilege, coalesce(c.name, '*'))
		FROM concert_booking.table_rights() LEFT JOIN LATERAL unnest(column_names) AS c (name) ON true" | LC_ALL=C sort)"
ok 'its example gives what is shown' test/documents/examples.py "$database" docs/access.md
psql -X -q -d "$database" -c 'DROP OWNED BY webhook, desk, programme; DROP ROLE visitors, webhook, desk, programme'
