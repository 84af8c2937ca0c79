"""The catalogue: search, calendar, seat map and bookings, against system A's own
statements on the same data, and search with ten times fewer seats."""

import subprocess

from lab import TOP, BenchError, interleave

TITLE = "Search, calendar, seat map, bookings"
PLAN = {"rounds": 3, "turns": 1}
SEATS, TENTH = 1000000, 100000

# What is asked: name, condition of the seed's statement, arguments of ours, order.
SEARCHES = [
    ("none", "", "", "latest"),
    ("popularity", "", "sort_by => 'popularity'", "popularity"),
    ("price_order", "", "sort_by => 'price'", "price"),
    ("text", "AND (c.title ILIKE '%jazz%' OR c.performers ILIKE '%jazz%')", "search_text => 'jazz'", "latest"),
    ("genre", "AND c.genre = 'Jazz'", "genre => 'Jazz'", "latest"),
    ("dates", "AND cs.concert_date BETWEEN current_date + 10 AND current_date + 40",
     "date_from => current_date + 10, date_to => current_date + 40", "latest"),
    ("region", "AND v.address LIKE '%서울%'", "region => '서울'", "latest"),
    ("prices", "AND s.price BETWEEN 50000 AND 80000", "price_from => 50000, price_to => 80000", "latest"),
]

SEED_SEARCH = """
    SELECT c.id, c.title, c.poster_url, c.genre, c.performers, v.name AS venue_name, v.address AS venue_address,
           MIN(cs.concert_date) AS nearest_date, MIN(s.price) AS min_price
    FROM concert_booking.concerts c
      INNER JOIN concert_booking.venues v ON c.venue_id = v.id
      INNER JOIN concert_booking.concert_schedules cs ON c.id = cs.concert_id
      INNER JOIN concert_booking.seats s ON cs.id = s.concert_schedule_id
    WHERE c.is_deleted = FALSE AND c.status = 'active' {condition}
    GROUP BY c.id, v.name, v.address
    ORDER BY CASE WHEN '{order}' = 'latest' THEN c.created_at END DESC,
             CASE WHEN '{order}' = 'popularity' THEN c.popularity END DESC,
             CASE WHEN '{order}' = 'price' THEN MIN(s.price) END ASC
    LIMIT 20 OFFSET 0"""

SEED_MAP = """
    SELECT json_agg(t) FROM (
        SELECT id, seat_number, seat_grade, price, position_x, position_y, status
        FROM concert_booking.seats WHERE concert_schedule_id = bench.big_schedule() ORDER BY seat_number) t"""

# Milliseconds of a call: the statement run so many times in one backend.
HELPERS = """
    CREATE SCHEMA bench;
    CREATE FUNCTION bench.call_ms(statement text, times integer) RETURNS double precision
    LANGUAGE plpgsql AS $$
    DECLARE
        began timestamptz := clock_timestamp();
    BEGIN
        FOR i IN 1 .. times LOOP
            EXECUTE statement;
        END LOOP;
        RETURN extract(epoch FROM clock_timestamp() - began) * 1000 / times;
    END $$;

    CREATE FUNCTION bench.big_schedule() RETURNS uuid IMMUTABLE RETURN '5c000000-0000-7000-8000-0000000000bb'::uuid;
    INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time)
    SELECT bench.big_schedule(), (SELECT min(id::text)::uuid FROM concert_booking.concerts WHERE is_deleted),
           current_date + 90, '19:00';
    SELECT concert_booking.generate_seats(bench.big_schedule(), concert_booking.row_labels(500), 100, 'R', 100000);
    UPDATE concert_booking.seats SET status = 'unavailable'
    WHERE concert_schedule_id = bench.big_schedule() AND ordinal % 3 = 0;
    CREATE FUNCTION bench.member() RETURNS uuid IMMUTABLE RETURN equivalence.make_id('user', 1);
    DELETE FROM concert_booking.bookings b WHERE b.user_id = bench.member() AND b.id NOT IN (
        SELECT x.id FROM concert_booking.bookings x WHERE x.user_id = bench.member() ORDER BY x.id LIMIT 1000);
    VACUUM ANALYZE;"""


def run(lab, plan, book):
    database(lab, "catalogue", SEATS)
    database(lab, "catalogue_tenth", TENTH)
    searches(lab, plan, book)
    tenfold(lab, plan, book)
    seat_map(lab, plan, book)
    small_reads(lab, plan, book)


def database(lab, name, seats):
    """The random data of the equivalence tests."""
    command = (f"scripts/test-database {name} && psql -XAtq -v ON_ERROR_STOP=1 -d {name} -v seed=1 -v concerts=500"
               f" -v schedules=2000 -v seats={seats} -f test/equivalence/generate.sql")
    done = subprocess.run(command, shell=True, cwd=TOP, env=lab.env, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise BenchError(done.stdout[-4000:])
    lab.sql(HELPERS, database=name)


def ours(arguments):
    return f"SELECT * FROM concert_booking.search_concerts({arguments})"


def milliseconds(lab, statement, times, name="catalogue"):
    quoted = statement.replace("'", "''")
    return lambda _seconds: float(lab.value(f"SELECT bench.call_ms('{quoted}', 5);"
                                   f" SELECT bench.call_ms('{quoted}', {times})", database=name)) \
        if times > 1 else float(lab.value(f"SELECT bench.call_ms('{quoted}', 1)", database=name))


def searches(lab, plan, book):
    for name, condition, arguments, order in SEARCHES:
        figures = interleave({
            "search_concerts": milliseconds(lab, ours(arguments), 100),
            "system A's statement": milliseconds(lab, SEED_SEARCH.format(condition=condition, order=order), 1),
        }, plan)
        book.sides(f"Search, {name.replace('_', ' ')}: {arguments or 'no filter'}, {SEATS:,} seats", figures, "ms",
                   baseline="system A's statement", lower=True)
        book.ratio(f"search_{name}", figures, "system A's statement", "search_concerts")


def tenfold(lab, plan, book):
    """All searches one after the other, with a million seats and a tenth of it."""
    def side(name):
        calls = [milliseconds(lab, ours(arguments), 100, name) for _, _, arguments, _ in SEARCHES]
        return lambda seconds: sum(call(seconds) for call in calls)

    figures = interleave({f"{SEATS:,} seats": side("catalogue"), f"{TENTH:,} seats": side("catalogue_tenth")},
                         plan)
    book.sides("The eight searches together, with ten times the seats", figures, "ms", lower=True)
    book.ratio("search_tenfold", figures, f"{SEATS:,} seats", f"{TENTH:,} seats")


def seat_map(lab, plan, book):
    figures = interleave({
        "seat_map rows": milliseconds(lab, "SELECT * FROM concert_booking.seat_map(bench.big_schedule())", 3),
        "seat_status": milliseconds(lab, "SELECT * FROM concert_booking.seat_status(bench.big_schedule())", 20),
        "system A's map as JSON": milliseconds(lab, SEED_MAP, 3),
    }, plan)
    book.sides("A map of 50,000 seats, inside the server", figures, "ms", baseline="system A's map as JSON", lower=True)
    book.ratio("seat_map", figures, "system A's map as JSON", "seat_map rows")
    book.ratio("seat_status_server", figures, "system A's map as JSON", "seat_status")


def small_reads(lab, plan, book):
    concert = lab.value("SELECT concert_id FROM concert_booking.search_concerts(bookable_only => true, page_size => 1)",
                        database="catalogue")
    day = lab.value(f"SELECT min(available_date) FROM concert_booking.available_dates('{concert}')",
                    database="catalogue")
    figures = interleave({
        "available_dates": milliseconds(lab, f"SELECT * FROM concert_booking.available_dates('{concert}')", 200),
        "schedules_on": milliseconds(lab, f"SELECT * FROM concert_booking.schedules_on('{concert}', '{day}')", 200),
        "concert_detail": milliseconds(lab, f"SELECT * FROM concert_booking.concert_detail('{concert}')", 100),
        "my_bookings, 1,000 bookings":
            milliseconds(lab, "SELECT * FROM concert_booking.my_bookings(bench.member())", 20),
        "my_bookings by date, coming":
            milliseconds(lab, "SELECT * FROM concert_booking.my_bookings(bench.member(), period => 'upcoming',"
                              " sort_by => 'date')", 20),
    }, plan)
    book.sides(f"Small reads, {SEATS:,} seats", figures, "ms", lower=True)
    book.figure("available_dates", figures["available_dates"])
    book.figure("schedules_on", figures["schedules_on"])
    book.figure("my_bookings", figures["my_bookings by date, coming"])
