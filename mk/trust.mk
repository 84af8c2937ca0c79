# The long forms of what "make test" does shortly. SEED=n repeats a run.

SEED ?= $(shell date +%s)
ROUNDS ?= 40
OPS ?= 25000
KILL_ROUNDS ?= 100
CYCLES ?= 100
CALLS ?= 1000000
QUERIES ?= 50000
VALGRIND_CALLS ?= 5000

# test-history      random histories, each proved right: a million calls
test-history: all
	scripts/server run test/history/run --seed $(SEED) --rounds $(ROUNDS) --ops $(OPS)

# test-crash        1,000 kills and 100 failovers under load
test-crash: all
	scripts/server run test/crash/run --seed $(SEED) --rounds $(KILL_ROUNDS) --kills 10
	scripts/server run test/crash/promote --seed $(SEED) --cycles $(CYCLES)

# test-mutants      every seeded fault of test/mutants is caught by the checker
test-mutants: all
	test/mutants/run --seed $(SEED)

# test-fuzz         a million hostile calls under sanitizers and assertions, sqlsmith,
#                   valgrind; builds a PostgreSQL for it once (test/fuzz/server)
test-fuzz: all
	test/fuzz/run --seed $(SEED) --calls $(CALLS)
	test/fuzz/sqlsmith --seed $(SEED) --queries $(QUERIES)
	test/fuzz/valgrind --seed $(SEED) --calls $(VALGRIND_CALLS)

.PHONY: test-history test-crash test-mutants test-fuzz
