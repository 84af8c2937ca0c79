#!/usr/bin/env python3
"""
forged.py

The checker's judgement of crashes, checked: small forged journals with what a
crash has left, of which it must find a violation, or must not. Needs no server.
Prints TAP.
"""

import os
import subprocess
import sys
import tempfile

CHECK = os.path.join(os.path.dirname(__file__), '..', 'history', 'check.py')
TERM, CRASH, UNTIL = 30_000_000, 1_000_000, 1_010_000
BOOKER = '00000000-0000-4000-8000-%012x'
SCHEDULE = 'schedule'
NOBODYS = '00000000-0000-4000-9000-000000000007'


class Story:
    """Calls of a hundred microseconds, one after the other unless said otherwise; a crash at CRASH."""

    def __init__(self):
        self.journal, self.requests, self.now = [], 0, 1000
        self.bookings = {}              # name: (booker, seats, created, cancelled)
        self.charges = []               # (reference, instant)
        self.open = 0                   # transaction

    def call(self, kind, rows='', code='OK', took=100, **args):
        self.requests += 1
        inv, self.now = self.now, self.now + took + 1
        self.journal.append((inv, 'Q\t%d\t%d\t0\t%d\t%s%s' % (
            inv, self.requests, self.open, kind, ''.join('\t%s=%s' % a for a in args.items()))))
        self.journal.append((inv + took, 'A\t%d\t%d\t%s\t%s' % (inv + took, self.requests, code, rows)))
        return inv + 50                 # the server's clock

    def hold(self, booker, *seats, kind='hold', **how):
        expires = self.now + 50 + TERM
        kind = 'hold_many' if len(seats) > 1 else kind
        args = {'booker': booker, 'schedule': 0}
        if kind != 'extend':
            args['seats'] = ','.join(map(str, seats))
        self.call(kind, ';'.join('seat%d|%d' % (s, expires) for s in seats), **args, **how)
        return ('held', booker, expires)

    def extend(self, booker, *seats):
        return self.hold(booker, *seats, kind='extend')

    def release(self, booker, seat):
        self.call('release', '1', booker=booker, schedule=0, seats=seat)

    def refuse(self, booker, seat):
        self.call('hold', '\t[{"seat_id": "seat%d", "reason": "held"}]' % seat, 'PT409',
                  booker=booker, schedule=0, seats=seat)

    def book(self, booker, seat, name='b1', there=True):
        created = self.now + 50
        self.call('book', '%s|number %s|%s|confirmed|1|100|%d|%d|~' % (name, name, SCHEDULE, seat, created),
                  booker=booker, schedule=0, seats=seat)
        if there:
            self.bookings[name] = (booker, seat, created)
        return ('sold', name)

    def charge(self, reference, there=True, code='OK'):
        """Money for a booking that nobody knows; there: the ledger has it from this call."""
        instant = self.call('confirm_payment', 'refund_due|%s|~|500' % NOBODYS, code, key=reference, text=NOBODYS, number=500)
        if there:
            self.charges.append((reference, instant))

    def begin(self):
        self.open = 1
        self.call('begin', text='READ COMMITTED')

    def commit(self):
        self.call('commit')
        self.open = 0

    def after_crash(self):
        self.now = UNTIL + 1000

    def dump(self, folder, seats, before=1 << 62):
        """before: charges of later are not there yet."""
        def write(name, rows):
            with open(os.path.join(folder, name + '.tsv'), 'w', encoding='utf-8') as file:
                file.writelines('\t'.join(map(str, row)) + '\n' for row in rows)

        states = [seats.get(s) for s in range(3)]
        free = sum(not s or s[0] == 'held' for s in states)
        status = {None: 'available', 'held': 'temp_reserved', 'sold': 'reserved'}
        write('schedules', [(SCHEDULE, TERM, TERM + 3_000_000, 1 << 50, '~', 3, free, 'f')])
        write('seats', [('seat%d' % n, SCHEDULE, n, 100, status[s and s[0]], s[2] if s and s[0] == 'held' else '~')
                        for n, s in enumerate(states)])
        write('holds', [('seat%d' % n, BOOKER % s[1], s[2]) for n, s in enumerate(states) if s and s[0] == 'held'])
        write('bookings', [(n, SCHEDULE, BOOKER % b, 'number ' + n, 'confirmed', 1, 100, '~', at, '~')
                           for n, (b, _, at) in self.bookings.items()])
        write('booking_seats', [(n, 'seat%d' % s, 100, 't') for n, (_, s, _) in self.bookings.items()])
        write('payments', [(NOBODYS, 'charge', 500, name, 'refund_due', 500, at) for name, at in self.charges if at < before])
        write('refunds_due', [(NOBODYS, 500 * len(self.charges))] if self.charges else [])
        write('events', [('booking_confirmed', n, 1) for n in self.bookings])

    def violations(self, profile, left, end):
        """What the checker finds if the crash has left this, and so it is at the end."""
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, 'journal.tsv'), 'w', encoding='utf-8') as file:
                file.writelines(line + '\n' for _, line in sorted(self.journal, key=lambda e: e[0]))
            with open(os.path.join(folder, 'crashes.tsv'), 'w', encoding='utf-8') as file:
                file.write('%d\t%d\tcrash.0\n' % (CRASH, UNTIL))
            os.mkdir(os.path.join(folder, 'crash.0'))
            self.dump(folder, end)
            self.dump(os.path.join(folder, 'crash.0'), left, CRASH)
            output = subprocess.run([CHECK, '--profile', profile, folder], stdout=subprocess.PIPE, text=True, check=False)
            if not output.stdout.rstrip().endswith('violations'):
                raise RuntimeError('the checker has not judged')
            return [line for line in output.stdout.splitlines() if line.startswith('VIOLATION: ')]


count = failed = 0


def judge(description, profile, story, left, wrong, end=None):
    global count, failed
    count += 1
    found = story.violations(profile, left, left if end is None else end)
    good = bool(found) == wrong
    failed += not good
    print('%s %d - %s, %s: %s' % ('ok' if good else 'not ok', count, profile, description, 'wrong' if wrong else 'right'))
    if not good:
        print(''.join('# %s\n' % line for line in found) or '# no violation\n', end='')


def main():
    s = Story()
    a = s.hold(1, 0)
    judge('a hold is there', 'crash', s, {0: a}, False)
    judge('a hold is lost', 'crash', s, {}, True)
    judge('a hold is lost', 'async', s, {}, False)
    judge("a hold is there, but somebody else's", 'async', s, {0: ('held', 2, a[2])}, True)

    s = Story()
    a = s.hold(1, 0, code='LOST')
    judge('a hold without a reply is not there', 'crash', s, {}, False)
    judge('a hold without a reply is there', 'crash', s, {0: a}, False)
    s.after_crash()
    b = s.hold(2, 0)
    judge('a hold without a reply is not there, the seat is held again', 'crash', s, {}, False, {0: b})
    judge('a hold without a reply is there, the seat is held again', 'crash', s, {0: a}, True, {0: b})

    s = Story()
    a = s.hold(1, 0, code='LOST', took=UNTIL)
    judge('a hold without a reply is there later than the crash', 'crash', s, {}, True, {0: a})

    s = Story()
    a = s.hold(1, 0)
    b = s.book(2, 1)
    judge('a hold before a booking is there', 'async', s, {0: a, 1: b}, False)
    judge('a hold before a booking is lost', 'async', s, {1: b}, True)

    s = Story()
    b = s.book(2, 1)
    s.hold(1, 0)
    judge('a hold after a booking is lost', 'async', s, {1: b}, False)

    s = Story()
    s.book(2, 1, there=False)
    judge('a booking is lost', 'async', s, {}, True)

    s = Story()
    a, b = s.hold(1, 0), s.hold(2, 1)
    judge('the second of two holds is lost', 'async', s, {0: a}, False)
    judge('the first of two holds is lost', 'async', s, {1: b}, True)
    judge('both of two holds are lost', 'async', s, {}, False)

    s = Story()
    s.now, a = 1000, s.hold(1, 0, took=1000)
    s.now, b = 1500, s.hold(2, 1)
    judge('one of two holds at the same time is lost', 'async', s, {1: b}, False)

    s = Story()
    a = s.hold(1, 0, 1)
    judge('half of a hold of two seats is lost', 'async', s, {1: a}, True)
    judge('the whole of it is lost', 'async', s, {}, False)

    s = Story()
    a = s.hold(1, 0)
    s.refuse(2, 0)
    judge('a hold that somebody was refused for is lost', 'async', s, {}, False)

    s = Story()
    a = s.hold(1, 0)
    b = s.book(2, 1)
    s.release(1, 0)
    judge('a release is lost', 'async', s, {0: a, 1: b}, False)
    judge('a release is lost', 'crash', s, {0: a, 1: b}, True)
    c = s.book(2, 2, 'b2')
    judge('a release before a booking is lost', 'async', s, {0: a, 1: b, 2: c}, True)

    s = Story()
    a = s.hold(1, 0)
    b = s.book(2, 1)
    c = s.extend(1, 0)
    judge('an extension is lost', 'async', s, {0: a, 1: b}, False)
    judge('an extension and its hold are lost', 'async', s, {1: b}, True)
    d = s.book(2, 2, 'b2')
    judge('an extension before a booking is lost', 'async', s, {0: a, 1: b, 2: d}, True)
    judge('an extension before a booking is there', 'async', s, {0: c, 1: b, 2: d}, False)

    s = Story()
    a = s.hold(1, 0)
    s.release(1, 0)
    b = s.hold(2, 0)
    judge('the last of three changes of a seat is lost', 'async', s, {}, False)
    judge('the last two of three are lost', 'async', s, {0: a}, False)
    judge('the second of three alone is lost', 'async', s, {0: ('held', 1, b[2])}, True)

    s = Story()
    s.begin()
    a = s.hold(1, 0)
    s.commit()
    judge('a transaction that only holds is lost', 'async', s, {}, False)

    s = Story()
    s.begin()
    a = s.hold(1, 0)
    b = s.book(1, 1)
    s.commit()
    judge('a transaction that holds and books is there', 'async', s, {0: a, 1: b}, False)
    judge('the hold of a transaction that books is lost', 'async', s, {1: b}, True)

    s = Story()
    s.hold(1, 0)
    s.after_crash()
    b = s.hold(2, 0)
    judge('a seat is held again after its hold was lost', 'async', s, {}, False, {0: b})
    judge('a seat is held again after its hold was lost', 'crash', s, {}, True, {0: b})

    s = Story()
    a = s.hold(1, 0)
    s.after_crash()
    b = s.hold(2, 0)
    judge('a seat is held again although its hold was there', 'async', s, {0: a}, True, {0: b})

    s = Story()
    s.charge('c1')
    judge('a charge is there', 'payment-crash', s, {}, False)

    s = Story()
    s.charge('c1', there=False)
    judge('a charge is lost', 'payment-crash', s, {}, True)
    s.after_crash()
    s.charge('c1')
    judge('a charge is lost, and told again', 'payment-crash', s, {}, True)

    s = Story()
    s.charge('c1', there=False, code='LOST')
    s.after_crash()
    s.charge('c1')
    judge('a charge without a reply is not there, and told again', 'payment-crash', s, {}, False)

    s = Story()
    s.charge('c1', code='LOST')
    s.after_crash()
    s.charge('c1', there=False)
    judge('a charge without a reply is there, and told again', 'payment-crash', s, {}, False)
    s.charges *= 2
    judge('a charge without a reply is counted twice', 'payment-crash', s, {}, True)
    print('1..%d' % count)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
