"""
What a run has left behind: the driver's journal and the dump of the database.
Read into calls, transactions and tables; nothing is judged here.
"""

import json
import os

FOREVER = 1 << 62

# what makes a booking
SALES = frozenset(('confirm', 'confirm_named', 'book', 'begin_payment'))
HOLDS = frozenset(('hold', 'hold_many', 'hold_best'))
CANCELS = frozenset(('cancel', 'cancel_guest'))
# what ends a pending booking, what gives seats of a booking back
GIVE_BACKS = frozenset(('cancel_payment', 'cancel_seats'))
PAYMENTS = {'confirm_payment': 'charge', 'record_refund': 'refund'}


class Call:
    """One request and its reply. Times are microseconds of the one clock."""

    __slots__ = ('number', 'inv', 'ret', 'client', 'transaction', 'kind', 'args', 'code', 'rows',
                 'message', 'detail', 'booker', 'schedule', 'seats', 'taken_back', '_refused')

    def __init__(self, fields):
        self.inv = int(fields[1])
        self.number = int(fields[2])
        self.client = int(fields[3])
        self.transaction = int(fields[4])
        self.kind = fields[5]
        self.args = dict(f.split('=', 1) for f in fields[6:])
        self.booker = int(self.args.get('booker', -1))
        self.schedule = int(self.args.get('schedule', -1))
        self.seats = [int(s) for s in self.args['seats'].split(',')] if 'seats' in self.args else []
        self.code, self.ret, self.rows, self.message, self.detail = 'LOST', FOREVER, [], '', ''
        self._refused = None
        self.taken_back = 0             # number of the ROLLBACK TO SAVEPOINT that did it

    def answer(self, fields):
        self.ret = int(fields[1])
        self.code = fields[3]
        if self.code == 'OK':
            self.rows = [r.split('|') for r in fields[4].split(';')] if fields[4] else []
        else:
            self.message = fields[4] if len(fields) > 4 else ''
            self.detail = fields[5] if len(fields) > 5 else ''

    @property
    def ok(self):
        return self.code == 'OK'

    @property
    def lost(self):
        return self.code == 'LOST'

    def refused_seats(self):
        """(seat id, reason) of the refusal's DETAIL, which is a JSON list."""
        if self._refused is None:
            listed = json.loads(self.detail) if self.detail.startswith('[') else []
            self._refused = [(r['seat_id'], r['reason']) for r in listed]
        return self._refused

    def facts(self):
        """The refusal's DETAIL where it is a JSON object."""
        return json.loads(self.detail) if self.detail.startswith('{') else {}

    def __str__(self):
        reply = self.code + (' ' + ';'.join('|'.join(r) for r in self.rows) if self.ok else ' ' + self.detail)
        return '#%d client %d%s %s %s -> %s' % (
            self.number, self.client,
            ' transaction %d' % self.transaction if self.transaction else '',
            self.kind, ' '.join('%s=%s' % a for a in self.args.items()), reply)


def optional(text):
    return None if text == '~' else int(text)


class Receipt:
    __slots__ = ('booking', 'number', 'schedule', 'status', 'seat_count', 'total',
                 'seat_numbers', 'created', 'cancelled', 'pay_by', 'refund_due')

    def __init__(self, row):
        (self.booking, self.number, self.schedule, self.status, seat_count, total,
         numbers, created, cancelled) = row[:9]
        # the kinds of a payment tell these, too
        self.pay_by, self.refund_due = (optional(row[9]), int(row[10])) if len(row) > 9 else (None, None)
        self.seat_count, self.total, self.created = int(seat_count), int(total), int(created)
        self.seat_numbers = numbers.split(',')
        self.cancelled = None if cancelled == '~' else int(cancelled)


class Transaction:
    """Several calls that took effect together, or not at all."""

    __slots__ = ('number', 'calls', 'isolation', 'outcome', 'inv', 'ret')

    def __init__(self, number):
        self.number, self.calls, self.isolation = number, [], None
        self.outcome = 'aborted'        # until a COMMIT says otherwise
        self.inv = self.ret = None      # of the COMMIT

    def add(self, call):
        self.calls.append(call)
        if call.kind == 'begin':
            self.isolation = call.args['text']
        elif call.kind == 'rollback_to' and not call.lost:
            savepoint = max(i for i, c in enumerate(self.calls) if c.kind == 'savepoint' and c.ok)
            for taken in self.calls[savepoint:]:
                if taken.kind != 'savepoint':
                    taken.taken_back = taken.taken_back or call.number
        elif call.kind == 'commit':
            self.finish(call)

    def finish(self, call):
        self.inv, self.ret = call.inv, call.ret
        if call.ok:
            self.outcome = 'committed'
        elif call.lost:
            self.outcome = 'unknown'


def read_journal(path, profile=''):
    """
    (calls in the order they were sent, transactions by number)

    Who has lost a connection to the server knows that the server is done with the call; who has
    lost a proxy between them does not.
    """
    calls, by_number, transactions = [], {}, {}
    with open(path, encoding='utf-8', errors='replace') as file:
        for line in file:
            fields = line.rstrip('\n').split('\t')
            if fields[0] == 'A':
                by_number.pop(int(fields[2])).answer(fields)
                continue
            call = Call(fields)
            by_number[call.number] = call
            calls.append(call)
    for call in calls:
        if call.lost and 'cluster' in profile:
            call.ret = FOREVER
        if not call.transaction:
            continue
        transactions.setdefault(call.transaction, Transaction(call.transaction)).add(call)
    return calls, transactions


class Schedule:
    __slots__ = ('id', 'length', 'longest', 'cap', 'limit', 'total', 'available', 'sold_out', 'number', 'ladder', 'window')

    def __init__(self, number, row):
        self.number, self.id = number, row[0]
        # the names that model.py calls a term by
        self.length, self.longest, self.cap = int(row[1]), int(row[2]), int(row[3])
        self.limit = None if row[4] == '~' else int(row[4])
        self.total, self.available, self.sold_out = int(row[5]), int(row[6]), row[7] == 't'
        self.ladder = json.loads(row[8]) if len(row) > 8 and row[8] != '~' else None
        self.window = optional(row[9]) if len(row) > 9 else None     # how long a payment is waited for


class Seat:
    __slots__ = ('number', 'id', 'schedule', 'label', 'price', 'status', 'expires')

    def __init__(self, number, row, schedule):
        self.number, self.id, self.schedule, self.label = number, row[0], schedule, row[2]
        self.price, self.status = int(row[3]), row[4]
        self.expires = None if row[5] == '~' else int(row[5])


class Booking:
    __slots__ = ('id', 'schedule', 'booker', 'number', 'status', 'seat_count', 'total', 'key',
                 'created', 'cancelled', 'pay_by', 'paid', 'ladder', 'seats', 'fees')

    def __init__(self, row, schedule):
        self.id, self.schedule, self.number = row[0], schedule, row[3]
        self.booker = int(row[2][-12:], 16)
        self.status, self.seat_count, self.total = row[4], int(row[5]), int(row[6])
        self.key = None if row[7] == '~' else row[7]
        self.created = int(row[8])
        self.cancelled = None if row[9] == '~' else int(row[9])
        # older records know of no payment
        self.pay_by, self.paid = (optional(row[10]), optional(row[11])) if len(row) > 10 else (None, None)
        self.ladder = json.loads(row[12]) if len(row) > 12 and row[12] != '~' else None
        self.seats = []                 # (seat, price, active)
        self.fees = {}                  # seat: what the house keeps of its price

    @property
    def was_sold(self):
        return self.pay_by is None or self.paid is not None


class Payment:
    __slots__ = ('booking', 'kind', 'amount', 'reference', 'outcome', 'refund_due', 'created')

    def __init__(self, row):
        self.booking, self.kind, self.reference, self.outcome = row[0], row[1], row[3], row[4]
        self.amount, self.refund_due, self.created = int(row[2]), int(row[5]), int(row[6])


class Database:
    """The tables at the end of the run."""

    def __init__(self, folder):
        def rows(name, since=None):
            if since and not os.path.exists(os.path.join(folder, name + '.tsv')):
                return []               # an older record
            with open(os.path.join(folder, name + '.tsv'), encoding='utf-8') as file:
                return [line.rstrip('\n').split('\t') for line in file]

        self.schedules = [Schedule(n, r) for n, r in enumerate(rows('schedules'))]
        schedule_by_id = {s.id: s for s in self.schedules}
        self.seats = [Seat(n, r, schedule_by_id[r[1]]) for n, r in enumerate(rows('seats'))]
        self.seat_by_id = {s.id: s for s in self.seats}
        self.seat_by_label = {(s.schedule.id, s.label): s for s in self.seats}
        # (booker, or the pending booking that the seat is kept for; until when)
        self.holds = {self.seat_by_id[r[0]].number: (r[3] if len(r) > 3 and r[3] != '~' else int(r[1][-12:], 16), int(r[2]))
                      for r in rows('holds')}
        self.bookings = {r[0]: Booking(r, schedule_by_id[r[1]]) for r in rows('bookings')}
        for booking, seat, price, active, *fee in rows('booking_seats'):
            self.bookings[booking].seats.append((self.seat_by_id[seat], int(price), active == 't'))
            if fee and fee[0] != '~':
                self.bookings[booking].fees[self.seat_by_id[seat].number] = int(fee[0])
        self.payments = [Payment(r) for r in rows('payments', '0.2')]  # in the order of their ids
        self.due = {r[0]: int(r[1]) for r in rows('refunds_due', '0.2')}
        # booking '~': of seats, not of one booking
        self.events = [(r[0], r[1], int(r[2])) for r in rows('events')]
        # (kind, schedule, seats); only serial.py asks for them
        self.other_events = [(r[0], r[1], int(r[2])) for r in rows('other_events', '0.1')]
