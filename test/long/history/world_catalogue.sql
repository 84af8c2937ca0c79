/*
 * world_catalogue.sql - the one concert of world.sql, and its hall.
 */
\set ON_ERROR_STOP on
INSERT INTO concert_booking.venues (id, name, address)
VALUES ('00000000-0000-4000-a000-000000000001', 'hall', 'here')
ON CONFLICT DO NOTHING;
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('00000000-0000-4000-a000-000000000002', '00000000-0000-4000-a000-000000000001', 'history')
ON CONFLICT DO NOTHING;
