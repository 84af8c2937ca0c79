# What is published was measured.

ok 'the figures of docs/internals/test-results.md are those of the campaign' test/long/campaign/report.py --check
ok 'the figures of docs/internals/benchmarks.md and of the READMEs are of one whole run of one commit' bench/docs.py --check
ok 'other runs are refused, and other figures found out' bench/docs.py --self-test
ok 'docs/reliability.md is at most 80 lines' test "$(wc -l <docs/reliability.md)" -le 80
suites=$(tr '\n' ' ' <docs/reliability.md | grep -oE 'suites? `[a-z_]+`( +and `[a-z_]+`)?' | grep -oE '`[a-z_]+`' | tr -d '`')
ok 'it names suites' test "$(wc -w <<<"$suites")" -ge 5
is 'and they are there' "$(for name in $suites; do [ -n "$(find test/suites -name "$name")" ] || echo "$name"; done)" ''
