# make check-headers every source against the headers of each PostgreSQL that Debian has
# make test-pg17     build and test on PostgreSQL 17 in a chroot of Debian 13 (root;
#                    SUITES="a b": these), with pg_upgrade from 15 to 17
# make test-pg18     the same on PostgreSQL 18, in a chroot of what will be Debian 14

check-headers:
	test/versions/headers

test-pg17:
	test/versions/chroot trixie test/versions/run $(SUITES)

test-pg18:
	test/versions/chroot forky test/versions/run $(SUITES)

.PHONY: check-headers test-pg17 test-pg18
