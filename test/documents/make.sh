# make help lists every target, with its usual time, and no other.

# what the given makefiles declare to be no file; without one, ours and PGXS's
phony()
{
	{ make -pnq "$@" || true; } 2>/dev/null | sed -n 's/^\.PHONY: //p' | tr ' ' '\n' | sort -u
}
phony >"$SUITE_DIR/phony"
{ phony -f mk/dev.mk; sed -n 's/^\.PHONY: //p' Makefile | tr ' ' '\n'; } | sort -u >"$SUITE_DIR/own"
make -s help | sed -n 's/^  make \([a-z0-9-]*\) .*/\1/p' | sort >"$SUITE_DIR/help"

ok 'make help prints targets' test "$(wc -l <"$SUITE_DIR/help")" -gt 30
ok 'and the make files declare as many' test "$(wc -l <"$SUITE_DIR/own")" -gt 30
is 'make help has every target of the project' "$(comm -23 "$SUITE_DIR/own" "$SUITE_DIR/help")" ''
is 'and no other than there are' "$(comm -13 "$SUITE_DIR/phony" "$SUITE_DIR/help")" ''
is 'it has each once' "$(uniq -d "$SUITE_DIR/help")" ''
is 'and says how long it takes' "$(grep -hE '^[a-z][a-z0-9-]*:.* ## ' mk/dev.mk | grep -vE ', [^,]*(second|minute|hour|Ctrl-C)[^,]*$')" ''
is 'make knows how to make each' \
	"$(while read -r target; do make -n "$target" >/dev/null 2>&1 || echo "$target"; done <"$SUITE_DIR/help")" ''
is 'make alone builds' "$({ make -pnq || true; } 2>/dev/null | sed -n 's/^\.DEFAULT_GOAL := //p')" all
is 'the documents name no target that is not there' \
	"$(find README*.md docs deploy -name '*.md' -exec grep -ohE '(`|^    )make [a-z][a-z0-9-]*' {} + | sed 's/.*make //' | sort -u |
		comm -23 - "$SUITE_DIR/phony")" ''
