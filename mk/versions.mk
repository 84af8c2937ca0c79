# make check-headers every source against the headers of each PostgreSQL that Debian has
# make test-pg17     build and test on PostgreSQL 17 in a chroot of Debian 13 (root;
#                    SUITES="a b": these), with pg_upgrade from 15 to 17
# make test-pg18     the same on PostgreSQL 18, in a chroot of what will be Debian 14
# make test-bare     the README's two commands on Debian 12 and 13, each empty and
#                    with PostgreSQL alone, as root and as an ordinary user (root;
#                    SHORT=yes: few suites; MACHINES="bookworm/empty": these)
# make test-migration a dump of 0.1 with a million seats, brought up to date while
#                    tickets are sold: nobody waits longer than 100 ms (minutes)

check-headers:
	test/versions/headers

test-pg17:
	test/versions/chroot trixie test/versions/run $(SUITES)

test-pg18:
	test/versions/chroot forky test/versions/run $(SUITES)

test-bare:
	scripts/bootstrap bare
	test/bare/run $(if $(SHORT),--short) $(MACHINES)

test-migration: all
	scripts/server run -o fsync=off -o autovacuum=off -o max_wal_size=8GB -o shared_buffers=1GB \
		-o checkpoint_timeout=1h test/data/migration

.PHONY: test-bare check-headers test-pg17 test-pg18 test-migration
