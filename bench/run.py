#!/usr/bin/env python3
"""Run the benchmarks, see docs/internals/benchmarks.md.

  bench/run.py [--full]               all workloads; report in build/bench/
  bench/run.py [--full] WORKLOAD...   these; their figures replace the ones that
                                      the report has of them, the others stay
  bench/run.py --list                 the workloads' names
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

# seconds and warm_up are those of a side in one turn, turns those of a side in one
# round. A workload that needs fewer rounds says so: PLAN = {"rounds": 3}. Once limit_s
# are over, the workloads that are left get one round of one turn.
Plan = collections.namedtuple("Plan", "full rounds turns seconds warm_up operations limit_s")
SHORT = Plan(full=False, rounds=5, turns=2, seconds=2, warm_up=1, operations=1000000, limit_s=2100)
FULL = Plan(full=True, rounds=7, turns=1, seconds=10, warm_up=3, operations=5000000, limit_s=4 * 3600)


def main():
    args = parse()
    if args.list:
        print("\n".join(WORKLOADS))
        return 0
    plan = FULL if args.full else SHORT
    if args.operations:
        plan = plan._replace(operations=args.operations)
    names = args.workloads or list(WORKLOADS)
    book, failed, began = Book(report.read(args.into) if args.workloads else None), [], time.time()
    run = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(began))
    world = {"hot_seats": 4000, "cold_schedules": 0} if args.small else {}
    with laboratory.Lab(twin=args.twin, **world) as lab:
        facts = laboratory.machine(lab)
        facts.update(twin=args.twin, full=plan.full, flush_us={} if args.small else laboratory.flush_us(lab))
        for name in names:
            if not measure(lab, plan_of(WORKLOADS[name], plan, began, args.rounds), book, name, run):
                failed.append(name)
    facts["seconds"] = time.time() - began
    report.write(book, facts, list(WORKLOADS), args.into)
    print(report.goals_text(book, plain=True))
    print(f"{args.into}/report.md, {facts['seconds']:.0f} s, "
          + (f"FAILED: {' '.join(failed)}" if failed else "complete"))
    return 1 if failed else 0


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="more and longer rounds, sales until sold out")
    parser.add_argument("--rounds", type=int, help="another number of rounds")
    parser.add_argument("--operations", type=int, help="another number of operations of the workload endurance")
    parser.add_argument("--small", action="store_true",
                        help="a small world and no pg_test_fsync: for tests, not for figures")
    parser.add_argument("--into", default=os.path.join(laboratory.TOP, "build", "bench"), metavar="FOLDER",
                        help="another folder for the report")
    parser.add_argument("--twin", action="store_true",
                        help="the PL/pgSQL twin of the tests in place of C, to try the suite itself")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", choices=[[]] + list(WORKLOADS))
    return parser.parse_intermixed_args()


def plan_of(workload, plan, began, asked_rounds):
    """The plan of one workload: its own wishes, then what was asked for, then the time that is left."""
    if not plan.full:
        plan = plan._replace(**getattr(workload, "PLAN", {}))
    if asked_rounds:
        plan = plan._replace(rounds=asked_rounds)
    return plan._replace(rounds=1, turns=1) if time.time() - began > plan.limit_s else plan


def measure(lab, plan, book, name, run):
    """Returns whether it went well; when not, the others still run. run: when the whole run began."""
    workload, began, operations = WORKLOADS[name], time.time(), lab.operations
    load = os.getloadavg()[0]
    book.start(name, workload.TITLE)
    print(f"{name}: {workload.TITLE} ...", file=sys.stderr, flush=True)
    good = True
    try:
        workload.run(lab, plan, book)
        findings = lab.drift()
        if findings:
            raise laboratory.BenchError(f"check_integrity() has {findings} findings")
    except laboratory.BenchError as error:
        print(f"{name} FAILED\n{error}", file=sys.stderr)
        book.failure(str(error).strip().splitlines()[-1])
        good = False
    book.end(seconds=time.time() - began, load=load, operations=lab.operations - operations, rounds=plan.rounds,
             turns=plan.turns, turn_seconds=plan.seconds, commit=laboratory.commit(), run=run,
             when=time.strftime("%Y-%m-%d %H:%M"))
    print(f"{name}: {time.time() - began:.0f} s", file=sys.stderr, flush=True)
    return good


if __name__ == "__main__":
    sys.exit(main())
