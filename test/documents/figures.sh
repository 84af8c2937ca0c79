# What is published was measured.

ok 'the figures of docs/reliability.md are those of the campaign' test/campaign/report.py --check
ok 'the figures of docs/performance.md are of one whole run of one commit' bench/docs.py --check
