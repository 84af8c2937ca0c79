# make test-large    every reading function beside the seeds' statements with a
#                    million seats, and no scan of a big table (SEED=n repeats
#                    one; some minutes)

test-large: all
	scripts/server run -o shared_buffers=512MB -o max_wal_size=4GB -- \
		test/equivalence/run --seed $(or $(SEED),$(shell date +%s)) \
		--concerts 500 --schedules 2000 --seats 1000000 --rounds 60 --no-scans

.PHONY: test-large
