# The long forms of what "make test" does shortly. SEED=n repeats a run. With
# LEDGER=file, the runs of test-history and test-crash write there what is done;
# the same command again goes on from there, as long as product and tests are the
# same (test/campaign/commit). All of them at one commit: make campaign.

SEED ?= $(shell date +%s)
ROUNDS ?= 40
OPS ?= 25000
JOBS ?= 1
PROFILES ?= serial pure crowd mixed storm
KILL_ROUNDS ?= 100
ASYNC_ROUNDS ?= 20
CYCLES ?= 100
CALLS ?= 250000
BATCHES ?= 4
QUERIES ?= 50000
VALGRIND_CALLS ?= 5000

# test-history      random histories, each proved right: a million calls
#                   (ROUNDS=400 JOBS=3: ten millions, about an hour of a core)
test-history: all
	scripts/server run -o log_min_error_statement=panic -o log_error_verbosity=terse \
		test/history/run --seed $(SEED) --rounds $(ROUNDS) \
		--ops $(OPS) --jobs $(JOBS) --profiles "$(PROFILES)" $(if $(LEDGER),--ledger $(LEDGER))

# test-crash        1,000 kills and cancel storms, 200 kills with asynchronous holds, then
#                   100 failovers, under load
test-crash: all
	scripts/server run test/crash/run --seed $(SEED) --rounds $(KILL_ROUNDS) --kills 10 \
		$(if $(LEDGER),--ledger $(LEDGER).kills)
	scripts/server run test/crash/run --async --seed $(SEED) --rounds $(ASYNC_ROUNDS) --kills 10 \
		$(if $(LEDGER),--ledger $(LEDGER).async)
	scripts/server run test/crash/promote --seed $(SEED) --cycles $(CYCLES) \
		$(if $(LEDGER),--ledger $(LEDGER).failovers)

# test-mutants      every seeded fault of test/mutants is caught by the checker
test-mutants: all
	test/mutants/run --seed $(SEED)

# test-fuzz         a million hostile calls (BATCHES=n of CALLS=n, with the seeds
#                   SEED, SEED + 1, ...) under sanitizers and assertions, and the
#                   next two; builds a PostgreSQL for it once (test/fuzz/server)
test-fuzz: all
	test/fuzz/run --seed $(SEED) --calls $(CALLS) --batches $(BATCHES)
	$(MAKE) -s test-sqlsmith test-valgrind SEED=$(SEED)

# test-sqlsmith     random queries over our tables and functions
test-sqlsmith: all
	scripts/bootstrap debug
	test/fuzz/sqlsmith --seed $(SEED) --queries $(QUERIES)

# test-valgrind     the tests of test/sql and hostile calls under memcheck
test-valgrind: all
	scripts/bootstrap debug
	test/fuzz/valgrind --seed $(SEED) --calls $(VALGRIND_CALLS)

.PHONY: test-history test-crash test-mutants test-fuzz test-sqlsmith test-valgrind
