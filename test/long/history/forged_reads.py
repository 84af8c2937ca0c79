#!/usr/bin/env python3
"""
forged_reads.py - does the checker see through false letters and false best seats?

One small honest record of a run is made by hand: a hall of three rows of four
seats, journal and dump. check.py must find nothing in it. Then one reply at a time
is forged, and check.py must say what is wrong with it. Prints TAP; needs no
server.

	row A	seats 0 to 3	VIP	stalls		301 to 304 won
	row B	seats 4 to 7	R	stalls		201 to 204 won, an aisle in the middle
	row C	seats 8 to 11	S	balcony		101 to 104 won
"""

import hashlib
import os
import re
import subprocess
import sys
import tempfile

BEGAN = 1_000_000_000_000_000           # microseconds, as all times here
TERM = 50_000
FAR = BEGAN + 10**12
SCHEDULE = '00000000-0000-4000-c000-000000000001'
SEAT = '00000000-0000-4000-b000-%012x'
BOOKER = '00000000-0000-4000-8000-%012x'
BOOKING = '00000000-0000-4000-d000-%012x'
LABELS = [row + '-%d' % n for row in 'ABC' for n in range(1, 5)]
PRICES = [100 * (3 - row) + n for row in range(3) for n in range(1, 5)]
GRADES = ['VIP'] * 4 + ['R'] * 4 + ['S'] * 4
SECTIONS = ['stalls'] * 8 + ['balcony'] * 4
INDEXES = [1, 2, 3, 4, 1, 2, 4, 5, 1, 2, 3, 4]
MAP = hashlib.md5(','.join(SEAT % s for s in range(12)).encode()).hexdigest()


class Reply:
    def __init__(self, client, transaction, kind, args, first, last, code, rows, detail):
        self.client, self.transaction, self.kind, self.args = client, transaction, kind, args
        self.first, self.last = first, last
        self.code, self.rows, self.detail = code, rows, detail


class Record:
    """Calls by name, each with its reply, and the bookings that were made."""

    def __init__(self):
        self.calls, self.now, self.bookings = {}, BEGAN, []

    def add(self, name, kind, args='', rows='', span=None, client=0, transaction=0, code='OK', detail=''):
        """A call after all the others, or at a span of its own."""
        if span is None:
            self.now += 1000
            span = (self.now, self.now + 200)
        self.calls[name] = Reply(client, transaction, kind, args, span[0], span[1], code, rows, detail)
        self.now = max(self.now, span[1])
        return span

    def hold(self, name, kind, booker, seats, args='', **options):
        first = options['span'][0] if 'span' in options else self.now + 1000
        self.add(name, kind, 'booker=%d\tschedule=0%s' % (booker, args), held(seats, first + 100), **options)

    def book(self, name, booker, seats, **options):
        first = options['span'][0] if 'span' in options else self.now + 1000
        number, total = len(self.bookings) + 1, sum(PRICES[s] for s in seats)
        self.bookings.append((number, booker, seats, total, first + 100))
        self.add(name, 'book', 'booker=%d\tschedule=0\tseats=%s' % (booker, ','.join(map(str, seats))),
                 '|'.join([BOOKING % number, 'N%d' % number, SCHEDULE, 'confirmed', str(len(seats)), str(total),
                           ','.join(LABELS[s] for s in seats), str(first + 100), '~']), **options)

    def letters(self, name, letters, kind='seat_status', **options):
        rows = letters.replace(' ', '') + ('|' + MAP if kind == 'seat_map' else '')
        self.add(name, kind, 'schedule=0', rows, **options)

    def refuse(self, name, booker, count, adjacent, args='', **options):
        self.add(name, 'hold_best', 'booker=%d\tschedule=0\tnumber=%d%s%s' % (
            booker, count, '\tadjacent=1' if adjacent else '', args),
            code='PT409', detail=refusal(count, adjacent), **options)

    # ---- as files ----

    def journal(self):
        lines = []
        for number, call in enumerate(sorted(self.calls.values(), key=lambda c: c.first), 1):
            head = [call.first, number, call.client, call.transaction, call.kind] + ([call.args] if call.args else [])
            lines.append((call.first, 'Q', head))
            lines.append((call.last, 'A', [call.last, number, call.code, call.rows] if call.code == 'OK'
                          else [call.last, number, call.code, 'message', call.detail]))
        lines.sort(key=lambda line: line[0])
        return [[letter] + fields for _, letter, fields in lines]

    def write(self, folder):
        sold = {s for _, _, seats, _, _ in self.bookings for s in seats}
        status = ['reserved' if s in sold else 'unavailable' if s == 3 else 'available' for s in range(12)]
        tables = {
            'journal': self.journal(),
            'schedules': [[SCHEDULE, TERM, 3 * TERM, FAR, '~', 12, status.count('available'), 'f']],
            'seats': [[SEAT % s, SCHEDULE, LABELS[s], PRICES[s], status[s], '~'] for s in range(12)],
            'plan': [[SEAT % s, GRADES[s], SECTIONS[s], LABELS[s][0], INDEXES[s]] for s in range(12)],
            'holds': [],
            'bookings': [[BOOKING % n, SCHEDULE, BOOKER % booker, 'N%d' % n, 'confirmed', len(seats), total,
                          '~', created, '~'] for n, booker, seats, total, created in self.bookings],
            'booking_seats': [[BOOKING % n, SEAT % s, PRICES[s], 't']
                              for n, _, seats, _, _ in self.bookings for s in seats],
            'events': [['booking_confirmed', BOOKING % n, len(seats)] for n, _, seats, _, _ in self.bookings] +
                      [['seats_blocked', '~', 1]],
        }
        for name, rows in tables.items():
            with open(os.path.join(folder, name + '.tsv'), 'w', encoding='utf-8') as file:
                file.writelines('\t'.join(map(str, row)) + '\n' for row in rows)


def held(seats, at):
    return ';'.join('%s|%d' % (SEAT % s, at + TERM) for s in seats)


def refusal(count, adjacent):
    return '{"reason": "not_enough_seats", "seat_count": %d, "adjacent": %s}' % (
        count, 'true' if adjacent else 'false')


def honest():
    record = Record()
    add, hold, letters = record.add, record.hold, record.letters

    # one after the other
    letters('empty', 'aaaa aaaa aaaa')
    hold('best pair', 'hold_best', 0, [0, 1], '\tnumber=2\tadjacent=1')
    letters('map', 'ttaa aaaa aaaa', 'seat_map')
    record.book('sale', 0, [0, 1])
    letters('after the sale', 'rraa aaaa aaaa')
    hold('best of a grade', 'hold_best', 2, [5], '\tnumber=1\tadjacent=1\tgrade=R')
    hold('best of a price', 'hold_best', 2, [8, 9], '\tnumber=2\tmax_price=103')
    hold('best of a section', 'hold_best', 4, [10, 11], '\tnumber=2\tadjacent=1\tsection=balcony')
    letters('many held', 'rraa ataa tttt')
    record.refuse('no three', 4, 3, True)
    record.refuse('no balcony', 4, 1, False, '\tsection=balcony')
    record.now += TERM
    letters('all lapsed', 'rraa aaaa aaaa')
    letters('all lapsed on the map', 'rraa aaaa aaaa', 'seat_map')
    add('block', 'block', 'seats=3', '1')
    letters('blocked', 'rrau aaaa aaaa')

    # a sale of two seats while they are read
    now = record.now + 1000
    record.book('sale meanwhile', 6, [6, 7], span=(now, now + 1000), client=1)
    letters('beside a sale', 'rrau aarr aaaa', span=(now + 300, now + 700))

    # two changes, one after the other, while the seats are read
    now = record.now + 1000
    hold('earlier hold', 'hold', 8, [2], '\tseats=2', span=(now + 100, now + 200), client=1)
    hold('later hold', 'hold', 8, [4], '\tseats=4', span=(now + 1000, now + 1100), client=1)
    letters('beside two holds', 'rrtu aarr aaaa', span=(now, now + 3000))

    # a transaction with one snapshot sees neither a sale nor a seat given back; another does
    add('begin', 'begin', 'text=REPEATABLE READ', client=2, transaction=1)
    letters('first look', 'rrtu tarr aaaa', client=2, transaction=1)
    add('given back', 'release', 'booker=8\tschedule=0\tseats=2', '1')
    record.book('sale unseen', 8, [9])
    letters('second look', 'rrtu tarr aaaa', client=2, transaction=1)
    record.refuse('not seen to be free', 0, 1, True, '\tgrade=VIP', client=2, transaction=1)
    letters('look from outside', 'rrau tarr araa')
    add('commit', 'commit', client=2, transaction=1)

    # a transaction sees what it does
    add('begin again', 'begin', 'text=READ COMMITTED', client=2, transaction=2)
    hold('own hold', 'hold', 6, [10], '\tseats=10', client=2, transaction=2)
    letters('own look', 'rrau tarr arta', client=2, transaction=2)
    letters('look of others', 'rrau tarr araa')
    record.refuse('locked', 0, 2, True, '\tsection=balcony')
    add('rollback', 'rollback', client=2, transaction=2)
    letters('after the rollback', 'rrau tarr araa')

    # the last seat of three is locked by a call that is refused
    now = record.now + 1000
    add('refused meanwhile', 'hold_many', 'booker=2\tschedule=0\tseats=11,0', span=(now, now + 1000), client=1,
        code='PT409', detail='[{"seat_id": "%s", "seat_number": "A-1", "reason": "reserved"}]' % (SEAT % 0))
    record.refuse('locked by a refused call', 0, 3, False, '\tsection=balcony', span=(now + 300, now + 700))
    record.now += TERM

    # a backend that has met others may choose by what it remembers
    now = record.now + 1000
    add('also refused meanwhile', 'hold_many', 'booker=2\tschedule=0\tseats=10,0', span=(now, now + 1000), client=1,
        code='PT409', detail='[{"seat_id": "%s", "seat_number": "A-1", "reason": "reserved"}]' % (SEAT % 0))
    hold('meets others', 'hold_best', 0, [8], '\tnumber=1\tadjacent=1\tsection=balcony',
         span=(now + 300, now + 700), client=3)
    hold('remembers', 'hold_best', 0, [11], '\tnumber=1\tadjacent=1\tsection=balcony', client=3)
    record.now += 3 * TERM
    letters('end', 'rrau aarr araa')
    return record


# ---- what is forged: name, which reply, how, what the checker must say ----


def shows(letters):
    def forge(record, call):
        call.rows = letters.replace(' ', '') + ('|' + MAP if call.kind == 'seat_map' else '')
    return forge


def gives(*seats):
    def forge(record, call):
        call.rows = held(seats, call.first + 100)
    return forge


def refuses(count, adjacent):
    def forge(record, call):
        call.code, call.detail = 'PT409', refusal(count, adjacent)
    return forge


def asks(args):
    """The reply stays, the question was another one."""
    def forge(record, call):
        call.args = 'booker=4\tschedule=0\t' + args
        number = int(args.split('number=')[1].split('\t')[0])
        call.detail = refusal(number, 'adjacent' in args)
    return forge


def other_map(record, call):
    call.rows = call.rows.split('|')[0] + '|' + '0' * 32


def other_order(record, call):
    call.rows = ';'.join(reversed(call.rows.split(';')))


def by_another(record, call):
    call.client = 4


def on_its_own(record, call):
    call.client = call.transaction = 0


def comes_before(record, call):
    """What the reply is excused by was over before."""
    other = record.calls['refused meanwhile']
    other.first, other.last = other.first - 500, other.first - 400


FORGED = [
    ('a free seat shows as held', 'empty', shows('taaa aaaa aaaa'), 'seat 0 .* no order of events explains'),
    ('a free seat shows as sold', 'empty', shows('aaaa aaaa aaar'), 'seat 11 .* no order of events explains'),
    ('a letter that there is not', 'empty', shows('aaaa aaaa aaax'), 'seat 11 .* no order of events explains'),
    ('a letter is missing', 'empty', shows('aaaa aaaa aaa'), 'another number of letters than seats'),
    ('a held seat shows as free', 'map', shows('taaa aaaa aaaa'), 'seat 1 .* no order of events explains'),
    ('the map has other seats', 'map', other_map, 'a map with other seats'),
    ('a sold seat shows as held', 'after the sale', shows('rtaa aaaa aaaa'), 'seat 1 .* no order of events'),
    ('a sold seat shows as free', 'after the sale', shows('araa aaaa aaaa'), 'seat 0 .* no order of events'),
    ('a lapsed hold shows as held', 'all lapsed', shows('rraa ataa aaaa'), 'seat 5 .* no order of events'),
    ('a lapsed hold shows on the map', 'all lapsed on the map', shows('rraa aaaa aaat'), 'seat 11 .* no order'),
    ('a live hold shows as lapsed', 'many held', shows('rraa ataa attt'), 'seat 8 .* no order of events'),
    ('a blocked seat shows as free', 'blocked', shows('rraa aaaa aaaa'), 'seat 3 .* no order of events'),
    ('half of a sale shows', 'beside a sale', shows('rrau aara aaaa'), 'half of a change: seats 6,7'),
    ('the later change shows, the earlier does not', 'beside two holds', shows('rrau tarr aaaa'),
     'letters of two instants'),
    ('one snapshot, and a later sale shows', 'second look', shows('rrtu tarr araa'), 'seat 9 .* no order of events'),
    ('one snapshot, and a seat given back later shows', 'second look', shows('rrau tarr aaaa'), 'seat 2 .* no order'),
    ('another snapshot, and the sale does not show', 'look from outside', shows('rrau tarr aaaa'),
     'seat 9 .* no order of events'),
    ('the own hold does not show', 'own look', shows('rrau tarr araa'), 'seat 10 .* no order of events'),
    ("another's uncommitted hold shows", 'look of others', shows('rrau tarr arta'), 'seat 10 .* no order of events'),
    ('a hold that was taken back shows', 'after the rollback', shows('rrau tarr arta'), 'seat 10 .* no order'),

    ('refused in an empty hall', 'best pair', refuses(2, True), 'best seats refused, though'),
    ('refused though two are side by side', 'no three', asks('number=2\tadjacent=1'), 'best seats refused, though'),
    ('refused though five are free', 'no three', asks('number=5'), 'best seats refused, though .*: 2,3,4,6,7$'),
    ('refused for another wish', 'no three', refuses(4, True), 'best seats refused for another wish'),
    ('refused though nobody locked one', 'locked by a refused call', comes_before, 'best seats refused, though'),
    ('refused though one was given back', 'not seen to be free', on_its_own, 'best seats refused, though .*: 2$'),
    ('single seats are left', 'best pair', gives(1, 2), 'not the best seats'),
    ('a row further back', 'best pair', gives(4, 5), 'not the best seats'),
    ('further from the middle', 'best of a grade', gives(4), 'not the best seats'),
    ('not by what it remembers', 'remembers', by_another, 'not the best seats: better ones were surely free, 10$'),
    ('over the aisle', 'best pair', gives(5, 6), 'best seats that are no neighbours'),
    ('a seat between', 'best pair', gives(0, 2), 'best seats that are no neighbours'),
    ('in two rows', 'best pair', gives(3, 4), 'best seats that are no neighbours'),
    ('one seat twice', 'best pair', gives(0, 0), 'best seats not in seat order'),
    ('the other way round', 'best pair', other_order, 'best seats not in seat order'),
    ('more than asked for', 'best pair', gives(0, 1, 2), 'held another number of seats than asked for'),
    ('of another grade', 'best of a grade', gives(2), 'best seats of another grade'),
    ('above the highest price', 'best of a price', gives(9, 11), 'best seats above the highest price'),
    ('apart, and not the first', 'best of a price', gives(9, 10), 'not the best seats'),
    ('of another section', 'best of a section', gives(6, 7), 'best seats of another section'),
]


def judge(record):
    check = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'check.py')
    with tempfile.TemporaryDirectory() as folder:
        record.write(folder)
        done = subprocess.run([sys.executable, check, '--profile', 'mixed', folder],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def test_forged_reads():
    """[(description, whether it went well, output)]"""
    status, output = judge(honest())
    yield 'an honest record passes', status == 0, output
    for description, name, forge, expected in FORGED:
        record = honest()
        forge(record, record.calls[name])
        status, output = judge(record)
        yield 'found out: ' + description, status == 1 and re.search(
            '^VIOLATION: .*' + expected, output, re.MULTILINE) is not None, output


def main():
    failed = count = 0
    for description, good, output in test_forged_reads():
        count += 1
        print('%s %d - %s' % ('ok' if good else 'not ok', count, description))
        if not good:
            failed += 1
            print('\n'.join('# ' + line for line in output.splitlines()))
    print('1..%d' % count)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
