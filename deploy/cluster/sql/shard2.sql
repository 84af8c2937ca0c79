/*
 * One shard follows the catalogue of the hub. "generate" fills in:
 *
 *   @{number}   the number of this shard
 *   @{hub}      how to reach the hub's database: host=... port=... dbname=...
 *
 * Run it after hub.sql and shard.sql, and again at any time: a changed address is taken
 * over, everything else stays. A shard that has concerts already (a house that was one
 * machine) keeps them and follows from now on.
 */
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET synchronous_commit = local;

DO $do$
DECLARE
	hub constant text := regexp_replace('@{hub}', '\s*\muser=\S+', '') || ' user=concert_replicator';
	present text;
BEGIN
	SELECT s.subconninfo INTO present FROM pg_subscription s
	WHERE s.subname = 'concert_catalogue_@{number}'
	  AND s.subdbid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database());
	IF NOT FOUND THEN
		/*
		 * synchronous_commit: the hub forgets what it was told has arrived, so it has to
		 * have arrived on the synchronous replica too. Not disable_on_error: PostgreSQL 15
		 * takes a hub that is restarted for an error, and would never come back.
		 */
		EXECUTE format('CREATE SUBSCRIPTION concert_catalogue_@{number} CONNECTION %L PUBLICATION concert_catalogue
			WITH (create_slot = false, slot_name = ''concert_catalogue_@{number}'', copy_data = %s, synchronous_commit = ''on'')',
			hub, CASE WHEN EXISTS (SELECT FROM concert_booking.venues) THEN 'false' ELSE 'true' END);
		COMMENT ON SUBSCRIPTION concert_catalogue_@{number} IS 'venues, concerts and their price types come from the hub';
	ELSIF present <> hub THEN
		EXECUTE format('ALTER SUBSCRIPTION concert_catalogue_@{number} CONNECTION %L', hub);
	END IF;
END
$do$;
