/*
 * link_users(users_table, validate) - foreign keys from user_id to a table of
 * users, such as Supabase's auth.users.
 *
 * A user with bookings cannot be deleted; holds and wishlists go with their
 * user. Idempotent. On large tables in use, call it with validate => false and
 * then once more, so that the existing rows are checked without keeping
 * writers out.
 * Arguments: users_table, its name, with an id of type uuid that is unique;
 * validate, check the rows that are there already. Returns: nothing.
 * Tables written: bookings, temp_reservations, wishlists get a constraint.
 * Errors: 22004, 42P01 (no such table), 42703
 * (no id), 42804 (id is no uuid), 42830 (id is not unique), 42710 (linked to
 * another table already), 23503 (a user_id that is no user).
 * Source: A 2.6, 2.8, 2.9.
 */
CREATE FUNCTION concert_booking.link_users(
	users_table text DEFAULT 'auth.users',
	validate boolean DEFAULT true)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	users regclass;
	id_type oid;
	link record;
	linked record;
BEGIN
	PERFORM concert_booking.require_tables();
	IF users_table IS NULL THEN
		PERFORM concert_booking.refuse_null('users_table');
	ELSIF validate IS NULL THEN
		PERFORM concert_booking.refuse_null('validate');
	END IF;
	users := to_regclass(users_table);
	IF users IS NULL THEN
		PERFORM concert_booking.refuse('42P01', 'no such table',
			format('The table is "%s".', users_table), 'Name it with its schema, such as auth.users.');
	END IF;
	SELECT a.atttypid INTO id_type
	FROM pg_attribute a WHERE a.attrelid = users AND a.attname = 'id' AND NOT a.attisdropped;
	IF id_type IS NULL THEN
		PERFORM concert_booking.refuse('42703', 'the table of users has no column id',
			format('The table is "%s".', users), 'Name the table that has the users'' ids.');
	ELSIF id_type <> 'uuid'::regtype THEN
		PERFORM concert_booking.refuse('42804', 'the id of the table of users is not of type uuid',
			format('The table is "%s", its id is of type %s.', users, format_type(id_type, NULL)),
			'Name the table that has the users'' ids.');
	END IF;

	FOR link IN
		SELECT l.child::regclass AS child, l.name, l.on_delete
		FROM (VALUES ('concert_booking.bookings', 'fk_bookings_user', 'RESTRICT'),
					 ('concert_booking.temp_reservations', 'fk_temp_reservations_user', 'CASCADE'),
					 ('concert_booking.wishlists', 'fk_wishlists_user', 'CASCADE')) AS l (child, name, on_delete)
	LOOP
		SELECT c.confrelid::regclass AS parent, c.convalidated INTO linked
		FROM pg_constraint c WHERE c.conrelid = link.child AND c.conname = link.name;
		IF NOT FOUND THEN
			EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (user_id) REFERENCES %s (id) ON DELETE %s NOT VALID',
						   link.child, link.name, users, link.on_delete);
		ELSIF linked.parent <> users THEN
			PERFORM concert_booking.refuse('42710', 'users are linked to another table',
				format('%s refers to %s.', link.child, linked.parent),
				format('Run ALTER TABLE %s DROP CONSTRAINT %I; first.', link.child, link.name));
		END IF;
		IF validate AND linked.convalidated IS NOT TRUE THEN
			EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT %I', link.child, link.name);
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.link_users(text, boolean) IS
	'Foreign keys from user_id to a table of users, such as auth.users. Idempotent.';
