/*
 * booking.c - confirm, book and cancel.
 *
 * Locking: idempotency key, booker's limit, then (cancel) the booking's row,
 * then seats in ascending id, then holds and new rows, and the schedule's row
 * last without waiting.
 *
 * A confirm sells what is live at the instant of the sale: deadlines are looked
 * at again after the last seat was written, because a write can wait.
 *
 * Memory: everything in the call's query context; results in the caller's.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "arguments.h"
#include "availability.h"
#include "booking_number.h"
#include "clock.h"
#include "errors.h"
#include "event.h"
#include "hold.h"
#include "phone.h"
#include "schedule.h"
#include "uuid_v7.h"

/* What a sale and a cancellation read and write. */
#define SALE_TABLES (SEAT_TABLES | SCHEDULE_TABLES | \
					 ROW_TABLES(TABLE_BOOKINGS) | ROW_TABLES(TABLE_BOOKING_SEATS) | \
					 ROW_TABLES(TABLE_EVENTS) | ROW_TABLES(TABLE_CHANGES))

#define NAME_LIMIT 100
#define PHONE_LIMIT 20
#define EMAIL_LIMIT 255
#define KEY_LIMIT 255
#define REASON_LIMIT 1000

PG_FUNCTION_INFO_V1(concert_booking_confirm_booking);
PG_FUNCTION_INFO_V1(concert_booking_book_seats);
PG_FUNCTION_INFO_V1(concert_booking_cancel_booking);
PG_FUNCTION_INFO_V1(concert_booking_cancel_guest_booking);

/* What a sale is asked to do. */
typedef struct Sale
{
	Booker		booker;
	text	   *customer_name;
	text	   *customer_phone;
	text	   *customer_email;
	text	   *idempotency_key;
	pg_uuid_t  *schedule_id;	/* NULL: the seats' */
	pg_uuid_t  *seat_ids;		/* NULL: all that the booker holds */
	int			seat_count;
	bool		has_expected_total;
	int64		expected_total;
} Sale;

/* A booking's row, as it goes into a receipt. */
typedef struct Receipt
{
	pg_uuid_t	booking_id;
	text	   *booking_number;
	pg_uuid_t	schedule_id;
	const char *status;
	int32		seat_count;
	int64		total_price;
	Datum		seat_numbers;	/* text[] */
	TimestampTz created_at;
	bool		is_cancelled;
	TimestampTz cancelled_at;
} Receipt;

static void read_sale(FunctionCallInfo fcinfo, int first_text, Sale *sale);
static void confirm(RowWork *work, Sale *sale, Receipt *receipt);
static void book(RowWork *work, Sale *sale, Receipt *receipt);
static void cancel(RowWork *work, TupleTableSlot *slot, text *reason,
				   Receipt *receipt);
static bool find_booking(RowWork *work, const pg_uuid_t *booking_id,
						 TupleTableSlot *slot);
static bool find_guest_booking(RowWork *work, text *booking_number, text *phone,
							   TupleTableSlot *slot);
static Datum receipt_datum(RowWork *work, const Receipt *receipt,
						   TupleDesc tupdesc);
static TupleDesc result_desc(FunctionCallInfo fcinfo);

/* -------- called by SQL -------- */

Datum
concert_booking_confirm_booking(PG_FUNCTION_ARGS)
{
	Sale		sale = {0};
	RowWork		work;
	Receipt		receipt;
	TupleDesc	tupdesc = result_desc(fcinfo);
	Datum		result;

	sale.schedule_id = arguments_required_uuid(fcinfo, 0, "concert_schedule_id");
	if (!PG_ARGISNULL(3))
		sale.seat_count = arguments_seat_ids(fcinfo, 3, &sale.seat_ids);
	read_sale(fcinfo, 4, &sale);
	PreventCommandIfReadOnly("confirm_booking()");

	row_begin(&work, SALE_TABLES);
	confirm(&work, &sale, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

Datum
concert_booking_book_seats(PG_FUNCTION_ARGS)
{
	Sale		sale = {0};
	RowWork		work;
	Receipt		receipt;
	TupleDesc	tupdesc = result_desc(fcinfo);
	Datum		result;

	sale.seat_count = arguments_seat_ids(fcinfo, 0, &sale.seat_ids);
	read_sale(fcinfo, 3, &sale);
	PreventCommandIfReadOnly("book_seats()");

	row_begin(&work, SEAT_TABLES);
	book(&work, &sale, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

Datum
concert_booking_cancel_booking(PG_FUNCTION_ARGS)
{
	pg_uuid_t  *booking_id = arguments_required_uuid(fcinfo, 0, "booking_id");
	text	   *reason = arguments_text(fcinfo, 1, "reason", REASON_LIMIT);
	TupleDesc	tupdesc = result_desc(fcinfo);
	Booker		booker;
	RowWork		work;
	RowTable   *bookings;
	TupleTableSlot *slot;
	Receipt		receipt;
	Datum		result;

	PreventCommandIfReadOnly("cancel_booking()");
	booker_resolve_or_staff(&booker, arguments_uuid(fcinfo, 2),
							arguments_uuid(fcinfo, 3));

	row_begin(&work, SALE_TABLES);
	bookings = row_table(&work, TABLE_BOOKINGS);
	slot = row_slot(&work, bookings);
	if (!find_booking(&work, booking_id, slot) ||
		!booker_is(&booker, row_get_uuid(bookings, slot, BOOKING_USER_ID),
				   row_get_uuid(bookings, slot, BOOKING_SESSION_ID)))
		errors_no_such_booking();
	cancel(&work, slot, reason, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

Datum
concert_booking_cancel_guest_booking(PG_FUNCTION_ARGS)
{
	text	   *booking_number = arguments_required_text(fcinfo, 0,
														 "booking_number", 50);
	text	   *phone = arguments_required_text(fcinfo, 1, "customer_phone",
												PHONE_LIMIT);
	text	   *reason = arguments_text(fcinfo, 2, "reason", REASON_LIMIT);
	TupleDesc	tupdesc = result_desc(fcinfo);
	RowWork		work;
	TupleTableSlot *slot;
	Receipt		receipt;
	Datum		result;

	PreventCommandIfReadOnly("cancel_guest_booking()");

	row_begin(&work, SALE_TABLES);
	slot = row_slot(&work, row_table(&work, TABLE_BOOKINGS));
	if (!find_guest_booking(&work, booking_number, phone, slot))
		errors_no_such_booking();
	cancel(&work, slot, reason, &receipt);
	result = receipt_datum(&work, &receipt, tupdesc);
	row_end(&work);
	PG_RETURN_DATUM(result);
}

/* -------- unpacking and packing -------- */

static TupleDesc
result_desc(FunctionCallInfo fcinfo)
{
	TupleDesc	tupdesc;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return tupdesc;
}

/*
 * The expected total, the last argument. The functions of 0.1 have none: they
 * call this library from its installation until ALTER EXTENSION UPDATE.
 */
static void
read_expected_total(FunctionCallInfo fcinfo, int position, Sale *sale)
{
	if (PG_NARGS() <= position || PG_ARGISNULL(position))
		return;
	sale->has_expected_total = true;
	sale->expected_total = PG_GETARG_INT64(position);
	if (sale->expected_total < 0)
		errors_argument_value("expected_total", "Pass a sum of 0 or more, or null.");
}

/*
 * The booker, the texts and the total; the booker is argument 1 and 2 of both
 * sales.
 */
static void
read_sale(FunctionCallInfo fcinfo, int first_text, Sale *sale)
{
	sale->customer_name = arguments_text(fcinfo, first_text, "customer_name",
										 NAME_LIMIT);
	sale->customer_phone = arguments_text(fcinfo, first_text + 1,
										  "customer_phone", PHONE_LIMIT);
	sale->customer_email = arguments_text(fcinfo, first_text + 2,
										  "customer_email", EMAIL_LIMIT);
	sale->idempotency_key = arguments_text(fcinfo, first_text + 3,
										   "idempotency_key", KEY_LIMIT);
	if (sale->customer_phone != NULL &&
		phone_normalize(sale->customer_phone) == NULL)
		errors_argument_value("customer_phone", "Pass a number with digits.");
	read_expected_total(fcinfo, first_text + 4, sale);
	booker_resolve(&sale->booker, arguments_uuid(fcinfo, 1),
				   arguments_uuid(fcinfo, 2));
	if (!sale->booker.is_member &&
		(sale->customer_name == NULL || sale->customer_phone == NULL))
		errors_customer_missing();
}

static Datum
receipt_datum(RowWork *work, const Receipt *receipt, TupleDesc tupdesc)
{
	Datum		values[] = {
		UUIDPGetDatum(&receipt->booking_id),
		PointerGetDatum(receipt->booking_number),
		UUIDPGetDatum(&receipt->schedule_id),
		CStringGetTextDatum(receipt->status),
		Int32GetDatum(receipt->seat_count),
		Int64GetDatum(receipt->total_price),
		receipt->seat_numbers,
		TimestampTzGetDatum(receipt->created_at),
		TimestampTzGetDatum(receipt->cancelled_at),
	};
	bool		nulls[lengthof(values)] = {false};
	MemoryContext old;
	Datum		result;

	nulls[lengthof(values) - 1] = !receipt->is_cancelled;
	old = MemoryContextSwitchTo(work->caller_context);
	result = HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls));
	MemoryContextSwitchTo(old);
	return result;
}

/* -------- seats of a receipt -------- */

static Datum
seat_numbers(RowWork *work, SeatSet *set)
{
	RowTable   *seats = row_table(work, TABLE_SEATS);
	Datum	   *numbers = palloc(sizeof(Datum) * Max(set->count, 1));
	int			i;

	hold_sort_by_ordinal(work, set);
	for (i = 0; i < set->count; i++)
	{
		text	   *number = set->seats[i].found ?
			row_get_text(seats, set->seats[i].slot, SEAT_NUMBER) :
			NULL;

		numbers[i] = number == NULL ? CStringGetTextDatum("") :
									  PointerGetDatum(number);
	}
	return PointerGetDatum(construct_array(numbers, set->count, TEXTOID, -1,
										   false, TYPALIGN_INT));
}

/* A line of booking_seats, kept while its seats are walked in lock order. */
typedef struct BookedSeat
{
	pg_uuid_t	seat_id;
	TupleTableSlot *slot;
} BookedSeat;

static int
compare_booked(const void *a, const void *b)
{
	return memcmp(a, b, UUID_LEN);
}

/* The lines of a booking in ascending seat id; *count says how many. */
static BookedSeat *
find_booked_seats(RowWork *work, const pg_uuid_t *booking_id, int *count)
{
	RowTable   *lines = row_table(work, TABLE_BOOKING_SEATS);
	ScanKeyData key;
	RowScan		scan;
	int			room = 8;
	BookedSeat *booked = palloc(sizeof(BookedSeat) * room);
	TupleTableSlot *slot = row_slot(work, lines);

	*count = 0;
	row_key_uuid(&key, 1, booking_id);
	scan = row_scan(lines, INDEX_BOOKING_SEAT_BOOKING, 1, &key);
	while (row_scan_next(&scan, slot))
	{
		if (*count == room)
		{
			room *= 2;
			booked = repalloc(booked, sizeof(BookedSeat) * room);
		}
		booked[*count].seat_id = *row_get_uuid(lines, slot, BOOKING_SEAT_SEAT_ID);
		booked[*count].slot = slot;
		(*count)++;
		slot = row_slot(work, lines);
	}
	row_scan_end(&scan);
	qsort(booked, *count, sizeof(BookedSeat), compare_booked);
	return booked;
}

static void
set_of_booked(SeatSet *set, const BookedSeat *booked, int count)
{
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * Max(count, 1));
	int			i;

	for (i = 0; i < count; i++)
		ids[i] = booked[i].seat_id;
	seat_set_make(set, ids, count);
}

/* A receipt, but for its seats, from a booking's row as it is stored. */
static void
read_booking(RowWork *work, TupleTableSlot *slot, Receipt *receipt)
{
	RowTable   *bookings = row_table(work, TABLE_BOOKINGS);
	bool		isnull;

	memset(receipt, 0, sizeof(Receipt));
	receipt->booking_id = *row_get_uuid(bookings, slot, BOOKING_ID);
	receipt->booking_number = row_get_text(bookings, slot, BOOKING_NUMBER);
	receipt->schedule_id = *row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID);
	receipt->status = row_text_is(bookings, slot, BOOKING_STATUS, "confirmed") ?
		"confirmed" :
		"cancelled";
	receipt->seat_count = row_get_int(bookings, slot, BOOKING_SEAT_COUNT);
	receipt->total_price = DatumGetInt64(row_get(bookings, slot,
												 BOOKING_TOTAL_PRICE, &isnull));
	row_get_timestamp(bookings, slot, BOOKING_CREATED_AT, &receipt->created_at);
	receipt->is_cancelled = row_get_timestamp(bookings, slot,
											  BOOKING_CANCELLED_AT,
											  &receipt->cancelled_at);
}

static void
read_receipt(RowWork *work, TupleTableSlot *slot, Receipt *receipt)
{
	Booker		nobody = {0};
	BookedSeat *booked;
	SeatSet		set;
	int			count;

	read_booking(work, slot, receipt);
	booked = find_booked_seats(work, &receipt->booking_id, &count);
	set_of_booked(&set, booked, count);
	seat_set_read(work, &set, &nobody, clock_now());
	receipt->seat_numbers = seat_numbers(work, &set);
}

/* -------- idempotency -------- */

static bool
text_same(const text *a, const text *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

/* PT422 when the booker was going to pay another sum. */
static void
check_expected_total(const Sale *sale, int64 total)
{
	if (sale->has_expected_total && sale->expected_total != total)
		errors_total_differs(sale->expected_total, total);
}

/* The booking that the booker made with the key. */
static bool
find_by_key(RowWork *work, const Sale *sale, TupleTableSlot *slot)
{
	RowTable   *bookings = row_table(work, TABLE_BOOKINGS);
	TableIndex	index = sale->booker.is_member ? INDEX_BOOKING_USER_KEY :
												 INDEX_BOOKING_SESSION_KEY;
	ScanKeyData keys[2];
	RowScan		scan;
	int			count = 0;
	bool		found;

	/* tables of 0.1, with many bookings, may have an index for both only */
	if (!OidIsValid(bookings->shape->index[index]) &&
		OidIsValid(bookings->shape->index[INDEX_BOOKING_OLD_KEY]))
		index = INDEX_BOOKING_OLD_KEY;
	else
		row_key_uuid(&keys[count++], 1, &sale->booker.id);
	ScanKeyEntryInitialize(&keys[count], 0, count + 1, BTEqualStrategyNumber,
						   InvalidOid, DEFAULT_COLLATION_OID, F_TEXTEQ,
						   PointerGetDatum(sale->idempotency_key));
	scan = row_scan(bookings, index, count + 1, keys);
	do
	{
		found = row_scan_next(&scan, slot);
	} while (found &&
			 !booker_is(&sale->booker,
						row_get_uuid(bookings, slot, BOOKING_USER_ID),
						row_get_uuid(bookings, slot, BOOKING_SESSION_ID)));
	row_scan_end(&scan);
	return found;
}

/* Whether a booking has exactly the seats that a call names. */
static bool
has_same_seats(RowWork *work, const pg_uuid_t *booking_id, const Sale *sale)
{
	pg_uuid_t  *wanted = palloc(sizeof(pg_uuid_t) * sale->seat_count);
	BookedSeat *booked;
	int			count;
	int			i;

	booked = find_booked_seats(work, booking_id, &count);
	if (count != sale->seat_count)
		return false;
	memcpy(wanted, sale->seat_ids, sizeof(pg_uuid_t) * count);
	qsort(wanted, count, sizeof(pg_uuid_t), compare_booked);
	for (i = 0; i < count; i++)
	{
		if (memcmp(&wanted[i], &booked[i].seat_id, UUID_LEN) != 0)
			return false;
	}
	return true;
}

/*
 * A call that was made before answers as it did then. True with the receipt, or
 * PT422 when the key was used for something else or for another sum. Calls of
 * one booker with the same key wait for each other here, before they touch a row.
 */
static bool
answer_by_key(RowWork *work, const Sale *sale, Receipt *receipt)
{
	RowTable   *bookings;
	TupleTableSlot *slot;
	Size		length;
	char	   *key;

	if (sale->idempotency_key == NULL)
		return false;
	bookings = row_table(work, TABLE_BOOKINGS);
	length = VARSIZE_ANY_EXHDR(sale->idempotency_key);
	key = palloc(1 + UUID_LEN + length);
	key[0] = sale->booker.is_member;
	memcpy(key + 1, &sale->booker.id, UUID_LEN);
	memcpy(key + 1 + UUID_LEN, VARDATA_ANY(sale->idempotency_key), length);
	row_lock_key(work, TABLE_BOOKINGS, key, 1 + UUID_LEN + length);

	slot = row_slot(work, bookings);
	if (!find_by_key(work, sale, slot))
		return false;
	if ((sale->schedule_id != NULL &&
		 memcmp(sale->schedule_id,
				row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID), UUID_LEN) != 0) ||
		!text_same(sale->customer_name,
				   row_get_text(bookings, slot, BOOKING_CUSTOMER_NAME)) ||
		!text_same(sale->customer_phone,
				   row_get_text(bookings, slot, BOOKING_CUSTOMER_PHONE)) ||
		!text_same(sale->customer_email,
				   row_get_text(bookings, slot, BOOKING_CUSTOMER_EMAIL)) ||
		(sale->seat_ids != NULL &&
		 !has_same_seats(work, row_get_uuid(bookings, slot, BOOKING_ID), sale)))
		errors_key_reused();
	read_receipt(work, slot, receipt);
	check_expected_total(sale, receipt->total_price);
	return true;
}

/* -------- selling -------- */

/* Writes one seat sold. False when it was changed and has to be judged again. */
static bool
sell_seat(RowWork *work, Seat *seat, const Booker *booker)
{
	RowValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_RESERVED)),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	return seat_update(work, seat, booker, values, lengthof(values));
}

static void
insert_booking(RowWork *work, const Sale *sale, Receipt *receipt)
{
	Datum		now = TimestampTzGetDatum(receipt->created_at);
	RowValue	values[] = {
		ROW_VALUE(BOOKING_ID, UUIDPGetDatum(&receipt->booking_id)),
		ROW_NULLABLE(BOOKING_USER_ID, booker_user_id(&sale->booker)),
		ROW_NULLABLE(BOOKING_SESSION_ID, booker_session_id(&sale->booker)),
		ROW_VALUE(BOOKING_SCHEDULE_ID, UUIDPGetDatum(&receipt->schedule_id)),
		ROW_VALUE(BOOKING_NUMBER, PointerGetDatum(receipt->booking_number)),
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum("confirmed")),
		ROW_NULLABLE(BOOKING_CUSTOMER_NAME, sale->customer_name),
		ROW_NULLABLE(BOOKING_CUSTOMER_PHONE, sale->customer_phone),
		ROW_NULLABLE(BOOKING_CUSTOMER_EMAIL, sale->customer_email),
		ROW_VALUE(BOOKING_SEAT_COUNT, Int32GetDatum(receipt->seat_count)),
		ROW_VALUE(BOOKING_TOTAL_PRICE, Int64GetDatum(receipt->total_price)),
		ROW_NULLABLE(BOOKING_IDEMPOTENCY_KEY, sale->idempotency_key),
		ROW_NULL(BOOKING_CANCELLED_AT),
		ROW_NULL(BOOKING_CANCELLATION_REASON),
		ROW_VALUE(BOOKING_CREATED_AT, now),
		ROW_VALUE(BOOKING_UPDATED_AT, now),
	};

	row_insert(work, row_table(work, TABLE_BOOKINGS), values,
			   lengthof(values));
}

/*
 * A trigger of the owner's may have made the booking another one: a fee, a number
 * of his own. Its lines need the id that was given.
 */
static void
read_as_written(RowWork *work, Receipt *receipt)
{
	RowTable   *bookings = row_table(work, TABLE_BOOKINGS);
	TupleTableSlot *slot;

	if (likely(bookings->shape->is_plain))
		return;
	slot = row_slot(work, bookings);
	if (!row_find_uuid(bookings, INDEX_ID, &receipt->booking_id, slot))
		errors_row_suppressed(tables_name(TABLE_BOOKINGS));
	read_booking(work, slot, receipt);
}

static void
insert_booked_seat(RowWork *work, const Receipt *receipt, Seat *seat)
{
	pg_uuid_t	id;
	RowValue	values[] = {
		ROW_VALUE(BOOKING_SEAT_ID, UUIDPGetDatum(uuid_v7_make(&id))),
		ROW_VALUE(BOOKING_SEAT_BOOKING_ID, UUIDPGetDatum(&receipt->booking_id)),
		ROW_VALUE(BOOKING_SEAT_SEAT_ID, UUIDPGetDatum(&seat->id)),
		ROW_VALUE(BOOKING_SEAT_PRICE, Int32GetDatum(seat->sold_for)),
		ROW_VALUE(BOOKING_SEAT_ACTIVE, BoolGetDatum(true)),
		ROW_VALUE(BOOKING_SEAT_CREATED_AT,
					 TimestampTzGetDatum(receipt->created_at)),
	};

	row_insert(work, row_table(work, TABLE_BOOKING_SEATS),
			   values, lengthof(values));
}

/*
 * The seats are written, so that their prices are settled; now their holds go and
 * the booking comes. It is made at the instant by which the sale was judged, so
 * that a booking is never younger than the end of the hold that it came from.
 */
static void
write_booking(RowWork *work, const Sale *sale, SeatSet *set,
			  const pg_uuid_t *schedule_id, TimestampTz now, Receipt *receipt)
{
	char		number[BOOKING_NUMBER_SIZE];
	int			i;

	memset(receipt, 0, sizeof(Receipt));
	uuid_v7_make(&receipt->booking_id);
	booking_number_make(number);
	receipt->booking_number = cstring_to_text(number);
	receipt->schedule_id = *schedule_id;
	receipt->status = "confirmed";
	receipt->seat_count = set->count;
	receipt->created_at = now;
	for (i = 0; i < set->count; i++)
	{
		set->by_id[i]->sold_for = seat_price(work, set->by_id[i]);
		receipt->total_price += set->by_id[i]->sold_for;
	}
	for (i = 0; i < set->count; i++)
		seat_drop_hold(work, set->by_id[i]);
	insert_booking(work, sale, receipt);
	read_as_written(work, receipt);
	check_expected_total(sale, receipt->total_price);
	for (i = 0; i < set->count; i++)
		insert_booked_seat(work, receipt, set->by_id[i]);
	receipt->seat_numbers = seat_numbers(work, set);
	event_log(work, "booking_confirmed", schedule_id, &receipt->booking_id,
			  set->count);
	availability_change(work, schedule_id, -set->count);
}

/* -------- confirm -------- */

/* Whether a seat is a live hold of the booker's on the schedule. */
static bool
is_to_confirm(RowWork *work, Seat *seat, const pg_uuid_t *schedule_id)
{
	return seat->found && seat->state == SEAT_MINE &&
		seat_is_of(work, seat, schedule_id);
}

/* The seats of the set that are not. */
static List *
list_not_held(RowWork *work, SeatSet *set, const pg_uuid_t *schedule_id)
{
	List	   *not_held = NIL;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		Seat	   *seat = &set->seats[i];

		if (!is_to_confirm(work, seat, schedule_id))
			not_held = seat_refuse(work, not_held, seat, SEAT_REASON_NOT_HELD);
	}
	return not_held;
}

/* Reduces the set to live holds: a lapsed one was never there. */
static void
keep_live(RowWork *work, SeatSet *set, const pg_uuid_t *schedule_id)
{
	SeatSet		all = *set;
	pg_uuid_t  *ids = palloc(sizeof(pg_uuid_t) * Max(all.count, 1));
	int			live = 0;
	int			i;

	for (i = 0; i < all.count; i++)
	{
		if (is_to_confirm(work, &all.seats[i], schedule_id))
			ids[live++] = all.seats[i].id;
	}
	seat_set_make(set, ids, live);
	for (live = 0, i = 0; i < all.count; i++)
	{
		if (is_to_confirm(work, &all.seats[i], schedule_id))
			set->seats[live++] = all.seats[i];
	}
}

static void
find_seats_to_confirm(RowWork *work, const Sale *sale, SeatSet *set)
{
	List	   *not_held;

	if (sale->seat_ids == NULL)
	{
		hold_find_all(work, &sale->booker, sale->schedule_id, set);
		keep_live(work, set, sale->schedule_id);
		if (set->count == 0)
			errors_no_live_hold(sale->schedule_id);
		return;
	}
	seat_set_make(set, sale->seat_ids, sale->seat_count);
	seat_set_read(work, set, &sale->booker, clock_now());
	not_held = list_not_held(work, set, sale->schedule_id);
	if (not_held != NIL)
		errors_hold_expired(not_held);
}

/* Raises PT410 for a hold that ended before every seat was written. */
static void
check_deadlines(RowWork *work, SeatSet *set, TimestampTz now)
{
	List	   *ended = NIL;
	int			i;

	for (i = 0; i < set->count; i++)
	{
		if (set->seats[i].deadline <= now)
			ended = seat_refuse(work, ended, &set->seats[i],
								SEAT_REASON_NOT_HELD);
	}
	if (ended != NIL)
		errors_hold_expired(ended);
}

static void
confirm(RowWork *work, Sale *sale, Receipt *receipt)
{
	Schedule	schedule;
	SeatSet		set;
	TimestampTz now;
	int			i;

	if (answer_by_key(work, sale, receipt))
		return;
	if (!schedule_find(work, sale->schedule_id, &schedule))
		errors_no_such_schedule(sale->schedule_id);
	schedule_check_still_sold(&schedule, clock_now());
	schedule_lock_limit(work, &schedule, &sale->booker);
	find_seats_to_confirm(work, sale, &set);

	for (i = 0; i < set.count; i++)
	{
		Seat	   *seat = set.by_id[i];

		if (sell_seat(work, seat, &sale->booker))
			continue;
		if (!is_to_confirm(work, seat, &schedule.id))
			errors_hold_expired(seat_refuse(work, NIL, seat,
											SEAT_REASON_NOT_HELD));
		if (!sell_seat(work, seat, &sale->booker))
			errors_serialization();
	}
	now = clock_now();
	check_deadlines(work, &set, now);
	write_booking(work, sale, &set, &schedule.id, now, receipt);
}

/* -------- book -------- */

static void
book(RowWork *work, Sale *sale, Receipt *receipt)
{
	TimestampTz now;
	Schedule	schedule;
	SeatSet		set;
	const pg_uuid_t *schedule_id;
	int			i;

	if (answer_by_key(work, sale, receipt))
		return;
	now = clock_now();
	seat_set_make(&set, sale->seat_ids, sale->seat_count);
	seat_set_read(work, &set, &sale->booker, now);
	schedule_id = hold_check_seats(work, &set);
	(void) hold_check_free(work, &set);
	row_open(work, SALE_TABLES);
	if (!schedule_find(work, schedule_id, &schedule))
		errors_no_such_schedule(schedule_id);
	schedule_check_open(&schedule, now);
	if (schedule.max_seats_per_booker > 0)
	{
		schedule_lock_limit(work, &schedule, &sale->booker);
		now = clock_now();
		seat_set_read(work, &set, &sale->booker, now);
		schedule_check_limit(work, &schedule, &sale->booker,
							 hold_check_free(work, &set), now);
	}

	for (i = 0; i < set.count; i++)
	{
		Seat	   *seat = set.by_id[i];

		if (sell_seat(work, seat, &sale->booker))
			continue;
		if ((!seat_is_claimable(seat) &&
			 !(seat->found && seat->state == SEAT_MINE)) ||
			!seat_is_of(work, seat, &schedule.id))
			hold_refuse_taken(work, seat, &schedule.id);
		if (!sell_seat(work, seat, &sale->booker))
			errors_serialization();
	}
	now = clock_now();
	schedule_check_open(&schedule, now);
	write_booking(work, sale, &set, &schedule.id, now, receipt);
}

/* -------- cancel -------- */

/* Finds a booking and locks its row; false when there is none. */
static bool
find_booking(RowWork *work, const pg_uuid_t *booking_id, TupleTableSlot *slot)
{
	RowTable   *bookings = row_table(work, TABLE_BOOKINGS);

	return row_find_uuid(bookings, INDEX_ID, booking_id, slot);
}

/*
 * A guest's booking by number and phone. The phone is compared whether or not a
 * booking was found, so that both misses cost the same.
 */
static bool
find_guest_booking(RowWork *work, text *booking_number, text *phone,
				   TupleTableSlot *slot)
{
	RowTable   *bookings = row_table(work, TABLE_BOOKINGS);
	char		number[BOOKING_NUMBER_SIZE];
	ScanKeyData key;
	RowScan		scan;
	bool		found;
	bool		proven;

	if (!booking_number_parse(booking_number, number))
		return false;
	ScanKeyEntryInitialize(&key, 0, 1, BTEqualStrategyNumber, InvalidOid,
						   DEFAULT_COLLATION_OID, F_TEXTEQ,
						   CStringGetTextDatum(number));
	scan = row_scan(bookings, INDEX_BOOKING_NUMBER, 1, &key);
	found = row_scan_next(&scan, slot);
	row_scan_end(&scan);

	proven = phone_equal(phone, found && row_get_text(bookings, slot, BOOKING_CUSTOMER_PHONE) != NULL ? row_get_text(bookings, slot, BOOKING_CUSTOMER_PHONE) : cstring_to_text("-"));
	return found && proven &&
		row_get_uuid(bookings, slot, BOOKING_USER_ID) == NULL;
}

static void
cancel_row(RowWork *work, TupleTableSlot *slot, text *reason, TimestampTz now)
{
	RowValue	values[] = {
		ROW_VALUE(BOOKING_STATUS, CStringGetTextDatum("cancelled")),
		ROW_VALUE(BOOKING_CANCELLED_AT, TimestampTzGetDatum(now)),
		ROW_NULLABLE(BOOKING_CANCELLATION_REASON, reason),
		ROW_VALUE(BOOKING_UPDATED_AT, TimestampTzGetDatum(now)),
	};

	if (!row_update_newest(work, row_table(work, TABLE_BOOKINGS),
						   slot, values, lengthof(values)))
		errors_no_such_booking();
}

/* Takes one active line off its seat; the seat is free if it still is sold. */
static bool
give_back_seat(RowWork *work, Seat *seat)
{
	Booker		nobody = {0};
	RowValue	values[] = {
		ROW_VALUE(SEAT_STATUS, seat_status_datum(SEAT_STATUS_AVAILABLE)),
		ROW_NULL(SEAT_HOLD_EXPIRES_AT),
		ROW_VALUE(SEAT_UPDATED_AT, TimestampTzGetDatum(clock_now())),
	};

	if (!seat->found || seat->state != SEAT_RESERVED)
		return false;
	if (seat_update(work, seat, &nobody, values, lengthof(values)))
		return true;
	if (!seat->found || seat->state != SEAT_RESERVED)
		return false;
	if (!seat_update(work, seat, &nobody, values, lengthof(values)))
		errors_serialization();
	return true;
}

static void
deactivate_line(RowWork *work, TupleTableSlot *slot)
{
	RowValue	values[] = {
		ROW_VALUE(BOOKING_SEAT_ACTIVE, BoolGetDatum(false)),
	};

	(void) row_update_newest(work,
							 row_table(work, TABLE_BOOKING_SEATS),
							 slot, values, lengthof(values));
}

/* Frees exactly the seats that the booking still owns; returns how many. */
static int
give_back_seats(RowWork *work, const pg_uuid_t *booking_id)
{
	RowTable   *lines = row_table(work, TABLE_BOOKING_SEATS);
	Booker		nobody = {0};
	BookedSeat *booked;
	SeatSet		set;
	int			count;
	int			freed = 0;
	int			i;

	booked = find_booked_seats(work, booking_id, &count);
	set_of_booked(&set, booked, count);
	seat_set_read(work, &set, &nobody, clock_now());
	for (i = 0; i < count; i++)
	{
		if (row_get_bool(lines, booked[i].slot, BOOKING_SEAT_ACTIVE) &&
			give_back_seat(work, set.by_id[i]))
			freed++;
	}
	for (i = 0; i < count; i++)
	{
		if (row_get_bool(lines, booked[i].slot, BOOKING_SEAT_ACTIVE))
			deactivate_line(work, booked[i].slot);
	}
	return freed;
}

/*
 * Cancels the booking in slot, which the caller may cancel. Its row is locked
 * first, so that of two cancels one finds it cancelled.
 */
static void
cancel(RowWork *work, TupleTableSlot *slot, text *reason, Receipt *receipt)
{
	RowTable   *bookings = row_table(work, TABLE_BOOKINGS);
	Schedule	schedule;
	TimestampTz now;
	TimestampTz deadline;
	int			freed;

	switch (row_lock(work, bookings, slot, LockWaitBlock))
	{
		case TM_Ok:
			break;
		case TM_WouldBlock:
			errors_busy(NIL);
		default:
			errors_no_such_booking();
	}
	row_refresh(work);
	if (!row_text_is(bookings, slot, BOOKING_STATUS, "confirmed"))
	{
		read_receipt(work, slot, receipt);
		return;
	}
	if (!schedule_find(work, row_get_uuid(bookings, slot, BOOKING_SCHEDULE_ID),
					   &schedule))
		elog(ERROR, "a booking has no schedule");
	now = clock_now();
	deadline = schedule_cancel_deadline(work, &schedule);
	if (deadline <= now)
		errors_too_late_to_cancel(deadline);

	freed = give_back_seats(work, row_get_uuid(bookings, slot, BOOKING_ID));
	cancel_row(work, slot, reason, now);
	read_receipt(work, slot, receipt);
	receipt->status = "cancelled";
	receipt->is_cancelled = true;
	receipt->cancelled_at = now;
	event_log(work, "booking_cancelled", &receipt->schedule_id,
			  &receipt->booking_id, freed);
	if (freed > 0)
		availability_change(work, &receipt->schedule_id, freed);
}
