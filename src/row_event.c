/*
 * row_event.c - insert one row of the event log, into its partition.
 */
#include "postgres.h"

#include "access/table.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/lmgr.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "errors_tables.h"
#include "row_event.h"
#include "row_plain.h"
#include "row_write.h"

/* Whether the log is cut by instants, as create_tables() has cut it. */
static bool
is_cut_by_instant(RowTable *log)
{
	PartitionKey key = RelationGetPartitionKey(log->rel);

	return key->strategy == PARTITION_STRATEGY_RANGE && key->partnatts == 1 &&
		key->partattrs[0] == log->shape->attno[EVENT_OCCURRED_AT];
}

static Oid
find_event_partition(RowTable *log, TimestampTz occurred_at)
{
	PartitionDesc partitions = RelationGetPartitionDesc(log->rel, true);
	PartitionKey key = RelationGetPartitionKey(log->rel);
	Datum		value = TimestampTzGetDatum(occurred_at);
	bool		equal;
	int			offset;
	int			index;

	if (partitions->nparts == 0)
		errors_tables_missing("booking_events_default");
	offset = partition_range_datum_bsearch(key->partsupfunc, key->partcollation,
										   partitions->boundinfo, 1, &value,
										   &equal);
	index = partitions->boundinfo->indexes[offset + 1];
	if (index < 0)
		index = partitions->boundinfo->default_index;
	if (index < 0)
		errors_tables_missing("booking_events_default");
	return partitions->oids[index];
}

/*
 * The partition of the event log that takes an instant. Whoever makes a
 * partition locks the default one, not the log: only what a look finds again
 * after its lock was obtained is the right one.
 */
static RowTable *
open_event_partition(RowWork *work, RowTable *log, TimestampTz occurred_at)
{
	Oid			relid = InvalidOid;
	Oid			found;
	Relation	rel;

	while ((found = find_event_partition(log, occurred_at)) != relid)
	{
		relid = found;
		LockRelationOid(relid, RowExclusiveLock);
	}
	rel = table_open(relid, NoLock);
	return row_make_table(work, TABLE_EVENTS, rel, tables_partition_shape(rel));
}

/* The plain table into which an event of an instant goes, or NULL. */
static RowTable *
plain_event_table(RowWork *work, TimestampTz occurred_at)
{
	RowTable   *log = row_any_table(work, TABLE_EVENTS);

	if (!log->shape->is_plain || log->rel->rd_rel->relispartition)
		return NULL;
	if (log->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return log;
	if (work->partition == NULL && is_cut_by_instant(log))
		work->partition = open_event_partition(work, log, occurred_at);
	if (work->partition == NULL || !work->partition->shape->is_plain ||
		work->partition->rel->rd_rel->relkind != RELKIND_RELATION)
		return NULL;			/* the owner may have cut a month again */
	return work->partition;
}

/* Into the log: into the partition of the instant, where both are plain. */
void
row_insert_event(RowWork *work, TimestampTz occurred_at,
				 const EventValue *new_values, int count)
{
	RowTable   *table = plain_event_table(work, occurred_at);
	const RowValue *values = row_values_Event(new_values);

	if (table != NULL)
		row_insert_plain(work, table, values, count);
	else
		row_insert_by_statement(work, row_any_table(work, TABLE_EVENTS),
								values, count);
}
