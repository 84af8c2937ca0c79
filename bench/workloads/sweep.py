"""Sweeping 50,000 lapsed holds while others buy on other schedules.

One run has both: the buyers start, then the sweep; what they did while it ran
is compared with what they did before and after it.
"""

import threading
import time

from lab import BenchError, percentile
from workloads.calls import sweep

TITLE = "Sweep while selling"
PLAN = {"rounds": 3, "turns": 1}
CLIENTS = 8
COLD = {"first_seat": 100000, "first_schedule": 1, "schedule_seats": 50}


def run(lab, plan, book):
    rounds = [one_round(lab, plan) for _ in range(plan.rounds + 1)][1:]
    speed = {part: [r[part]["tps"] for r in rounds] for part in ("during", "beside")}
    late = {part: [r[part]["p99"] for r in rounds] for part in ("during", "beside")}
    names = {"during": "while sweeping", "beside": "before and after"}
    book.sides(f"Hold + confirm + cancel a second, {CLIENTS} clients, while {lab.hot_seats:,} lapsed holds are swept",
               {names[part]: speed[part] for part in names}, "cycles/s", baseline="before and after")
    book.sides("p99 of a hold + confirm + cancel meanwhile", {names[part]: late[part] for part in names}, "ms",
               baseline="before and after", lower=True)
    book.sides(f"Time of the sweep of {lab.hot_seats:,} holds, 1,000 a call, while others buy",
               {"expire_holds": [r["sweep_s"] for r in rounds]}, "s", lower=True)


def one_round(lab, plan):
    lab.reset("extension")
    lab.sql(f"CALL bench.prepare_extension({lab.hot_seats}); CALL bench.lapse_extension()")
    found = {}

    def sell():
        found["log"] = lab.pgbench("cycle_extension", CLIENTS, seconds=plan.seconds + 3, latencies=True, calls=3,
                                   slice=lab.hot_seats // CLIENTS, **COLD)["log"]

    seller = threading.Thread(target=sell)
    seller.start()
    time.sleep(1.5)
    began, ended = sweep(lab)
    seller.join()
    if "log" not in found:
        raise BenchError("the sellers failed while the sweep ran")
    return compare(found["log"], began, ended)


def compare(log, began, ended):
    """Cycles that ended inside the sweep's time, and the others; the first half second warms up."""
    first, last = min(when for when, _ in log) + 0.5, max(when for when, _ in log)
    during = sorted(us for when, us in log if began <= when <= ended)
    beside = sorted(us for when, us in log if first <= when < began or when > ended)
    if len(during) < 100:
        raise BenchError(f"only {len(during)} cycles while the sweep ran")
    return {"sweep_s": ended - began,
            "during": {"tps": len(during) / (min(ended, last) - began), "p99": percentile(during, 0.99) / 1000},
            "beside": {"tps": len(beside) / (began - first + max(0, last - ended)),
                       "p99": percentile(beside, 0.99) / 1000}}
