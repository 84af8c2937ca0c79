/* refuse_null(argument) - 22004. */
CREATE FUNCTION concert_booking.refuse_null(argument text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('22004', 'argument must not be null',
		format('The argument is "%s".', argument), 'Pass a value for it.')
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_null(text) IS
	'Internal: refuse an argument that is null (22004).';

/* refuse_value(argument, rule) - 22023; rule says what would be right. */
CREATE FUNCTION concert_booking.refuse_value(argument text, rule text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('22023', 'argument has an invalid value',
		format('The argument is "%s".', argument), rule)
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_value(text, text) IS
	'Internal: refuse an argument with an invalid value (22023).';

/* refuse_old_name(argument, present_name) - 22023: what 0.1 called an argument. */
CREATE FUNCTION concert_booking.refuse_old_name(argument text, present_name text)
RETURNS void
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
	SELECT concert_booking.refuse('22023', 'argument has another name',
		format('The argument is "%s".', argument), format('Use %s.', present_name))
$fn$;
COMMENT ON FUNCTION concert_booking.refuse_old_name(text, text) IS
	'Internal: refuse an argument by its name of before 0.2 (22023).';

/* check_range(argument, value, lowest, highest) - 22004, 22023. */
CREATE FUNCTION concert_booking.check_range(argument text, value bigint, lowest bigint, highest bigint)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF value IS NULL THEN
		PERFORM concert_booking.refuse_null(argument);
	ELSIF value NOT BETWEEN lowest AND highest THEN
		PERFORM concert_booking.refuse_value(argument, format('Use %s to %s.', lowest, highest));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_range(text, bigint, bigint, bigint) IS
	'Internal: refuse a number that is null (22004) or out of its range (22023).';

/* check_length(argument, value, length_limit) - 22001; null is no text. */
CREATE FUNCTION concert_booking.check_length(argument text, value text, length_limit integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF char_length(value) > length_limit THEN
		PERFORM concert_booking.refuse('22001', 'argument is too long',
			format('The argument "%s" has %s characters.', argument, char_length(value)),
			format('Use at most %s characters.', length_limit));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_length(text, text, integer) IS
	'Internal: refuse a text that is too long (22001).';

/*
 * check_choice(argument, value, choices) - one of a few words. Internal.
 *
 * Returns: nothing. Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_choice(argument text, value text, choices text[])
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF value IS NULL THEN
		PERFORM concert_booking.refuse_null(argument);
	ELSIF value <> ALL (choices) THEN
		PERFORM concert_booking.refuse_value(argument, format('Use one of %s.', array_to_string(choices, ', ')));
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_choice(text, text, text[]) IS
	'Internal: refuse a word that is null (22004) or none of the choices (22023).';

/*
 * check_page(page_size, page_offset) - the arguments of a list. Internal.
 *
 * Arguments: page_size, 1 to 1,000 rows; page_offset, 0 to 1,000,000 rows
 * left out first. Returns: nothing. Tables written: none. Errors: 22004, 22023.
 */
CREATE FUNCTION concert_booking.check_page(page_size integer, page_offset integer)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	PERFORM concert_booking.check_range('page_size', page_size, 1, 1000);
	PERFORM concert_booking.check_range('page_offset', page_offset, 0, 1000000);
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_page(integer, integer) IS
	'Internal: refuse a page that is null (22004) or out of range (22023).';

/*
 * check_seat_list(seat_ids, seat_limit, empty_rule) - a list of seats that the box
 * office names. Internal.
 *
 * Arguments: seat_ids, null is no list; seat_limit, the most seats of a call;
 * empty_rule, what to do in place of an empty list. Returns: nothing. Tables
 * written: none. Errors: 22004, 22023, 54000.
 */
CREATE FUNCTION concert_booking.check_seat_list(seat_ids uuid[], seat_limit integer, empty_rule text)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $fn$
BEGIN
	IF array_ndims(seat_ids) > 1 THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Pass a plain list of seat ids.');
	ELSIF cardinality(seat_ids) = 0 THEN
		PERFORM concert_booking.refuse_value('seat_ids', empty_rule);
	ELSIF cardinality(seat_ids) > seat_limit THEN
		PERFORM concert_booking.refuse('54000', 'too many seats in one call',
			format('The call names %s seats; the limit is %s.', cardinality(seat_ids), seat_limit),
			'Name fewer seats in a call.');
	ELSIF array_position(seat_ids, NULL) IS NOT NULL THEN
		PERFORM concert_booking.refuse_null('seat_ids');
	ELSIF cardinality(seat_ids) <> (SELECT count(DISTINCT i) FROM unnest(seat_ids) i) THEN
		PERFORM concert_booking.refuse_value('seat_ids', 'Name each seat once.');
	END IF;
END
$fn$;
COMMENT ON FUNCTION concert_booking.check_seat_list(uuid[], integer, text) IS
	'Internal: check a list of seats that the box office names; it may be null.';
