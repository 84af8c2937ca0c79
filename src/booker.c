/*
 * booker.c - who is calling.
 *
 * Where request.jwt.claims is set (PostgREST, Supabase), the caller is the
 * member that its "sub" names, and may name another one only as staff. Staff is
 * who may execute acts_for_others(): the grants are the only list of roles.
 * Without claims the caller is a trusted backend, which names the booker.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"

#include "arguments.h"
#include "booker.h"
#include "compat.h"
#include "errors.h"
#include "same.h"
#include "tables_schema.h"

PG_FUNCTION_INFO_V1(concert_booking_resolve_booker);
PG_FUNCTION_INFO_V1(concert_booking_resolve_booker_or_staff);
PG_FUNCTION_INFO_V1(concert_booking_resolve_member_if_any);
PG_FUNCTION_INFO_V1(concert_booking_signed_in_person);

typedef struct Claims
{
	bool		present;
	bool		has_sub;
	pg_uuid_t	sub;
} Claims;

/* -------- called by SQL -------- */

/* (user_id, session_id, is_anybody) */
static Datum
booker_row(FunctionCallInfo fcinfo, const Booker *booker)
{
	const pg_uuid_t *user_id = booker_user_id(booker);
	const pg_uuid_t *session_id = booker_session_id(booker);
	TupleDesc	tupdesc;
	Datum		values[3];
	bool		nulls[3];

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = UUIDPGetDatum(user_id);
	nulls[0] = booker->is_anybody || user_id == NULL;
	values[1] = UUIDPGetDatum(session_id);
	nulls[1] = booker->is_anybody || session_id == NULL;
	values[2] = BoolGetDatum(booker->is_anybody);
	nulls[2] = false;
	return HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
}

/* resolve_booker(): who is calling, for functions in SQL. */
Datum
concert_booking_resolve_booker(PG_FUNCTION_ARGS)
{
	Booker		booker;

	booker_resolve(&booker, arguments_uuid(fcinfo, 0), arguments_uuid(fcinfo, 1));
	return booker_row(fcinfo, &booker);
}

/* resolve_booker_or_staff(): the same, and staff that names nobody is anybody. */
Datum
concert_booking_resolve_booker_or_staff(PG_FUNCTION_ARGS)
{
	Booker		booker;

	booker_resolve_or_staff(&booker, arguments_uuid(fcinfo, 0),
							arguments_uuid(fcinfo, 1));
	return booker_row(fcinfo, &booker);
}

/* resolve_member_if_any(): the member that is calling, or null. */
Datum
concert_booking_resolve_member_if_any(PG_FUNCTION_ARGS)
{
	Booker		booker;
	pg_uuid_t  *member;

	if (!booker_find(&booker, arguments_uuid(fcinfo, 0), NULL))
		PG_RETURN_NULL();
	member = palloc(sizeof(pg_uuid_t));
	*member = booker.id;
	PG_RETURN_UUID_P(member);
}

/* signed_in_person(): the person whom the claims name, or null. */
Datum
concert_booking_signed_in_person(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *person = palloc(sizeof(pg_uuid_t));

	if (!booker_caller(person))
		PG_RETURN_NULL();
	PG_RETURN_UUID_P(person);
}

/* -------- called by C -------- */

/*
 * The request's claims as jsonb, NULL where they are none. The parser's own
 * error would show a piece of it, to the caller and in the server's log. It has
 * opened nothing but memory when it fails, so that its error can be dropped here.
 */
static Jsonb *
parse_setting(const char *setting)
{
	MemoryContext context = CurrentMemoryContext;
	Jsonb *volatile object = NULL;

	PG_TRY();
	{
		object = DatumGetJsonbP(DirectFunctionCall1(jsonb_in,
													CStringGetDatum(setting)));
	}
	PG_CATCH();
	{
		int			category = ERRCODE_TO_CATEGORY(geterrcode());

		if (category != ERRCODE_DATA_EXCEPTION &&
			category != ERRCODE_PROGRAM_LIMIT_EXCEEDED)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();
	return object;
}

/* Reads the claims; false where they are there and cannot be understood. */
static bool
parse_claims(Claims *claims)
{
	const char *setting = GetConfigOption("request.jwt.claims", true, false);
	Jsonb	   *object;
	JsonbValue	sub;

	memset(claims, 0, sizeof(Claims));
	if (setting == NULL || setting[0] == '\0')
		return true;
	claims->present = true;
	object = parse_setting(setting);
	if (object == NULL || !JB_ROOT_IS_OBJECT(object))
		return false;
	if (getKeyJsonValueFromContainer(&object->root, "sub", 3, &sub) == NULL ||
		sub.type == jbvNull)
		return true;
	claims->has_sub = sub.type == jbvString &&
		arguments_parse_uuid(sub.val.string.val, sub.val.string.len, &claims->sub);
	return claims->has_sub;
}

static void
read_claims(Claims *claims)
{
	if (!parse_claims(claims))
		errors_claims_unreadable();
}

/*
 * Whether the caller may act for others: may execute acts_for_others(). The
 * functions of 0.1, which call this library until ALTER EXTENSION UPDATE, have
 * cancel_schedule() for it.
 */
bool
booker_acts_for_others(void)
{
	static const Oid argtypes[] = {UUIDOID, TEXTOID};
	Oid			function = tables_function("acts_for_others", 0, NULL);

	if (!OidIsValid(function))
		function = tables_function("cancel_schedule", lengthof(argtypes), argtypes);
	return OidIsValid(function) &&
		compat_function_aclcheck(function, GetOuterUserId()) == ACLCHECK_OK;
}

static void
set_booker(Booker *booker, bool is_member, const pg_uuid_t *id)
{
	booker->is_anybody = false;
	booker->is_member = is_member;
	booker->id = *id;
}

/* By the claims; false where they and the arguments name nobody. */
static bool
resolve_by_claims(Booker *booker, const Claims *claims,
				  const pg_uuid_t *user_id, const pg_uuid_t *session_id)
{
	bool		own = claims->has_sub &&
		(user_id == NULL || same_uuid(user_id, &claims->sub));

	if (user_id != NULL && !own && !booker_acts_for_others())
		errors_not_your_identity();
	if (user_id != NULL)
		set_booker(booker, true, user_id);
	else if (session_id != NULL)
	{
		if (claims->has_sub && !booker_acts_for_others())
			errors_two_bookers();
		set_booker(booker, false, session_id);
	}
	else if (claims->has_sub)
		set_booker(booker, true, &claims->sub);
	else
		return false;
	return true;
}

/* By the arguments alone: the caller is a trusted backend. */
static bool
resolve_by_arguments(Booker *booker, const pg_uuid_t *user_id,
					 const pg_uuid_t *session_id)
{
	if (user_id != NULL)
		set_booker(booker, true, user_id);
	else if (session_id != NULL)
		set_booker(booker, false, session_id);
	else
		return false;
	return true;
}

static bool
resolve(Booker *booker, Claims *claims, const pg_uuid_t *user_id,
		const pg_uuid_t *session_id)
{
	if (user_id != NULL && session_id != NULL)
		errors_two_bookers();
	read_claims(claims);
	booker->is_claimed = claims->present;
	if (claims->present)
		return resolve_by_claims(booker, claims, user_id, session_id);
	return resolve_by_arguments(booker, user_id, session_id);
}

/* The booker; false where nobody is signed in or named. */
bool
booker_find(Booker *booker, const pg_uuid_t *user_id,
			const pg_uuid_t *session_id)
{
	Claims		claims;

	return resolve(booker, &claims, user_id, session_id);
}

/* The booker; PT401 when there is none. */
void
booker_resolve(Booker *booker, const pg_uuid_t *user_id,
			   const pg_uuid_t *session_id)
{
	if (!booker_find(booker, user_id, session_id))
		errors_no_booker();
}

/* Whether a sale to the booker may do without a payment: see payment_required. */
bool
booker_may_owe(const Booker *booker)
{
	return !booker->is_claimed || booker_acts_for_others();
}

/*
 * The person who calls, by the claims; false where they name none. Claims that
 * cannot be read are none here: this is for the log, also of money that arrives.
 */
bool
booker_caller(pg_uuid_t *user_id)
{
	Claims		claims;

	if (!parse_claims(&claims))
		return false;
	*user_id = claims.sub;
	return claims.has_sub;
}

/*
 * The booker, or, for staff of a web client that names nobody, anybody. A
 * staff member's own "sub" is not taken for the booker of somebody's booking.
 */
void
booker_resolve_or_staff(Booker *booker, const pg_uuid_t *user_id,
						const pg_uuid_t *session_id)
{
	Claims		claims;
	bool		found = resolve(booker, &claims, user_id, session_id);

	if (claims.present && user_id == NULL && session_id == NULL &&
		booker_acts_for_others())
	{
		memset(booker, 0, sizeof(Booker));
		booker->is_anybody = true;
	}
	else if (!found)
		errors_no_booker();
}

/* Whether a row with these owners is the booker's. */
bool
booker_is(const Booker *booker, const pg_uuid_t *user_id,
		  const pg_uuid_t *session_id)
{
	const pg_uuid_t *owner = booker->is_member ? user_id : session_id;

	if (booker->is_anybody)
		return true;
	if (!booker->is_member && user_id != NULL)
		return false;
	return owner != NULL && same_uuid(owner, &booker->id);
}

/* The id of a member; NULL for a guest. */
const pg_uuid_t *
booker_user_id(const Booker *booker)
{
	return booker->is_member ? &booker->id : NULL;
}

/* The id of a guest's session; NULL for a member. */
const pg_uuid_t *
booker_session_id(const Booker *booker)
{
	return booker->is_member ? NULL : &booker->id;
}
