/*
 * compat.h - the only place that knows PostgreSQL's version.
 *
 * Calls whose signature changed between 14 and 18 get one name here.
 */
#ifndef CONCERT_BOOKING_COMPAT_H
#define CONCERT_BOOKING_COMPAT_H

#include "access/genam.h"
#include "access/tableam.h"
#include "catalog/pg_proc.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "storage/lock.h"
#include "utils/acl.h"
#include "utils/tuplestore.h"
#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

#if PG_VERSION_NUM < 140000 || PG_VERSION_NUM >= 190000
#error "concert_booking supports PostgreSQL 14 to 18"
#endif

/* A function that only raises; C11, so that no version's macro is needed. */
#define COMPAT_NORETURN extern _Noreturn void

/* Text that a check hook leaves for its assign hook: GUC frees it. */
#if PG_VERSION_NUM >= 160000
#define compat_guc_strdup(text) guc_strdup(LOG, text)
#else
#define compat_guc_strdup(text) strdup(text)
#endif

#if PG_VERSION_NUM >= 180000
#define compat_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, NULL, nkeys, 0)
#else
#define compat_index_beginscan(heap, index, snapshot, nkeys) \
	index_beginscan(heap, index, snapshot, nkeys, 0)
#endif

#if PG_VERSION_NUM >= 160000
typedef TU_UpdateIndexes CompatUpdateIndexes;
#define COMPAT_UPDATE_NONE TU_None
#define compat_insert_index_tuples(rri, slot, estate, update, which) \
	((void) ExecInsertIndexTuples(rri, slot, estate, update, false, NULL, \
								  NIL, (which) == TU_Summarizing))
#define COMPAT_UPDATE_ALL TU_All
#else
typedef bool CompatUpdateIndexes;
#define COMPAT_UPDATE_NONE false
#define COMPAT_UPDATE_ALL true
#define compat_insert_index_tuples(rri, slot, estate, update, which) \
	((void) ExecInsertIndexTuples(rri, slot, estate, update, false, NULL, NIL))
#endif

#if PG_VERSION_NUM >= 180000
#define compat_before_update(estate, epq, rri, tid, slot, result, tmfd) \
	ExecBRUpdateTriggers(estate, epq, rri, tid, NULL, slot, result, tmfd, false)
#define compat_before_delete(estate, epq, rri, tid, result, tmfd) \
	ExecBRDeleteTriggers(estate, epq, rri, tid, NULL, NULL, result, tmfd, false)
#elif PG_VERSION_NUM >= 160000
#define compat_before_update(estate, epq, rri, tid, slot, result, tmfd) \
	ExecBRUpdateTriggers(estate, epq, rri, tid, NULL, slot, result, tmfd)
#define compat_before_delete(estate, epq, rri, tid, result, tmfd) \
	ExecBRDeleteTriggers(estate, epq, rri, tid, NULL, NULL, result, tmfd)
#elif PG_VERSION_NUM >= 150000
#define compat_before_update(estate, epq, rri, tid, slot, result, tmfd) \
	((void) (result), ExecBRUpdateTriggers(estate, epq, rri, tid, NULL, slot, tmfd))
#define compat_before_delete(estate, epq, rri, tid, result, tmfd) \
	((void) (result), (void) (tmfd), \
	 ExecBRDeleteTriggers(estate, epq, rri, tid, NULL, NULL))
#else
#define compat_before_update(estate, epq, rri, tid, slot, result, tmfd) \
	((void) (result), (void) (tmfd), \
	 ExecBRUpdateTriggers(estate, epq, rri, tid, NULL, slot))
#define compat_before_delete(estate, epq, rri, tid, result, tmfd) \
	((void) (result), (void) (tmfd), \
	 ExecBRDeleteTriggers(estate, epq, rri, tid, NULL, NULL))
#endif

#if PG_VERSION_NUM >= 150000
#define compat_after_update(estate, rri, tid, slot, recheck) \
	ExecARUpdateTriggers(estate, rri, NULL, NULL, tid, NULL, slot, recheck, \
						 NULL, false)
#define compat_after_delete(estate, rri, tid) \
	ExecARDeleteTriggers(estate, rri, tid, NULL, NULL, false)
#else
#define compat_after_update(estate, rri, tid, slot, recheck) \
	ExecARUpdateTriggers(estate, rri, tid, NULL, slot, recheck, NULL)
#define compat_after_delete(estate, rri, tid) \
	ExecARDeleteTriggers(estate, rri, tid, NULL, NULL)
#endif

#if PG_VERSION_NUM >= 160000
#define compat_epq_init(epq, estate) \
	EvalPlanQualInit(epq, estate, NULL, NIL, -1, NIL)
#else
#define compat_epq_init(epq, estate) \
	EvalPlanQualInit(epq, estate, NULL, NIL, -1)
#endif

#if PG_VERSION_NUM >= 180000
#define compat_check_enforced(check) ((check)->ccenforced)
#else
#define compat_check_enforced(check) ((void) (check), true)
#endif

#if PG_VERSION_NUM >= 170000
#define compat_index_insert_cleanup(index, info) index_insert_cleanup(index, info)
#else
#define compat_index_insert_cleanup(index, info) ((void) 0)
#endif

#if PG_VERSION_NUM >= 160000
#define compat_function_aclcheck(function, role) \
	object_aclcheck(ProcedureRelationId, function, role, ACL_EXECUTE)
#else
#define compat_function_aclcheck(function, role) \
	pg_proc_aclcheck(function, role, ACL_EXECUTE)
#endif

#if PG_VERSION_NUM >= 150000
#define compat_guc_prefix(name) MarkGUCPrefixReserved(name)
#else
#define compat_guc_prefix(name) EmitWarningsOnPlaceholders(name)
#endif

#if PG_VERSION_NUM >= 170000
#define compat_lock_held(tag, mode) LockHeldByMe(tag, mode, false)
#else
#define compat_lock_held(tag, mode) LockHeldByMe(tag, mode)
#endif

/* A set-returning function that hands over a whole tuplestore. */
static inline void
compat_materialized_srf(FunctionCallInfo fcinfo)
{
#if PG_VERSION_NUM >= 150000
	InitMaterializedSRF(fcinfo, 0);
#else
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext old;
	TupleDesc	tupdesc;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo) ||
		!(rsinfo->allowedModes & SFRM_Materialize))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("set-valued function called in context that cannot accept a set")));
	old = MemoryContextSwitchTo(rsinfo->econtext->ecxt_per_query_memory);
	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	rsinfo->returnMode = SFRM_Materialize;
	rsinfo->setResult = tuplestore_begin_heap(true, false, work_mem);
	rsinfo->setDesc = tupdesc;
	MemoryContextSwitchTo(old);
#endif
}

#endif							/* CONCERT_BOOKING_COMPAT_H */
