#!/usr/bin/env python3
"""Sales beside a transaction that sleeps with a snapshot, as pg_dump keeps one.

No dead row can be cleared away while a snapshot sleeps. Each side sells (hold,
confirm, cancel on one schedule) on a fresh server, with autovacuum, the sweep
every ten seconds and the fold every minute: once alone, once beside the sleeper.
Meanwhile the count is compared with the seats, in one snapshot; afterwards, with
the sleeper still there, one schedule is read from schedule_availability.

  bench/snapshot.py [--seconds N] [--clients 1,16,64] [--rounds N] [--flush MICROSECONDS]
"""

import argparse
import os
import statistics
import subprocess
import sys
import threading
import time

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import lab as laboratory  # noqa: E402

SEATS = 50000
SCHEDULE = "00000000-0000-7000-9000-100000000000"
HOT = {"first_seat": 0, "first_schedule": 0, "schedule_seats": 1000000}
EXACT = f"""SELECT v.available_seats - (SELECT count(*) FROM concert_booking.seats s
    WHERE s.concert_schedule_id = v.concert_schedule_id AND s.status IN ('available', 'temp_reserved'))
FROM concert_booking.schedule_availability v WHERE v.concert_schedule_id = '{SCHEDULE}'"""
VIEW = f"SELECT * FROM concert_booking.schedule_availability WHERE concert_schedule_id = '{SCHEDULE}'"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="of one side")
    parser.add_argument("--clients", default="1,16,64")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--flush", type=int, default=0, help="microseconds that a flush takes longer")
    args = parser.parse_args()
    wrong = 0
    for clients in map(int, args.clients.split(",")):
        ratios = []
        for number in range(args.rounds):
            order = (False, True) if number % 2 == 0 else (True, False)
            found = {asleep: side(args, clients, asleep) for asleep in order}
            ratios.append(found[True]["tps"] / found[False]["tps"])
            wrong += found[True]["wrong"] + found[False]["wrong"]
            for asleep in order:
                print(line(clients, asleep, found[asleep]), flush=True)
        print(f"{clients} clients: beside the sleeper / alone = {statistics.median(ratios):.2f}"
              f" ({', '.join(f'{ratio:.2f}' for ratio in ratios)})", flush=True)
    return 1 if wrong else 0


def line(clients, asleep, found):
    return (f"{clients} clients {'asleep' if asleep else 'alone '} {found['tps']:7.0f} cycles/s"
            f" (last quarter {found['last']:.0f}), view {found['view_ms']:.2f} ms (slowest {found['slowest_ms']:.2f}),"
            f" {found['slots']} slots, count wrong {found['wrong']} of {found['checks']} times")


def side(args, clients, asleep):
    with laboratory.Lab({"autovacuum": "on", "autovacuum_naptime": "10s"}, hot_seats=SEATS, cold_schedules=1) as lab:
        if args.flush:
            lab.alter_system(commit_delay=args.flush, commit_siblings=0)
        sleeper = sleep_in(lab) if asleep else None
        done, checks = threading.Event(), []
        helpers = [threading.Thread(target=jobs, args=(lab, done)),
                   threading.Thread(target=check, args=(lab, done, checks))]
        for helper in helpers:
            helper.start()
        try:
            # In four runs, so that a slow end shows.
            quarter = max(1, args.seconds // 4)
            speeds = [lab.pgbench("cycle_extension", clients, seconds=quarter, slice=SEATS // clients, calls=3,
                                  **HOT)["tps"] for _ in range(4)]
        finally:
            done.set()
            for helper in helpers:
                helper.join()
        view = read_view(lab)
        found = {"tps": statistics.mean(speeds), "last": speeds[-1], "view_ms": statistics.median(view),
                 "slowest_ms": max(view), "checks": len(checks), "wrong": sum(value != "0" for value in checks),
                 "slots": int(lab.value("SELECT count(*) FROM concert_booking.availability_changes"))}
        if sleeper:
            sleeper.communicate("COMMIT;\n")
        findings = lab.drift()
        if findings:
            raise laboratory.BenchError(f"check_integrity() has {findings} findings")
        return found


def sleep_in(lab):
    sleeper = subprocess.Popen(["psql", "-XAtq", "-d", "bench"], env=lab.env, text=True, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE)
    sleeper.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT count(*) FROM concert_booking.venues;\n")
    sleeper.stdin.flush()
    sleeper.stdout.readline()
    return sleeper


def jobs(lab, done):
    """What pg_cron does."""
    ticks = 0
    while not done.wait(10):
        ticks += 1
        lab.sql("SELECT concert_booking.expire_holds()")
        if ticks % 6 == 0:
            lab.sql("SELECT concert_booking.fold_pending_availability()")


def check(lab, done, checks):
    while not done.wait(5):
        checks.append(lab.value(EXACT))


def read_view(lab):
    """Milliseconds, planning included, in a session that has read it before."""
    out = lab.sql("SET jit = off;\n" + f"EXPLAIN (ANALYZE, SUMMARY ON, COSTS OFF) {VIEW};\n" * 51)
    times = [float(row[0].split()[-2]) for row in out if row[0].startswith(("Planning Time", "Execution Time"))]
    return [planning + execution for planning, execution in zip(times[0::2], times[1::2])][1:]


if __name__ == "__main__":
    sys.exit(main())
