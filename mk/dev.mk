# What make does beside building. "make help" prints the groups ("##@") and the targets of
# this file. Behind a target stands "## text, usual time" (on two cores); a comment below it
# names its variables. test/documents/make.sh checks that no target is left out.

help: ## this list, a second
	@awk '/^##@ / { print "\n" substr($$0, 5) } \
		/^[a-z].*:.* ## .*, / { \
			name = said = time = $$0; sub(/:.*/, "", name); \
			sub(/.* ## /, "", said); sub(/, [^,]*$$/, "", said); sub(/.*, /, "", time); \
			printf "  make %-15s %-21s %s\n", name, time, said \
		}' mk/dev.mk

.PHONY: help

# What is installed, and from which make, is PGXS's; the rules below only name it.

##@ Build and try

all: ## build the extension, half a minute

install: ## copy it to where PostgreSQL looks for extensions (root), a second

clean: ## remove what was built, a second

demo: ## the whole story on the terminal, a minute
	@scripts/bootstrap build
	@$(MAKE) -s all
	@scripts/demo

demo-web: ## a house in the browser, with a season in it, until Ctrl-C
	@scripts/bootstrap build rest web
	@$(MAKE) -s all
	@scripts/demo-web

screenshots: ## pictures of twelve screens of the demo into docs/pictures, a minute
	@scripts/bootstrap build rest web browser pictures
	@$(MAKE) -s all
	@scripts/screenshots $(PICTURES)
# PICTURES="desk door": these

demo-cluster: ## two shards and a hub behind one address, and a primary killed, two minutes
	@scripts/bootstrap build cluster patroni rest
	@$(MAKE) -s all
	@scripts/demo-cluster

.PHONY: all install clean demo demo-web screenshots demo-cluster

##@ Tests

test: ## the tests of the product, six minutes
	scripts/test $(SUITES)
# SUITES="a b": these

test-all: ## every suite, about an hour
	scripts/test $(if $(AFTER),--others,--all)
# AFTER=test: those that make test leaves out

# PGXS wants the test database to be ready.
installcheck: test-databases ## pg_regress and isolation tests on a server that has the extension, two minutes
test-databases: ## the databases that installcheck needs, seconds
	scripts/test-database $(CONTRIB_TESTDB) $(TWIN)
	scripts/test-database $(ISOLATION_TESTDB) $(TWIN)
# PGHOST and so on say where; TWIN=twin: the PL/pgSQL twin in place of the C commands

test-rest: ## the web clients: PostgREST, PgBouncer, supabase-js, Supabase, two minutes
	$(MAKE) -s test SUITES=rest

.PHONY: test test-all installcheck test-databases test-rest

##@ Long campaigns

# SEED=n repeats a run. With LEDGER=file, the runs of test-history and test-crash write there
# what is done; the same command again goes on from there, as long as product and tests are
# the same (test/long/campaign/commit).
SEED ?= $(shell date +%s)

campaign: ## all of these at one commit for docs/internals/test-results.md, many hours
	test/long/campaign/run $(if $(SHARE),--share $(SHARE)) $(if $(filter command line environment,$(origin JOBS)),--jobs $(JOBS)) \
		$(if $(filter command line environment,$(origin SEED)),--seed $(SEED)) $(if $(AGAIN),--again) $(PARTS)
# Ctrl-C stops it, the same command goes on. SHARE=10: a tenth; PARTS="history crash": these;
# JOBS=2: two parts at a time; AGAIN=yes: also what was not ok (test/long/campaign/run)

campaign-docs: ## the campaign's table from its ledger alone, a second
	test/long/campaign/report.py

ROUNDS ?= 40
OPS ?= 25000
JOBS ?= 1
PROFILES ?= serial pure crowd mixed storm payment
test-history: all ## random histories, each proved right: a million calls, a quarter of an hour
	scripts/server run -o log_min_error_statement=panic -o log_error_verbosity=terse \
		test/long/history/run --seed $(SEED) --rounds $(ROUNDS) \
		--ops $(OPS) --jobs $(JOBS) --profiles "$(PROFILES)" $(if $(LEDGER),--ledger $(LEDGER))
# ROUNDS=400 JOBS=3: ten millions

KILL_ROUNDS ?= 100
ASYNC_ROUNDS ?= 20
CYCLES ?= 100
test-crash: all ## 1,400 kills and 100 failovers under load, over an hour
	scripts/server run test/long/crash/run --seed $(SEED) --rounds $(KILL_ROUNDS) --kills 10 \
		$(if $(LEDGER),--ledger $(LEDGER).kills)
	scripts/server run test/long/crash/run --async --seed $(SEED) --rounds $(ASYNC_ROUNDS) --kills 10 \
		$(if $(LEDGER),--ledger $(LEDGER).async)
	scripts/server run test/long/crash/run --payment --seed $(SEED) --rounds $(ASYNC_ROUNDS) --kills 10 \
		$(if $(LEDGER),--ledger $(LEDGER).payments)
	scripts/server run test/long/crash/promote --seed $(SEED) --cycles $(CYCLES) \
		$(if $(LEDGER),--ledger $(LEDGER).failovers)
# 1,000 kills and cancel storms, 200 kills with asynchronous holds, 200 while seats are paid for, 100 promotions

test-async: all ## twenty crashes under load with concert_booking.async_holds, some minutes
	KILLS=20 scripts/test async

FAULTS ?= 38
test-cluster: all ## a shard under Patroni is killed, frozen and cut off while it sells (root), a quarter of an hour
	scripts/bootstrap build cluster patroni http
	test/long/cluster/run --seed $(SEED) --faults $(FAULTS)
	scripts/cluster run -f test/long/history/cluster.toml -- test/long/history/cluster --seed $(SEED) --rounds 3 \
		--ops 20000 --profiles 'cluster serial-cluster cluster-crash' --kills 20 --stale shard0
# FAULTS=13: one of each kind; the figures are in build/cluster/failover.json

PAYMENTS ?= 1000000
test-payments: all ## a million payments through duplicates, delays and kills, reconciled with the provider's log, half an hour
	scripts/server run -o log_min_error_statement=panic -o log_error_verbosity=terse \
		-o shared_buffers=512MB -o max_wal_size=4GB test/long/payments/run --seed $(SEED) --payments $(PAYMENTS) \
		$(if $(LEDGER),--ledger $(LEDGER))
# PAYMENTS=n; a strike for each 25,000 of them

test-mutants: all ## every seeded fault of test/long/mutants is caught by the checker, a quarter of an hour
	test/long/mutants/run --seed $(SEED)

CALLS ?= 250000
BATCHES ?= 4
test-fuzz: all ## a million hostile calls under sanitizers and the next two, some hours
	test/long/fuzz/run --seed $(SEED) --calls $(CALLS) --batches $(BATCHES)
	$(MAKE) -s test-sqlsmith test-valgrind SEED=$(SEED)
# BATCHES=n of CALLS=n, with the seeds SEED, SEED + 1, ...; a PostgreSQL is built for it once (test/long/fuzz/server)

QUERIES ?= 50000
test-sqlsmith: all ## random queries over our tables and functions, ten minutes
	scripts/bootstrap debug
	test/long/fuzz/sqlsmith --seed $(SEED) --queries $(QUERIES)

VALGRIND_CALLS ?= 5000
test-valgrind: all ## the tests of test/sql and hostile calls under memcheck, over an hour
	scripts/bootstrap debug
	test/long/fuzz/valgrind --seed $(SEED) --calls $(VALGRIND_CALLS)

RANDOM_WORLDS ?= 300
RANDOM_SEED ?= $(shell date +%s)
test-twin: all ## random calls to the C commands and to their PL/pgSQL twin, twenty minutes
	RANDOM_SEED=$(RANDOM_SEED) RANDOM_WORLDS=$(RANDOM_WORLDS) scripts/test differential
# RANDOM_SEED=n repeats a run

test-schemas: all ## every change that an owner may make to the tables, an hour
	LONG=yes ONLY="$(ONLY)" scripts/test schemas
# ONLY=regex: these alone

test-large: all ## every reading function with a million seats, some minutes
	scripts/server run -o shared_buffers=512MB -o max_wal_size=4GB -- \
		test/equivalence/run --seed $(SEED) \
		--concerts 500 --schedules 2000 --seats 1000000 --rounds 60 --no-scans
# beside the seeds' own statements; no big table may be scanned

test-migration: all ## 0.1 with a million seats is updated while tickets are sold, some minutes
	scripts/server run -o fsync=off -o autovacuum=off -o max_wal_size=8GB -o shared_buffers=1GB \
		-o checkpoint_timeout=1h test/long/migration
# nobody may wait longer than 100 ms

.PHONY: campaign campaign-docs test-history test-crash test-async test-cluster test-payments test-mutants test-fuzz test-sqlsmith \
	test-valgrind test-twin test-schemas test-large test-migration

##@ Benchmarks

bench: ## all workloads; report in build/bench/, half an hour
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/run.py $(ONLY)
# ONLY="hold cycle": these workloads only (bench/run.py --list has their names); their
# figures replace those of the report

bench-full: ## the same with more and longer rounds, some hours
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/run.py --full $(ONLY)

bench-docs: ## put the report, one whole run of one commit, into the documents, a second
	bench/docs.py

bench-check: ## instructions and WAL of each call against bench/expected/, a minute
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/exact.py check

bench-accept: ## write bench/expected/ anew, a minute
	scripts/bootstrap build bench pool redis
	$(MAKE) -s all
	bench/exact.py accept

bench-snapshot: ## sales beside a transaction that sleeps with a snapshot, an hour
	scripts/bootstrap build
	$(MAKE) -s all
	bench/snapshot.py --seconds $(DURATION) --clients $(CLIENTS)
DURATION = 600
CLIENTS = 1,16,64
# DURATION: seconds a side

bench-notify: all ## what concert_booking.notify_seat_changes costs, a minute
	test/rest/notify-cost
# SECONDS_EACH=5: seconds a side

bench-partition: all ## whether bookings should be partitioned: BOOKINGS=300000, some minutes
	scripts/server run -d partition -o wal_level=minimal -o max_wal_senders=0 -o full_page_writes=off \
		-o autovacuum=off -o jit=off -o shared_buffers=2GB -o maintenance_work_mem=1GB -o max_wal_size=2GB \
		-o checkpoint_timeout=30min -o max_locks_per_transaction=512 -o max_parallel_maintenance_workers=0 \
		-o max_parallel_workers_per_gather=0 bench/partition.py --bookings $(BOOKINGS) --lines $(BOOKINGS)
BOOKINGS = 300000
# BOOKINGS: a hundred million take 45 GB and some hours

ROUNDS_EACH = 5
SALES = 2000
bench-cluster: ## what a sale costs on 1, 2 and 4 shards, the route, the hub's lag, ten minutes
	scripts/bootstrap build bench cluster rest
	$(MAKE) -s all
	bench/cluster.py --rounds $(ROUNDS_EACH) --sales $(SALES)
# SALES=n of a side in each of ROUNDS_EACH=n rounds; bench/cluster.py --docs publishes the figures

.PHONY: bench bench-full bench-docs bench-check bench-accept bench-snapshot bench-notify bench-partition bench-cluster

build/bench/sale: bench/sale_sides.c bench/sale.h
build/bench/null_sale.so: bench/null_sale.c
	mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ $<
build/bench/%: bench/%.c bench/load.h
	mkdir -p $(@D)
	$(CC) -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter -pthread \
		-I$(shell $(PG_CONFIG) --includedir) $(filter %.c,$^) -o $@ -L$(shell $(PG_CONFIG) --libdir) -lpq

##@ Other versions

check-headers: ## every source with the headers of PostgreSQL 15 and 17 and 18, a minute
	test/long/versions/headers

test-pg17: ## build and test on PostgreSQL 17 in a chroot of Debian 13 (root), ten minutes
	test/long/versions/chroot trixie test/long/versions/run $(SUITES)
# with pg_upgrade from 15; SUITES="a b": these

test-pg18: ## the same on PostgreSQL 18 in a chroot of Debian 14 to come (root), ten minutes
	test/long/versions/chroot forky test/long/versions/run $(SUITES)

test-bare: ## make demo and make test on fresh machines of Debian 12 and 13 (root), an hour
	scripts/bootstrap bare
	test/long/bare/run $(if $(SHORT),--short) $(MACHINES)
# each empty, and with PostgreSQL alone, as root and as an ordinary user; SHORT=yes: few suites; MACHINES="bookworm/empty": these

.PHONY: check-headers test-pg17 test-pg18 test-bare
