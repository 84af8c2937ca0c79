# docs/box-office.md: the owner makes the roles, and they do all the rest, each what its level allows.

ok 'docs/box-office.md gives what is shown, to the roles that are named' test/documents/examples.py "$database" docs/box-office.md
is 'the levels that it names are enough, and no superuser is needed' \
	"$(awk '/^```sql/ { blocks++; getline; if (blocks > 1 && !/^-- as house_/) print FILENAME ": " $0 }' docs/box-office.md)" ''
psql -X -q -d "$database" -c 'DROP OWNED BY house_manager, house_clerk, house_monitor' -c 'DROP ROLE house_manager, house_clerk, house_monitor'
