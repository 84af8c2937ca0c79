/*
 * http.c - whether an answer goes to a web client that may keep it.
 *
 * Every read asks here, and most are no web request: one look at a setting
 * decides. For the others set_cache_headers() (sql/catalogue/http.sql) puts into
 * headers for how long the answer may be kept, and by whom.
 *
 * Nothing is done outside of a web request (request.method), for an answer to
 * anything but GET or HEAD, or in a parallel plan: no setting can be changed
 * there, and the answer goes without.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "booker.h"
#include "clock.h"
#include "errors.h"
#include "http.h"
#include "settings.h"
#include "tables_schema.h"

PG_FUNCTION_INFO_V1(concert_booking_cache_answer);

/* How long an answer may be kept, and whether it depends on who asks. */
typedef struct AnswerKind
{
	const char *name;
	const int  *age_s;
	bool		depends_on_member;
} AnswerKind;

static const int never = 0;

static const AnswerKind kinds[] = {
	{"seat_status", &settings_cache_seat_status_s, false},
	{"seat_map", &settings_cache_seat_map_s, false},
	{"list", &settings_cache_lists_s, false},
	{"detail", &settings_cache_lists_s, true},
	{"personal", &never, true},
};

/* Whether the answer goes to a web client that may keep it. */
bool
http_may_keep_answer(void)
{
	const char *method = GetConfigOption("request.method", true, false);

	return method != NULL && !IsInParallelMode() &&
		(strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
}

static const AnswerKind *
find_kind(const char *name)
{
	int			i;

	for (i = 0; i < lengthof(kinds); i++)
	{
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	errors_argument_value("kind", "Use seat_status, seat_map, list, detail or personal.");
}

/*
 * set_cache_headers() is not there between the installation of this library over
 * 0.1 and ALTER EXTENSION UPDATE. Nobody keeps an answer of that time. Headers
 * that somebody else has set give way, unless they speak of Cache-Control.
 */
static void
forbid_keeping(void)
{
	const char *at = GetConfigOption("response.headers", true, false);

	for (; at != NULL && *at != '\0'; at++)
	{
		if (pg_strncasecmp(at, "\"cache-control\"", 15) == 0)
			return;
	}
	(void) set_config_option("response.headers",
							 "[{\"Cache-Control\": \"no-store\"}, "
							 "{\"Vary\": \"Accept, Accept-Profile, Authorization\"}]",
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL,
							 true, 0, false);
}

/*
 * cache_answer(kind, next_change): how long the answer to a web request may be kept.
 * The function of 0.1 has no next_change.
 */
Datum
concert_booking_cache_answer(PG_FUNCTION_ARGS)
{
	TimestampTz next_change = DT_NOEND;

	if (PG_ARGISNULL(0))
		errors_argument_null("kind");
	if (PG_NARGS() > 1 && !PG_ARGISNULL(1))
		next_change = PG_GETARG_TIMESTAMPTZ(1);
	http_cache_answer(text_to_cstring(PG_GETARG_TEXT_PP(0)), next_change);
	PG_RETURN_VOID();
}

/*
 * Says how long the answer may be kept, by its kind, but not past the instant of
 * the next change that is known (DT_NOEND: none).
 */
void
http_cache_answer(const char *kind_name, TimestampTz next_change)
{
	http_cache_tagged_answer(kind_name, next_change, "");
}

/* The age in seconds: an answer is forgotten before the next change. */
static int
bounded_age(int age_s, TimestampTz next_change)
{
	TimestampTz now = clock_now();

	if (next_change <= now)
		return 0;
	if (next_change == DT_NOEND || next_change - now >= (int64) age_s * USECS_PER_SEC)
		return age_s;
	return (next_change - now) / USECS_PER_SEC;
}

/*
 * The same, and names the answer's entity tag (with its quotes). Where the client
 * has the same answer the status is 304, and what is returned is not sent.
 */
void
http_cache_tagged_answer(const char *kind_name, TimestampTz next_change, const char *etag)
{
	static const Oid argtypes[] = {INT4OID, BOOLOID, BOOLOID, TEXTOID};
	const AnswerKind *kind;
	Booker		member;
	bool		is_private;
	Oid			function;

	if (!http_may_keep_answer())
		return;
	kind = find_kind(kind_name);
	function = tables_function("set_cache_headers", lengthof(argtypes), argtypes);
	if (!OidIsValid(function))
	{
		forbid_keeping();
		return;
	}
	is_private = kind->depends_on_member && booker_find(&member, NULL, NULL);
	(void) OidFunctionCall4(function, Int32GetDatum(bounded_age(*kind->age_s, next_change)),
							BoolGetDatum(kind->depends_on_member),
							BoolGetDatum(is_private), CStringGetTextDatum(etag));
}
