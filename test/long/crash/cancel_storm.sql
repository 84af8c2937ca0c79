/* One second of cancel requests at random calls, every 1 to 20 ms. */
DO $do$
DECLARE
	stop constant timestamptz := clock_timestamp() + interval '1 s';
BEGIN
	WHILE clock_timestamp() < stop LOOP
		PERFORM pg_stat_clear_snapshot();
		PERFORM pg_cancel_backend(a.pid)
		FROM (SELECT pid FROM pg_stat_activity
			  WHERE application_name = 'history' AND state = 'active'
			  ORDER BY random() LIMIT 1) a;
		PERFORM pg_sleep(0.001 + 0.019 * random());
	END LOOP;
END
$do$;
