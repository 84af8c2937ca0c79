/*
 * tables_definition.h - our tables, their columns and indexes.
 */
#ifndef CONCERT_BOOKING_TABLES_DEFINITION_H
#define CONCERT_BOOKING_TABLES_DEFINITION_H

#include "compat.h"
#include "plain.h"

/*
 * In the order in which a call locks them: seats first, so that whoever locks
 * that table meets no call that has locked another one (see migrate_tables()).
 */
typedef enum TableId
{
	TABLE_SEATS,
	TABLE_HOLDS,
	TABLE_VENUES,
	TABLE_CONCERTS,
	TABLE_SCHEDULES,
	TABLE_BOOKINGS,
	TABLE_BOOKING_SEATS,
	TABLE_PAYMENTS,
	TABLE_REFUNDS,
	TABLE_CHANGES,
	TABLE_EVENTS,
	TABLE_COUNT
} TableId;

/* The columns that the code knows, in the order of tables_definition.c's lists. */
typedef enum VenueColumn
{
	VENUE_ID, VENUE_TIMEZONE,
	VENUE_COLUMNS
} VenueColumn;

typedef enum ConcertColumn
{
	CONCERT_ID, CONCERT_STATUS, CONCERT_IS_DELETED, CONCERT_VENUE_ID,
	CONCERT_COLUMNS
} ConcertColumn;

typedef enum ScheduleColumn
{
	SCHEDULE_ID, SCHEDULE_CONCERT_ID, SCHEDULE_STARTS_AT,
	SCHEDULE_TOTAL_SEATS, SCHEDULE_AVAILABLE_SEATS, SCHEDULE_IS_SOLD_OUT,
	SCHEDULE_IS_BOOKING_OPEN, SCHEDULE_OPENS_AT, SCHEDULE_CLOSES_AT,
	SCHEDULE_HOLD_DURATION, SCHEDULE_MAX_SEATS, SCHEDULE_CANCEL_UNTIL,
	SCHEDULE_UPDATED_AT, SCHEDULE_LAYOUT_VERSION,
	SCHEDULE_PAYMENT_REQUIRED, SCHEDULE_PAYMENT_WINDOW, SCHEDULE_REFUND_LADDER,
	SCHEDULE_STATUS,
	SCHEDULE_COLUMNS
} ScheduleColumn;

typedef enum SeatColumn
{
	SEAT_ID, SEAT_SCHEDULE_ID, SEAT_NUMBER, SEAT_GRADE, SEAT_PRICE,
	SEAT_STATUS, SEAT_ORDINAL, SEAT_SECTION, SEAT_ROW, SEAT_INDEX,
	SEAT_HOLD_EXPIRES_AT, SEAT_UPDATED_AT,
	SEAT_COLUMNS
} SeatColumn;

typedef enum HoldColumn
{
	HOLD_ID, HOLD_USER_ID, HOLD_SESSION_ID, HOLD_SEAT_ID, HOLD_SCHEDULE_ID,
	HOLD_HELD_SINCE, HOLD_EXPIRES_AT, HOLD_CREATED_AT, HOLD_PRICE, HOLD_BOOKING_ID,
	HOLD_COLUMNS
} HoldColumn;

typedef enum BookingColumn
{
	BOOKING_ID, BOOKING_USER_ID, BOOKING_SESSION_ID, BOOKING_SCHEDULE_ID,
	BOOKING_NUMBER, BOOKING_STATUS, BOOKING_CUSTOMER_NAME,
	BOOKING_CUSTOMER_PHONE, BOOKING_CUSTOMER_EMAIL, BOOKING_SEAT_COUNT,
	BOOKING_TOTAL_PRICE, BOOKING_IDEMPOTENCY_KEY, BOOKING_CANCELLED_AT,
	BOOKING_CANCELLATION_REASON, BOOKING_CREATED_AT, BOOKING_UPDATED_AT,
	BOOKING_PAY_BY, BOOKING_PAID_AT, BOOKING_REFUND_LADDER,
	BOOKING_IS_ANONYMOUS, BOOKING_FREE_REASON,
	BOOKING_COLUMNS
} BookingColumn;

typedef enum BookingSeatColumn
{
	BOOKING_SEAT_ID, BOOKING_SEAT_BOOKING_ID, BOOKING_SEAT_SEAT_ID,
	BOOKING_SEAT_PRICE, BOOKING_SEAT_ACTIVE, BOOKING_SEAT_CREATED_AT,
	BOOKING_SEAT_PRICE_TYPE, BOOKING_SEAT_CANCELLATION_FEE,
	BOOKING_SEAT_GRADE, BOOKING_SEAT_CHECKED_IN_AT,
	BOOKING_SEAT_COLUMNS
} BookingSeatColumn;

typedef enum PaymentColumn
{
	PAYMENT_ID, PAYMENT_BOOKING_ID, PAYMENT_KIND, PAYMENT_AMOUNT,
	PAYMENT_PROVIDER, PAYMENT_REFERENCE, PAYMENT_OUTCOME,
	PAYMENT_REFUND_DUE, PAYMENT_ACTOR, PAYMENT_CREATED_AT,
	PAYMENT_COLUMNS
} PaymentColumn;

typedef enum RefundColumn
{
	REFUND_BOOKING_ID, REFUND_AMOUNT, REFUND_CLAIMED_UNTIL,
	REFUND_CREATED_AT, REFUND_UPDATED_AT,
	REFUND_COLUMNS
} RefundColumn;

typedef enum ChangeColumn
{
	CHANGE_ID, CHANGE_SCHEDULE_ID, CHANGE_AVAILABLE, CHANGE_CREATED_AT,
	CHANGE_VERSION,
	CHANGE_COLUMNS
} ChangeColumn;

typedef enum EventColumn
{
	EVENT_ID, EVENT_OCCURRED_AT, EVENT_TYPE, EVENT_SCHEDULE_ID,
	EVENT_BOOKING_ID, EVENT_SEAT_COUNT, EVENT_ACTOR, EVENT_DETAIL,
	EVENT_COLUMNS
} EventColumn;

/* What the code looks rows up by, one list a table; the first finds one row. */
typedef enum TableIndex
{
	INDEX_ID = 0,				/* where it is (id) */
	INDEX_SEAT_ORDINAL = 1,
	INDEX_HOLD_SEAT = 0,
	INDEX_HOLD_USER = 1,
	INDEX_HOLD_SESSION = 2,
	INDEX_BOOKING_NUMBER = 1,
	INDEX_BOOKING_USER = 2,
	INDEX_BOOKING_SESSION = 3,
	INDEX_BOOKING_USER_KEY = 4,
	INDEX_BOOKING_SESSION_KEY = 5,
	INDEX_BOOKING_OLD_KEY = 6,
	INDEX_BOOKING_SEAT_BOOKING = 1,
	INDEX_PAYMENT_REFERENCE = 1,
	INDEX_PAYMENT_BOOKING = 2,
	INDEX_CHANGE_SCHEDULE = 0
} TableIndex;

#define TABLE_MAX_COLUMNS 24
#define TABLE_MAX_INDEXES 7
#define TABLE_MAX_PARENTS 2

/* What a column must be, because values are read as this type and unasked. */
typedef struct ColumnDefinition
{
	const char *name;
	Oid			type;			/* TEXTOID: text or varchar */
	bool		is_nullable;
	int			limit;			/* the longest text that we write, 0: any */
	bool		is_optional;	/* tables of an older version lack it */
} ColumnDefinition;

/* By which columns rows are looked up, and the index that create_tables() makes. */
typedef struct SearchDefinition
{
	const char *index;
	int			count;			/* of columns */
	int			columns[2];
	bool		is_ordered;		/* the order of the index matters */
} SearchDefinition;

/* A foreign key whose check our calls have done. */
typedef struct ParentDefinition
{
	int			column;
	TableId		parent;
} ParentDefinition;

typedef struct TableDefinition
{
	const char *name;
	ColumnDefinition columns[TABLE_MAX_COLUMNS + 1];
	SearchDefinition searches[TABLE_MAX_INDEXES + 1];
	bool		inserts;		/* our calls do */
	bool		deletes;
	uint32		updated;		/* columns, as bits, that they update */
	ParentDefinition parents[TABLE_MAX_PARENTS];
	int			parent_count;
	PlainTrigger triggers[12];
} TableDefinition;

/* A column in a set of columns. */
#define TABLES_COLUMN(number) (1U << (number))

/* A new value of one column. */
typedef struct RowValue
{
	int			column;			/* SeatColumn, HoldColumn, ...: see row_types.h */
	Datum		value;
	bool		isnull;
} RowValue;

#define ROW_VALUE(column, datum) {(column), (datum), false}
#define ROW_NULL(column) {(column), (Datum) 0, true}
#define ROW_NULLABLE(column, pointer) \
	{(column), PointerGetDatum(pointer), (pointer) == NULL}

extern const TableDefinition tables_definitions[TABLE_COUNT];

extern const char *tables_name(TableId id);
extern const char *tables_column_name(TableId id, int column);
extern Oid	tables_column_type(TableId id, int column);
extern int	tables_search_count(TableId id, TableIndex index);
extern int	tables_search_column(TableId id, TableIndex index, int position);

#endif							/* CONCERT_BOOKING_TABLES_DEFINITION_H */
