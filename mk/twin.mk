# test-twin         random calls to C and the twin for about twenty minutes;
#                   RANDOM_SEED=n repeats a run

RANDOM_WORLDS ?= 300
RANDOM_SEED ?= $(shell date +%s)

test-twin: all
	RANDOM_SEED=$(RANDOM_SEED) RANDOM_WORLDS=$(RANDOM_WORLDS) scripts/test differential

.PHONY: test-twin
