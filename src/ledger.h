/*
 * ledger.h - the rows of money: charges, refunds, and what has to go back.
 */
#ifndef CONCERT_BOOKING_LEDGER_H
#define CONCERT_BOOKING_LEDGER_H

#include "row.h"

#define LEDGER_TABLES (ROW_TABLES(TABLE_PAYMENTS) | ROW_TABLES(TABLE_REFUNDS))

/* A charge as the provider reports it, and what came of it. */
typedef struct Charge
{
	pg_uuid_t	booking_id;
	int64		amount;
	text	   *provider;
	text	   *reference;
	const char *outcome;
	int64		refund_due;		/* of this charge */
} Charge;

extern void ledger_lock_reference(RowWork *work, const Charge *charge);
extern bool ledger_find_charge(RowWork *work, Charge *charge);
extern void ledger_insert_charge(RowWork *work, const Charge *charge, TimestampTz now);
extern int64 ledger_credit(RowWork *work, const pg_uuid_t *booking_id);

extern void ledger_lock_unknown(RowWork *work, const pg_uuid_t *booking_id);
extern int64 ledger_due(RowWork *work, const pg_uuid_t *booking_id);
extern void ledger_add_due(RowWork *work, const pg_uuid_t *booking_id, int64 amount,
						   TimestampTz now);
extern void ledger_owe(RowWork *work, const pg_uuid_t *booking_id, int64 amount,
					   int64 coming_in, TimestampTz now);

#endif							/* CONCERT_BOOKING_LEDGER_H */
