-- The looks that 0.1 has noted and not counted are counted once, and its table goes.
\i test/fixtures/world.sql
CREATE TABLE concert_booking.interest_marks (
	id uuid PRIMARY KEY,
	concert_id uuid NOT NULL REFERENCES concert_booking.concerts (id) ON DELETE CASCADE,
	created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('c0000000-0000-7000-8000-000000000002', '0e000000-0000-7000-8000-000000000001', 'Looked at before');
INSERT INTO concert_booking.interest_marks (id, concert_id) SELECT gen_random_uuid(), test.concert() FROM generate_series(1, 100);
INSERT INTO concert_booking.interest_marks (id, concert_id) VALUES (gen_random_uuid(), 'c0000000-0000-7000-8000-000000000002');
SELECT concert_booking.record_interest('c0000000-0000-7000-8000-000000000002') \g /dev/null

-- a view of the owner's keeps it: nothing is counted
CREATE VIEW concert_booking.my_marks AS SELECT m.concert_id FROM concert_booking.interest_marks m;
SELECT concert_booking.create_tables();
SELECT to_regclass('concert_booking.interest_marks') AS left;
SELECT new_looks FROM concert_booking.concert_interest;
DROP VIEW concert_booking.my_marks;

SELECT concert_booking.create_tables();
SELECT to_regclass('concert_booking.interest_marks') AS left;
SELECT c.title, i.new_looks FROM concert_booking.concert_interest i JOIN concert_booking.concerts c ON c.id = i.concert_id ORDER BY 1;
SELECT concert_booking.create_tables();
SELECT * FROM concert_booking.refresh_popularity();
SELECT title, popularity FROM concert_booking.concerts ORDER BY 1;
SELECT * FROM concert_booking.refresh_popularity();
