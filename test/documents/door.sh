# docs/door.md: the owner makes the role and the evening, and the gate does all the rest.

ok 'the evening of docs/door.md can be made' test/documents/examples.py "$database" docs/door.md:1
ok 'and a gate does what is shown' \
	env PGUSER=gate test/documents/examples.py "$database" docs/door.md:2-
is 'the data is in order' "$(query 'SELECT * FROM concert_booking.check_integrity()')" ''
psql -X -q -d "$database" -c 'DROP OWNED BY gate' -c 'DROP ROLE gate'
