"""What the suite has to show. One row a goal; a workload fills in its key.

`at_least` is the bar, `stretch` the real aim. `better` says which way is up.
"""

import collections

Goal = collections.namedtuple("Goal", "key text unit better at_least stretch")


def goal(key, text, at_least, stretch=None, unit="×", better="higher"):
    return Goal(key, text, unit, better, at_least, stretch)


GOALS = [
    goal("hold_8_on", "hold ÷ bare one-row UPDATE, 8 clients, synchronous_commit on", 0.90, 1.0),
    goal("hold_32_on", "hold ÷ bare one-row UPDATE, 32 clients, synchronous_commit on", 0.90, 1.0),
    goal("hold_8_off", "hold ÷ bare one-row UPDATE, 8 clients, synchronous_commit off", 0.80, 1.0),
    goal("hold_32_off", "hold ÷ bare one-row UPDATE, 32 clients, synchronous_commit off", 0.80, 1.0),
    goal("hold_cpu", "processor time of a hold in one backend", 20, unit="µs", better="lower"),
    goal("hold_cpu_twin", "processor time of a hold ÷ PL/pgSQL on system A's tables", 0.2, better="lower"),
    goal("hold_instructions", "instructions of a hold ÷ bare UPDATE", 1.3, 1.0, better="lower"),
    goal("eight_seats_instructions", "8 seats in one call, instructions a seat ÷ a one-seat call",
         0.35, 0.2, better="lower"),
    goal("hold_wal", "WAL of a hold", 700, unit="bytes", better="lower"),
    goal("hold_wal_bare", "WAL of a hold ÷ bare HOT update + commit", 2.5, 1.8, better="lower"),
    goal("refusal", "refusal of a taken seat ÷ SELECT 1", 0.5, 0.7),
    goal("refusal_wal", "WAL of a refusal", 0, unit="bytes", better="lower"),
    goal("refusal_xids", "transaction ids used by 1,000 refusals", 0, unit="", better="lower"),
    goal("cycle_seed", "hold + confirm + cancel, one hot schedule, 30 clients ÷ system A's statements", 5),
    goal("cycle_twin", "hold + confirm + cancel, one hot schedule, 30 clients ÷ PL/pgSQL on system A's tables", 2),
    goal("confirm_fast", "confirms on one schedule ÷ counter row, the disk's own flush", 3),
    goal("confirm_slow", "confirms on one schedule with a 2 ms flush ÷ counter row", 15, 30),
    goal("hot_schedule", "one hot schedule ÷ 1,000 schedules, 64 clients", 0.95, 0.99),
    goal("hot_updates", "HOT share of seat updates over 100,000 hold–release cycles", 0.99, unit="share"),
    goal("flash_seed", "flash sale ÷ system A's statements", 8, 15),
    goal("flash_redis", "flash sale ÷ Redis + SQL (system B's way)", 4, 8),
    goal("flash_seats", "flash sale, seats confirmed a second, client included", 2600, 5000, unit="seats/s"),
    goal("seat_status", "status of 50,000 seats ÷ system A's map as JSON, speed", 30, 60),
    goal("pollers", "hold p99 with pollers at half the processor ÷ without", 1.5, 1.2, better="lower"),
    goal("search_none", "search without filter, a million seats ÷ system A's statement, speed", 100),
    goal("search_popularity", "search by popularity ÷ system A's statement, speed", 100),
    goal("search_price_order", "search by price ÷ system A's statement, speed", 100),
    goal("search_text", "search for a word ÷ system A's statement, speed", 100),
    goal("search_genre", "search in a genre ÷ system A's statement, speed", 100),
    goal("search_dates", "search in a month ÷ system A's statement, speed", 100),
    goal("search_region", "search in a region ÷ system A's statement, speed", 100),
    goal("search_prices", "search between prices ÷ system A's statement, speed", 100),
    goal("search_tenfold", "searches with ten times the seats ÷ before, time", 1.2, better="lower"),
    goal("seat_map", "seat_map rows of 50,000 seats ÷ system A's map as JSON, speed", 2),
    goal("seat_status_server", "seat_status of 50,000 seats ÷ system A's map as JSON, inside the server, speed", 20, 60),
    goal("available_dates", "available_dates", 5, unit="ms", better="lower"),
    goal("schedules_on", "schedules_on", 5, unit="ms", better="lower"),
    goal("my_bookings", "my_bookings of a member with 1,000 bookings", 5, unit="ms", better="lower"),
    goal("pgbouncer", "pgbench -C through PgBouncer ÷ persistent connections", 0.8, 0.9),
]


def verdict(goal, value):
    if value is None:
        return "not measured"
    reached = (lambda bar: value >= bar) if goal.better == "higher" else (lambda bar: value <= bar)
    if goal.stretch is not None and reached(goal.stretch):
        return "stretch"
    return "pass" if reached(goal.at_least) else "MISS"
