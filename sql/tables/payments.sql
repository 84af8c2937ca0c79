/*
 * define_payments() - the tables payments and refunds_due and what belongs to
 * them. Internal: see table_parts().
 *
 * Neither has a foreign key to bookings: money that arrives for a booking that
 * nobody knows, or that was archived or purged, is money all the same.
 */
CREATE FUNCTION concert_booking.define_payments()
RETURNS TABLE (kind text, table_name text, name text, definition text, comment text)
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	RETURN QUERY
	VALUES
	('table', 'payments', NULL, $table$
		CREATE TABLE concert_booking.payments (
			id uuid PRIMARY KEY,
			booking_id uuid NOT NULL,
			kind text NOT NULL,
			amount bigint NOT NULL,
			provider varchar(50) NOT NULL,
			reference varchar(255) NOT NULL,
			outcome text NOT NULL,
			refund_due bigint NOT NULL DEFAULT 0,
			actor name NOT NULL,
			created_at timestamptz NOT NULL DEFAULT now(),
			CONSTRAINT unique_payment UNIQUE (provider, reference, kind),
			CONSTRAINT chk_payments_kind CHECK (kind IN ('charge', 'refund')),
			CONSTRAINT chk_payments_amount CHECK (amount BETWEEN 1 AND 1000000000000),
			CONSTRAINT chk_payments_refund_due CHECK (refund_due BETWEEN 0 AND amount),
			CONSTRAINT chk_payments_outcome CHECK (
				CASE kind WHEN 'charge' THEN outcome IN ('confirmed', 'amount_short', 'refund_due')
						  ELSE outcome = 'recorded' AND refund_due = 0 END)
		)$table$,
	 'The ledger of money: each charge and each refund once. Append-only.'),
	('column', 'payments', 'id', 'concert_booking.uuid_v7()', 'the payment'),
	('column', 'payments', 'booking_id', NULL, 'the booking that the payment names; it may be archived, purged or unknown'),
	('column', 'payments', 'kind', NULL, 'charge (money came in) or refund (money went back)'),
	('column', 'payments', 'amount', NULL, 'how much, in won'),
	('column', 'payments', 'provider', NULL, 'who moved the money'),
	('column', 'payments', 'reference', NULL, 'the provider''s number of the charge or the refund'),
	('column', 'payments', 'outcome', NULL, 'what came of it: confirmed, amount_short, refund_due; a refund is recorded'),
	('column', 'payments', 'refund_due', NULL, 'how much of a charge was due back when it came, in won'),
	('column', 'payments', 'actor', NULL, 'who reported it: the member''s id where one was signed in, else the database role; forgotten: forget_booker()'),
	('column', 'payments', 'created_at', NULL, 'when it was reported'),
	('constraint', 'payments', 'unique_payment', NULL, 'a charge or a refund of a provider counts once'),
	('constraint', 'payments', 'chk_payments_kind', NULL, 'the kinds there are'),
	('constraint', 'payments', 'chk_payments_amount', NULL, 'an amount is positive, at most a million million won'),
	('constraint', 'payments', 'chk_payments_refund_due', NULL, 'no more is due back than was paid'),
	('constraint', 'payments', 'chk_payments_outcome', NULL, 'the outcomes there are'),
	('index', 'payments', 'idx_payments_booking_id',
	 'CREATE INDEX idx_payments_booking_id ON concert_booking.payments (booking_id)',
	 'The payments of a booking.'),
	('trigger', 'payments', 'refuse_payment_change',
	 'BEFORE DELETE OR UPDATE ON concert_booking.payments FOR EACH ROW EXECUTE FUNCTION concert_booking.refuse_payment_change()', NULL),
	('table', 'refunds_due', NULL, $table$
		CREATE TABLE concert_booking.refunds_due (
			booking_id uuid PRIMARY KEY,
			amount bigint NOT NULL,
			claimed_until timestamptz,
			created_at timestamptz NOT NULL DEFAULT now(),
			updated_at timestamptz NOT NULL DEFAULT now(),
			CONSTRAINT chk_refunds_due_amount CHECK (amount > 0)
		) WITH (fillfactor = 80)$table$,
	 'Money that has to go back: one row a booking, gone when it has.'),
	('column', 'refunds_due', 'booking_id', NULL, 'the booking'),
	('column', 'refunds_due', 'amount', NULL, 'how much is due, in won'),
	('column', 'refunds_due', 'claimed_until', NULL, 'until when a worker is at it; null: nobody is'),
	('constraint', 'refunds_due', 'chk_refunds_due_amount', NULL, 'a row says that something is due'),
	('index', 'refunds_due', 'idx_refunds_due_created_at',
	 'CREATE INDEX idx_refunds_due_created_at ON concert_booking.refunds_due (created_at)',
	 'What is due, oldest first.');
END
$fn$;
COMMENT ON FUNCTION concert_booking.define_payments() IS
	'Internal: the tables payments and refunds_due and what belongs to them.';

/*
 * refuse_payment_change() - payments is append-only. Trigger, BEFORE UPDATE OR
 * DELETE ON payments. Errors: 55000.
 *
 * Only forget_booker() changes a row, and only so that its actor becomes 'forgotten'.
 */
CREATE FUNCTION concert_booking.refuse_payment_change()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF TG_OP = 'UPDATE' AND current_setting('payments.forgets', true) = 'on' THEN
		IF to_jsonb(NEW) - 'actor' = to_jsonb(OLD) - 'actor' AND NEW.actor IN (OLD.actor, 'forgotten') THEN
			RETURN NEW;
		END IF;
	END IF;
	RAISE EXCEPTION 'the ledger of payments is append-only'
		USING ERRCODE = '55000',
			  HINT = 'What was reported wrongly is set right by a further charge or refund.';
END
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_payment_change() IS
	'Trigger: no row of the ledger is changed or deleted; an actor can become ''forgotten''.';
