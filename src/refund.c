/*
 * refund.c - what of a paid price comes back when a seat is cancelled.
 *
 * The rules are read in SQL (line_refunds()), where they are checked and quoted as
 * well, so that a quote and a cancellation cannot differ.
 *
 * Memory: the call's query context.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"

#include "errors_tables.h"
#include "refund.h"
#include "settings.h"
#include "tables_schema.h"

/* In won, for each of the seats; refund_ladder 0: the whole price. */
int32 *
refund_of_seats(Datum refund_ladder, BookedSeat *const *seats, int count,
				TimestampTz starts_at, TimestampTz now)
{
	static const Oid argtypes[] = {JSONBOID, INT4ARRAYOID, TIMESTAMPTZOID, TIMESTAMPTZOID};
	Oid			function;
	int32	   *refunds = palloc(sizeof(int32) * Max(count, 1));
	Datum	   *prices = palloc(sizeof(Datum) * Max(count, 1));
	ArrayType  *answer;
	int			begun;
	int			i;

	for (i = 0; i < count; i++)
	{
		refunds[i] = seats[i]->price;
		prices[i] = Int32GetDatum(seats[i]->price);
	}
	if (refund_ladder == (Datum) 0)
		return refunds;
	function = tables_function("line_refunds", lengthof(argtypes), argtypes);
	if (!OidIsValid(function))
		errors_functions_missing("line_refunds");
	begun = settings_pin_search_path();
	answer = DatumGetArrayTypeP(OidFunctionCall4(
		function, refund_ladder,
		PointerGetDatum(construct_array(prices, count, INT4OID, sizeof(int32), true,
										TYPALIGN_INT)),
		TimestampTzGetDatum(starts_at), TimestampTzGetDatum(now)));
	settings_end(begun);
	if (ArrayGetNItems(ARR_NDIM(answer), ARR_DIMS(answer)) != count ||
		ARR_HASNULL(answer))
		elog(ERROR, "line_refunds() has not answered for every seat");
	memcpy(refunds, ARR_DATA_PTR(answer), sizeof(int32) * count);
	return refunds;
}
