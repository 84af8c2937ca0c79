/*
 * A stand-in for the database of a self-hosted Supabase: its roles, their
 * timeouts and libraries, the schema auth, the default privileges of public, the
 * Realtime schema and publication. Only what concert_booking meets. Run by the
 * server's superuser, with :safeupdate the library of that name.
 *
 * Roles belong to the server: the other databases of the test see them too.
 */
\set ON_ERROR_STOP on

CREATE ROLE supabase_admin LOGIN SUPERUSER CREATEDB CREATEROLE REPLICATION BYPASSRLS;
CREATE ROLE anon NOLOGIN;
CREATE ROLE authenticated NOLOGIN;
CREATE ROLE service_role NOLOGIN BYPASSRLS;
CREATE ROLE authenticator LOGIN NOINHERIT;
CREATE ROLE supabase_auth_admin LOGIN NOINHERIT CREATEROLE;
GRANT anon, authenticated, service_role TO authenticator;

ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated SET statement_timeout = '8s';
ALTER ROLE authenticator SET statement_timeout = '8s';
ALTER ROLE authenticator SET lock_timeout = '8s';
ALTER ROLE authenticator SET session_preload_libraries = :'safeupdate';
ALTER ROLE supabase_admin SET search_path = public, extensions;

CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE supabase_admin IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;

/* The users, and who is asking. */
CREATE SCHEMA auth AUTHORIZATION supabase_auth_admin;
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text UNIQUE);
ALTER TABLE auth.users OWNER TO supabase_auth_admin;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb->>'sub', '')::uuid
$$;

/* Realtime: what is inserted into messages is broadcast, and forgotten. */
CREATE PUBLICATION supabase_realtime;
CREATE SCHEMA realtime AUTHORIZATION supabase_admin;
GRANT USAGE ON SCHEMA realtime TO anon, authenticated, service_role;
CREATE TABLE realtime.messages (
	id uuid NOT NULL DEFAULT gen_random_uuid(),
	topic text NOT NULL,
	extension text NOT NULL,
	payload jsonb,
	event text,
	private boolean DEFAULT false,
	inserted_at timestamp NOT NULL DEFAULT now(),
	PRIMARY KEY (id, inserted_at)
) PARTITION BY RANGE (inserted_at);
CREATE TABLE realtime.messages_now PARTITION OF realtime.messages DEFAULT;
ALTER TABLE realtime.messages OWNER TO supabase_admin;
ALTER TABLE realtime.messages ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON realtime.messages TO anon, authenticated, service_role;
CREATE FUNCTION realtime.topic() RETURNS text LANGUAGE sql STABLE AS $$
	SELECT nullif(current_setting('realtime.topic', true), '')
$$;
CREATE FUNCTION realtime.send(payload jsonb, event text, topic text, private boolean DEFAULT true)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	BEGIN
		PERFORM set_config('realtime.topic', topic, true);
		INSERT INTO realtime.messages (payload, event, topic, private, extension)
		VALUES (payload, event, topic, private, 'broadcast');
	EXCEPTION WHEN OTHERS THEN
		RAISE WARNING 'a broadcast failed: %', SQLERRM;
	END;
END
$$;

/* Two members (test/rest/world.mjs). */
INSERT INTO auth.users (id, email) VALUES
	('a11ce000-0000-4000-8000-000000000001', 'alice@example.com'),
	('b0b00000-0000-4000-8000-000000000002', 'bob@example.com');
