/* Placeholder so that the SQL can be loaded while the C modules are written. */
#include "postgres.h"
#include "fmgr.h"

PG_MODULE_MAGIC;

#define UNWRITTEN(name) \
	PG_FUNCTION_INFO_V1(concert_booking_##name); \
	Datum concert_booking_##name(PG_FUNCTION_ARGS) \
	{ elog(ERROR, "not written yet"); PG_RETURN_NULL(); }

UNWRITTEN(uuid_v7)
UNWRITTEN(normalize_phone)
UNWRITTEN(hold_seat)
UNWRITTEN(hold_seats)
UNWRITTEN(extend_holds)
UNWRITTEN(release_seats)
UNWRITTEN(expire_holds)
UNWRITTEN(confirm_booking)
UNWRITTEN(book_seats)
UNWRITTEN(cancel_booking)
UNWRITTEN(cancel_guest_booking)
