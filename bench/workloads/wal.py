"""WAL of a hold, a confirm and a bare UPDATE: 1,000 transactions of each, the
distance between two insert positions, full-page images out of the way."""

TITLE = "WAL"
PLAN = {"rounds": 1, "turns": 1, "seconds": 0}  # counted, or all at once
WARM_UPS, CALLS = 500, 1000

STATEMENTS = {
    "bare UPDATE": "UPDATE bench.bare_seats SET status = 'temp_reserved', updated_at = now(),"
                   " hold_expires_at = now() + interval '10 minutes' WHERE id = bench.seat({n})",
    "hold": "SELECT concert_booking.hold_seat(bench.seat({n}), bench.booker({n}))",
    "confirm": "SELECT concert_booking.confirm_booking(bench.schedule(0), bench.booker({n}))",
    "PL/pgSQL hold": "SELECT seed_a.hold_seat(bench.seat({n}), bench.booker({n}))",
    "PL/pgSQL confirm": "SELECT seed_a.confirm_booking(bench.schedule(0), bench.booker({n}))",
}


def run(lab, plan, book):
    lab.alter_system(full_page_writes="off")
    try:
        lab.reset("extension", "bare", "seed_a")
        measured = {name: wal(lab, statement) for name, statement in STATEMENTS.items()}
    finally:
        lab.alter_system(full_page_writes="on")
    book.table("WAL of one transaction", ["", "bytes"],
               [[name, f"{figure['bytes']:,.0f}"] for name, figure in measured.items()])
    for name in ("bare UPDATE", "hold", "confirm"):
        book.table(f"WAL records of a {name}", ["record", "count", "bytes"],
                   [[kind, f"{record['count']:.2f}", f"{record['bytes']:.0f}"]
                    for kind, record in measured[name]["records"].items()])
    book.figure("hold_wal", [measured["hold"]["bytes"]])
    book.figure("hold_wal_bare", [measured["hold"]["bytes"] / measured["bare UPDATE"]["bytes"]])


def wal(lab, statement):
    lab.wal([statement.format(n=n) for n in range(WARM_UPS)])
    return lab.wal([statement.format(n=n) for n in range(WARM_UPS, WARM_UPS + CALLS)])
