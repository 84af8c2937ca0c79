\echo Use "ALTER EXTENSION concert_booking UPDATE" to load this file. \quit

/*
 * From 0.1 to 0.2: what CREATE OR REPLACE cannot do. The functions themselves
 * follow from the modules; see scripts/update-script.
 */

/*
 * Functions with other arguments: who could execute the old ones shall execute
 * the new ones. A grant made here would be taken for the extension's own and left
 * out of dumps, so the roles are noted in access_grants, and create_tables()
 * grants: see restore_grants(). The table must be as create_tables() made it: see
 * the end of sql/office/access.sql.
 */
DO $do$
DECLARE
	is_ours pg_catalog.bool;
BEGIN
	SELECT c.relkind OPERATOR(pg_catalog.=) 'r'
		   AND c.relowner OPERATOR(pg_catalog.=) n.nspowner
		   AND NOT c.relrowsecurity
		   AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid OPERATOR(pg_catalog.=) c.oid)
		   AND NOT EXISTS (SELECT FROM pg_catalog.pg_rewrite r WHERE r.ev_class OPERATOR(pg_catalog.=) c.oid)
	INTO is_ours
	FROM pg_catalog.pg_class c
	JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
	WHERE n.nspname OPERATOR(pg_catalog.=) 'concert_booking'
	  AND c.relname OPERATOR(pg_catalog.=) 'access_grants';
	IF is_ours THEN
		INSERT INTO concert_booking.access_grants (id, role_name, level, is_lost)
		SELECT pg_catalog.gen_random_uuid(), r.rolname, 'function ' OPERATOR(pg_catalog.||) p.proname, true
		FROM pg_catalog.pg_proc p
		CROSS JOIN pg_catalog.aclexplode(p.proacl) a
		JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) a.grantee
		WHERE p.oid OPERATOR(pg_catalog.=) ANY (ARRAY[
				'concert_booking.cancel_schedule(uuid, text)'::pg_catalog.regprocedure,
				'concert_booking.confirm_booking(uuid, uuid, uuid, uuid[], text, text, text, text)'::pg_catalog.regprocedure,
				'concert_booking.book_seats(uuid[], uuid, uuid, text, text, text, text)'::pg_catalog.regprocedure,
				'concert_booking.cancel_booking(uuid, text, uuid, uuid)'::pg_catalog.regprocedure,
				'concert_booking.search_concerts(text, text, date, date, text, integer, integer, boolean, text, integer, integer, text)'::pg_catalog.regprocedure,
				'concert_booking.available_dates(uuid)'::pg_catalog.regprocedure,
				'concert_booking.schedules_on(uuid, date)'::pg_catalog.regprocedure,
				'concert_booking.seat_status(uuid)'::pg_catalog.regprocedure,
				'concert_booking.refresh_popularity(interval)'::pg_catalog.regprocedure,
				'concert_booking.find_bookings(text, text, text, integer, integer)'::pg_catalog.regprocedure]::pg_catalog.oid[])
		  AND a.grantee OPERATOR(pg_catalog.<>) p.proowner;
		/* Who might cancel a schedule acted for others, until that became a right of its own. */
		INSERT INTO concert_booking.access_grants (id, role_name, level, is_lost)
		SELECT pg_catalog.gen_random_uuid(), r.rolname, 'function acts_for_others', true
		FROM pg_catalog.pg_proc p
		CROSS JOIN pg_catalog.aclexplode(p.proacl) a
		JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) a.grantee
		WHERE p.oid OPERATOR(pg_catalog.=) 'concert_booking.cancel_schedule(uuid, text)'::pg_catalog.regprocedure::pg_catalog.oid
		  AND a.grantee OPERATOR(pg_catalog.<>) p.proowner;
	ELSIF NOT is_ours THEN
		RAISE WARNING USING MESSAGE = 'no role gets its level again',
			DETAIL = 'The table "access_grants" is not as create_tables() made it: it has another owner, a trigger, a rule or row security.',
			HINT = 'Run concert_booking.grant_access() for each role.';
	END IF;
END
$do$;
DROP FUNCTION concert_booking.confirm_booking(uuid, uuid, uuid, uuid[], text, text, text, text);
DROP FUNCTION concert_booking.book_seats(uuid[], uuid, uuid, text, text, text, text);
DROP FUNCTION concert_booking.cancel_booking(uuid, text, uuid, uuid);
DROP FUNCTION concert_booking.cancel_schedule(uuid, text);
DROP FUNCTION concert_booking.search_concerts(text, text, date, date, text, integer, integer, boolean, text, integer, integer, text);
DROP FUNCTION concert_booking.available_dates(uuid);
DROP FUNCTION concert_booking.schedules_on(uuid, date);
DROP FUNCTION concert_booking.seat_status(uuid);
DROP FUNCTION concert_booking.find_bookings(text, text, text, integer, integer);
DROP FUNCTION concert_booking.refresh_popularity(interval);
/* internal ones */
DROP FUNCTION concert_booking.is_bookable(boolean, timestamptz, timestamptz, timestamptz, timestamptz);
DROP FUNCTION concert_booking.read_bookings(uuid[]);
DROP FUNCTION concert_booking.refuse_unknown_booking();

/* A procedure now, which runs as whoever calls it: the owner. */
DROP FUNCTION concert_booking.run_upkeep(interval);
DROP FUNCTION concert_booking.cache_answer(text);
/* Internal. */
DROP FUNCTION concert_booking.availability_drift(uuid);

/* Types that have more columns now. */
ALTER TYPE concert_booking.booking_receipt ADD ATTRIBUTE pay_by timestamptz, ADD ATTRIBUTE refund_due bigint;
ALTER TYPE concert_booking.booking_summary ADD ATTRIBUTE pay_by timestamptz, ADD ATTRIBUTE refund_due bigint, ADD ATTRIBUTE total_count bigint;
ALTER TYPE concert_booking.booking_details ADD ATTRIBUTE pay_by timestamptz, ADD ATTRIBUTE refund_due bigint, ADD ATTRIBUTE total_count bigint;
ALTER TYPE concert_booking.wishlist_entry ADD ATTRIBUTE total_count bigint;
ALTER TYPE concert_booking.seat_statuses ADD ATTRIBUTE version text, ADD ATTRIBUTE changed_positions integer[], ADD ATTRIBUTE changed_statuses text;
ALTER TYPE concert_booking.concert_listing ADD ATTRIBUTE opens_at timestamptz, ADD ATTRIBUTE total_count bigint;
