/*
 * concert_booking.c - the door: what the server calls when it loads us.
 */
#include "postgres.h"

#include "fmgr.h"

#include "async_holds.h"
#include "log.h"
#include "settings.h"
#include "tables.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

/* Defines the settings and hooks in, once a backend. */
void
_PG_init(void)
{
	settings_define();
	log_watch();
	tables_watch();
	async_holds_watch();
}
