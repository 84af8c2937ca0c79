# docs/reference.md is written from the extension.

ok 'the reference tables are up to date (else run scripts/reference)' scripts/reference --check
