/*
 * tables_schema.c - what is found by its name in our schema.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_proc.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "errors_tables.h"
#include "tables_schema.h"

PG_FUNCTION_INFO_V1(concert_booking_require_tables);

/* The schema of our tables and functions. */
Oid
tables_schema(void)
{
	return get_namespace_oid(TABLES_SCHEMA, false);
}

/* What create_tables() makes; the names in definitions are among them. */
static const char *const required[] = {
	"venues", "concerts", "concert_schedules", "seats", "schedule_prices",
	"bookings", "booking_seats", "temp_reservations", "wishlists",
	"availability_changes", "booking_events", "archived_schedules",
	"archived_bookings", "access_grants",
	"schedule_availability",
};

/* What 0.1 did not have; its functions call this library until ALTER EXTENSION. */
static const char *const added[] = {
	"price_types", "payments", "refunds_due", "concert_interest",
	"upkeep_progress",
};

/* What only 0.1 has; create_tables() drops it. */
static const char *const dropped[] = {"interest_marks"};

static const char *
find_missing(const char *const *names, int count)
{
	Oid			schema = tables_schema();
	int			i;

	for (i = 0; i < count; i++)
	{
		if (!OidIsValid(get_relname_relid(names[i], schema)))
			return names[i];
	}
	return NULL;
}

/* Whether the functions are of this version. */
static bool
functions_are_new(void)
{
	return OidIsValid(tables_function("define_payments", 0, NULL));
}

/* require_tables(): refuse where create_tables() has not been, or not lately. */
Datum
concert_booking_require_tables(PG_FUNCTION_ARGS)
{
	const char *missing = find_missing(required, lengthof(required));

	if (missing != NULL)
		errors_tables_missing(missing);
	if (functions_are_new())
		missing = find_missing(added, lengthof(added));
	else
		missing = find_missing(dropped, lengthof(dropped));
	if (missing != NULL)
		errors_tables_missing(missing);
	PG_RETURN_VOID();
}

/* The table that has the name now; InvalidOid where there is none. */
Oid
tables_relid(TableId id)
{
	return get_relname_relid(tables_definitions[id].name, tables_schema());
}

/* One of the extension's own functions. */
Oid
tables_function(const char *name, int nargs, const Oid *argtypes)
{
	oidvector  *args = buildoidvector(argtypes, nargs);

	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
						   CStringGetDatum(name), PointerGetDatum(args),
						   ObjectIdGetDatum(tables_schema()));
}
