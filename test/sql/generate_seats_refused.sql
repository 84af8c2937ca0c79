-- generate_seats() and row_labels() refuse what makes no sense, and change nothing.
\i test/fixtures/world.sql
CREATE FUNCTION test.refused(arguments text) RETURNS text LANGUAGE sql AS $$
	SELECT test.raises('SELECT concert_booking.generate_seats(' || arguments || ')')
$$;

SELECT test.refused($$NULL, '{A}', 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), NULL, 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{A,NULL}', 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{A}', NULL, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{A}', 3, NULL, 1000$$);
SELECT test.refused($$test.schedule(1), '{A}', 3, 'R', NULL$$);
SELECT test.refused($$test.schedule(1), '{A}', 3, 'R', 1000, first_seat_index => NULL$$);

SELECT test.refused($$test.schedule(1), '{}', 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{{C,D},{E,F}}', 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{C,D,C}', 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{C,""}', 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{C}', 0, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{C}', 10001, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, '', 1000$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, 'a grade with a long name', 1000$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, 'R', -1$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, 'R', 1000, first_seat_index => -1$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, 'R', 1000, position_x => 1000001$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, 'R', 1000, position_y => -1000001$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, 'R', 1000, seat_number_format => '{row}'$$);
SELECT test.refused($$test.schedule(1), concert_booking.row_labels(11), 10000, 'R', 1000$$);

SELECT test.refused($$'00000000-0000-0000-0000-000000000000', '{C}', 3, 'R', 1000$$);
-- there is a seat of that number; a number that is too long
SELECT test.refused($$test.schedule(1), '{C,A}', 3, 'R', 1000$$);
SELECT test.refused($$test.schedule(1), '{C}', 3, 'R', 1000, section => 'the upper balcony'$$);

SELECT concert_booking.row_labels(4, 'Y'), concert_booking.row_labels(3, 'ZZ'), concert_booking.row_labels(3, '98');
SELECT test.raises('SELECT concert_booking.row_labels(NULL)');
SELECT test.raises('SELECT concert_booking.row_labels(0)');
SELECT test.raises('SELECT concert_booking.row_labels(10001)');
SELECT test.raises('SELECT concert_booking.row_labels(3, NULL)');
SELECT test.raises('SELECT concert_booking.row_labels(3, ''a'')');

-- nothing has changed
SELECT * FROM test.availability;
SELECT * FROM test.events;
DROP FUNCTION test.refused;
