# The long forms of what "make test" does shortly. SEED=n repeats a run.

SEED ?= $(shell date +%s)
ROUNDS ?= 40
OPS ?= 25000

# test-history      random histories, each proved right: a million calls
test-history: all
	scripts/server run test/history/run --seed $(SEED) --rounds $(ROUNDS) --ops $(OPS)

.PHONY: test-history
