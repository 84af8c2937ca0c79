/*
 * http.c - what an answer tells the caches between PostgREST and the client.
 *
 * PostgREST puts the array of objects in the setting response.headers into its
 * answer, and takes the status of response.status. Nothing of this is done
 * outside of a web request (request.method), for an answer to anything but
 * GET or HEAD, or where somebody before us (a db-pre-request function) has
 * decided on Cache-Control. An error drops the headers: no refusal is cached.
 *
 * The settings are local to the transaction. Setting one is allowed in a
 * read-only transaction and on a standby, but not in a parallel plan, where the
 * answer goes without.
 */
#include "postgres.h"

#include "access/xact.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/jsonb.h"

#include "booker.h"
#include "errors.h"
#include "http.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(concert_booking_cache_answer);

static bool
is_cacheable_request(void)
{
	const char *method = GetConfigOption("request.method", true, false);

	return method != NULL && !IsInParallelMode() &&
		(strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0);
}

static void
set_for_transaction(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
}

/* Adds {"name": "value"} to the array that is there already. */
static void
add_header(const char *name, const char *value)
{
	const char *headers = GetConfigOption("response.headers", true, false);
	StringInfoData all;
	int			length = headers == NULL ? 0 : strlen(headers);

	initStringInfo(&all);
	while (length > 0 && headers[length - 1] != ']')
		length--;
	if (length > 0)
		appendBinaryStringInfo(&all, headers, length - 1);
	else
		appendStringInfoChar(&all, '[');
	appendStringInfo(&all, "%s{\"%s\": ", all.len > 1 ? ", " : "", name);
	escape_json(&all, value);
	appendStringInfoString(&all, "}]");
	set_for_transaction("response.headers", all.data);
}

static bool
cache_control_is_set(void)
{
	const char *headers = GetConfigOption("response.headers", true, false);
	const char *at;

	for (at = headers; at != NULL && *at != '\0'; at++)
	{
		if (pg_strncasecmp(at, "\"cache-control\"", 15) == 0)
			return true;
	}
	return false;
}

/*
 * What depends on who asks is kept by nobody but the browser that asked. A
 * shared cache may keep what it got for a token only where it says "public".
 */
static void
cache_for(int age_s, bool depends_on_member)
{
	bool		is_private = depends_on_member && booker_has_sub();

	if (age_s == 0)
		add_header("Cache-Control", "no-store");
	else
		add_header("Cache-Control",
				   psprintf("%s, max-age=%d",
							is_private ? "private" : "public", age_s));
	add_header("Vary", depends_on_member ? "Accept, Accept-Profile, Authorization" : "Accept, Accept-Profile");
}

Datum
concert_booking_cache_answer(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		errors_argument_null("kind");
	http_cache_answer(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	PG_RETURN_VOID();
}

/* Says how long the answer may be kept, by its kind. */
void
http_cache_answer(const char *kind)
{
	if (!is_cacheable_request() || cache_control_is_set())
		return;
	if (strcmp(kind, "seat_status") == 0)
		cache_for(settings_cache_seat_status_s, false);
	else if (strcmp(kind, "seat_map") == 0)
		cache_for(settings_cache_seat_map_s, false);
	else if (strcmp(kind, "list") == 0)
		cache_for(settings_cache_lists_s, false);
	else if (strcmp(kind, "detail") == 0)
		cache_for(settings_cache_lists_s, true);
	else if (strcmp(kind, "personal") == 0)
		cache_for(0, true);
	else
		errors_argument_value("kind", "Use seat_status, seat_map, list, detail or personal.");
}

/*
 * Whether the client has named the entity tag in If-None-Match. Headers that
 * cannot be read name nothing: the answer is sent once more.
 */
static bool
client_knows(const char *etag)
{
	const char *headers = GetConfigOption("request.headers", true, false);
	Jsonb	   *object;
	JsonbValue	known;
	char	   *list;

	if (headers == NULL || headers[0] == '\0')
		return false;
	object = booker_parse_setting(headers);
	if (object == NULL || !JB_ROOT_IS_OBJECT(object) ||
		getKeyJsonValueFromContainer(&object->root, "if-none-match", 13, &known) == NULL ||
		known.type != jbvString)
		return false;
	list = pnstrdup(known.val.string.val, known.val.string.len);
	return strstr(list, etag) != NULL;
}

/*
 * Names the answer's entity tag (with its quotes). True when the client has the
 * same answer: the status is 304 then, and what is returned is not sent.
 */
bool
http_not_modified(const char *etag)
{
	if (!is_cacheable_request())
		return false;
	add_header("ETag", etag);
	if (!client_knows(etag))
		return false;
	set_for_transaction("response.status", "304");
	return true;
}
