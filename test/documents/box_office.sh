# docs/box-office.md: the owner makes the role, and the role does all the rest.

ok 'the role of docs/box-office.md can be made' test/documents/examples.py "$database" docs/box-office.md:1
ok 'and does what is shown, with what it was granted' \
	env PGUSER=box_office test/documents/examples.py "$database" docs/box-office.md:2-
psql -X -q -d "$database" -c 'DROP OWNED BY box_office' -c 'DROP ROLE box_office'
