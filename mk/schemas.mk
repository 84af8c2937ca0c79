# test-schemas      every change that an owner may make to the tables, on every table,
#                   before, between and during the calls (ONLY=regex: these alone)

test-schemas: all
	LONG=yes ONLY="$(ONLY)" scripts/test schemas

.PHONY: test-schemas
