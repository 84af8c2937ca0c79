# Links, anchors, paths and make targets of all documents; each example is run by somebody.

mapfile -t documents < <(ls README.md README.*.md docs/*.md docs/*/*.md deploy/*/README.md 2>/dev/null)
for document in "${documents[@]}"; do
	ok "$document: what it names is there" test/documents/links.py "$document"
done
ok 'documents were looked at' test "${#documents[@]}" -gt 10
printf '# A\n\n[x](no.md), [y](#b), `src/no.c`, `make no-target`\n' >"$SUITE_DIR/page.md"
is 'what is not there is found' "$(test/documents/links.py "$SUITE_DIR/page.md" | wc -l)" 4

# A document with code names a part of the suite, or a suite, that runs it.
for document in $(grep -lE '^```(sql|sh|js)$' README.md docs/*.md docs/internals/*.md 2>/dev/null); do
	ok "$document: its examples are run" grep -rqF --exclude-dir=node_modules "$document" test/documents test/suites test/rest
done
