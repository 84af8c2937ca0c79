# The Korean documents have the examples and the shape of the English ones.

pairs=0
for translation in README.ko.md docs/ko/*.md; do
	page=docs/${translation#docs/ko/}
	[ "$translation" != README.ko.md ] || page=README.md
	pairs=$((pairs + 1))
	ok "$translation has the examples of $page" test/documents/languages.py "$page" "$translation"
done
ok 'a page in English is not taken for a translation' bash -c '! test/documents/languages.py README.md README.md >/dev/null'
ok 'there are Korean documents' test "$pairs" -ge 3

sed '0,/^```sql$/s//```sql\n-- one line more/' README.md >"$SUITE_DIR/other.md"
ok 'another example is found' test "$(test/documents/languages.py README.md "$SUITE_DIR/other.md" | sed -n 1p)" = 'blocks of code: number 1 differs'
sed 's/^## Errors/### Errors/' README.md >"$SUITE_DIR/other.md"
ok 'another heading too' test "$(test/documents/languages.py README.md "$SUITE_DIR/other.md" | sed -n '1s/:.*//p')" = 'levels of headings'
