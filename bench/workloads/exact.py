"""Instructions and WAL of single calls: figures that do not depend on the
machine or its load. The WAL is that of small, young tables, whose indexes
split more often; the workload wal has the sums of a thousand calls."""

import exact

TITLE = "Exact costs of one call"
PLAN = {"rounds": 1, "turns": 1, "seconds": 0}  # counted, or all at once


def run(lab, plan, book):
    figures = exact.measure(twin=lab.twin)
    instructions, wal = figures["instructions"], figures["wal_bytes"]
    bare, unchecked = instructions["bare_update"], instructions["bare_update_unchecked"]
    book.note(exact.describe(figures))
    book.table("Instructions and WAL of a call (a seat, where a call takes several)",
               ["call", "instructions", "÷ bare UPDATE", "÷ bare UPDATE, no CHECK", "WAL bytes"],
               [[name, f"{count:,}", f"{count / bare:.2f}", f"{count / unchecked:.2f}", f"{wal[name]:,.0f}"]
                for name, count in instructions.items()])
    book.figure("hold_instructions", [instructions["hold_seat"] / bare])
    book.figure("hold_instructions_unchecked", [instructions["hold_seat"] / unchecked])
    book.figure("eight_seats_instructions", [instructions["hold_seats_8"] / instructions["hold_seat"]])
