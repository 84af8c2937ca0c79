"""A seat that is visibly taken is refused after one look: no lock, no
transaction id, no WAL, and hardly more work than SELECT 1."""

from lab import interleave

TITLE = "Refuse a taken seat"
CLIENTS = 8
TAKEN = 2000
REFUSALS = 1000


def run(lab, plan, book):
    lab.reset("extension")
    lab.sql(f"CALL bench.prepare_extension({TAKEN}); VACUUM concert_booking.seats, concert_booking.temp_reservations")
    throughput(lab, plan, book)
    traces(lab, book)


def throughput(lab, plan, book):
    def side(sql):
        def once(seconds):
            answer = lab.sale("repeat", sql, CLIENTS, seconds, 0, TAKEN)
            return (answer["hold"]["count"] + answer["refusal"]["count"]) / answer["seconds"]
        return once

    figures = interleave({
        "refusal": side("SELECT concert_booking.hold_seat($1, '00000000-0000-4000-8000-000000000001')"),
        "SELECT 1": side("SELECT 1 WHERE $1::uuid IS NOT NULL")}, plan)
    book.sides(f"Calls a second, {CLIENTS} clients", figures, "calls/s", baseline="SELECT 1")
    book.ratio("refusal", figures, "refusal", "SELECT 1")


def traces(lab, book):
    """What 1,000 refusals leave behind."""
    statements = [f"SELECT concert_booking.hold_seat(bench.seat({n}), bench.booker(-1))" for n in range(REFUSALS)]
    horizon = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
    before = int(lab.value(horizon))
    written = lab.wal(statements)["bytes"]
    book.figure("refusal_xids", [int(lab.value(horizon)) - before])
    book.figure("refusal_wal", [written])
