# make check-headers every source against the headers of each PostgreSQL that Debian has
# make test-pg17     build and test on PostgreSQL 17 in a chroot of Debian 13 (root;
#                    SUITES="a b": these), with pg_upgrade from 15 to 17
# make test-pg18     the same on PostgreSQL 18, in a chroot of what will be Debian 14
# make test-bare     the README's two commands on Debian 12 and 13, each empty and
#                    with PostgreSQL alone, as root and as an ordinary user (root;
#                    SHORT=yes: few suites; MACHINES="bookworm/empty": these)

check-headers:
	test/versions/headers

test-pg17:
	test/versions/chroot trixie test/versions/run $(SUITES)

test-pg18:
	test/versions/chroot forky test/versions/run $(SUITES)

test-bare:
	scripts/bootstrap bare
	test/bare/run $(if $(SHORT),--short) $(MACHINES)

.PHONY: test-bare check-headers test-pg17 test-pg18
