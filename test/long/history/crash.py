"""
What a crash has left, and what it may have taken.

The script that crashes the server writes crashes.tsv (test/long/crash/kill.sh): one
line a crash, with an instant at which no old process was alive and no client
was served yet, the instant at which the dump of the new server was complete, and
the dump's folder. A call without a reply took effect before that instant or
never, and each seat is looked at as the dump has it.

With synchronous commits nothing that was acknowledged may be lost. In the profile
"async" (concert_booking.async_holds = on):

A commit of holds, extensions and releases alone may be lost in the next crash if
nothing that the crash has left was written after its reply (no booking was made
or cancelled then, no hold begun or extended), and nothing of its own is there.
What a crash takes from a seat is a suffix of its commits: it is again as it was
before one of those that may be lost, and all later ones are gone with that one.

Why this is sound: WAL is flushed in order. What is there was flushed, and with it
everything that was acknowledged before the server read the clock for it; no
commit record is older than that clock. A commit is there as a whole, so that one
of its holds proves the others.
"""

import os

from record import CANCELS, HOLDS, SALES, Database

UNFLUSHED = HOLDS | {'extend', 'release', 'release_all'}
TERMS = HOLDS | {'extend'}


class Crash:
    def __init__(self, folder, line):
        at, until, name = line.rstrip('\n').split('\t')
        self.at, self.until = int(at), int(until)
        self.left = Database(os.path.join(folder, name))
        self.flushed = 0                # everything acknowledged before is there


def read_crashes(folder):
    path = os.path.join(folder, 'crashes.tsv')
    if not os.path.exists(path):
        return []
    with open(path, encoding='utf-8') as file:
        return [Crash(folder, line) for line in file]


def bound_lost(calls, transactions, crashes):
    """No reply after a crash is late: the call ended before it."""
    for unit in calls + list(transactions.values()):
        if unit.inv is None or not (unit.lost if hasattr(unit, 'lost') else unit.outcome == 'unknown'):
            continue
        for crash in crashes:
            if unit.inv < crash.at:
                unit.ret = min(unit.ret, crash.at - 1)
                break


class Losses:
    """Which commits a crash may have taken; everything about sales is known."""

    def __init__(self, checker, crashes):
        self.checker, self.crashes = checker, crashes
        self.kept = set()               # calls and transactions of which something is there
        self.silent = [c for c in checker.calls if c.lost and c.kind in TERMS]
        for crash in crashes:
            self.find_flushed(crash)
            self.find_kept(crash)

    def find_flushed(self, crash):
        instants = [0]
        for booking in self.checker.db.bookings.values():
            instants += [booking.created, booking.cancelled or 0]
        for seat, (_, expires) in crash.left.holds.items():
            instants.append(expires - self.checker.db.seats[seat].schedule.length)
        crash.flushed = max(i for i in instants if i < crash.at)

    def find_kept(self, crash):
        """Calls that wrote a hold that is there: nobody else can have written that term."""
        for seat, (booker, expires) in crash.left.holds.items():
            tellers = self.checker.same_term.get((seat, booker, expires), [])
            begun = expires - self.checker.db.seats[seat].schedule.length
            if len(tellers) == 1 and begun >= tellers[0].inv and not self.has_silent_twin(tellers[0]):
                self.kept.add(self.unit(tellers[0]))

    def has_silent_twin(self, call):
        return any(c.booker == call.booker and c.inv < call.ret and c.ret > call.inv for c in self.silent)

    def unit(self, call):
        return self.checker.transactions[call.transaction] if call.transaction else call

    def is_of_holds(self, call):
        if call.kind in SALES | CANCELS:
            return call.number not in self.checker.made and call.number not in self.checker.undone_by
        return call.kind not in ('block', 'cancel_schedule')

    def losable(self, unit):
        """The instant of the crash that may have taken this call or transaction, else 0."""
        crash = next((c for c in self.crashes if unit.inv < c.at), None)
        if crash is None or unit.ret < crash.flushed or unit in self.kept:
            return 0
        if hasattr(unit, 'kind'):
            return crash.at if unit.kind in UNFLUSHED else 0
        done = [c for c in unit.calls if c.ok and not c.taken_back]
        return crash.at if all(self.is_of_holds(c) for c in done) else 0

    def count(self):
        """(acknowledged commits that a crash may have taken, seats of their holds that it certainly took)"""
        counted, missed = set(), 0
        for seat, events in enumerate(self.checker.events):
            for event in events:
                if not event.losable or event.optional:
                    continue
                counted.add(self.unit(event.ops[0]))
                if any(e.inv > event.inv and e.inv < event.losable and not e.looks for e in events):
                    continue
                crash = next(c for c in self.crashes if c.at == event.losable)
                step = event.program[0]
                missed += event.ops[0].kind in HOLDS and not event.ops[0].transaction \
                    and crash.left.holds.get(seat) != (step[3], step[4])
        return len(counted), missed
