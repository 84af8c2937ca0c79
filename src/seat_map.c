/*
 * seat_map.c - the seats of a schedule as one JSON document.
 *
 * Which seats, and what each of them is, is a statement, as in seat_map(); its plan
 * is kept. json_agg() looks up how to write each column anew for every row, and
 * holds the document several times.
 *
 * Memory: the document, in the caller's context, and a thousand rows.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/uuid.h"

#include "compat.h"
#include "settings.h"

PG_FUNCTION_INFO_V1(concert_booking_seat_document);

#define ROWS_A_FETCH 1000
/* Room for the number of seats, which is known at the end. */
#define COUNT_WIDTH 10

/* The rows of seat_map() for a schedule ($1) at an instant ($2). */
static const char *const seats_statement =
	"SELECT s.id::uuid AS seat_id, s.seat_number::text, s.seat_grade::text,"
	" s.price::integer, s.position_x::integer, s.position_y::integer,"
	" CASE WHEN s.status = 'temp_reserved'"
	" AND coalesce(s.hold_expires_at,"
	" (SELECT h.expires_at FROM concert_booking.temp_reservations h"
	" WHERE h.seat_id = s.id), '-infinity') <= $2"
	" THEN 'available' ELSE s.status::text END AS status,"
	" s.ordinal::integer, s.section::text, s.row_label::text, s.seat_index::integer"
	" FROM concert_booking.seats s"
	" WHERE s.concert_schedule_id = $1"
	" ORDER BY s.ordinal";

static int	append_seats(StringInfo document, Datum schedule_id, Datum judged_at);
static void append_row(StringInfo document, HeapTuple row, TupleDesc tupdesc,
					   char **names);
static void append_value(StringInfo document, Datum value, Oid type);

/*
 * seat_document(concert_schedule_id, layout_version, judged_at): the document of
 * seat_map_json().
 */
Datum
concert_booking_seat_document(PG_FUNCTION_ARGS)
{
	StringInfoData document;
	char		digits[COUNT_WIDTH + 2];
	int			count_at;

	initStringInfo(&document);
	appendStringInfoSpaces(&document, VARHDRSZ);
	appendStringInfoString(&document, "{\"concert_schedule_id\":");
	append_value(&document, PG_GETARG_DATUM(0), UUIDOID);
	appendStringInfo(&document, ",\"layout_version\":%d,\"seat_count\":",
					 PG_GETARG_INT32(1));
	count_at = document.len;
	appendStringInfoSpaces(&document, COUNT_WIDTH);
	appendStringInfoString(&document, ",\"seats\":[");
	pg_ltoa(append_seats(&document, PG_GETARG_DATUM(0), PG_GETARG_DATUM(2)), digits);
	memcpy(document.data + count_at, digits, strlen(digits));
	appendStringInfoString(&document, "]}");
	SET_VARSIZE(document.data, document.len);
	PG_RETURN_TEXT_P((text *) document.data);
}

/* The plan of the statement, kept from its first use on. */
static SPIPlanPtr
find_plan(void)
{
	static SPIPlanPtr kept = NULL;
	Oid			types[] = {UUIDOID, TIMESTAMPTZOID};
	SPIPlanPtr	plan;

	if (kept != NULL)
		return kept;
	plan = SPI_prepare_cursor(seats_statement, lengthof(types), types,
							  CURSOR_OPT_NO_SCROLL | CURSOR_OPT_FAST_PLAN);
	if (plan == NULL)
		elog(ERROR, "could not plan a statement: %s",
			 SPI_result_code_string(SPI_result));
	if (SPI_keepplan(plan) == 0)
		kept = plan;
	return plan;
}

/* What stands before the value of each column. */
static char **
name_columns(TupleDesc tupdesc)
{
	char	  **names = palloc(tupdesc->natts * sizeof(char *));
	int			i;

	for (i = 0; i < tupdesc->natts; i++)
		names[i] = psprintf("%c\"%s\":", i == 0 ? '{' : ',',
							NameStr(TupleDescAttr(tupdesc, i)->attname));
	return names;
}

/* Appends all rows of the cursor; returns how many there are. */
static int
append_rows(StringInfo document, Portal rows)
{
	char	  **names = name_columns(rows->tupDesc);
	int			count = 0;

	for (;;)
	{
		uint64		i;

		SPI_cursor_fetch(rows, true, ROWS_A_FETCH);
		if (SPI_processed == 0)
			return count;
		for (i = 0; i < SPI_processed; i++)
		{
			if (count++ > 0)
				appendBinaryStringInfo(document, ",\n", 2);
			append_row(document, SPI_tuptable->vals[i], rows->tupDesc, names);
		}
		SPI_freetuptable(SPI_tuptable);
		CHECK_FOR_INTERRUPTS();
	}
}

/* Appends the seats that the caller's snapshot sees; returns how many there are. */
static int
append_seats(StringInfo document, Datum schedule_id, Datum judged_at)
{
	Datum		values[] = {schedule_id, judged_at};
	int			pinned = settings_pin_search_path();
	Portal		rows;
	int			count;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the server's SQL interface");
	rows = SPI_cursor_open(NULL, find_plan(), values, NULL, true);
	count = append_rows(document, rows);
	SPI_cursor_close(rows);
	SPI_finish();
	settings_end(pinned);
	return count;
}

static void
append_row(StringInfo document, HeapTuple row, TupleDesc tupdesc, char **names)
{
	Datum		values[MaxTupleAttributeNumber];
	bool		nulls[MaxTupleAttributeNumber];
	int			i;

	heap_deform_tuple(row, tupdesc, values, nulls);
	for (i = 0; i < tupdesc->natts; i++)
	{
		appendBinaryStringInfo(document, names[i], strlen(names[i]));
		if (nulls[i])
			appendBinaryStringInfo(document, "null", 4);
		else
			append_value(document, values[i], TupleDescAttr(tupdesc, i)->atttypid);
	}
	appendStringInfoCharMacro(document, '}');
}

static void
append_uuid(StringInfo document, const pg_uuid_t *uuid)
{
	static const char digits[] = "0123456789abcdef";
	char		text[UUID_LEN * 2 + 6];
	char	   *end = text;
	int			i;

	*end++ = '"';
	for (i = 0; i < UUID_LEN; i++)
	{
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*end++ = '-';
		*end++ = digits[uuid->data[i] >> 4];
		*end++ = digits[uuid->data[i] & 15];
	}
	*end++ = '"';
	appendBinaryStringInfo(document, text, end - text);
}

/* Most texts of a hall are plain: they are copied as they are. */
static void
append_text(StringInfo document, text *value)
{
	const char *bytes = VARDATA_ANY(value);
	int			length = VARSIZE_ANY_EXHDR(value);
	int			i;

	for (i = 0; i < length; i++)
		if ((unsigned char) bytes[i] < ' ' || bytes[i] == '"' || bytes[i] == '\\')
		{
			escape_json(document, text_to_cstring(value));
			return;
		}
	appendStringInfoCharMacro(document, '"');
	appendBinaryStringInfo(document, bytes, length);
	appendStringInfoCharMacro(document, '"');
}

/* A value that is not null, of a type that seat_map_entry has. */
static void
append_value(StringInfo document, Datum value, Oid type)
{
	char		digits[12];

	switch (type)
	{
		case UUIDOID:
			append_uuid(document, DatumGetUUIDP(value));
			break;
		case INT4OID:
			appendBinaryStringInfo(document, digits,
								   pg_ltoa(DatumGetInt32(value), digits));
			break;
		case TEXTOID:
			append_text(document, DatumGetTextPP(value));
			break;
		default:
			elog(ERROR, "a seat has no column of type %u", type);
	}
}
