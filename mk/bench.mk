# make bench         benchmarks, about ten minutes; report in build/bench/
# make bench-full    the same with more and longer rounds
# make bench-check   instructions and WAL of each call against bench/expected/
# BENCH="hold cycle" names some of the workloads, see bench/run.py --list

bench:
	scripts/bootstrap build bench
	$(MAKE) -s all
	bench/run.py $(BENCH)

bench-full:
	scripts/bootstrap build bench
	$(MAKE) -s all
	bench/run.py --full $(BENCH)

bench-check:
	scripts/bootstrap build bench
	$(MAKE) -s all
	bench/exact.py check

.PHONY: bench bench-full bench-check

build/bench/sale: bench/sale.c
	mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -pthread \
		-I$(shell $(PG_CONFIG) --includedir) $< -o $@ -L$(shell $(PG_CONFIG) --libdir) -lpq
