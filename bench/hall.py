#!/usr/bin/env python3
"""What the calls cost that go through a whole schedule, in halls of two sizes.

  bench/hall.py time [--seats 50000,100000] [CALL...]
      processor time and memory of each call's backend, and their growth
  bench/hall.py check [--all-ways] [--seats 1000,4000] [CALL...]
      whether the work of any call grows faster than the hall: rows and pages, which
      PostgreSQL counts, and no clock; TAP

CALL is the beginning of a call's name; calls before it are made too, as the later
ones need them. Every call is made in a connection of its own: `time` in a fresh one,
`check` too, and with --all-ways also on analyzed tables with little memory, and after
the same call was made six times for a small hall, whose plans must not be those for a
large one.
"""

import argparse
import json
import os
import re
import subprocess
import sys

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

from hall_calls import CALLS, OTHERS  # noqa: E402
from lab import BenchError, run  # noqa: E402

# Of a backend: nanoseconds on the processor; the most address space it has had, and
# what it has now, kB. Shared memory is mapped from the start, so that growth is its own.
COST = ("SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1),"
        " substring(f.status FROM 'VmPeak:\\s+(\\d+)'), substring(f.status FROM 'VmSize:\\s+(\\d+)')"
        " FROM pg_read_file('/proc/self/status') AS f (status);")
EXPLAIN = """LOAD 'auto_explain';
SET auto_explain.log_min_duration = 0;
SET auto_explain.log_analyze = on;
SET auto_explain.log_buffers = on;
SET auto_explain.log_timing = off;
SET auto_explain.log_nested_statements = on;
SET auto_explain.log_format = json;
SET auto_explain.log_level = notice;
SET client_min_messages = notice;
"""
SMALL_FIRST = 6                 # a plan is kept for good from the sixth time on
# A hall four times as large: a call may cost a little more than four times as much, and
# more where another plan begins to pay; sixteen times, if it looks at each seat for each seat.
GROWTH = 8


def psql(database, text, env=None, stops=True):
    """(standard output as rows, standard error)"""
    command = ["psql", "-XAtq", "-v", f"ON_ERROR_STOP={int(stops)}", "-F", "\t", "-d", database]
    done = subprocess.run(command, env=env, input=text, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if stops and done.returncode != 0:
        raise BenchError(f"{text[-500:]}\n{done.stderr[-2000:]}")
    return [line.split("\t") for line in done.stdout.splitlines()], done.stderr


def build(database, seats, env=None):
    psql("postgres", f"DROP DATABASE IF EXISTS {database};\nCREATE DATABASE {database};", env)
    psql(database, "SET client_min_messages = warning; CREATE EXTENSION concert_booking CASCADE;"
                   " SELECT concert_booking.create_tables();", env)
    run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", f"seats={seats}", "-d", database,
         "-f", os.path.join(BENCH, "sql", "hall.sql")], env=env)


def prepare(database, call, env, small=False):
    psql(database, f"SET client_min_messages = warning; SET hall.small = {'on' if small else 'off'};\n{call.before};", env)


def session(call):
    """What a call's connection begins with."""
    clock = f"SET concert_booking.test_clock_offset = '{call.later}';" if call.later else ""
    return f"SET max_parallel_workers_per_gather = 0; SET jit = off; SET client_min_messages = warning; {clock}\n"


def cost(database, call, env=None):
    """(processor time in ms, memory in MB) of a call."""
    prepare(database, call, env)
    rows, _ = psql(database, f"{session(call)}{COST}\n\\o /dev/null\n{call.statement};\n\\o\n{COST}", env)
    (began, _, had), (ended, most, _) = (map(int, row) for row in rows)
    return (ended - began) / 1e6, max(0, most - had) / 1024


# -------- the work of a call, counted --------

def work(database, call, small_first=False, settings="", env=None):
    """(rows, pages): how many rows all plan nodes of all statements of a call have made,
    dropped, or been asked for; how many pages the call has looked at."""
    script = f"{session(call)}{settings}\n\\o /dev/null\n"
    if small_first:
        prepare(database, call, env, small=True)
        script += ("\\set ON_ERROR_STOP 0\nSET hall.small = on;\n" + f"{call.statement};\n" * SMALL_FIRST
                   + "SET hall.small = off;\n\\set ON_ERROR_STOP 1\n")
    prepare(database, call, env)
    _, log = psql(database, f"{script}{EXPLAIN}{call.statement};", env)
    rows = pages = 0
    for text in re.findall(r"^NOTICE:  duration: [\d.]+ ms  plan:\n(\{\n.*?^\})", log, re.M | re.S):
        plan = json.loads(text)["Plan"]
        rows += work_of(plan)
        # What a statement inside another looked at is counted there, too.
        pages = max(pages, plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
    if not rows:
        raise BenchError(f"{call.name}: no plan was told\n{log[-2000:]}")
    return rows, pages


def work_of(node):
    loops = node["Actual Loops"]
    each = 1 + node["Actual Rows"] + sum(n for key, n in node.items() if key.startswith("Rows Removed"))
    return loops * each + sum(work_of(child) for child in node.get("Plans", []))


# How a call meets the large hall: whether the tables are analyzed, and the arguments of work().
WAYS = {"in a new connection": (False, {}),
        "on analyzed tables, with little memory": (True, {"settings": "SET work_mem = '64kB';"}),
        "after a small hall": (False, {"small_first": True})}


def check(sizes, calls, ways):
    print(f"1..{len(calls) * len(ways) + 1}")
    number, failed, databases = 0, 0, [f"hall_{size}" for size in sizes]
    for way in ways:
        analyzed, how = WAYS[way]
        for database, size in zip(databases, sizes):
            build(database, size)
        for call in calls:
            found = []
            for database in databases:
                if analyzed:
                    psql(database, "ANALYZE;")
                found.append(work(database, call, **how))
            good = all(more <= GROWTH * max(less, 1) for less, more in zip(*found))
            number += 1
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {call.name}, {way}: "
                  + ", ".join(f"{rows:,} rows, {pages:,} pages" for rows, pages in found), flush=True)
    strange = strangers(databases[0])
    print(f"{'not ' if strange else ''}ok {number + 1} - every public function is called or known to go through no schedule")
    if strange:
        print(f"# {', '.join(strange)}: add to CALLS or OTHERS of bench/hall_calls.py")
    return 1 if failed or strange else 0


def strangers(database):
    """The public functions that hall_calls.py does not know, and those it knows that are none."""
    rows, _ = psql(database, "SELECT DISTINCT p.proname FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace"
                             " AND p.prorettype <> 'trigger'::regtype"
                             " AND coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^(Internal|Trigger)';")
    called = set(re.findall(r"concert_booking\.(\w+)\(", " ".join(call.statement for call in CALLS))) | {"generate_seats"}
    return sorted({row[0] for row in rows} ^ (called | set(OTHERS)))


def time(sizes, calls):
    databases = [f"hall_{size}" for size in sizes]
    for database, size in zip(databases, sizes):
        build(database, size)
    print(f"{'':48}" + "".join(f"{size:>10,}   MB" for size in sizes) + "  growth", flush=True)
    for call in calls:
        found = [cost(database, call) for database in databases]
        print(f"{call.name:48}" + "".join(f"{ms:8.1f}ms {mb:5.0f}" for ms, mb in found)
              + f"  {found[-1][0] / found[-2][0]:.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["time", "check"])
    parser.add_argument("--seats")
    parser.add_argument("--all-ways", action="store_true")
    parser.add_argument("calls", nargs="*")
    args = parser.parse_args()
    sizes = [int(size) for size in (args.seats or {"time": "50000,100000", "check": "1000,4000"}[args.what]).split(",")]
    last = max((number for number, call in enumerate(CALLS) if call.name.startswith(tuple(args.calls))), default=-1) \
        if args.calls else len(CALLS) - 1
    if last < 0:
        parser.error("there is no such call")
    if args.what == "time":
        return time(sizes, CALLS[:last + 1])
    return check(sizes, CALLS[:last + 1], list(WAYS) if args.all_ways else list(WAYS)[:1])


if __name__ == "__main__":
    sys.exit(main())
