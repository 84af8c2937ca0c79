"""Hold, confirm and cancel: the whole life of a sale on one hot schedule, and
the proof that no row of the schedule is hot."""

from lab import interleave, lesser

TITLE = "Hold, confirm, cancel"
HOT = {"first_seat": 0, "first_schedule": 0, "schedule_seats": 1000000}
COLD = {"first_seat": 100000, "first_schedule": 1, "schedule_seats": 50}


def run(lab, plan, book):
    against_seed(lab, plan, book)
    without_flush(lab, plan, book)
    hot_against_cold(lab, plan, book)


def side(lab, script, tables, clients, where, settings=None):
    def once(seconds):
        lab.reset(tables)
        return lab.pgbench(script, clients, seconds=seconds, slice=lab.hot_seats // clients,
                           calls=3 if tables == "extension" else 0, settings=settings, **where)["tps"]
    return once


def against_seed(lab, plan, book):
    figures = interleave({
        "extension": side(lab, "cycle_extension", "extension", 30, HOT),
        "PL/pgSQL on system A's tables": side(lab, "cycle_twin", "seed_a", 30, HOT),
        "system A's statements": side(lab, "cycle_seed_a", "seed_a", 30, HOT)}, plan)
    book.sides("Hold + confirm + cancel a second, 30 clients, one schedule", figures, "cycles/s",
               baseline="system A's statements")
    book.ratio("cycle_seed", figures, "extension", "system A's statements")
    book.ratio("cycle_twin", figures, "extension", "PL/pgSQL on system A's tables")


def without_flush(lab, plan, book):
    """The same without waiting for the disk: what is left is work and locks."""
    off = {"synchronous_commit": "off"}
    figures = interleave({
        "extension": side(lab, "cycle_extension", "extension", 30, HOT, off),
        "PL/pgSQL on system A's tables": side(lab, "cycle_twin", "seed_a", 30, HOT, off)}, lesser(plan))
    book.sides("Hold + confirm + cancel a second, 30 clients, one schedule, synchronous_commit off", figures,
               "cycles/s", baseline="PL/pgSQL on system A's tables")


def hot_against_cold(lab, plan, book):
    """The same calls by 64 clients on 50,000 seats of one schedule, and on the
    50 seats of each of 1,000 schedules."""
    figures = interleave({
        "one schedule": side(lab, "cycle_extension", "extension", 64, HOT),
        "1,000 schedules": side(lab, "cycle_extension", "extension", 64, COLD)}, plan)
    book.sides("Hold + confirm + cancel a second, 64 clients", figures, "cycles/s")
    book.ratio("hot_schedule", figures, "one schedule", "1,000 schedules")
