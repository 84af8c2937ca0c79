"""An airline's day: the six transactions of BenchBase's SEATS benchmark in its
published proportions, told in seats and concerts.

Source: BenchBase (github.com/cmu-db/benchbase), config/postgres/
sample_seats_config.xml: DeleteReservation 10, FindFlights 10, FindOpenSeats 35,
NewReservation 20, UpdateCustomer 10, UpdateReservation 15. A flight is one of
1,000 schedules of 50 seats, half of them booked at the start; deleting and
booking settle where two thirds are. What finds nothing to do ends there, as it
does in SEATS.
"""

from lab import interleave, lesser

TITLE = "An airline's day (SEATS)"
CLIENTS = 16
COLD = {"first_seat": 100000, "first_schedule": 1, "schedule_seats": 50}
WEIGHTS = {"delete": 10, "find": 10, "open": 35, "new": 20, "customer": 10, "update": 15}
NAMES = {"delete": "DeleteReservation", "find": "FindFlights", "open": "FindOpenSeats", "new": "NewReservation",
         "customer": "UpdateCustomer", "update": "UpdateReservation"}

HALF_BOOKED = {
    "extension": """SELECT count(concert_booking.book_seats(ARRAY[p.seat_id], p.booker_id))
        FROM bench.plan p WHERE p.n >= 100000 AND p.n % 2 = 0; VACUUM ANALYZE""",
    "seed_a": """SELECT count(seed_a.hold_seat(p.seat_id, p.booker_id)) FROM bench.plan p
        WHERE p.n >= 100000 AND p.n % 2 = 0;
        SELECT count(seed_a.confirm_booking(p.schedule_id, p.booker_id)) FROM bench.plan p
        WHERE p.n >= 100000 AND p.n % 2 = 0; VACUUM ANALYZE""",
}


def run(lab, plan, book):
    for tables, sql in HALF_BOOKED.items():
        lab.reset(tables)
        lab.sql(sql)

    def side(tables):
        scripts = {f"airline_{name}_{tables}": weight for name, weight in WEIGHTS.items()}
        return lambda seconds: lab.pgbench(scripts, CLIENTS, seconds=seconds, slice=50000 // CLIENTS,
                                           calls=int(tables == "extension"), **COLD)["tps"]

    figures = interleave({"extension": side("extension"), "PL/pgSQL and system A's statements": side("seed_a")}, lesser(plan))
    book.sides(f"Transactions a second, {CLIENTS} clients", figures, "tx/s",
               baseline="PL/pgSQL and system A's statements")
    book.note("Proportions of BenchBase's SEATS (config/postgres/sample_seats_config.xml): "
              + ", ".join(f"{NAMES[name]} {weight} %" for name, weight in WEIGHTS.items()) + ".")
