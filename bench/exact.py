#!/usr/bin/env python3
"""Exact costs of the calls: instructions and WAL bytes.

  bench/exact.py check [--short]    compare with bench/expected/: 3 % more is an error
  bench/exact.py accept             write bench/expected/ anew
  bench/exact.py profile CALL...    where a call's instructions go

Instructions are counted inside one backend (see callgrind.py), so that load and
clock play no part in them. They are PostgreSQL's, libc's and the extension's as
compiled: another compiler, another minor release or a libc that picks another
memcpy for this processor moves them by a few per cent for every call alike.
bench/expected/ says with what it was measured, and the check says what differs.
WAL bytes depend on PostgreSQL's major release only.
Where bench/expected/ has no figures of that release, the check is skipped.
"""

import argparse
import json
import platform
import os
import sys

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import calls as spec  # noqa: E402
from callgrind import Counter  # noqa: E402
from lab import BenchError, Lab, run  # noqa: E402

TOLERANCE = 0.03
# What the short check counts instructions of; the WAL is that of all calls.
SHORT = ["hold_seat", "hold_seat_refused", "confirm_booking"]
QUIET = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_wal_size": "1GB"}


def measure(twin=False, names=None, wal=True):
    """{"instructions": {call: n}, "wal_bytes": {call: n}, "wal_records", "profiles"}."""
    with Lab(settings=QUIET, hot_seats=spec.HOT_SEATS, cold_schedules=0, twin=twin) as lab:
        spec.world(lab)
        spec.twin_world(lab)
        calls = spec.baseline_calls(lab) + spec.extension_calls(lab)
        result = {"measured_with": tools(lab)}
        counter = Counter(lab)
        # The count runs on copies of this moment; the WAL is taken afterwards.
        counter.shut_down()
        profiles = counter.count(calls, names)
        result["profiles"] = profiles
        result["instructions"] = {name: round(profile.total) for name, profile in profiles.items()}
        if wal:
            counter.start_up()
            measured = {call.name: wal_of(lab, call) for call in calls}
            result["wal_bytes"] = {name: figure["bytes"] for name, figure in measured.items()}
            result["wal_records"] = {name: figure["records"] for name, figure in measured.items()}
        return result


def tools(lab):
    """What the count depends on beside the sources."""
    return {"PostgreSQL": lab.value("SHOW server_version"),
            "compiler": run([os.environ.get("CC", "cc"), "--version"]).splitlines()[0],
            "libc": libc(),
            "valgrind": run(["valgrind", "--version"]).strip(),
            "processor": platform.machine()}


def libc():
    """With the distribution's patch level, where there is one."""
    try:
        return run(["dpkg-query", "-W", "-f", "${Version}", "libc6"])
    except (BenchError, FileNotFoundError):
        return " ".join(platform.libc_ver())


def describe(figures):
    return "Counted with " + ", ".join(f"{name} {text}" for name, text in figures["measured_with"].items()) + "."


def wal_of(lab, call):
    """WAL records of a call, without page headers and padding; full_page_writes is off."""
    flat = [statement for statements in call.executions[spec.WARM_UPS:] for statement in statements]
    warm = [statement for statements in call.executions[:spec.WARM_UPS] for statement in statements]
    records = lab.wal(flat, call.prepare + warm)["records"]
    share = len(flat) / (spec.CALLS * call.per)
    for record in records.values():
        record["count"] *= share
        record["bytes"] *= share
    return {"bytes": round(sum(record["bytes"] for record in records.values()), 1), "records": records}


def expected_path():
    version = run([os.environ.get("PG_CONFIG", "pg_config"), "--version"]).split()[1]
    return os.path.join(BENCH, "expected", f"postgresql-{version.split('.')[0]}.json")


def check(short):
    path = expected_path()
    if not os.path.exists(path):
        print(f"ok 1 # SKIP there is no {os.path.basename(path)} to compare with; make bench-accept writes it")
        print("1..1")
        return 0
    figures = measure(names=SHORT if short else None)
    with open(path) as file:
        expected = json.load(file)
    for name, was in expected.get("measured_with", {}).items():
        now = figures["measured_with"][name]
        if now != was:
            print(f"# {name}: {now}, where {os.path.relpath(path, os.path.dirname(BENCH))} has {was}")
    judged = [judge(kind, name, now, expected[kind].get(name))
              for kind in ("instructions", "wal_bytes") for name, now in figures[kind].items()]
    for number, (good, text) in enumerate(judged, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {text}")
    print(f"1..{len(judged)}")
    if not all(good for good, _ in judged):
        print("# More than 3 % more than before. If that is meant: make bench-accept", file=sys.stderr)
        return 1
    return 0


def judge(kind, name, now, was):
    """(is it good, what to say)"""
    what = f"{kind.replace('_', ' ')} of {name}: {now:,.0f}"
    if was is None:
        return False, what + ", of which nothing is expected; run make bench-accept"
    change = (now - was) / was if was else float(now > 0)
    better = ", for the better; make bench-accept keeps it" if change < -TOLERANCE else ""
    # A record or two that belong to no call are spread over the calls.
    slack = 8 if kind == "wal_bytes" else 0
    return now <= was * (1 + TOLERANCE) + slack, f"{what}, expected {was:,.0f} ({change:+.1%}{better})"


def accept():
    figures = measure()
    path = expected_path()
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump({kind: figures[kind] for kind in ("measured_with", "instructions", "wal_bytes")}, file, indent=1)
        file.write("\n")
    print(path)
    return 0


def profile(names):
    for name, found in measure(names=names, wal=False)["profiles"].items():
        print(f"\n==== {name}: {found.total:,.0f} instructions a call\n\n     own  share  function")
        for function, own in found.own.most_common(45):
            print(f"{own:8,.0f} {own / found.total:6.1%}  {function}")
        print("\nwith callees  share       own  the extension's functions and what they call")
        for root in sorted(fn for fn in found.ours if fn.startswith("concert_booking_") and found.own[fn]):
            print(f"{found.inclusive(root):12,.0f} {found.inclusive(root) / found.total:6.1%} "
                  f"{found.own[root]:9,.0f}  {root}")
            for depth, cost, own, function in found.tree(root, found.total * 0.004):
                print(f"{cost:12,.0f} {cost / found.total:6.1%} {own:9,.0f}  {'  ' * (depth + 1)}{function}")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["check", "accept", "profile"])
    parser.add_argument("names", nargs="*", metavar="CALL")
    parser.add_argument("--short", action="store_true", help="instructions of the most important calls only")
    args = parser.parse_intermixed_args()
    try:
        if args.what == "profile":
            return profile(args.names)
        return check(args.short) if args.what == "check" else accept()
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
