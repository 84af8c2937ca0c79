/*
 * tables_definition.c - what our tables are: names, columns, indexes, triggers.
 *
 * This is what the code builds on. What a table of the owner's is in truth is
 * compared with it (tables_shape.c, tables_writing.c).
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "tables_definition.h"

/*
 * A parent that a foreign key of ours names is the seat that the call has
 * locked, the booking that it has just inserted, or the schedule, which cannot
 * go while one of its seats is locked (deleting it deletes the seats). Triggers
 * of ours fill columns that our calls always give, or follow changes for which
 * our calls account themselves.
 */
const TableDefinition tables_definitions[TABLE_COUNT] = {
	[TABLE_VENUES] = {
		.name = "venues",
		.columns = {
			{"id", UUIDOID},
			{"timezone", TEXTOID},
		},
		.searches = {{"venues_pkey", 1, {VENUE_ID}}},
	},
	[TABLE_CONCERTS] = {
		.name = "concerts",
		.columns = {
			{"id", UUIDOID},
			{"status", TEXTOID},
			{"is_deleted", BOOLOID},
			{"venue_id", UUIDOID},
		},
		.searches = {{"concerts_pkey", 1, {CONCERT_ID}}},
	},
	[TABLE_SCHEDULES] = {
		.name = "concert_schedules",
		.columns = {
			{"id", UUIDOID},
			{"concert_id", UUIDOID},
			{"starts_at", TIMESTAMPTZOID},
			{"total_seats", INT4OID},
			{"available_seats", INT4OID},
			{"is_sold_out", BOOLOID},
			{"is_booking_open", BOOLOID},
			{"booking_opens_at", TIMESTAMPTZOID, true},
			{"booking_closes_at", TIMESTAMPTZOID, true},
			{"hold_duration", INTERVALOID, true},
			{"max_seats_per_booker", INT2OID, true},
			{"cancel_until", INTERVALOID, true},
			{"updated_at", TIMESTAMPTZOID},
			{"layout_version", INT4OID},
			{"payment_required", BOOLOID, .is_optional = true},
			{"payment_window", INTERVALOID, true, .is_optional = true},
			{"refund_ladder", JSONBOID, true, .is_optional = true},
			{"status", TEXTOID, .is_optional = true},
		},
		.searches = {{"concert_schedules_pkey", 1, {SCHEDULE_ID}}},
		.updated = TABLES_COLUMN(SCHEDULE_AVAILABLE_SEATS) |
			TABLES_COLUMN(SCHEDULE_IS_SOLD_OUT) | TABLES_COLUMN(SCHEDULE_UPDATED_AT),
		.triggers = {
			{"update_concert_schedules_updated_at", "moddatetime"},
			{"start_totals", "start_totals"},
			{"fill_schedule_start", "fill_schedule_start"},
			{"check_refund_ladder", "check_refund_ladder"},
			{"refuse_move", "refuse_move"},
			{"move_prices", "move_prices"},
		},
	},
	[TABLE_SEATS] = {
		.name = "seats",
		.columns = {
			{"id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"seat_number", TEXTOID},
			{"seat_grade", TEXTOID},
			{"price", INT4OID},
			{"status", TEXTOID},
			{"ordinal", INT4OID},
			{"section", TEXTOID, true},
			{"row_label", TEXTOID, true},
			{"seat_index", INT4OID, true},
			{"hold_expires_at", TIMESTAMPTZOID, true},
			{"updated_at", TIMESTAMPTZOID},
		},
		.searches = {
			{"seats_pkey", 1, {SEAT_ID}},
			{"unique_seat_ordinal", 2, {SEAT_SCHEDULE_ID, SEAT_ORDINAL}, true},
		},
		.updated = TABLES_COLUMN(SEAT_STATUS) | TABLES_COLUMN(SEAT_HOLD_EXPIRES_AT) |
			TABLES_COLUMN(SEAT_UPDATED_AT),
		.triggers = {
			{"update_seats_updated_at", "moddatetime"},
			{"fill_seat", "fill_seat"},
			{"follow_seats_insert", "follow_seats_insert"},
			{"follow_seats_update", "follow_seats_update"},
			{"follow_seats_delete", "follow_seats_delete"},
			{"follow_layout_insert", "follow_layout"},
			{"follow_layout_update", "follow_layout"},
			{"follow_layout_delete", "follow_layout"},
		},
	},
	[TABLE_HOLDS] = {
		.name = "temp_reservations",
		.columns = {
			{"id", UUIDOID},
			{"user_id", UUIDOID, true},
			{"session_id", UUIDOID, true},
			{"seat_id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"held_since", TIMESTAMPTZOID},
			{"expires_at", TIMESTAMPTZOID},
			{"created_at", TIMESTAMPTZOID},
			{"price", INT4OID, true, 0, true},
			{"booking_id", UUIDOID, true, .is_optional = true},
		},
		.searches = {
			{"unique_temp_seat", 1, {HOLD_SEAT_ID}},
			{"idx_temp_reservations_user_id", 2, {HOLD_USER_ID, HOLD_SCHEDULE_ID}},
			{"idx_temp_reservations_session_id", 2, {HOLD_SESSION_ID, HOLD_SCHEDULE_ID}},
		},
		.inserts = true,
		.deletes = true,
		.updated = TABLES_COLUMN(HOLD_EXPIRES_AT) | TABLES_COLUMN(HOLD_BOOKING_ID),
		.parents = {{HOLD_SEAT_ID, TABLE_SEATS}, {HOLD_SCHEDULE_ID, TABLE_SCHEDULES}},
		.parent_count = 2,
		.triggers = {
			{"fill_hold", "fill_hold"},
			{"follow_holds_delete", "follow_holds_delete"},
		},
	},
	[TABLE_BOOKINGS] = {
		.name = "bookings",
		.columns = {
			{"id", UUIDOID},
			{"user_id", UUIDOID, true},
			{"session_id", UUIDOID, true},
			{"concert_schedule_id", UUIDOID},
			{"booking_number", TEXTOID, false, 20},
			{"status", TEXTOID},
			{"customer_name", TEXTOID, true, 100},
			{"customer_phone", TEXTOID, true, 20},
			{"customer_email", TEXTOID, true, 255},
			{"seat_count", INT4OID},
			{"total_price", INT8OID},
			{"idempotency_key", TEXTOID, true, 255},
			{"cancelled_at", TIMESTAMPTZOID, true},
			{"cancellation_reason", TEXTOID, true},
			{"created_at", TIMESTAMPTZOID},
			{"updated_at", TIMESTAMPTZOID},
			{"pay_by", TIMESTAMPTZOID, true, .is_optional = true},
			{"paid_at", TIMESTAMPTZOID, true, .is_optional = true},
			{"refund_ladder", JSONBOID, true, .is_optional = true},
			{"is_anonymous", BOOLOID, .is_optional = true},
			{"free_reason", TEXTOID, true, .is_optional = true},
		},
		.searches = {
			{"bookings_pkey", 1, {BOOKING_ID}},
			{"bookings_booking_number_key", 1, {BOOKING_NUMBER}},
			{"idx_bookings_user_status", 1, {BOOKING_USER_ID}},
			{"idx_bookings_session_id", 1, {BOOKING_SESSION_ID}},
			{"idx_bookings_user_key", 2, {BOOKING_USER_ID, BOOKING_IDEMPOTENCY_KEY}},
			{"idx_bookings_session_key", 2, {BOOKING_SESSION_ID, BOOKING_IDEMPOTENCY_KEY}},
			{"idx_bookings_idempotency_key", 1, {BOOKING_IDEMPOTENCY_KEY}},
		},
		.inserts = true,
		.updated = TABLES_COLUMN(BOOKING_STATUS) | TABLES_COLUMN(BOOKING_CANCELLED_AT) |
			TABLES_COLUMN(BOOKING_CANCELLATION_REASON) | TABLES_COLUMN(BOOKING_UPDATED_AT) |
			TABLES_COLUMN(BOOKING_SEAT_COUNT) | TABLES_COLUMN(BOOKING_TOTAL_PRICE) |
			TABLES_COLUMN(BOOKING_PAID_AT) | TABLES_COLUMN(BOOKING_REFUND_LADDER),
		.parents = {{BOOKING_SCHEDULE_ID, TABLE_SCHEDULES}},
		.parent_count = 1,
		.triggers = {{"update_bookings_updated_at", "moddatetime"}},
	},
	[TABLE_BOOKING_SEATS] = {
		.name = "booking_seats",
		.columns = {
			{"id", UUIDOID},
			{"booking_id", UUIDOID},
			{"seat_id", UUIDOID},
			{"price", INT4OID},
			{"active", BOOLOID},
			{"created_at", TIMESTAMPTZOID},
			{"price_type", TEXTOID, true, 50, true},
			{"cancellation_fee", INT4OID, true, .is_optional = true},
			{"seat_grade", TEXTOID, true, 20, true},
			{"checked_in_at", TIMESTAMPTZOID, true, .is_optional = true},
		},
		.searches = {
			{"booking_seats_pkey", 1, {BOOKING_SEAT_ID}},
			{"unique_booking_seat", 1, {BOOKING_SEAT_BOOKING_ID}},
		},
		.inserts = true,
		.updated = TABLES_COLUMN(BOOKING_SEAT_ACTIVE) |
			TABLES_COLUMN(BOOKING_SEAT_CANCELLATION_FEE),
		.parents = {{BOOKING_SEAT_BOOKING_ID, TABLE_BOOKINGS}, {BOOKING_SEAT_SEAT_ID, TABLE_SEATS}},
		.parent_count = 2,
		.triggers = {{"fill_booking_seat", "fill_booking_seat"}},
	},
	[TABLE_PAYMENTS] = {
		.name = "payments",
		.columns = {
			{"id", UUIDOID},
			{"booking_id", UUIDOID},
			{"kind", TEXTOID},
			{"amount", INT8OID},
			{"provider", TEXTOID, false, 50},
			{"reference", TEXTOID, false, 255},
			{"outcome", TEXTOID},
			{"refund_due", INT8OID},
			{"actor", NAMEOID},
			{"created_at", TIMESTAMPTZOID},
		},
		.searches = {
			{"payments_pkey", 1, {PAYMENT_ID}},
			{"unique_payment", 2, {PAYMENT_PROVIDER, PAYMENT_REFERENCE}},
			{"idx_payments_booking_id", 1, {PAYMENT_BOOKING_ID}},
		},
		.inserts = true,
		.triggers = {{"refuse_payment_change", "refuse_payment_change"}},
	},
	[TABLE_REFUNDS] = {
		.name = "refunds_due",
		.columns = {
			{"booking_id", UUIDOID},
			{"amount", INT8OID},
			{"claimed_until", TIMESTAMPTZOID, true},
			{"created_at", TIMESTAMPTZOID},
			{"updated_at", TIMESTAMPTZOID},
		},
		.searches = {{"refunds_due_pkey", 1, {REFUND_BOOKING_ID}}},
		.inserts = true,
		.updated = TABLES_COLUMN(REFUND_AMOUNT) | TABLES_COLUMN(REFUND_UPDATED_AT),
	},
	[TABLE_CHANGES] = {
		.name = "availability_changes",
		.columns = {
			{"id", UUIDOID},
			{"concert_schedule_id", UUIDOID},
			{"available_change", INT4OID},
			{"created_at", TIMESTAMPTZOID},
			{"version", INT8OID, .is_optional = true},
		},
		.searches = {{"availability_changes_pkey", 2, {CHANGE_SCHEDULE_ID, CHANGE_ID}, true}},
		.inserts = true,
		.deletes = true,			/* of 0.1's tables */
		.updated = TABLES_COLUMN(CHANGE_AVAILABLE) | TABLES_COLUMN(CHANGE_VERSION),
		.parents = {{CHANGE_SCHEDULE_ID, TABLE_SCHEDULES}},
		.parent_count = 1,
	},
	[TABLE_EVENTS] = {
		.name = "booking_events",
		.columns = {
			{"id", UUIDOID},
			{"occurred_at", TIMESTAMPTZOID},
			{"event_type", TEXTOID},
			{"concert_schedule_id", UUIDOID, true},
			{"booking_id", UUIDOID, true},
			{"seat_count", INT4OID},
			{"actor", NAMEOID},
			{"detail", JSONBOID, true},
		},
		.inserts = true,
		.triggers = {{"refuse_change", "refuse_change"}},
	},
};

/* The table's name, without the schema. */
const char *
tables_name(TableId id)
{
	return tables_definitions[id].name;
}

/* The name of a column. */
const char *
tables_column_name(TableId id, int column)
{
	return tables_definitions[id].columns[column].name;
}

/* The type that a column must have; TEXTOID stands for varchar too. */
Oid
tables_column_type(TableId id, int column)
{
	return tables_definitions[id].columns[column].type;
}

/* How many columns rows are looked up by. */
int
tables_search_count(TableId id, TableIndex index)
{
	return tables_definitions[id].searches[index].count;
}

/* The column that stands at a position (from 0) of what rows are looked up by. */
int
tables_search_column(TableId id, TableIndex index, int position)
{
	Assert(position < tables_definitions[id].searches[index].count);
	return tables_definitions[id].searches[index].columns[position];
}
