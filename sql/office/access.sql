/*
 * Giving and taking levels (levels.sql has them), and giving them again after DROP
 * EXTENSION or an update.
 */

/*
 * own_rights(level) - what the level may do with the tables that are there and
 * belong to the owner of the functions. Internal.
 *
 * A table of such a name that belongs to somebody else is none of ours.
 * Returns: relation (null: it, or each of the columns, is missing); privilege;
 * column_list, those of the columns that are there (null: the whole table);
 * is_whole, whether nothing is missing. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.own_rights(level text)
RETURNS TABLE (relation regclass, privilege text, column_list text, is_whole boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT CASE WHEN r.column_names IS NULL OR a.column_count > 0 THEN c.oid::regclass END, r.privilege, a.column_list,
		   c.oid IS NOT NULL AND (r.column_names IS NULL OR a.column_count = cardinality(r.column_names))
	FROM concert_booking.access_levels() l
	JOIN concert_booking.table_rights() r ON r.level = ANY (l.included)
	LEFT JOIN pg_class c
		ON c.relname = r.table_name AND c.relnamespace = 'concert_booking'::regnamespace
		AND c.relowner = (SELECT p.proowner FROM pg_proc p WHERE p.oid = 'concert_booking.access_matrix()'::regprocedure)
	CROSS JOIN LATERAL (
		SELECT string_agg(quote_ident(t.attname), ', ' ORDER BY t.attnum) AS column_list, count(*) AS column_count
		FROM pg_attribute t
		WHERE t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped AND t.attname = ANY (r.column_names)) a
	WHERE l.level = own_rights.level
$fn$;
COMMENT ON FUNCTION concert_booking.own_rights(text) IS
	'Internal: what a level may do with the tables that are there.';

/*
 * lacks_right(role_name, relation, privilege, column_name) - whether the owner of a
 * table has not granted the role a right on it, or on the column. Internal.
 *
 * Returns: true or false. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.lacks_right(role_name name, relation regclass, privilege text, column_name text)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT NOT EXISTS (
		SELECT FROM pg_class c
		LEFT JOIN pg_attribute t ON t.attrelid = c.oid AND quote_ident(t.attname) = lacks_right.column_name
		CROSS JOIN aclexplode(CASE WHEN lacks_right.column_name IS NULL THEN c.relacl ELSE t.attacl END) a
		JOIN pg_roles r ON r.oid = a.grantee
		WHERE c.oid = lacks_right.relation AND r.rolname = lacks_right.role_name
		  AND a.grantor = c.relowner AND a.privilege_type = lacks_right.privilege)
$fn$;
COMMENT ON FUNCTION concert_booking.lacks_right(name, regclass, text, text) IS
	'Internal: whether a role has not been granted a right on a table or a column.';

/*
 * grant_tables(role_name, level, is_recorded) - give the role what the level may do
 * with tables, and note what of it the role did not have. Internal.
 *
 * What an owner has granted before stays the owner's: it is not noted, so that
 * revoke_tables() leaves it. is_recorded: access_grants is there.
 * Returns: whether every table and column was there. Tables written: access_grants.
 * Errors: none.
 */
CREATE FUNCTION concert_booking.grant_tables(role_name name, level text, is_recorded boolean DEFAULT true)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	given record;
	noted text[] := ARRAY[]::text[];
	is_complete boolean := true;
BEGIN
	FOR given IN SELECT r.*, c.relname FROM concert_booking.own_rights(grant_tables.level) r LEFT JOIN pg_class c ON c.oid = r.relation LOOP
		is_complete := is_complete AND given.is_whole;
		CONTINUE WHEN given.relation IS NULL;
		noted := noted || ARRAY(
			SELECT concat_ws(' ', given.privilege, given.relname, x.name)
			FROM unnest(coalesce(string_to_array(given.column_list, ', '), ARRAY[NULL])) AS x (name)
			WHERE concert_booking.lacks_right(grant_tables.role_name, given.relation, given.privilege, x.name));
		EXECUTE format('GRANT %s%s ON %s TO %I', given.privilege, ' (' || given.column_list || ')',
					   given.relation, role_name);
	END LOOP;
	IF grant_tables.is_recorded AND cardinality(noted) > 0 THEN
		INSERT INTO concert_booking.access_grants (id, role_name, level)
		VALUES (concert_booking.uuid_v7(), grant_tables.role_name, 'rights ' || array_to_string(noted, ', '));
	END IF;
	RETURN is_complete;
END
$fn$;
COMMENT ON FUNCTION concert_booking.grant_tables(name, text, boolean) IS
	'Internal: give a role what a level may do with tables, and note it.';

/*
 * noted_rights(role_name) - what grant_tables() has noted for a role: PRIVILEGE
 * TABLE, or PRIVILEGE TABLE COLUMN. Internal: access_grants is there.
 */
CREATE FUNCTION concert_booking.noted_rights(role_name name)
RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT ARRAY(SELECT unnest(string_to_array(substr(g.level, 8), ', '))
				 FROM concert_booking.access_grants g
				 WHERE g.role_name = noted_rights.role_name AND g.level LIKE 'rights %')
$fn$;
COMMENT ON FUNCTION concert_booking.noted_rights(name) IS
	'Internal: what a role was given on tables.';

/*
 * revoke_tables(role_name, rights) - take from the role those of the rights that a
 * level can have on tables (null: each of them), and nothing else. Internal.
 *
 * Returns: nothing. Tables written: none. Errors: 2BP01 (the owner has granted such
 * a right WITH GRANT OPTION, and the role has passed it on).
 */
CREATE FUNCTION concert_booking.revoke_tables(role_name name, rights text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	taken record;
	again text[];
	statement text;
BEGIN
	FOR taken IN
		SELECT r.relation, r.privilege, x.column_list, c.relowner, o.oid AS role_id
		FROM concert_booking.own_rights('staff') r
		JOIN pg_class c ON c.oid = r.relation
		JOIN pg_roles o ON o.rolname = revoke_tables.role_name
		CROSS JOIN LATERAL (
			SELECT string_agg(n.name, ', ') AS column_list, count(*) AS right_count
			FROM unnest(coalesce(string_to_array(r.column_list, ', '), ARRAY[NULL])) AS n (name)
			WHERE revoke_tables.rights IS NULL OR concat_ws(' ', r.privilege, c.relname, n.name) = ANY (revoke_tables.rights)) x
		WHERE x.right_count > 0
		  AND (r.column_list IS NOT NULL
			   OR EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = o.oid AND a.privilege_type = r.privilege))
	LOOP
		/* REVOKE on a table takes along what the owner has granted on columns of it. */
		again := ARRAY(
			SELECT format('GRANT %s (%I) ON %s TO %I%s', taken.privilege, t.attname, taken.relation, role_name,
						  CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' END)
			FROM pg_attribute t, aclexplode(t.attacl) a
			WHERE taken.column_list IS NULL AND t.attrelid = taken.relation
			  AND a.grantee = taken.role_id AND a.grantor = taken.relowner AND a.privilege_type = taken.privilege);
		EXECUTE format('REVOKE %s%s ON %s FROM %I', taken.privilege, ' (' || taken.column_list || ')',
					   taken.relation, role_name);
		FOREACH statement IN ARRAY again LOOP
			EXECUTE statement;
		END LOOP;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.revoke_tables(name, text[]) IS
	'Internal: take from a role what a level gave it on tables.';

/*
 * grant_access(role_name, level) - hand a role the functions and the tables of a
 * level, and take away what it had.
 *
 * Arguments: role_name; level: visitor (look at concerts and seats), guest
 * (visitor, and hold, book and pay as a guest), member (guest, and wishlists),
 * payments (report payments and refunds, and nothing else), clerk (member, and sell,
 * cancel and admit for other people), manager (visitor, and the catalogue, seat plans,
 * schedules and reports), monitor (metrics, and nothing else), staff (all but what
 * concerns the installation) or none.
 * Every function of the schema is taken away first, whoever granted it, and on tables
 * what an earlier call gave the role: rights that the owner granted stay.
 * Returns: how many functions the role can now execute by this grant. Tables
 * written: access_grants, where it is there. Errors: 22004, 22023 (also: the role owns
 * the functions), 42501 (only the owner of the functions grants), 42704 (no such
 * role). Source: A 5.3 (instead of row-level security).
 *
 * Not SECURITY DEFINER: who grants must own the functions, or be a member of
 * the role that does. Locking: callers wait for each other and for create_tables().
 */
CREATE FUNCTION concert_booking.grant_access(
	role_name name,
	level text,
	OUT granted_functions integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
#variable_conflict use_column
DECLARE
	owner record;
	is_recorded boolean;
	routine record;
BEGIN
	IF role_name IS NULL THEN
		PERFORM concert_booking.refuse_null('role_name');
	END IF;
	PERFORM concert_booking.check_choice('level', grant_access.level,
		ARRAY['none'] || ARRAY (SELECT l.level FROM concert_booking.access_levels() l));
	IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = role_name) THEN
		PERFORM concert_booking.refuse('42704', 'no such role',
			format('The role is "%s".', role_name), 'Create it first.');
	END IF;
	/* Without this, a role that owns nothing would get a warning and no error. */
	SELECT r.oid, r.rolname INTO owner
	FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
	WHERE p.oid = 'concert_booking.grant_access(name, text)'::regprocedure;
	IF NOT pg_has_role(owner.oid, 'USAGE') THEN
		PERFORM concert_booking.refuse('42501', 'only the owner of the functions grants access',
			format('The owner is "%s".', owner.rolname), 'Ask the owner, or become it by SET ROLE.');
	END IF;
	/* What the functions call runs with its rights. */
	IF role_name = owner.rolname THEN
		PERFORM concert_booking.refuse_value('role_name', 'Name a role that does not own the functions: the owner needs them all.');
	END IF;

	PERFORM pg_advisory_xact_lock(hashtextextended('concert_booking.create_tables', 0));
	EXECUTE format('REVOKE ALL ON SCHEMA concert_booking FROM %I', role_name);
	EXECUTE format('REVOKE ALL ON ALL ROUTINES IN SCHEMA concert_booking FROM %I', role_name);
	granted_functions := 0;
	/* A stranger's table of that name could run the stranger's triggers. */
	is_recorded := EXISTS (
		SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'concert_booking' AND c.relname = 'access_grants' AND c.relowner = n.nspowner);
	IF is_recorded THEN
		PERFORM concert_booking.revoke_tables(grant_access.role_name, concert_booking.noted_rights(grant_access.role_name));
		DELETE FROM concert_booking.access_grants g WHERE g.role_name = grant_access.role_name;
	ELSE
		PERFORM concert_booking.revoke_tables(grant_access.role_name, NULL);
	END IF;
	IF grant_access.level = 'none' THEN
		RETURN;
	END IF;
	EXECUTE format('GRANT USAGE ON SCHEMA concert_booking TO %I', role_name);
	FOR routine IN
		SELECT p.oid::regprocedure AS signature
		FROM pg_proc p
		WHERE p.pronamespace = 'concert_booking'::regnamespace AND p.proowner = owner.oid
		  AND p.proname IN (SELECT m.function_name
							FROM concert_booking.access_levels() l
							JOIN concert_booking.access_matrix() m ON m.level = ANY (l.included)
							WHERE l.level = grant_access.level)
		ORDER BY 1
	LOOP
		EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', routine.signature, role_name);
		granted_functions := granted_functions + 1;
	END LOOP;
	IF is_recorded THEN
		/* DROP EXTENSION may have taken the default of id, until create_tables(). */
		INSERT INTO concert_booking.access_grants (id, role_name, level)
		VALUES (concert_booking.uuid_v7(), grant_access.role_name, grant_access.level);
	END IF;
	IF NOT concert_booking.grant_tables(grant_access.role_name, grant_access.level, is_recorded) AND is_recorded THEN
		/* Tables of an older version, or one is gone: see complete_grants(). */
		INSERT INTO concert_booking.access_grants (id, role_name, level, is_lost)
		VALUES (concert_booking.uuid_v7(), grant_access.role_name, 'tables ' || grant_access.level, true);
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.grant_access(name, text) IS
	'Give a role the functions and tables of a level: visitor, guest, member, payments, clerk, manager, monitor, staff or none.
Run it again after an update of the extension.';

/*
 * record_grants() - note the levels that roles have already, and give them what
 * these may do with the tables. Internal: for create_tables(), when it has just made
 * access_grants.
 *
 * A role has a level if it has been granted each function of it, and the one with the
 * most functions counts. Returns: nothing. Tables written: access_grants. Errors: none.
 */
CREATE FUNCTION concert_booking.record_grants()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	recorded record;
BEGIN
	FOR recorded IN
		WITH functions AS (
			SELECT l.level, p.oid, p.proacl
			FROM concert_booking.access_levels() l
			JOIN concert_booking.access_matrix() m ON m.level = ANY (l.included)
			JOIN pg_proc p ON p.proname = m.function_name AND p.pronamespace = 'concert_booking'::regnamespace
			GROUP BY l.level, p.oid
		), levels AS (
			SELECT f.level, count(*) AS function_count FROM functions f GROUP BY f.level
		)
		INSERT INTO concert_booking.access_grants (role_name, level)
		SELECT DISTINCT ON (r.rolname) r.rolname, l.level
		FROM pg_roles r CROSS JOIN levels l
		WHERE r.oid <> (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'concert_booking')
		  AND NOT EXISTS (
			SELECT FROM functions f
			WHERE f.level = l.level
			  AND NOT EXISTS (SELECT FROM aclexplode(f.proacl) a
							  WHERE a.grantee = r.oid AND a.privilege_type = 'EXECUTE'))
		ORDER BY r.rolname, l.function_count DESC, l.level
		RETURNING role_name, level
	LOOP
		PERFORM concert_booking.grant_tables(recorded.role_name, recorded.level);
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.record_grants() IS
	'Internal: note the levels that roles have already.';

/*
 * keeps_usage(role_name) - whether a role still has the USAGE on the schema that
 * grant_access() gave it. Internal.
 *
 * That right outlives the extension: another role of the name, or one whose rights
 * were taken, has it not. Returns: true or false. Tables written: none. Errors: none.
 */
CREATE FUNCTION concert_booking.keeps_usage(role_name name)
RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT EXISTS (
		SELECT FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee
		WHERE n.nspname = 'concert_booking' AND r.rolname = keeps_usage.role_name AND a.privilege_type = 'USAGE')
$fn$;
COMMENT ON FUNCTION concert_booking.keeps_usage(name) IS
	'Internal: whether a role still has USAGE on the schema.';

/*
 * restore_grants() - give the levels again that roles had before DROP EXTENSION,
 * and EXECUTE on functions that an update has given other arguments. Internal: a
 * step of create_tables().
 *
 * Levels: only what CREATE EXTENSION has marked as lost, and only to roles
 * that still have USAGE on the schema. Such a level is forgotten otherwise, with a
 * warning. Returns: nothing. Tables written: access_grants. Errors: as grant_access().
 */
CREATE FUNCTION concert_booking.restore_grants()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	lost record;
	routine regprocedure;
BEGIN
	/* Noted by an update: EXECUTE on one function that has other arguments now. */
	IF EXISTS (SELECT FROM concert_booking.access_grants g WHERE g.is_lost AND g.level LIKE 'function %') THEN
		FOR lost IN
			DELETE FROM concert_booking.access_grants g
			WHERE g.is_lost AND g.level LIKE 'function %'
			RETURNING g.role_name, substr(g.level, 10) AS function_name
		LOOP
			FOR routine IN
				SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspowner = p.proowner
				WHERE n.nspname = 'concert_booking' AND p.proname = lost.function_name
				  AND EXISTS (SELECT FROM pg_roles r WHERE r.rolname = lost.role_name)
			LOOP
				EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %I', routine, lost.role_name);
			END LOOP;
		END LOOP;
	END IF;

	FOR lost IN
		SELECT g.role_name, g.level, concert_booking.keeps_usage(g.role_name) AS may_use_schema
		FROM (SELECT DISTINCT ON (a.role_name) a.* FROM concert_booking.access_grants a
			  WHERE a.is_lost AND a.level NOT LIKE 'tables %' AND a.level NOT LIKE 'rights %' ORDER BY a.role_name, a.id DESC) g
		ORDER BY g.id
	LOOP
		IF lost.may_use_schema THEN
			PERFORM concert_booking.grant_access(lost.role_name, lost.level);
		ELSE
			PERFORM concert_booking.revoke_tables(lost.role_name, concert_booking.noted_rights(lost.role_name));
			DELETE FROM concert_booking.access_grants g WHERE g.role_name = lost.role_name;
			RAISE WARNING USING MESSAGE = 'a role does not get its level again',
				DETAIL = format('The role "%s" had the level %s before DROP EXTENSION; it is gone, or has no USAGE on the schema.',
								lost.role_name, lost.level),
				HINT = 'Run concert_booking.grant_access() for it, if it is still wanted.';
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.restore_grants() IS
	'Internal: give the levels again that roles had before DROP EXTENSION or an update.';

/*
 * complete_grants() - what levels may do with tables and columns that were not there
 * when grant_access() gave the level. Internal: a step of create_tables(), once the
 * tables are up to date.
 *
 * Returns: nothing. Tables written: access_grants. Errors: none.
 */
CREATE FUNCTION concert_booking.complete_grants()
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $fn$
DECLARE
	noted record;
BEGIN
	IF NOT EXISTS (SELECT FROM concert_booking.access_grants g WHERE g.is_lost AND g.level LIKE 'tables %') THEN
		RETURN;
	END IF;
	FOR noted IN
		DELETE FROM concert_booking.access_grants g
		WHERE g.is_lost AND g.level LIKE 'tables %'
		RETURNING g.role_name, substr(g.level, 8) AS level
	LOOP
		IF concert_booking.keeps_usage(noted.role_name) THEN
			PERFORM concert_booking.grant_tables(noted.role_name, noted.level);
		END IF;
	END LOOP;
END
$fn$;
COMMENT ON FUNCTION concert_booking.complete_grants() IS
	'Internal: rights of levels on tables and columns that were not there before.';

/*
 * The tables outlive the extension, the rights on its functions do not. Where
 * access_grants is there already, this is a CREATE EXTENSION after a DROP
 * EXTENSION (a restore makes the extension before the tables): all its rights
 * are lost. The table must be as create_tables() made it, so that nobody's
 * trigger or rule runs with the rights of whoever creates the extension.
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
		UPDATE concert_booking.access_grants SET is_lost = true;
	ELSIF NOT is_ours THEN
		RAISE WARNING USING MESSAGE = 'no role gets its level again',
			DETAIL = 'The table "access_grants" is not as create_tables() made it: it has another owner, a trigger, a rule or row security.',
			HINT = 'Run concert_booking.grant_access() for each role.';
	END IF;
END
$do$;
