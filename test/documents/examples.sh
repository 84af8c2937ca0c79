# The runner of the examples sees each kind of difference.

# judges PAGE OPTION...: "right", or what it says of a page with this text
judges()
{
	local output
	printf '%b' "$1" >"$SUITE_DIR/page.md"
	output=$(test/documents/examples.py "${@:2}" "$database" "$SUITE_DIR/page.md" 2>&1) && echo right ||
		grep -oE '\(status .*\)|no example' <<<"$output"
}
one='```sql\nSELECT 1 AS n;\n```\n'
is 'rows that are told' "$(judges "$one"'```text\n n\n---\n 1\n```\n')" right
is 'other rows' "$(judges "$one"'```text\n n\n---\n 2\n```\n')" '(status 0)'
is 'rows of which nothing is told' "$(judges "$one")" '(status 0)'
is 'a value that is told' "$(judges '```sql\nSELECT 1; -- gives 1\n```\n')" right
is 'another value' "$(judges '```sql\nSELECT 1; -- gives 2\n```\n')" '(status 0)'
is 'an error that is told' "$(judges '```sql\nSELECT 1 / 0;\n```\n```text\nERROR:  division by zero\n```\n')" right
is 'an error that is not' "$(judges '```sql\nSELECT 1 / 0;\n```\n')" '(status 3)'
is 'no error where one is told' "$(judges '```sql\n\\echo ERROR: 1\n```\n```text\nERROR:  1\n```\n')" '(status 0)'
is 'an error that is told in a session' "$(judges '```sql\nSELECT 1 / 0;\n```\n```text\nERROR:  division by zero\n```\n' --session '')" '(status 3)'
is 'a role that is named' "$(judges '```sql\nCREATE ROLE reader LOGIN;\n```\n```sql\n-- as reader\nSELECT current_user; -- gives reader\n```\n```sql\nDROP ROLE reader;\n```\n')" right
is 'and is not there' "$(judges '```sql\n-- as nobody\nSELECT 1; -- gives 1\n```\n')" '(status 2)'
is 'no example' "$(judges 'SELECT 1;\n')" 'no example'

told='\n```text\n n\n---\n 1\n(1 row)\n```\n'
is 'a session' "$(judges '```sql w\nSELECT 1 AS n \\gset\n```\n```sql w\nSELECT :n AS n;\n```\n'"$told" --session w)" right
is 'blocks of another word' "$(judges "$one$told" --session w)" 'no example'
is 'other rows in it' "$(judges "$one${told/ 1/ 2}" --session '')" '(status 0)'
is 'another width' "$(judges "$one${told/---/----}" --session '')" '(status 0)'
is 'a block that fails' "$(judges '```sql\nSELECT 1 / 0;\n```\n'"$one$told" --session '')" '(status 3)
(status not run)'
is 'a last one that fails' "$(judges "$one$told"'```sql\nSELECT 1 / 0;\n```\n' --session '')" '(status 3)'
is 'nothing that is told' "$(judges "$one" --session '')" 'no example'
is 'blocks of sh, with this database and folder' \
	"$(judges '```sh w\npsql -Atd concerts -c "SELECT current_database()"; pwd; echo /srv/\n```\n```text\n'"$database\n$SUITE_DIR\n$SUITE_DIR/srv/"'\n```\n' --session w)" right
is 'another answer of sh' "$(judges '```sh\necho 1\n```\n```text\n2\n```\n' --session '')" '(status 0)'
is 'one that fails' "$(judges '```sh\nfalse\ntrue\n```\n'"$one$told" --session '')" '(status 1)'
is 'one that another command runs' "$(judges '```sh\necho $n\n```\n```text\n1\n```\n' --session '' --as 'env n=1')" right
