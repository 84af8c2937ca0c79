/*
 * ledger.c - the rows of money: charges, refunds, and what has to go back.
 *
 * payments is append-only and has each charge of a provider once; refunds_due has
 * one row for each booking of which something is due back.
 *
 * Locking: what is due for a booking changes only while the booking's row is
 * locked; where there is no such booking, charges wait for each other by its id
 * (ledger_lock_unknown), and a refund has the row of refunds_due alone. A worker
 * claims a row without either. Calls with the same reference wait for each other
 * before they touch a row.
 *
 * Memory: the call's query context.
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"

#include "errors.h"
#include "event.h"
#include "ledger.h"
#include "row_read.h"
#include "row_write.h"
#include "uuid_v7.h"

/* -------- charges -------- */

/* One call at a time for a charge of a provider. */
void
ledger_lock_reference(RowWork *work, const Charge *charge)
{
	Size		provider_length = VARSIZE_ANY_EXHDR(charge->provider);
	Size		reference_length = VARSIZE_ANY_EXHDR(charge->reference);
	char	   *key = palloc(provider_length + 1 + reference_length);

	memcpy(key, VARDATA_ANY(charge->provider), provider_length);
	key[provider_length] = '\0';
	memcpy(key + provider_length + 1, VARDATA_ANY(charge->reference),
		   reference_length);
	row_lock_key(work, TABLE_PAYMENTS, key, provider_length + 1 + reference_length);
}

/* A sum in a row of the ledger. */
static int64
read_amount(PaymentTable *payments, TupleTableSlot *slot, PaymentColumn column)
{
	bool		isnull;
	Datum		datum = row_get(payments, slot, column, &isnull);

	return isnull ? 0 : DatumGetInt64(datum);
}

/* The outcome in a row, as a text that lives for ever. */
static const char *
read_outcome(PaymentTable *payments, TupleTableSlot *slot)
{
	if (row_text_is(payments, slot, PAYMENT_OUTCOME, "confirmed"))
		return "confirmed";
	if (row_text_is(payments, slot, PAYMENT_OUTCOME, "amount_short"))
		return "amount_short";
	return "refund_due";
}

/*
 * Whether the provider's charge was recorded before. Then it becomes what was
 * recorded, whatever it says now.
 */
bool
ledger_find_charge(RowWork *work, Charge *charge)
{
	PaymentTable *payments = row_table(work, TABLE_PAYMENTS);
	TupleTableSlot *slot = row_slot(work, payments);
	ScanKeyData keys[2];
	RowScan		scan;
	bool		found = false;

	ScanKeyEntryInitialize(&keys[0], 0, 1, BTEqualStrategyNumber, InvalidOid,
						   DEFAULT_COLLATION_OID, F_TEXTEQ,
						   PointerGetDatum(charge->provider));
	ScanKeyEntryInitialize(&keys[1], 0, 2, BTEqualStrategyNumber, InvalidOid,
						   DEFAULT_COLLATION_OID, F_TEXTEQ,
						   PointerGetDatum(charge->reference));
	scan = row_scan(payments, INDEX_PAYMENT_REFERENCE, 2, keys);
	while (!found && row_scan_next(&scan, slot))
		found = row_text_is(payments, slot, PAYMENT_KIND, "charge");
	row_scan_end(&scan);
	if (found)
	{
		charge->booking_id = *row_get_uuid(payments, slot, PAYMENT_BOOKING_ID);
		charge->outcome = read_outcome(payments, slot);
		charge->refund_due = read_amount(payments, slot, PAYMENT_REFUND_DUE);
	}
	return found;
}

/* Writes the charge with its outcome. */
void
ledger_insert_charge(RowWork *work, const Charge *charge, TimestampTz now)
{
	pg_uuid_t	id;
	PaymentValue values[] = {
		ROW_VALUE(PAYMENT_ID, UUIDPGetDatum(uuid_v7_make(&id))),
		ROW_VALUE(PAYMENT_BOOKING_ID, UUIDPGetDatum(&charge->booking_id)),
		ROW_VALUE(PAYMENT_KIND, CStringGetTextDatum("charge")),
		ROW_VALUE(PAYMENT_AMOUNT, Int64GetDatum(charge->amount)),
		ROW_VALUE(PAYMENT_PROVIDER, PointerGetDatum(charge->provider)),
		ROW_VALUE(PAYMENT_REFERENCE, PointerGetDatum(charge->reference)),
		ROW_VALUE(PAYMENT_OUTCOME, CStringGetTextDatum(charge->outcome)),
		ROW_VALUE(PAYMENT_REFUND_DUE, Int64GetDatum(charge->refund_due)),
		ROW_VALUE(PAYMENT_ACTOR, event_actor()),
		ROW_VALUE(PAYMENT_CREATED_AT, TimestampTzGetDatum(now)),
	};

	row_insert(work, row_table(work, TABLE_PAYMENTS), values, lengthof(values));
}

/*
 * What the house has of a booking's money and does not owe back: charges less
 * refunds less what is due. The booking's row is locked.
 */
int64
ledger_credit(RowWork *work, const pg_uuid_t *booking_id)
{
	PaymentTable *payments = row_table(work, TABLE_PAYMENTS);
	TupleTableSlot *slot = row_slot(work, payments);
	ScanKeyData key;
	RowScan		scan;
	int64		credit = 0;

	row_key_uuid(&key, 1, booking_id);
	scan = row_scan(payments, INDEX_PAYMENT_BOOKING, 1, &key);
	while (row_scan_next(&scan, slot))
	{
		int64		amount = read_amount(payments, slot, PAYMENT_AMOUNT);

		credit += row_text_is(payments, slot, PAYMENT_KIND, "charge") ? amount : -amount;
	}
	row_scan_end(&scan);
	return credit - ledger_due(work, booking_id);
}

/* -------- what has to go back -------- */

/* One call at a time for an id that is no booking's. */
void
ledger_lock_unknown(RowWork *work, const pg_uuid_t *booking_id)
{
	row_lock_key(work, TABLE_REFUNDS, booking_id, sizeof(pg_uuid_t));
}

static int64
read_due(RefundTable *refunds, TupleTableSlot *slot)
{
	bool		isnull;
	Datum		datum = row_get(refunds, slot, REFUND_AMOUNT, &isnull);

	return isnull ? 0 : DatumGetInt64(datum);
}

/* What is due back of a booking, in won. */
int64
ledger_due(RowWork *work, const pg_uuid_t *booking_id)
{
	RefundTable *refunds = row_table(work, TABLE_REFUNDS);
	TupleTableSlot *slot = row_slot(work, refunds);

	return row_find_uuid(refunds, INDEX_ID, booking_id, slot) ? read_due(refunds, slot) : 0;
}

/*
 * Adds to a row that is there. A worker may close it meanwhile: false when it is
 * gone.
 */
static bool
raise_due(RowWork *work, RefundTable *refunds, TupleTableSlot *slot, int64 amount,
		  TimestampTz now)
{
	RefundValue values[] = {
		ROW_VALUE(REFUND_AMOUNT, (Datum) 0),
		ROW_VALUE(REFUND_UPDATED_AT, TimestampTzGetDatum(now)),
	};

	switch (row_lock(work, refunds, slot, LockWaitBlock))
	{
		case TM_Ok:
			break;
		case TM_WouldBlock:
			errors_busy(NIL);
		default:
			return false;
	}
	row_refresh(work);
	values[0].value = Int64GetDatum(read_due(refunds, slot) + amount);
	return row_update_newest(work, refunds, slot, values, lengthof(values));
}

/*
 * So much more has to go back; 0 changes nothing, nor does less than that, which is
 * what is left of a booking's money when a refund was reported before its charge.
 */
void
ledger_add_due(RowWork *work, const pg_uuid_t *booking_id, int64 amount,
			   TimestampTz now)
{
	RefundTable *refunds = row_table(work, TABLE_REFUNDS);
	TupleTableSlot *slot = row_slot(work, refunds);
	RefundValue values[] = {
		ROW_VALUE(REFUND_BOOKING_ID, UUIDPGetDatum(booking_id)),
		ROW_VALUE(REFUND_AMOUNT, Int64GetDatum(amount)),
		ROW_NULL(REFUND_CLAIMED_UNTIL),
		ROW_VALUE(REFUND_CREATED_AT, TimestampTzGetDatum(now)),
		ROW_VALUE(REFUND_UPDATED_AT, TimestampTzGetDatum(now)),
	};

	if (amount <= 0)
		return;
	row_refresh(work);
	if (!row_find_uuid(refunds, INDEX_ID, booking_id, slot) ||
		!raise_due(work, refunds, slot, amount, now))
		row_insert(work, refunds, values, lengthof(values));
	row_refresh(work);
}

/*
 * The same, but no more than the house has of the booking's money together with
 * what comes in now: what went back before it was due is not due once more.
 */
void
ledger_owe(RowWork *work, const pg_uuid_t *booking_id, int64 amount,
		   int64 coming_in, TimestampTz now)
{
	ledger_add_due(work, booking_id,
				   Min(amount, ledger_credit(work, booking_id) + coming_in), now);
}
