# concert_booking: see README.md. "make" builds, "make demo" shows, "make test" tests.

EXTENSION = concert_booking
MODULE_big = concert_booking

# The version stands once, in the control file.
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" concert_booking.control)

OBJS = $(addprefix src/, \
	concert_booking.o settings.o errors.o clock.o plain.o tables.o statement.o row.o lock.o \
	arguments.o booker.o schedule.o seat.o hold.o best_seats.o booking.o event.o \
	availability.o log.o async_holds.o seat_walk.o seat_windows.o seat_status.o search.o notify.o http.o booking_number.o phone.o random_bytes.o \
	uuid_v7.o)

# The script of the extension, joined in this order.
SQL_MODULES = $(addprefix sql/, \
	00_schema.sql 10_types.sql 20_uuid_v7.sql 30_tables.sql \
	31_create_tables.sql 32_comment_tables.sql 33_refusals.sql \
	34_events.sql 35_reading.sql 36_notify.sql 37_http.sql 38_layout.sql 40_hold.sql 50_booking.sql \
	60_availability.sql 70_seats.sql 75_schedules.sql 80_integrity.sql 85_jobs.sql \
	86_users.sql 88_popularity.sql 90_search.sql 91_concert.sql 92_calendar.sql 93_seat_map.sql \
	94_bookings.sql 95_wishlists.sql 96_layout.sql 97_upkeep.sql 98_access.sql \
	99_privileges.sql)

# The script of the present version, and the way to it from the version before.
UPDATE_HEAD = $(wildcard sql/updates/*--$(EXTVERSION).sql)
UPDATE = $(addprefix $(EXTENSION)--,$(notdir $(UPDATE_HEAD)))
DATA_built = $(EXTENSION)--$(EXTVERSION).sql $(UPDATE)
EXTRA_CLEAN = $(wildcard $(EXTENSION)--*.sql) build results output_iso

PG_CFLAGS = -std=gnu11 -Wall -Wextra -Werror -Wno-unused-parameter \
	-Wno-sign-compare -Wno-missing-field-initializers -Wno-clobbered \
	-Wno-declaration-after-statement
PG_CPPFLAGS = -DCONCERT_BOOKING_VERSION='"$(EXTVERSION)"'

include mk/regress.mk

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

include mk/targets.mk
