"""Everything that is done with a whole schedule, in halls of 50,000 and 100,000 seats:
processor time and memory of the call's own connection.

The tables are in databases of their own, and never analyzed."""

import hall

TITLE = "Large halls"
PLAN = {"rounds": 1, "turns": 1, "seconds": 0}  # each call once
SIZES = (50000, 100000)
SMALL_SIZES = (1000, 2000)      # of a small run
# Shorter calls are mostly their beginning: growth says nothing of them.
JUDGED_MS = 100


def run(lab, plan, book):
    sizes = SIZES if lab.hot_seats >= 50000 else SMALL_SIZES
    databases = [f"hall_{size}" for size in sizes]
    for database, size in zip(databases, sizes):
        hall.build(database, size, lab.env)
    rows, growth = [], []
    for call in hall.CALLS:
        (less_ms, less_mb), (more_ms, more_mb) = (hall.cost(database, call, lab.env) for database in databases)
        if less_ms >= JUDGED_MS:
            growth.append(more_ms / less_ms)
        rows.append([call.name, f"{less_ms / 1000:.3f}", f"{more_ms / 1000:.3f}",
                     f"{more_ms / less_ms:.2f}×" if less_ms >= JUDGED_MS else "", f"{less_mb:.0f}", f"{more_mb:.0f}"])
        lab.operations += 2
    for database in databases:
        findings = int(lab.value("SELECT count(*) FROM concert_booking.check_integrity()", database=database))
        if findings:
            raise hall.BenchError(f"check_integrity() has {findings} findings in {database}")
        lab.sql(f"DROP DATABASE {database}", database="postgres")
    book.table("Seconds of a processor and MB of memory, each call in a connection of its own, on tables never analyzed",
               ["call", f"{sizes[0]:,} seats, s", f"{sizes[1]:,}, s", "growth", f"{sizes[0]:,} seats, MB", f"{sizes[1]:,}, MB"], rows)
    if growth:
        book.figure("hall_growth", growth)
