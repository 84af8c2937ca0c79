/*
 * A role that no installation should give to the web: it may call everything.
 * The test needs it to see over HTTP what only operators can be refused.
 */
CREATE ROLE web_operator NOLOGIN NOINHERIT;
GRANT web_operator TO web_authenticator;
GRANT USAGE ON SCHEMA concert_booking TO web_operator;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA concert_booking TO web_operator;
