# What PGXS needs to know before it is included: the pg_regress and isolation
# tests. test/sql/NAME.sql and test/specs/NAME.spec are found by themselves;
# the expected output of both is expected/NAME.out.
#
# TWIN=twin runs them with the PL/pgSQL twin in place of the C commands. A file
# whose first line is "-- C only: why" is left out then ("# C only: why" in a
# specification).

C_ONLY := $(if $(TWIN),$(basename $(notdir $(shell grep -lEs '^(--|\#) C only:' \
	test/sql/*.sql test/specs/*.spec))))
REGRESS := $(filter-out $(C_ONLY), \
	$(sort $(basename $(notdir $(wildcard test/sql/*.sql)))))
ISOLATION := $(filter-out $(C_ONLY), \
	$(sort $(basename $(notdir $(wildcard test/specs/*.spec)))))

# pg_regress looks into ./sql first: the numbered modules there keep clear.
REGRESS_OPTS = --inputdir=test --use-existing
ISOLATION_OPTS = --inputdir=test --outputdir=. --use-existing

ifneq ($(filter $(REGRESS),$(ISOLATION)),)
$(error one name for two tests in test/sql and test/specs: $(filter $(REGRESS),$(ISOLATION)))
endif
