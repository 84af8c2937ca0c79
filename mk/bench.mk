# make bench         benchmarks, about a quarter of an hour; report in build/bench/
# make bench-full    the same with more and longer rounds
# ONLY="hold cycle"  with either: these workloads only (bench/run.py --list has
#                    their names); their figures replace those of the report
# make bench-docs    put the report of build/bench/ into docs/performance.md: one
#                    whole run of one commit, nothing else
# make bench-check   instructions and WAL of each call against bench/expected/
# make bench-accept  write bench/expected/ anew
# make bench-snapshot  sales beside a transaction that sleeps with a snapshot;
#                    DURATION=600 seconds a side, CLIENTS=1,16,64

bench:
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/run.py $(ONLY)

bench-full:
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/run.py --full $(ONLY)

bench-docs:
	bench/docs.py

bench-check:
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/exact.py check

bench-accept:
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/exact.py accept

DURATION = 600
CLIENTS = 1,16,64

bench-snapshot:
	scripts/bootstrap build
	$(MAKE) -s all
	bench/snapshot.py --seconds $(DURATION) --clients $(CLIENTS)

.PHONY: bench bench-full bench-docs bench-check bench-accept bench-snapshot

build/bench/%: bench/%.c bench/load.h
	mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -pthread \
		-I$(shell $(PG_CONFIG) --includedir) $< -o $@ -L$(shell $(PG_CONFIG) --libdir) -lpq
