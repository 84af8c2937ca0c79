# concert_booking: see README.md. "make" builds, "make help" lists the rest.

EXTENSION = concert_booking
MODULE_big = concert_booking

# The version stands once, in the control file.
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" concert_booking.control)

OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c)))

# The script of the extension, joined in this order: what all need, the tables,
# and then by whom the functions serve: bookers, visitors, the box office, upkeep.
# A type comes before the functions that use it; what PUBLIC loses comes last.
SQL_MODULES = \
	$(addprefix sql/base/, schema.sql shard.sql refusals.sql arguments.sql waits.sql clock.sql \
		uuid_v7.sql phone.sql booking_number.sql booker.sql) \
	$(addprefix sql/tables/, own_writes.sql venues.sql concerts.sql schedules.sql seats.sql \
		prices.sql bookings.sql holds.sql wishlists.sql availability.sql events.sql retention.sql archive.sql \
		popularity.sql upkeep.sql access.sql price_types.sql payments.sql create_tables.sql migration.sql filling.sql) \
	$(addprefix sql/selling/, price_types.sql refunds.sql holds.sql bookings.sql payments.sql \
		my_bookings.sql my_holds.sql notify.sql) \
	$(addprefix sql/catalogue/, http.sql search.sql concerts.sql calendar.sql seat_map.sql \
		wishlists.sql) \
	$(addprefix sql/office/, schedules.sql postponement.sql seats.sql layout.sql bookings.sql tickets.sql \
		door.sql reconciliation.sql log.sql reports.sql users.sql levels.sql access.sql) \
	$(addprefix sql/upkeep/, availability.sql integrity.sql popularity.sql archive.sql forgetting.sql \
		jobs.sql upkeep.sql metrics.sql) \
	sql/base/privileges.sql

# The script of the present version, and the way to it from the version before.
UPDATE_HEAD = $(wildcard sql/updates/*--$(EXTVERSION).sql)
UPDATE = $(addprefix $(EXTENSION)--,$(notdir $(UPDATE_HEAD)))
DATA_built = $(EXTENSION)--$(EXTVERSION).sql $(UPDATE)
EXTRA_CLEAN = $(wildcard $(EXTENSION)--*.sql) build results output_iso

PG_CFLAGS = -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter \
	-Wno-sign-compare -Wno-missing-field-initializers -Wno-clobbered \
	-Wno-declaration-after-statement
PG_CPPFLAGS = -DCONCERT_BOOKING_VERSION='"$(EXTVERSION)"'

# PGXS has to know the pg_regress and isolation tests before it is included.
# test/sql/NAME.sql and test/specs/NAME.spec are found by themselves; the expected
# output of both is expected/NAME.out.
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

# pg_regress looks into ./sql first: it holds folders only, so that no test is found there.
REGRESS_OPTS = --inputdir=test --use-existing
ISOLATION_OPTS = --inputdir=test --outputdir=. --use-existing

ifneq ($(filter $(REGRESS),$(ISOLATION)),)
$(error one name for two tests in test/sql and test/specs: $(filter $(REGRESS),$(ISOLATION)))
endif

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)

# pgxs.mk alone proves nothing: Debian's package of the client has it.
ifeq ($(wildcard $(shell $(PG_CONFIG) --includedir-server 2>/dev/null)/postgres.h),)
all install installcheck:
	@echo "PostgreSQL's server headers are missing: $(PG_CONFIG) --includedir-server has no postgres.h." >&2
	@echo "Run scripts/bootstrap (Debian, Ubuntu), or install the package with the server headers" >&2
	@echo "(postgresql-server-dev-NN, postgresqlNN-devel) and give PG_CONFIG=/path/to/pg_config." >&2
	@exit 1
.PHONY: all install installcheck
else
include $(PGXS)

# PGXS follows no includes unless the server was built with --enable-depend.
$(OBJS) $(OBJS:.o=.bc): $(wildcard src/*.h) Makefile concert_booking.control
endif

$(EXTENSION)--$(EXTVERSION).sql: $(SQL_MODULES) $(EXTENSION).control Makefile
	cat $(SQL_MODULES) > $@

$(UPDATE): $(UPDATE_HEAD) $(SQL_MODULES) scripts/update-script $(EXTENSION).control Makefile
	scripts/update-script $(UPDATE_HEAD) $(SQL_MODULES) > $@

include mk/dev.mk
