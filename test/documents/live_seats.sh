# docs/live-seats.md: its settings and its function, in a database of another name.

sed "s/ALTER DATABASE concerts /ALTER DATABASE $database /" docs/live-seats.md >"$SUITE_DIR/live-seats.md"
ok 'the examples of docs/live-seats.md give what is shown' \
	test/documents/examples.py "$database" README.md:1 "$SUITE_DIR/live-seats.md"
is 'its table of settings has their defaults' \
	"$(sed -n 's/^| `\(concert_booking\.cache_[a-z_]*\)` .*| \([0-9]*\) \([a-z]\)[a-z]* |$/\1 \2\3/p' docs/live-seats.md)" \
	"$(query "LOAD 'concert_booking'; SELECT name || ' ' || regexp_replace(current_setting(name), 'min', 'm') FROM pg_settings
		WHERE name LIKE 'concert_booking.cache_%' ORDER BY name DESC")"
