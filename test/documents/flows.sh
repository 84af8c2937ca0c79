# The examples of docs/flows.md.

sed -n '/^```sql$/,/^```$/{/^```/!p}' docs/flows.md >"$SUITE_DIR/flows.sql"
ok 'the examples of docs/flows.md run' psql -X -q -v ON_ERROR_STOP=1 -1 -d "$database" -f "$SUITE_DIR/flows.sql"
is 'and leave the layout and price they tell of' \
	"$(query "SELECT s.seat_number, s.seat_grade, s.price, cs.lowest_price, cs.total_seats
		FROM concert_booking.seats s JOIN concert_booking.concert_schedules cs ON cs.id = s.concert_schedule_id
		JOIN concert_booking.concerts c ON c.id = cs.concert_id WHERE c.title = 'Autumn Leaves' ORDER BY s.ordinal")" \
	'A-1|VIP|180000|180000|2
A-2|VIP|180000|180000|2'

# Every function of the API that docs/flows.md names is one.
is 'docs/flows.md names no function that is not there' \
	"$(sed '/^```/,/^```/d' docs/flows.md | grep -oE '`[a-z_]+\(' | tr -d '`(' | LC_ALL=C sort -u |
		LC_ALL=C comm -23 - <(query "SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'concert_booking'::regnamespace" | LC_ALL=C sort))" ''
