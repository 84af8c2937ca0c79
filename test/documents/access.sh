# docs/access.md: its matrix, its example.

is 'the matrix of docs/access.md is that of grant_access()' \
	"$(sed -n 's/^| `\([a-z]*\)` | [^|]* | \(.*\) |$/\1 \2/p' docs/access.md | tr -d '`,' |
		while read -r level names; do printf "$level %s\n" $names; done | LC_ALL=C sort)" \
	"$(query "SELECT level || ' ' || function_name FROM concert_booking.access_matrix()" | LC_ALL=C sort)"
ok 'its example gives what is shown' test/documents/examples.py "$database" docs/access.md
psql -X -q -d "$database" -c 'DROP OWNED BY webhook; DROP ROLE visitors, webhook'
