"""Seat updates stay heap-only: 100,000 hold-release cycles, counted."""

TITLE = "HOT updates"
CLIENTS = 8

def run(lab, plan, book):
    lab.reset("extension")
    before = counts(lab)
    size = table_bytes(lab)
    lab.pgbench("hold_release", CLIENTS, transactions=plan.cycles // CLIENTS,
                slice=lab.hot_seats // CLIENTS, settings={"synchronous_commit": "off"})
    after = counts(lab)
    updates, hot = after[0] - before[0], after[1] - before[1]
    book.note(f"{plan.cycles:,} cycles made {updates:,} updates of seats, {hot:,} of them HOT;"
              f" the table grew from {size:,} to {table_bytes(lab):,} bytes.")
    book.figure("hot_updates", [hot / updates])


def counts(lab):
    lab.sql("SELECT pg_sleep(1.1)")  # backends report their counts at most once a second
    row = lab.sql("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables"
                  " WHERE relid = 'concert_booking.seats'::regclass")[-1]
    return int(row[0]), int(row[1])


def table_bytes(lab):
    return int(lab.value("SELECT pg_table_size('concert_booking.seats')"))
