# make test          every suite (SUITES="a b": these), see scripts/test
# make installcheck  the pg_regress and isolation tests on a running server
#                    that has the extension installed (PGHOST and so on)

test:
	scripts/bootstrap build test
	$(MAKE) -s all
	scripts/test $(SUITES)

# PGXS wants the test database to be ready.
installcheck: test-databases
test-databases:
	scripts/test-database $(CONTRIB_TESTDB) $(TWIN)
	scripts/test-database $(ISOLATION_TESTDB) $(TWIN)

.PHONY: test test-databases
