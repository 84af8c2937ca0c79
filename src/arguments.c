/*
 * arguments.c - unpacking and checking what a caller passes.
 *
 * No function is STRICT: a null where a value is needed is an error that names
 * the argument, not a null result.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "arguments.h"
#include "errors.h"
#include "same.h"

/* NULL where the argument is null. */
pg_uuid_t *
arguments_uuid(FunctionCallInfo fcinfo, int position)
{
	return PG_ARGISNULL(position) ? NULL : PG_GETARG_UUID_P(position);
}

/* A uuid that must not be null; name is the argument's. */
pg_uuid_t *
arguments_required_uuid(FunctionCallInfo fcinfo, int position, const char *name)
{
	if (PG_ARGISNULL(position))
		errors_argument_null(name);
	return PG_GETARG_UUID_P(position);
}

static int
hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

/*
 * A uuid in its usual form. Not uuid_in(): its error shows the text, and a
 * "sub" can be an e-mail address.
 */
bool
arguments_parse_uuid(const char *source, int length, pg_uuid_t *uuid)
{
	int			at = 0;
	int			i;

	if (length != 36)
		return false;
	for (i = 0; i < UUID_LEN; i++)
	{
		int			high;
		int			low;

		if (i == 4 || i == 6 || i == 8 || i == 10)
		{
			if (source[at++] != '-')
				return false;
		}
		high = hex_value(source[at++]);
		low = hex_value(source[at++]);
		if (high < 0 || low < 0)
			return false;
		uuid->data[i] = (high << 4) | low;
	}
	return true;
}

static bool
is_blank(const char *source, int length)
{
	int			i;

	for (i = 0; i < length; i++)
	{
		if (source[i] != ' ' && source[i] != '\t' && source[i] != '\n' &&
			source[i] != '\r')
			return false;
	}
	return true;
}

/* A text of 1 to limit characters, not all blanks; NULL where it is null. */
text *
arguments_text(FunctionCallInfo fcinfo, int position, const char *name, int limit)
{
	text	   *value;
	int			length;

	if (PG_ARGISNULL(position))
		return NULL;
	value = PG_GETARG_TEXT_PP(position);
	if (is_blank(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)))
		errors_argument_value(name, "Pass a text that is not blank, or null.");
	length = pg_mbstrlen_with_len(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
	if (length > limit)
		errors_argument_too_long(name, length, limit);
	return value;
}

/* A text that must be given and not blank, of at most limit characters. */
text *
arguments_required_text(FunctionCallInfo fcinfo, int position, const char *name,
						int limit)
{
	text	   *value = arguments_text(fcinfo, position, name, limit);

	if (value == NULL)
		errors_argument_null(name);
	return value;
}

static int
compare_uuids(const void *a, const void *b)
{
	return memcmp(a, b, UUID_LEN);
}

static void
refuse_duplicates(const pg_uuid_t *ids, int count)
{
	pg_uuid_t  *sorted = palloc(sizeof(pg_uuid_t) * count);
	int			i;

	memcpy(sorted, ids, sizeof(pg_uuid_t) * count);
	qsort(sorted, count, sizeof(pg_uuid_t), compare_uuids);
	for (i = 1; i < count; i++)
	{
		if (same_uuid(&sorted[i - 1], &sorted[i]))
			errors_argument_value("seat_ids", "Name each seat once.");
	}
	pfree(sorted);
}

/*
 * The seats of a call: 1 to limit different ids in one dimension. Returns how
 * many; the count is checked before anything is copied.
 */
int
arguments_seat_ids(FunctionCallInfo fcinfo, int position, int limit, pg_uuid_t **ids)
{
	ArrayType  *array;
	int			count;

	if (PG_ARGISNULL(position))
		errors_argument_null("seat_ids");
	array = PG_GETARG_ARRAYTYPE_P(position);
	if (ARR_ELEMTYPE(array) != UUIDOID)
		elog(ERROR, "seat_ids is not an array of uuid");
	if (ARR_NDIM(array) > 1)
		errors_argument_value("seat_ids", "Pass an array of one dimension.");
	count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (count == 0)
		errors_argument_value("seat_ids", "Name at least one seat.");
	if (count > limit)
		errors_too_many_seats(count, limit);
	if (array_contains_nulls(array))
		errors_argument_null("seat_ids");

	/* Elements of 16 bytes, alignment char: an array of pg_uuid_t as it is. */
	*ids = palloc(sizeof(pg_uuid_t) * count);
	memcpy(*ids, ARR_DATA_PTR(array), sizeof(pg_uuid_t) * count);
	if (count > 1)
		refuse_duplicates(*ids, count);
	return count;
}

/* A sum of money: 1 to ARGUMENTS_AMOUNT_LIMIT won. */
int64
arguments_amount(FunctionCallInfo fcinfo, int position)
{
	int64		amount;

	if (PG_ARGISNULL(position))
		errors_argument_null("amount");
	amount = PG_GETARG_INT64(position);
	if (amount < 1 || amount > ARGUMENTS_AMOUNT_LIMIT)
		errors_argument_value("amount", "Use 1 to 1,000,000,000,000.");
	return amount;
}
