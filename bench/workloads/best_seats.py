"""hold_best_seats(): rows of seats that are read for each seat that is granted,
when 64 clients ask at once."""

import time

from lab import interleave

TITLE = "Best seats in a rush"
CLIENTS, CALLS = 64, 150


def run(lab, plan, book):
    speed = []

    def once(_seconds):
        lab.reset("extension")
        before = rows_read(lab)
        speed.append(lab.pgbench("best_seats", CLIENTS, transactions=CALLS, calls=1)["tps"])
        granted = int(lab.value("SELECT count(*) FROM concert_booking.temp_reservations"))
        return (rows_read(lab) - before) / granted

    figures = interleave({"hold_best_seats": once}, plan)
    book.sides(f"Rows of seats read for each seat granted, {CLIENTS} clients", figures, "rows", lower=True)
    book.sides(f"hold_best_seats() calls a second, {CLIENTS} clients, 1 to 4 seats each",
               {"hold_best_seats": speed[1:]}, "calls/s")
    book.figure("best_rows", figures["hold_best_seats"])


def rows_read(lab):
    time.sleep(1.1)  # backends report their counts at most once a second
    return int(lab.value("SELECT coalesce(idx_tup_fetch, 0) + seq_tup_read FROM pg_stat_user_tables"
                         " WHERE relid = 'concert_booking.seats'::regclass"))
