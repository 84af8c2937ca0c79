/*
 * row_types.h - our tables as types, so that columns cannot be mixed up.
 *
 * Each table has a type of its own (SeatTable), and so has a new value of one of
 * its columns (SeatValue); row_get() and row_update() are macros that ask for the
 * column type that belongs to the table, so that row_get(holds, slot, SEAT_ID)
 * does not compile. Underneath each is a RowTable or a RowValue, which is what
 * functions for any table work with, so nothing of this exists at run time.
 */
#ifndef CONCERT_BOOKING_ROW_TYPES_H
#define CONCERT_BOOKING_ROW_TYPES_H

#include "compat.h"
#include "tables_shape.h"

/* One of our tables, opened for one call. */
typedef struct RowTable
{
	struct RowWork *work;
	TableId		id;
	TableShape *shape;
	Relation	rel;
	ResultRelInfo *rri;			/* NULL until something is written */
	TupleTableSlot *write_slot;
	TupleTableSlot *lock_slot;
	Relation   *written_index;	/* as many as the shape has, NULL: not opened */
	IndexInfo  *written_info;
	bool		statement_ran;	/* a statement has written it */
	ItemPointerData locked;		/* the version that the call has locked last */
	Relation	index[TABLE_MAX_INDEXES];
	IndexScanDesc scan[TABLE_MAX_INDEXES];
} RowTable;

/* The tables, each with the name that its types begin with. */
#define ROW_TYPES(TYPE) \
	TYPE(Seat, TABLE_SEATS) \
	TYPE(Hold, TABLE_HOLDS) \
	TYPE(Venue, TABLE_VENUES) \
	TYPE(Concert, TABLE_CONCERTS) \
	TYPE(Schedule, TABLE_SCHEDULES) \
	TYPE(Booking, TABLE_BOOKINGS) \
	TYPE(BookingSeat, TABLE_BOOKING_SEATS) \
	TYPE(Payment, TABLE_PAYMENTS) \
	TYPE(Refund, TABLE_REFUNDS) \
	TYPE(Change, TABLE_CHANGES) \
	TYPE(Event, TABLE_EVENTS)

/* SeatTable; RowType_TABLE_SEATS, the same; SeatValue, laid out as a RowValue. */
#define ROW_DECLARE_TYPES(name, id) \
	typedef struct name##Table \
	{ \
		RowTable	table; \
	} name##Table; \
	typedef name##Table RowType_##id; \
	typedef struct name##Value \
	{ \
		name##Column column; \
		Datum		value; \
		bool		isnull; \
	} name##Value; \
	static inline int \
	row_column_##name(name##Column column) \
	{ \
		return column; \
	} \
	static inline const RowValue * \
	row_values_##name(const name##Value *values) \
	{ \
		StaticAssertStmt(sizeof(name##Value) == sizeof(RowValue), "not laid out as a RowValue"); \
		return (const RowValue *) values; \
	}

ROW_TYPES(ROW_DECLARE_TYPES)

/* A parameter that takes any of the tables as it is. */
#define ROW_MEMBER(name, id) name##Table *id##_table;

typedef union AnyTable
{
	RowTable   *table;
	ROW_TYPES(ROW_MEMBER)
} AnyTable __attribute__((transparent_union));

/* A column's number and a list of values, checked against the table's type. */
#define ROW_COLUMN_OF(name, id) name##Table *: row_column_##name,
#define ROW_VALUES_OF(name, id) name##Table *: row_values_##name,
#define ROW_COLUMN(table, column) \
	_Generic((table), ROW_TYPES(ROW_COLUMN_OF) default: NULL)(column)
#define ROW_VALUES(table, values) \
	_Generic((table), ROW_TYPES(ROW_VALUES_OF) default: NULL)(values)

#endif							/* CONCERT_BOOKING_ROW_TYPES_H */
