/*
 * row.h - one call's work on the tables.
 */
#ifndef CONCERT_BOOKING_ROW_H
#define CONCERT_BOOKING_ROW_H

#include "compat.h"
#include "row_types.h"
#include "tables.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* What one call of ours does to the tables, from row_begin to row_end. */
typedef struct RowWork
{
	EState	   *estate;
	MemoryContext caller_context;
	RowTable   *table[TABLE_COUNT];
	RowTable   *partition;		/* of booking_events */
	bool		wrote;
	bool		statements_ran;	/* and what the owner has hung on the tables */
	TimestampTz wait_ends_at;	/* 0: nothing was waited for; DT_NOEND: waits for ever */
	bool		owner_known;
	Oid			caller;
	int			caller_security;
	struct SeatChanges *seat_changes;	/* see notify.c */
	void (*at_end)(struct RowWork *work);
} RowWork;

/* Tables, to be opened together. */
#define ROW_TABLES(id) (1 << (id))

extern void row_begin(RowWork *work, int tables);
extern void row_end(RowWork *work);
extern void row_refresh(RowWork *work);

extern void row_open(RowWork *work, int tables);
extern RowTable *row_any_table(RowWork *work, TableId id);
extern RowTable *row_make_table(RowWork *work, TableId id, Relation rel,
								TableShape *shape);
extern void row_lock_key(RowWork *work, TableId id, const void *key, Size length);
extern TupleTableSlot *row_slot(RowWork *work, AnyTable any);

/* A table of ours by its constant, with its own type; opened once a call. */
#define row_table(work, id) ((RowType_##id *) row_any_table(work, id))

#endif							/* CONCERT_BOOKING_ROW_H */
