#!/usr/bin/env python3
"""Run the benchmarks, see docs/performance.md.

  bench/run.py [--full] [WORKLOAD...]   measure; report in build/bench/
  bench/run.py --list                   the workloads' names
"""

import argparse
import collections
import os
import sys
import time

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import lab as laboratory  # noqa: E402
import report  # noqa: E402
from book import Book  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

Plan = collections.namedtuple("Plan", "full rounds seconds transactions cycles sale_seats")
SHORT = Plan(full=False, rounds=3, seconds=3, transactions=25000, cycles=100000, sale_seats=10000)
FULL = Plan(full=True, rounds=7, seconds=15, transactions=50000, cycles=1000000, sale_seats=50000)


def main():
    args = parse()
    if args.list:
        print("\n".join(WORKLOADS))
        return 0
    plan = FULL if args.full else SHORT
    if args.rounds:
        plan = plan._replace(rounds=args.rounds)
    book, failures = Book(), 0
    with laboratory.Lab(twin=args.twin) as lab:
        facts = laboratory.machine(lab)
        facts.update(twin=args.twin, flush_us=laboratory.flush_us(lab), rounds=plan.rounds, seconds=plan.seconds)
        for name in args.workloads or WORKLOADS:
            failures += measure(lab, plan, book, name)
        drift = lab.sql("SELECT count(*) FROM concert_booking.check_integrity()")[0][0] \
            if lab.has_function("check_integrity") else "unknown: no such function"
        book.note(f"check_integrity() afterwards: {drift} findings.")
        failures += drift != "0"
    path = report.write(book, facts, os.path.join(laboratory.TOP, "build", "bench"))
    print(report.goals_text(book))
    print(f"{path}, {'complete' if not failures else f'{failures} workloads FAILED'}")
    return 1 if failures else 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="more and longer rounds")
    parser.add_argument("--rounds", type=int, help="another number of rounds")
    parser.add_argument("--twin", action="store_true",
                        help="the PL/pgSQL twin of the tests in place of C, to try the suite itself")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", choices=[[]] + list(WORKLOADS))
    return parser.parse_intermixed_args()


def measure(lab, plan, book, name):
    """Returns 1 when the workload failed; the others still run."""
    workload, began = WORKLOADS[name], time.time()
    book.start(workload.TITLE)
    print(f"{name}: {workload.TITLE} ...", file=sys.stderr, flush=True)
    try:
        workload.run(lab, plan, book)
    except laboratory.BenchError as error:
        print(f"{name} FAILED\n{error}", file=sys.stderr)
        book.failure(str(error).strip().splitlines()[-1])
        return 1
    print(f"{name}: {time.time() - began:.0f} s", file=sys.stderr, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
