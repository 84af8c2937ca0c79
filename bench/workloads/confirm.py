"""Confirms on one schedule: what a counter row costs, on three disks.

A slower flush is made with commit_delay and commit_siblings = 0: the backend
that is about to flush then always sleeps that long first, holding the lock
under which WAL is written, so that nobody else's commit is flushed sooner. It
differs from a slow disk in one thing, to the favour of every side alike:
commits that arrive during the sleep still go with this flush. The workload
measures the flush with one client before it trusts the setting.
"""

from lab import BenchError, interleave, lesser

TITLE = "Confirm on one schedule"
CLIENTS = 30
# goal, name, commit_delay in µs
FLUSHES = [("confirm_fast", "the disk's own flush", 0), (None, "a flush of 0.2 ms", 200),
           ("confirm_slow", "a flush of 2 ms", 2000)]


def run(lab, plan, book):
    try:
        for key, name, delay_us in FLUSHES:
            if delay_us:
                lab.alter_system(commit_delay=delay_us, commit_siblings=0)
                flush_ms = 1000 / lab.pgbench("hold_bare", 1, seconds=1, slice=lab.hot_seats)["tps"]
                if flush_ms < delay_us / 1000:
                    raise BenchError(f"a commit takes {flush_ms:.2f} ms, the slow flush is not in effect")
                book.note(f"With {name} more, one client's commit takes {flush_ms:.2f} ms.")
            confirms(lab, plan if key else lesser(plan), book, key, name)
    finally:
        lab.alter_system(commit_delay=0, commit_siblings=5)


def confirms(lab, plan, book, key, flush):
    """Seat n is held by booker n beforehand; each client confirms its slice."""
    most = lab.hot_seats // CLIENTS

    def side(script, tables):
        speed = {}

        def once(seconds):
            # The warm-up finds out how many fill the time.
            count = max(20, min(most, int(speed.get("tps", 1000) * seconds / CLIENTS)))
            lab.reset(tables)
            lab.sql(f"CALL bench.prepare_{tables}({count * CLIENTS})")
            speed["tps"] = lab.pgbench(script, CLIENTS, transactions=count, slice=count,
                                       calls=int(tables == "extension"))["tps"]
            return speed["tps"]
        return once

    figures = interleave({"extension": side("confirm_extension", "extension"),
                          "extension + counter row": side("confirm_counter", "extension"),
                          "PL/pgSQL on system A's tables": side("confirm_twin", "seed_a")}, plan)
    book.sides(f"Confirms a second, {CLIENTS} clients, {flush}", figures, "confirms/s",
               baseline="extension + counter row")
    if key:
        book.ratio(key, figures, "extension", "extension + counter row")
