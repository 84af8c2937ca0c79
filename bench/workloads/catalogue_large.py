"""A catalogue of 100,000 concerts: every filter of search_concerts in every order, the
first page and one by cursor; totals; the same while others buy, beside a sleeping
snapshot and with tables that were never analyzed; and the upkeep of a day.

A figure of a round is the slowest median of all its searches, each called nine times
in one backend, so that a goal passes only if no search misses it."""

import subprocess
import threading
import time

from lab import TOP, BenchError, run as run_command

TITLE = "A large catalogue"
PLAN = {"rounds": 3, "turns": 1}
NAME = "large"
CONCERTS = 100000
TIMES = 9
ORDERS = ("latest", "popularity", "price", "date")
SALES, SELLERS, SEATS = 1000, 8, 120000  # bookings a second, clients, seats to sell
SALES_A_ROUND = 1000  # of a client, before the upkeep: some in each schedule

# What is asked: name, arguments, whether it is a word of two syllables.
FILTERS = [
    ("none", "", False),
    ("word, common (서울)", "search_text => '서울'", True),
    ("word, some hundreds (첫눈)", "search_text => '첫눈'", True),
    ("word, five (물결)", "search_text => '물결'", True),
    ("word, nowhere (쿼크)", "search_text => '쿼크'", True),
    ("one syllable (봄)", "search_text => '봄'", False),
    ("three syllables, common (콘서트)", "search_text => '콘서트'", False),
    ("English, common (jazz)", "search_text => 'jazz'", False),
    ("English, nowhere (quagga)", "search_text => 'quagga'", False),
    ("genre, a fifth", "genre => 'K-POP'", False),
    ("genre, three", "genre => '가야금병창'", False),
    ("genre, nowhere", "genre => 'Polka'", False),
    ("one day", "date_from => current_date + 30, date_to => current_date + 30", False),
    ("a month", "date_from => current_date + 10, date_to => current_date + 40", False),
    ("all past years", "date_to => current_date - 1", False),
    ("dates, nowhere", "date_from => current_date + 2000", False),
    ("region, half", "region => '서울'", False),
    ("region, rare", "region => '세종'", False),
    ("region, nowhere", "region => '독도'", False),
    ("prices, common", "price_from => 50000, price_to => 80000", False),
    ("prices, rare", "price_from => 333333, price_to => 333333", False),
    ("prices, nowhere", "price_from => 160001, price_to => 160999", False),
    ("bookable only", "bookable_only => true", False),
    ("genre, region, month",
     "genre => 'K-POP', region => '부산', date_from => current_date + 10, date_to => current_date + 40", False),
    ("word and rare genre", "search_text => '서울', genre => '가야금병창'", True),
    ("region and rare price", "region => '서울', price_from => 333333, price_to => 333333", False),
    ("everything, nowhere",
     "search_text => '콘서트', genre => '재즈', region => '세종', price_from => 290000, bookable_only => true", False),
]


def run(lab, plan, book):
    world = build(lab)
    book.note(f"{world['concerts']} concerts, {world['schedules']} schedules, {world['seats']} seats, 1,000 venues. The"
              f" median of {TIMES} calls inside one backend, milliseconds, in the slowest of {plan.rounds} rounds. cursor:"
              " the page behind row 2,000, or behind the middle one where there are fewer rows.")
    fresh(lab, plan, book)
    lists(lab, plan, book)
    totals(lab, plan, book)
    lab.sql("CALL concert_booking.run_upkeep()", database=NAME)
    busy(lab, plan, book)
    upkeep(lab, plan, book)
    findings = lab.value("SELECT count(*) FROM concert_booking.check_integrity()", database=NAME)
    if findings != "0":
        raise BenchError(f"check_integrity() has {findings} findings")


def build(lab):
    run_command([f"{TOP}/scripts/test-database", NAME], env=lab.env)
    for name in ("large_catalogue", "large_measures"):
        run_command(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", f"concerts={CONCERTS}", "-v", "analyze=false",
                     "-d", NAME, "-f", f"{TOP}/bench/sql/{name}.sql"], env=lab.env)
    values = ", ".join(f"({quoted(name)}, {quoted(arguments)}, {is_word})" for name, arguments, is_word in FILTERS)
    lab.sql(f"INSERT INTO bench.filters (filter, arguments, is_word) VALUES {values};"
            f" SELECT bench.make_cases('{{{','.join(ORDERS)}}}')", database=NAME)
    counts = lab.sql("SELECT to_char((SELECT count(*) FROM concert_booking.concerts), 'FM999,999,999'),"
                     " to_char((SELECT count(*) FROM concert_booking.concert_schedules), 'FM999,999,999'),"
                     " to_char((SELECT count(*) FROM concert_booking.seats), 'FM999,999,999')", database=NAME)
    return dict(zip(("concerts", "schedules", "seats"), counts[-1]))


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


# -------- searches --------

def medians(lab, condition="true"):
    """{(filter, order, page): ms} of one round; and which of them are words."""
    rows = lab.sql(f"SELECT * FROM bench.medians({quoted(condition)})", database=NAME)
    words = {(name, order, page) for name, order, page, is_word, _ in rows if is_word == "t"}
    return {(name, order, page): float(ms) for name, order, page, _, ms in rows}, words


def rounds_of(lab, plan, condition="true"):
    """Rounds of medians(), and the words."""
    rounds, words = [], set()
    for _ in range(plan.rounds):
        found, words = medians(lab, condition)
        rounds.append(found)
    return rounds, words


def slowest(rounds, which):
    """Of each round the slowest median among these searches."""
    return [max(ms for case, ms in each.items() if which(case)) for each in rounds]


def fresh(lab, plan, book):
    """Before anybody has analyzed the tables."""
    rounds, words = rounds_of(lab, plan, "c.page = 'first'")
    book.figure("large_never_analyzed", slowest(rounds, lambda case: case not in words))
    tell_slowest(book, "With tables that were never analyzed", rounds)
    lab.sql("VACUUM ANALYZE", database=NAME)


def lists(lab, plan, book):
    rounds, words = rounds_of(lab, plan)
    bare = [float(lab.value(f"SELECT bench.bare_ms({TIMES * 10})", database=NAME)) for _ in rounds]
    worst = {case: max(each[case] for each in rounds) for case in rounds[0]}
    heads = ["filter"] + [f"{order}{', cursor' if page == 'cursor' else ''}" for order in ORDERS for page in ("first", "cursor")]
    rows = [[name] + [f"{worst[key]:.2f}" if (key := (name, order, page)) in worst else ""
                      for order in ORDERS for page in ("first", "cursor")] for name, _, _ in FILTERS]
    book.table("A page of 20 concerts, milliseconds", heads, rows)
    in_time = sum(ms <= 5 for ms in worst.values())
    book.note(f"{in_time} of {len(worst)} take at most 5 ms, {sum(ms <= 2 for ms in worst.values())} at most 2 ms.")
    book.note(f"A bare SELECT of 20 rows by their primary key takes {max(bare):.2f} ms.")
    book.figure("large_list", slowest(rounds, lambda case: case not in words))
    book.figure("large_word", slowest(rounds, lambda case: case in words))


def totals(lab, plan, book):
    """What with_total adds to a list."""
    def statement(name, arguments, more):
        return (f"SELECT {quoted(name)}, bench.median_ms(bench.search({quoted(arguments)}, 'latest', '{more}'), {TIMES})")

    rounds = []
    for _ in range(plan.rounds):
        plain, total = (dict(lab.sql(" UNION ALL ".join(statement(name, arguments, more) for name, arguments, _ in FILTERS),
                                     database=NAME)) for more in ("", "with_total => true"))
        rounds.append({name: max(0.0, float(total[name]) - float(plain[name])) for name in plain})
    worst = {name: max(each[name] for each in rounds) for name in rounds[0]}
    book.table("What with_total adds to a page, milliseconds", ["filter", "ms"],
               [[name, f"{worst[name]:.2f}"] for name, _, _ in FILTERS])
    book.figure("large_total", [max(each.values()) for each in rounds])


def tell_slowest(book, title, rounds):
    worst = sorted(((max(each[case] for each in rounds), case) for case in rounds[0]), reverse=True)[:5]
    book.table(f"{title}: the five slowest, milliseconds", ["filter", "order", "page", "ms"],
               [[*case, f"{ms:.2f}"] for ms, case in worst])


# -------- while others buy --------

def busy(lab, plan, book):
    """Price order and date order while 1,000 bookings a second change what is available;
    then the same beside a snapshot that has been sleeping since the first of them."""
    seconds = 10 * rounds_sold(plan)
    while_selling(lab, plan, book, "large_while_selling", f"While {SALES:,} bookings a second are made", 0, seconds)
    with Sleeper(lab):
        while_selling(lab, plan, book, "large_beside_snapshot", "The same beside a snapshot that sleeps",
                      sold_by_one(seconds), seconds)


def rounds_sold(plan):
    """Seats are sold once, so that there is an end of them."""
    return min(plan.rounds, 3)


def sold_by_one(seconds):
    """Seats that a seller has sold for certain: half as many more as its share."""
    return SALES * seconds * 3 // SELLERS // 2


def while_selling(lab, plan, book, key, title, first, seconds):
    sale = threading.Thread(target=lambda: rates.append(lab.pgbench(
        "sale_large", SELLERS, seconds=seconds, rate=SALES, calls=2, database=NAME, slice=SEATS // SELLERS, i=first)["tps"]))
    rates = []
    sale.start()
    time.sleep(1)
    rounds = []
    while sale.is_alive() and len(rounds) < rounds_sold(plan):
        found, words = medians(lab, "c.sort_by IN ('price', 'date')")
        if sale.is_alive():
            rounds.append({case: ms for case, ms in found.items() if case not in words})
    sale.join()
    if not rounds or not rates:
        raise BenchError("the sale ended before the searches did")
    book.figure(key, slowest(rounds, lambda _: True))
    tell_slowest(book, f"{title} ({rates[0]:,.0f} reached)", rounds)


class Sleeper:
    """A transaction that took its snapshot and does nothing, as long as this block lasts."""

    def __init__(self, lab):
        self.psql = subprocess.Popen(["psql", "-XAtq", "-d", NAME], env=lab.env, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        self.psql.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) FROM concert_booking.venues;\n")
        self.psql.stdin.flush()
        self.psql.stdout.readline()

    def __exit__(self, *_):
        self.psql.communicate("")


# -------- upkeep --------

def upkeep(lab, plan, book):
    """The job of popularity after sales in 1,000 concerts, who waits for it, and the
    daily upkeep after a day of sales in 2,000 schedules."""
    job = "CALL concert_booking.run_popularity('15 minutes')"
    figures = {"large_popularity": [], "large_popularity_wait": [], "large_upkeep": []}
    first = 2 * sold_by_one(10 * rounds_sold(plan))
    for number in range(rounds_sold(plan)):
        lab.pgbench("sale_large", SELLERS, transactions=SALES_A_ROUND, calls=2, database=NAME, slice=SEATS // SELLERS,
                    i=first + number * SALES_A_ROUND)
        waits = []
        editor = threading.Thread(target=lambda: waits.extend(lab.pgbench(
            "edit_concert", 1, seconds=3, latencies=True, database=NAME)["samples_us"]))
        editor.start()
        time.sleep(1)
        figures["large_popularity"].append(milliseconds_of(lab, "CALL concert_booking.run_popularity('15 minutes')"))
        editor.join()
        figures["large_popularity_wait"].append(waits[-1] / 1000)
        figures["large_upkeep"].append(milliseconds_of(lab, "CALL concert_booking.run_upkeep()") / 1000)
    bookings = int(lab.value("SELECT count(*) FROM concert_booking.bookings", database=NAME))
    book.table(f"After {bookings:,} bookings in 2,000 schedules of 1,000 concerts", ["", "lowest – highest"],
               [["the job of popularity, 1,000 concerts sold since", f"{span_of(figures['large_popularity'])} ms"],
                ["an editor's slowest statement meanwhile", f"{span_of(figures['large_popularity_wait'])} ms"],
                ["the daily upkeep", f"{span_of(figures['large_upkeep'])} s"]])
    for key, values in figures.items():
        book.figure(key, values)


def milliseconds_of(lab, statement):
    """Of a statement that may commit, in a session that is there already."""
    clock = "SELECT extract(epoch FROM clock_timestamp()) * 1000"
    rows = lab.sql(f"{clock};\n\\o /dev/null\n{statement};\n\\o\n{clock};", database=NAME)
    return float(rows[-1][0]) - float(rows[0][0])


def span_of(values):
    return f"{min(values):.2f} – {max(values):.2f}"
