/*
 * For season.mjs: a role of the lowest level, which only looks. Those of the
 * other levels are deploy/postgrest/roles.sql's.
 */
CREATE ROLE web_visitor NOLOGIN NOINHERIT;
GRANT web_visitor TO web_authenticator;
SELECT concert_booking.grant_access('web_visitor', 'visitor');
