/*
 * best_wish.c - what a caller of hold_best_seats() asks for.
 */
#include "postgres.h"

#include "common/hashfn.h"

#include "arguments.h"
#include "best_wish.h"
#include "errors.h"
#include "row_read.h"
#include "same.h"
#include "settings.h"

/* The arguments but the last two, which name the booker. */
void
best_wish_read(FunctionCallInfo fcinfo, BestWish *wish)
{
	memset(wish, 0, sizeof(BestWish));
	wish->schedule_id = *arguments_required_uuid(fcinfo, 0, "concert_schedule_id");
	if (PG_ARGISNULL(1))
		errors_argument_null("seat_count");
	wish->seat_count = PG_GETARG_INT32(1);
	if (wish->seat_count < 1)
		errors_argument_value("seat_count", "Ask for at least one seat.");
	if (wish->seat_count > settings_max_seats_per_call)
		errors_too_many_seats(wish->seat_count, settings_max_seats_per_call);
	wish->grade = arguments_text(fcinfo, 2, "seat_grade", 20);
	wish->has_max_price = !PG_ARGISNULL(3);
	if (wish->has_max_price)
		wish->max_price = PG_GETARG_INT32(3);
	if (wish->has_max_price && wish->max_price < 0)
		errors_argument_value("max_price", "Pass a price of 0 or more, or null.");
	if (PG_ARGISNULL(4))
		errors_argument_null("adjacent");
	wish->adjacent = PG_GETARG_BOOL(4);
	wish->section = arguments_text(fcinfo, 5, "section", 100);
}

/* A hash of all but the number of seats and the booker. */
uint64
best_wish_key(const BestWish *wish)
{
	uint64		key = hash_bytes_extended(wish->schedule_id.data, UUID_LEN,
										  wish->has_max_price ? wish->max_price + 1 : 0);

	if (wish->grade != NULL)
		key = hash_bytes_extended((const unsigned char *) VARDATA_ANY(wish->grade),
								  VARSIZE_ANY_EXHDR(wish->grade), key);
	if (wish->section != NULL)
		key = hash_bytes_extended((const unsigned char *) VARDATA_ANY(wish->section),
								  VARSIZE_ANY_EXHDR(wish->section), ~key);
	return wish->adjacent ? key : ~key;
}

static bool
text_matches(const text *wanted, const text *stored)
{
	return wanted == NULL || same_text(wanted, stored);
}

/* Whether a seat is of the grade, the section and the price that were asked for. */
bool
best_wish_is_met(const BestWish *wish, SeatTable *seats, TupleTableSlot *slot)
{
	return text_matches(wish->grade, row_get_text(seats, slot, SEAT_GRADE)) &&
		text_matches(wish->section, row_get_text(seats, slot, SEAT_SECTION)) &&
		(!wish->has_max_price ||
		 row_get_int(seats, slot, SEAT_PRICE) <= wish->max_price);
}
