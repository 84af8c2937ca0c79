# Every table, column and index is in docs/data-model.md.

# Partitions by month come and go; they are their parent's.
tables=$(query "
	SELECT c.relname FROM pg_class c
	WHERE c.relnamespace = 'concert_booking'::regnamespace AND c.relkind IN ('r', 'p', 'v')
	  AND NOT (c.relispartition AND c.relname <> 'booking_events_default') ORDER BY 1")
is 'every table has its section, and no other has one' \
	"$(sed -n '/^## Tables/,/^## Indexes/s/^### //p' docs/data-model.md | sort)" "$(sort <<<"$tables")"
for table in $tables; do
	sed -n "/^### $table\$/,/^##/p" docs/data-model.md | grep -o '`[a-z_]*`' | tr -d '`' | LC_ALL=C sort -u >"$SUITE_DIR/told"
	query "SELECT attname FROM pg_attribute
		WHERE attrelid = 'concert_booking.$table'::regclass AND attnum > 0 AND NOT attisdropped" |
		LC_ALL=C sort >"$SUITE_DIR/there"
	ok "$table has columns" test -s "$SUITE_DIR/there"
	is "every column of $table is told of" "$(LC_ALL=C comm -13 "$SUITE_DIR/told" "$SUITE_DIR/there")" ''
done

query "SELECT c.relname FROM pg_class c
	JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid
	WHERE c.relnamespace = 'concert_booking'::regnamespace
	  AND NOT i.indisprimary AND NOT t.relispartition" | LC_ALL=C sort >"$SUITE_DIR/there"
sed -n '/^## Indexes/,$p' docs/data-model.md | grep -o '`[a-z_]*`' | tr -d '`' | LC_ALL=C sort -u >"$SUITE_DIR/told"
ok 'there are indexes' test -s "$SUITE_DIR/there"
is 'every index is told of' "$(LC_ALL=C comm -13 "$SUITE_DIR/told" "$SUITE_DIR/there")" ''

seeds()
{
	sed -n '/^## Indexes of the seeds/,/^## /s/^| \([AB]\) | `\([a-z_]*\)` | `*\([a-z_-]*\)`* | *\(.*\) *|$/\1 \2 \3 \4/p' docs/data-model.md
}
is 'all 19 of system A and 13 of system B are accounted for' \
	"$(seeds | cut -d' ' -f1 | sort | uniq -c | xargs)" '19 A 13 B'
is 'an index that serves in place of one is there' \
	"$(seeds | cut -d' ' -f3 | grep -v '^-$' | LC_ALL=C sort -u | LC_ALL=C comm -23 - "$SUITE_DIR/there")" ''
is 'one that nothing serves for has its reason' "$(seeds | awk '$3 == "-" && NF < 5')" ''
