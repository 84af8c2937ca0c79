#!/usr/bin/env python3
"""Exact costs of the calls: instructions and WAL bytes.

  bench/exact.py check [--twin]     compare with bench/expected/, within 3 %
  bench/exact.py accept             write bench/expected/ anew
  bench/exact.py profile CALL...    where a call's instructions go
"""

import argparse
import json
import os
import sys

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import calls as spec  # noqa: E402
from callgrind import Counter  # noqa: E402
from lab import BenchError, Lab  # noqa: E402

TOLERANCE = 0.03
QUIET = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB", "max_wal_size": "1GB"}


def measure(twin=False, names=None, wal=True):
    """{"instructions": {call: n}, "wal_bytes": {call: n}, "wal_records", "profiles", "server"}."""
    with Lab(settings=QUIET, hot_seats=spec.HOT_SEATS, cold_schedules=0, twin=twin) as lab:
        spec.world(lab)
        spec.twin_world(lab)
        calls = spec.baseline_calls(lab) + spec.extension_calls(lab)
        if names:
            calls = [call for call in calls if call.name in names]
        result = {"server": lab.value("SHOW server_version_num")[:2]}
        counter = Counter(lab)
        # The count runs on copies of this moment; the WAL is taken afterwards.
        counter.shut_down()
        profiles = counter.count(calls)
        result["profiles"] = profiles
        result["instructions"] = {name: round(profile.total) for name, profile in profiles.items()}
        if wal:
            counter.start_up()
            measured = {call.name: wal_of(lab, call) for call in calls}
            result["wal_bytes"] = {name: figure["bytes"] for name, figure in measured.items()}
            result["wal_records"] = {name: figure["records"] for name, figure in measured.items()}
        return result


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


def expected_path(figures):
    return os.path.join(BENCH, "expected", f"postgresql-{figures['server']}.json")


def check(twin):
    figures = measure(twin)
    if not os.path.exists(expected_path(figures)):
        raise BenchError(f"{expected_path(figures)} is missing: bench/exact.py accept")
    with open(expected_path(figures)) as file:
        expected = json.load(file)
    worse = 0
    for kind in ("instructions", "wal_bytes"):
        for name, was in expected[kind].items():
            now = figures[kind].get(name)
            change = (now - was) / was if was else float(now > 0)
            good = abs(change) <= TOLERANCE
            worse += not good
            print(f"{'ok' if good else 'not ok'} - {kind} of {name}: {now:,.0f}, expected {was:,.0f} ({change:+.1%})")
    missing = set(figures["instructions"]) - set(expected["instructions"])
    for name in sorted(missing):
        print(f"not ok - {name} has no expected figures")
    if worse or missing:
        print("A change for the better, or one that is meant: bench/exact.py accept", file=sys.stderr)
    return 1 if worse or missing else 0


def accept():
    figures = measure()
    path = expected_path(figures)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        json.dump({kind: figures[kind] for kind in ("instructions", "wal_bytes")}, file, indent=1)
        file.write("\n")
    print(path)
    return 0


def profile(names, twin):
    for name, found in measure(twin, names, wal=False)["profiles"].items():
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
    parser.add_argument("--twin", action="store_true", help="with the PL/pgSQL twin of the tests in place of C")
    args = parser.parse_intermixed_args()
    try:
        if args.what == "profile":
            return profile(args.names, args.twin)
        return check(args.twin) if args.what == "check" else accept()
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
