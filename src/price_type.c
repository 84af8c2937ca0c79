/*
 * price_type.c - rates for children, seniors and the like.
 *
 * A sale names price types by their codes, seat by seat. What they are and what they
 * take off is looked up in SQL (apply_price_types()), because few sales have any.
 *
 * Memory: the call's query context.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "errors.h"
#include "errors_payment.h"
#include "errors_tables.h"
#include "price_type.h"
#include "same.h"
#include "settings.h"
#include "tables_schema.h"

/* Gives each seat of the set its price type; one that is for no seat is refused. */
static void
place_price_types(const SaleRequest *request, SeatSet *set)
{
	int			i;
	int			j;

	for (i = 0; i < request->price_type_count; i++)
	{
		for (j = 0; j < set->count; j++)
		{
			if (same_uuid(&set->seats[j].id, &request->price_types[i].seat_id))
				break;
		}
		if (j == set->count)
			errors_price_type_unplaced(text_to_cstring(request->price_types[i].code));
		set->seats[j].price_type = request->price_types[i].code;
	}
}

/* The prices that the types leave, in the order of the arrays. */
static ArrayType *
ask_prices(const pg_uuid_t *schedule_id, SeatSet *set, TimestampTz now)
{
	static const Oid argtypes[] = {UUIDOID, UUIDARRAYOID, TEXTARRAYOID, INT4ARRAYOID,
								   TIMESTAMPTZOID};
	Oid			function = tables_function("apply_price_types", lengthof(argtypes), argtypes);
	Datum	   *ids = palloc(sizeof(Datum) * set->count);
	Datum	   *codes = palloc(sizeof(Datum) * set->count);
	bool	   *has_no_code = palloc(sizeof(bool) * set->count);
	Datum	   *prices = palloc(sizeof(Datum) * set->count);
	int			lower = 1;
	int			i;

	if (!OidIsValid(function))
		errors_functions_missing("apply_price_types");
	for (i = 0; i < set->count; i++)
	{
		ids[i] = UUIDPGetDatum(&set->seats[i].id);
		codes[i] = PointerGetDatum(set->seats[i].price_type);
		has_no_code[i] = set->seats[i].price_type == NULL;
		prices[i] = Int32GetDatum(set->seats[i].sold_for);
	}
	return DatumGetArrayTypeP(OidFunctionCall5(
		function, UUIDPGetDatum(schedule_id),
		PointerGetDatum(construct_array(ids, set->count, UUIDOID, UUID_LEN, false,
										TYPALIGN_CHAR)),
		PointerGetDatum(construct_md_array(codes, has_no_code, 1, &set->count, &lower,
										   TEXTOID, -1, false, TYPALIGN_INT)),
		PointerGetDatum(construct_array(prices, set->count, INT4OID, sizeof(int32), true,
										TYPALIGN_INT)),
		TimestampTzGetDatum(now)));
}

/*
 * Lowers the prices at which the seats are sold (sold_for) to those of the price
 * types that the sale names.
 */
void
price_type_apply(const SaleRequest *request, SeatSet *set,
				 const pg_uuid_t *schedule_id, TimestampTz now)
{
	ArrayType  *prices;
	int			begun;
	int			i;

	if (likely(request->price_type_count == 0))
		return;
	place_price_types(request, set);
	begun = settings_pin_search_path();
	prices = ask_prices(schedule_id, set, now);
	settings_end(begun);
	if (ArrayGetNItems(ARR_NDIM(prices), ARR_DIMS(prices)) != set->count ||
		ARR_HASNULL(prices))
		elog(ERROR, "apply_price_types() has not priced every seat");
	for (i = 0; i < set->count; i++)
		set->seats[i].sold_for = ((int32 *) ARR_DATA_PTR(prices))[i];
}
