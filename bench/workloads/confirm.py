"""Confirms on one schedule: what a counter row costs, and a slow disk.

A flush of 2 ms is made with commit_delay = 2000 and commit_siblings = 0: the
backend that is about to flush then always sleeps 2 ms first, holding the lock
under which WAL is written, so that nobody else's commit is flushed sooner. It
differs from a slow disk in one thing, to the favour of every side alike:
commits that arrive during the sleep still go with this flush. The workload
measures the flush with one client before it trusts the setting.
"""

from lab import interleave, BenchError

TITLE = "Confirm on one schedule"
CLIENTS = 30
SLOW_FLUSH = {"commit_delay": 2000, "commit_siblings": 0}
NORMAL_FLUSH = {"commit_delay": 0, "commit_siblings": 5}


def run(lab, plan, book):
    confirms(lab, plan, book, "confirm_fast", "the disk's own flush")
    lab.alter_system(**SLOW_FLUSH)
    try:
        flush_ms = 1000 / lab.pgbench("hold_bare", 1, seconds=1, slice=lab.hot_seats)["tps"]
        if flush_ms < 2:
            raise BenchError(f"a commit takes {flush_ms:.2f} ms, the slow flush is not in effect")
        book.note(f"With the slow flush one client's commit takes {flush_ms:.2f} ms.")
        confirms(lab, plan, book, "confirm_slow", "a flush of 2 ms")
    finally:
        lab.alter_system(**NORMAL_FLUSH)


def confirms(lab, plan, book, key, flush):
    """Seat n is held by booker n beforehand; each client confirms its slice."""
    count = lab.hot_seats // CLIENTS

    def side(script, tables):
        speed = {}

        def once():
            lab.reset(tables)
            lab.sql(f"CALL bench.prepare_{tables}({count * CLIENTS})")
            # The warm-up finds out how many fill the time.
            wanted = speed.get("tps", 1000) * plan.seconds / CLIENTS
            speed["tps"] = lab.pgbench(script, CLIENTS, transactions=max(20, min(count, int(wanted))),
                                       slice=count)["tps"]
            return speed["tps"]
        return once

    figures = interleave({"extension": side("confirm_extension", "extension"),
                          "extension + counter row": side("confirm_counter", "extension"),
                          "PL/pgSQL on system A's tables": side("confirm_twin", "seed_a")}, plan.rounds)
    book.sides(f"Confirms a second, {CLIENTS} clients, {flush}", figures, "confirms/s",
               baseline="extension + counter row")
    book.ratio(key, figures, "extension", "extension + counter row")
