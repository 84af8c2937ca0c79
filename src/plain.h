/*
 * plain.h - whether a table is as create_tables() made it.
 */
#ifndef CONCERT_BOOKING_PLAIN_H
#define CONCERT_BOOKING_PLAIN_H

#include "compat.h"
#include "utils/relcache.h"

/* A trigger of ours, whose work the commands do themselves. */
typedef struct PlainTrigger
{
	const char *name;
	const char *function;
} PlainTrigger;

/* A foreign key of ours, whose check the commands do themselves. */
typedef struct PlainForeignKey
{
	AttrNumber	attno;
	Oid			parent;			/* whose "id" it names */
} PlainForeignKey;

/* What the commands write, and what of the table is ours. */
typedef struct PlainUse
{
	bool		is_log;			/* whose partitions are written by themselves */
	bool		inserts;		/* rows, with every column that we know */
	bool		deletes;		/* rows */
	int			known_count;
	const AttrNumber *known;	/* the columns that we know */
	const Oid  *types;			/* what each must be, TEXTOID: or varchar */
	const int  *limits;			/* the longest text for each, 0: any */
	const bool *is_written;		/* by updates or inserts */
	const bool *is_updated;
	Oid			own_function;	/* which an index of ours calls */
	const PlainTrigger *triggers;	/* ends with a name of NULL */
	int			foreign_key_count;
	const PlainForeignKey *foreign_keys;
} PlainUse;

extern bool plain_is_our_trigger(Trigger *trigger, const PlainTrigger *ours);
extern bool plain_judge(Relation rel, const PlainUse *use);

#endif							/* CONCERT_BOOKING_PLAIN_H */
