"""A million operations without a pause, a reset or a vacuum in between: seat
updates stay heap-only, and the data is in order at the end."""

from lab import BenchError

TITLE = "A million operations"
PLAN = {"rounds": 1, "turns": 1, "seconds": 0}  # counted, or all at once
CLIENTS = 8
CALLS = 5  # of one pass of the script


def run(lab, plan, book):
    lab.reset("extension")
    before, size = counts(lab), table_bytes(lab)
    done = lab.pgbench("endurance", CLIENTS, transactions=plan.operations // CALLS // CLIENTS, calls=CALLS,
                       slice=lab.hot_seats // CLIENTS, settings={"synchronous_commit": "off"})
    after = counts(lab)
    operations = done["transactions"] * CALLS
    findings = lab.drift()
    updates, hot = after[0] - before[0], after[1] - before[1]
    book.note(f"{operations:,} operations (hold, release, hold, confirm, cancel; {CLIENTS} clients on one schedule,"
              f" synchronous_commit off, {done['tps'] * CALLS:,.0f} a second) made {updates:,} updates of seats,"
              f" {hot:,} of them HOT; the table of the seats grew from {size:,} to {table_bytes(lab):,} bytes."
              f" check_integrity() afterwards: {findings} findings.")
    if findings:
        raise BenchError(f"check_integrity() has {findings} findings after {operations} operations")
    book.figure("hot_updates", [hot / updates])
    book.figure("operations", [operations])


def counts(lab):
    lab.sql("SELECT pg_sleep(1.1)")  # backends report their counts at most once a second
    row = lab.sql("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables"
                  " WHERE relid = 'concert_booking.seats'::regclass")[-1]
    return int(row[0]), int(row[1])


def table_bytes(lab):
    return int(lab.value("SELECT pg_table_size('concert_booking.seats')"))
