# docs/cluster.md: its tables are those of the files that they are about; its example runs.
# Its block for the hub is run by test/cluster/page.

page=docs/cluster.md
ok 'the example of docs/cluster.md runs' test/documents/examples.py "$database" "$page:1"
is 'every other block of SQL is for the hub' "$(sed -n 's/^```sql\(.*\)/\1/p' $page | sed 1d | sort -u | xargs)" hub

# route function, in the order of routes.txt
is 'its table of routes is that of deploy/cluster/routes.txt' \
	"$(sed -n '/^| route | where it goes | functions |/,/^$/s/^| `\([a-z]*\)` |.*| \(.*\) |$/\1 \2/p' $page |
		tr -d '`,' | while read -r route names; do printf "$route %s\n" $names; done | LC_ALL=C sort)" \
	"$(sed 's/#.*//' deploy/cluster/routes.txt | awk 'NF == 2 && $1 !~ /^\// { print $2, $1 }' | LC_ALL=C sort)"
is 'every function of the API has a route' \
	"$(query "SELECT DISTINCT m.function_name FROM concert_booking.access_matrix() m WHERE m.level <> 'owner' ORDER BY 1" | while read -r name; do
		grep -q "^${name}[[:space:]]" deploy/cluster/routes.txt || echo "$name"; done | xargs)" ''

# what HAProxy says: code and message
is 'its errors of the front are those of the configuration' \
	"$(sed -n '/^| status and code |/,/^$/s/^| [0-9]* `\([A-Z0-9]*\)` | `\([^`]*\)` |.*/\1 \2/p' $page | LC_ALL=C sort -u)" \
	"$(grep -o '"code":"[^"]*".*"message":"[^"]*"' deploy/cluster/templates/haproxy.cfg |
		sed 's/"code":"\([^"]*\)".*"message":"\([^"]*\)"/\1 \2/' | grep -vE '^PT(400 no HTTP|403|500)' | LC_ALL=C sort -u)"
read=$(python3 -B -c "import sys; sys.path.insert(0, 'deploy/cluster'); import front; print(f'{front.READ:,}')")
ok 'and so is the length of a request' grep -qF "longer than $read bytes" $page
is 'what it says of refusals by the hub and the shards, they say' \
	"$(grep -oE '55000 `[^`]*`' $page | tr -d '`' | cut -d ' ' -f 2- | while read -r text; do
		grep -rqF "'$text'" deploy/cluster/sql || echo "$text"; done)" ''
is 'its figures for monitoring are those that metrics() has of replication' \
	"$(sed -n '/^| figure | label |/,/^$/s/^| `\(concert_booking_[a-z_]*\)`.*/\1/p' $page | LC_ALL=C sort | xargs)" \
	"$(query "SELECT prosrc FROM pg_proc WHERE proname = 'replication_metrics'" | grep -oE 'concert_booking_(subscription|slot)_[a-z_]+' | LC_ALL=C sort -u | xargs)"
ok 'its figures are of one commit, the same in both languages' bench/cluster.py --check
ok 'and others are found out' bench/cluster.py --self-test
