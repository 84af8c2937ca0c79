# make test          the tests of the product; SUITES="a b": these
# make test-all      every suite; AFTER=test: those that make test leaves out
# make installcheck  the pg_regress and isolation tests on a running server
#                    that has the extension installed (PGHOST and so on)

test:
	scripts/test $(SUITES)

test-all:
	scripts/test $(if $(AFTER),--others,--all)

# PGXS wants the test database to be ready.
installcheck: test-databases
test-databases:
	scripts/test-database $(CONTRIB_TESTDB) $(TWIN)
	scripts/test-database $(ISOLATION_TESTDB) $(TWIN)

.PHONY: test test-all test-databases
