#!/usr/bin/env python3
"""
check.py [--profile NAME] FOLDER
check.py --lost-since US FOLDER

Judges one run of the driver: FOLDER holds journal.tsv and what dump.sql wrote.
Prints what was checked, and every violation with the calls that prove it; exits
1 if there is one.

What is proved:
  - the history of each seat is linearizable (model.py): one live owner, a sale
    only of a live hold or a free seat, no late confirm, no early take-over, a
    lapsed seat free at once, a cancel frees nothing that was sold again, a
    multi-seat call all or nothing
  - each refusal, by whatever code, was true at some instant of its call, in
    every isolation level (refusals.py; of seats by model.py)
  - each count was possible, and whole where it is certain what lay there: seats
    released, swept, blocked, unblocked, what a cancelled schedule had; no lapsed
    hold is swept twice (counts.py)
  - a key never makes two bookings, and never answers for another content
  - no booker ever owns more seats than the schedule's limit, and nobody is
    refused for a limit that was not reached
  - what was acknowledged is there at the end, nothing else is there
  - money: a booking's total is the sum of its seats' prices at the time of sale;
    each payment is in the ledger once and has the outcome that it had to have, and
    what was paid is paid for, kept, given back or due (payments.py)
  - every letter of a seat map was true at one instant for all seats, and the best
    seats are what was asked for, the best ones, and not refused while there are
    some (reads.py says how far)
  - counters equal recounts, in every snapshot that was looked at and at the end
  - only errors that the contract names; no deadlock among single calls, no
    serialization failure in READ COMMITTED, no timeout that was not set
  - where several servers have the world together, everything lies where its id says (homes.py)
  - in profile serial each reply is the one right answer, and the tables hold
    exactly what came of them (serial.py)
  - after a crash that the journal's folder tells of, each seat is as its history
    says; in the profile "async" crash.py says what may be lost

--lost-since: judge nothing; count the acknowledged bookings that are not there
and say how long before that instant (of a crash) the oldest was acknowledged.
"""

import argparse
import collections
import os
import sys

import model
import reads
from counts import Counts
from crash import Losses, bound_lost, read_crashes
from homes import Homes, read_homes
from model import Event
from payments import Payments
from record import CANCELS, FOREVER, GIVE_BACKS, HOLDS, SALES, Database, Receipt, read_journal
from refusals import RULES, Refusals
from serial import Oracle

# never in a profile of single calls
CROWD_ERRORS = {
    'mixed': '40P01', 'storm': '40P01 57014 55P03', 'crash': '40P01 57014 55P03 LOST',
    'async': '40P01 57014 55P03 LOST',
    'failover': '40P01 LOST', 'payment-crash': '57014 LOST',
    # the timeouts are those of the web roles (deploy/postgrest/roles.sql): the machine was busy
    'cluster': '57014 55P03', 'serial-cluster': '57014 55P03', 'cluster-crash': '57014 55P03 LOST UNSENT PT503',
}
MOST_REPORTED = 20


class Checker:
    def __init__(self, calls, transactions, database, profile, crashes=()):
        self.calls, self.transactions, self.db = calls, transactions, database
        self.profile = profile
        self.crashes = crashes
        self.losses = None              # what a crash may have taken, where it may
        self.call_by_number = {c.number: c for c in calls}
        self.violations = 0
        self.counts = collections.Counter()
        self.events = [[] for _ in database.seats]      # of each seat
        self.known = [[] for _ in database.seats]       # what is sure of each seat, by model.linearize
        self.payments = Payments(self)
        self.plan = None                # where each seat is, by reads.read_plan
        self.homes = None               # on which server everything lies, by homes.read_homes
        self.receipts = {}              # call number: receipt
        self.made = {}                  # call number: booking that this call made
        self.by_key = {(b.booker, b.key): b.id for b in database.bookings.values() if b.key}
        self.undone_by = {}             # call number: booking that this call cancelled
        self.begin = calls[0].inv if calls else 0
        self.end = max([c.ret for c in calls if c.ret < FOREVER] + [c.until for c in crashes], default=0) + 1

    def complain(self, text, *calls):
        self.violations += 1
        if self.violations > MOST_REPORTED:
            return
        print('VIOLATION: ' + text)
        for call in calls:
            print('    %12d..%s %s' % (call.inv - self.begin,
                                      'never' if call.ret == FOREVER else call.ret - self.begin, call))

    # ---- outcomes ----

    def outcome(self, call):
        if not call.transaction:
            return 'unknown' if call.lost else 'committed'
        if call.taken_back:
            return 'aborted'
        return self.transactions[call.transaction].outcome

    def resolve_transactions(self):
        """A lost COMMIT happened if what only it could have written is there."""
        for transaction in self.transactions.values():
            if transaction.outcome != 'unknown':
                continue
            for call in transaction.calls:
                receipt = self.receipts.get(call.number)
                if receipt is None or call.taken_back:
                    continue
                booking = self.db.bookings.get(receipt.booking)
                if call.kind in SALES and call.inv <= receipt.created <= call.ret:
                    transaction.outcome = 'committed' if booking else 'aborted'
                elif call.kind in CANCELS and receipt.cancelled and call.inv <= receipt.cancelled <= call.ret:
                    transaction.outcome = ('committed' if booking and booking.cancelled == receipt.cancelled
                                           else 'aborted')

    # ---- single calls ----

    def check_codes(self):
        crowd = CROWD_ERRORS.get(self.profile, '').split()
        for call in self.calls:
            self.counts[call.kind] += 1
            self.counts['refused' if call.code.startswith('PT') else call.code] += 1
            if call.code in ('OK', 'UNDONE') or call.code in RULES.get(call.kind, {}):
                continue
            if call.code in crowd:
                continue
            if call.code == '40001' and call.transaction \
                    and self.transactions[call.transaction].isolation != 'READ COMMITTED':
                continue
            self.complain('error %s is not allowed here' % call.code, call)

    def check_audits(self):
        for call in self.calls:
            if call.kind == 'audit' and call.ok and call.rows != [['0', '0', '0']]:
                self.complain('a snapshot contradicts itself (schedules, seats, bookings)', call)
            if call.kind == 'audit_payments' and call.ok and call.rows != [['0']]:
                self.complain('a snapshot contradicts itself (the money of bookings)', call)

    def schedule_of(self, call):
        return self.db.seats[call.seats[0]].schedule if call.seats else self.db.schedules[call.schedule]

    def check_closing(self, refusals):
        for call in self.calls:
            if call.schedule < 0 or call.kind not in HOLDS | SALES | {'extend'}:
                continue
            schedule = self.schedule_of(call)
            last = min(schedule.cap, refusals.closings.get(schedule.number, (FOREVER, FOREVER))[1])
            if call.ok and call.kind not in SALES and call.inv > last:
                self.complain('a hold after booking was closed', call)
            if call.number in self.made and call.inv > last:
                self.complain('a sale after booking was closed', call)

    # ---- bookings ----

    def read_receipts(self):
        for call in self.calls:
            if call.ok and call.kind in SALES | CANCELS | GIVE_BACKS:
                self.receipts[call.number] = Receipt(call.rows[0])

    def check_receipt(self, call, receipt, booking):
        prices = {s.label: price for s, price, _ in booking.seats}
        told, left = set(receipt.seat_numbers), {s.label for s, _, active in booking.seats if active}
        # while it is confirmed, a booking has the seats that were not given back
        if receipt.status != 'confirmed' or booking.id not in self.payments.parted:
            left = set(prices)
        if (receipt.number, receipt.created, receipt.schedule) != (booking.number, booking.created, booking.schedule.id) \
                or not left <= told <= set(prices) or receipt.seat_count != len(receipt.seat_numbers) or len(told) != receipt.seat_count \
                or receipt.total != sum(prices[label] for label in told):
            self.complain('the receipt differs from the booking', call)
        if (receipt.status == 'cancelled') != (receipt.cancelled is not None) \
                or receipt.cancelled not in (None, booking.cancelled):
            self.complain('the receipt lies about being cancelled', call)

    def check_content(self, call, booking):
        """What a sale answers with is what was asked for."""
        if call.booker != booking.booker:
            self.complain("somebody else's booking", call)
        if call.args.get('key') != booking.key:
            self.complain('the booking has another key', call)
        if call.kind != 'book' and call.schedule != booking.schedule.number:
            self.complain('the booking is of another schedule', call)
        if call.kind != 'confirm' and sorted(call.seats) != sorted(s.number for s, _, _ in booking.seats):
            self.complain('the booking has other seats', call)

    def attribute_sales(self):
        """Which call made each booking, and when."""
        attempts = collections.defaultdict(list)
        key_owner = {}
        for call in self.calls:
            if call.kind not in SALES:
                continue
            receipt = self.receipts.get(call.number)
            outcome = self.outcome(call)
            if receipt is None:
                booking = call.lost and self.db.bookings.get(self.answer_of_key(call))
                if booking:
                    attempts[booking.id].append(call)
                continue
            if outcome == 'aborted':
                if call.inv <= receipt.created <= call.ret:
                    self.made[call.number] = receipt
                continue
            if outcome == 'unknown':
                continue
            booking = self.db.bookings.get(receipt.booking)
            if booking is None:
                self.complain('an acknowledged booking is not there', call)
                continue
            self.check_receipt(call, receipt, booking)
            self.check_content(call, booking)
            key = (call.booker, call.args.get('key'))
            if key[1] and key_owner.setdefault(key, booking.id) != booking.id:
                self.complain('one key, two bookings', call)
            attempts[booking.id].append(call)
        for booking in self.db.bookings.values():
            self.attribute_sale(booking, attempts[booking.id])

    def attribute_sale(self, booking, attempts):
        makers = [c for c in attempts if c.inv <= booking.created <= c.ret]
        if not makers:
            self.complain('no call made booking %s of booker %d' % (booking.id, booking.booker), *attempts[:3])
            return
        self.made[makers[0].number] = booking
        for call in attempts:
            if not call.lost and call.ret < booking.created:
                self.complain('answered with a booking that was made later', call)
        if makers[0].transaction:
            return                      # its transaction's program says so
        inv = min(c.inv for c in makers)
        ret = min([c.ret for c in makers if c.ok], default=max(c.ret for c in makers))
        for seat, _, _ in booking.seats:
            step = self.sale_step(makers[0].kind, inv, ret, booking.booker, booking.id, booking.created, booking.pay_by)
            self.events[seat.number].append(Event(inv, ret, (step,), makers))

    def sale_step(self, kind, inv, ret, booker, booking, created, pay_by=None):
        if kind == 'begin_payment':
            return (model.keep, inv, ret, booker, booking, created, pay_by)
        if kind == 'book':
            return (model.book, inv, ret, booker, booking, created)
        return (model.confirm, inv, ret, booker, booking, created)

    def attribute_cancels(self):
        attempts = collections.defaultdict(list)
        by_number = {b.number: b for b in self.db.bookings.values()}
        closings = [c for c in self.calls if c.kind == 'cancel_schedule' and (c.ok or c.lost)]
        for call in self.calls:
            if call.kind not in CANCELS | GIVE_BACKS:
                continue
            receipt = self.receipts.get(call.number)
            if receipt is None:
                text = call.args['text']
                booking = call.lost and (self.db.bookings.get(text) or by_number.get(text))
                if booking:
                    attempts[booking.id].append(call)
                continue
            outcome = self.outcome(call)
            booking = self.db.bookings.get(receipt.booking)
            if outcome == 'aborted' and receipt.cancelled and call.inv <= receipt.cancelled <= call.ret:
                self.undone_by[call.number] = receipt
            if outcome != 'committed':
                continue
            if booking is None or booking.booker != call.booker:
                self.complain("cancelled a booking that is not the booker's", call)
                continue
            if self.payments.is_left(call, receipt, booking):
                self.check_receipt(call, receipt, booking)
                continue
            if receipt.status != 'cancelled' or booking.status != 'cancelled':
                self.complain('a cancelled booking is not cancelled', call)
                continue
            self.check_receipt(call, receipt, booking)
            attempts[booking.id].append(call)
        for booking in self.db.bookings.values():
            if booking.status == 'cancelled':
                self.attribute_cancel(booking, attempts[booking.id], closings)

    def attribute_cancel(self, booking, attempts, closings):
        makers = [c for c in attempts if c.inv <= booking.cancelled <= c.ret]
        closers = [c for c in closings if c.inv <= booking.cancelled <= c.ret
                   and c.schedule == booking.schedule.number]
        # a cancel that had to wait for the whole schedule's answers with what that one did
        makers = [c for c in makers if not c.transaction
                  or not any(closer.ret < (self.transactions[c.transaction].inv or 0) for closer in closers)]
        if not makers:
            if not closers:
                self.complain('nobody cancelled booking %s' % booking.id, *attempts[:3])
            return
        self.undone_by[makers[0].number] = booking
        if makers[0].transaction:
            return
        inv = min(c.inv for c in makers)
        ret = min([c.ret for c in makers if c.ok], default=max(c.ret for c in makers))
        for seat, _, _ in booking.seats:
            step = self.payments.cancel_step(inv, ret, booking)
            self.events[seat.number].append(Event(inv, ret, (step,), makers))

    def check_bookings(self):
        numbers = set()
        sold = {}
        logged = collections.Counter((kind, booking) for kind, booking, _ in self.db.events)
        for booking in self.db.bookings.values():
            prices = [price for _, price, active in booking.seats if active or booking.status != 'confirmed']
            if (booking.seat_count, booking.total) != (len(prices), sum(prices)) or not prices \
                    or any(seat.price != price for seat, price, _ in booking.seats):
                self.complain("money of booking %s is not its seats'" % booking.id)
            if any(active if booking.status != 'confirmed' else not active and booking.id not in self.payments.parted
                   for _, _, active in booking.seats):
                self.complain('booking %s is %s, its seats are not' % (booking.id, booking.status))
            if any(seat.schedule is not booking.schedule for seat, _, _ in booking.seats):
                self.complain('booking %s has a seat of another schedule' % booking.id)
            if booking.number in numbers:
                self.complain('booking number %s twice' % booking.number)
            numbers.add(booking.number)
            for seat, _, active in booking.seats:
                if active and sold.setdefault(seat.number, booking) is not booking:
                    self.complain('seat %d sold twice at the end' % seat.number)
            if logged[('booking_confirmed', booking.id)] != booking.was_sold \
                    or logged[('booking_cancelled', booking.id)] != (booking.status == 'cancelled'):
                self.complain('the event log has another story of booking %s' % booking.id)
        return sold

    # ---- what each call did to each seat ----

    def effects(self, call, optional=False):
        """[(seat number, step)] of one call; whole groups of sales are elsewhere."""
        if call.ok:
            return self.effects_of_success(call)
        if call.lost:
            return self.effects_unseen(call)
        inv, ret, db = call.inv, call.ret, self.db
        seats = [(db.seat_by_id[s], reason) for s, reason in call.refused_seats() if s in db.seat_by_id]
        if call.code == 'PT409':
            booker = None if call.kind == 'block' else call.booker
            return [(s.number, (model.refused, inv, ret, reason, booker, self.answer_of_key(call)))
                    for s, reason in seats]
        if call.code in ('PT404', 'PT410'):
            return [(s.number, (model.not_held, inv, ret, call.booker, self.answer_of_key(call))) for s, _ in seats
                    if call.kind == 'release' or call.kind != 'cancel_seats' and s.schedule.number == call.schedule]
        return []

    def answer_of_key(self, call):
        """The booking that the call's key has made: whoever comes later is answered with it."""
        return self.by_key.get((call.booker, call.args.get('key')))

    def effects_of_success(self, call):
        inv, ret, booker, db = call.inv, call.ret, call.booker, self.db
        if call.kind in HOLDS or call.kind == 'extend':
            out = self.hold_steps(call)
            if call.kind in ('hold', 'hold_many') and [s for s, _ in out] != call.seats:
                self.complain('held other seats than asked for', call)
            if call.kind == 'hold_best' and len(out) != int(call.args['number']):
                self.complain('held another number of seats than asked for', call)
            return out
        if call.kind in SALES:
            receipt = self.made.get(call.number)
            if receipt is None or not call.transaction:
                return []
            receipt = self.receipts[call.number]
            step = self.sale_step(call.kind, inv, ret, booker, receipt.booking, receipt.created)
            return [(db.seat_by_label[(receipt.schedule, label)].number, step) for label in receipt.seat_numbers]
        if call.kind in CANCELS:
            if call.number not in self.undone_by or not call.transaction:
                return []
            receipt = self.receipts[call.number]
            return [(db.seat_by_label[(receipt.schedule, label)].number, (model.cancel, inv, ret, receipt.booking))
                    for label in receipt.seat_numbers]
        if call.kind == 'release':
            if call.rows != [[str(len(call.seats))]]:
                self.complain('released another number of seats', call)
            return [(s, (model.release, inv, ret, booker)) for s in call.seats]
        if call.kind == 'release_all':
            seats = self.ever_held(booker, call)
            return [(s, (model.release_if_held, inv, ret, booker, self.all_or_none(call, seats))) for s in seats]
        if call.kind in ('block', 'unblock'):
            return [(s, (getattr(model, call.kind), inv, ret, self.all_or_none(call, call.seats))) for s in call.seats]
        if call.kind == 'cancel_schedule':
            return [(s.number, (model.close, inv, ret)) for s in db.seats if s.schedule.number == call.schedule]
        if call.kind in reads.KINDS:
            return reads.letters(self, call)
        return []

    def hold_steps(self, call):
        function = model.extend if call.kind == 'extend' else model.hold
        seats = [(self.db.seat_by_id[seat_id], int(expires)) for seat_id, expires in call.rows]
        return [(s.number, (function, call.inv, call.ret, call.booker, expires, s.schedule)) for s, expires in seats]

    @staticmethod
    def all_or_none(call, seats):
        """Whether each of the seats is one of those that the reply counts; None where that is not known."""
        return {str(len(seats)): True, '0': False}.get(call.rows[0][0]) if seats else None

    def effects_unseen(self, call):
        inv, ret, booker, db = call.inv, call.ret, call.booker, self.db
        if call.kind in ('hold', 'hold_many'):
            return [(s, (model.hold_unseen, inv, ret, booker, db.seats[s].schedule)) for s in call.seats]
        if call.kind == 'hold_best':
            return [(s.number, (model.hold_unseen, inv, ret, booker, s.schedule))
                    for s in db.seats if s.schedule.number == call.schedule]
        if call.kind == 'extend':
            return [(s, (model.extend_unseen, inv, ret, booker, db.seats[s].schedule))
                    for s in self.ever_held(booker, call) if db.seats[s].schedule.number == call.schedule]
        if call.kind in ('release', 'release_all'):
            seats = call.seats or self.ever_held(booker, call)
            return [(s, (model.release_if_held, inv, ret, booker)) for s in seats]
        if call.kind in ('block', 'unblock'):
            return [(s, (getattr(model, call.kind), inv, ret)) for s in call.seats]
        if call.kind == 'cancel_schedule':
            return [(s.number, (model.close, inv, ret)) for s in db.seats if s.schedule.number == call.schedule]
        return []

    def index_holders(self):
        """Seats that each booker may have held, with the time of the first chance."""
        self.held_first = collections.defaultdict(dict)
        self.same_term = collections.defaultdict(list)  # (seat, booker, end of the term): calls
        for call in self.calls:
            seats = []
            if call.kind in HOLDS | {'extend'} and call.ok:
                seats = [self.db.seat_by_id[r[0]].number for r in call.rows]
                for seat, row in zip(seats, call.rows):
                    self.same_term[(seat, call.booker, int(row[1]))].append(call)
            elif call.kind in ('hold', 'hold_many') and call.lost:
                seats = call.seats
            elif call.kind == 'hold_best' and call.lost:
                seats = [s.number for s in self.db.seats if s.schedule.number == call.schedule]
            for seat in seats:
                self.held_first[call.booker].setdefault(seat, []).append((call.inv, call.ret))

    def ever_held(self, booker, call):
        """
        Seats on which a hold of the booker can be alive during the call: held
        before its reply, and not longer ago than the longest hold lasts.
        """
        out = []
        for seat, spans in self.held_first[booker].items():
            longest = max(self.db.seats[seat].schedule.longest, self.db.seats[seat].schedule.length)
            if any(inv < call.ret and (ret == FOREVER or ret + longest > call.inv) for inv, ret in spans):
                out.append(seat)
        return out

    # ---- events of each seat ----

    def collect_events(self):
        for call in self.calls:
            if call.transaction:
                continue
            for seat, step in self.effects(call):
                looks = step[0] in model.LOOKS
                optional = call.lost and not looks
                self.events[seat].append(Event(call.inv, call.ret, (step,), [call], looks, optional,
                                               self.losable(call, looks)))
        for transaction in self.transactions.values():
            self.collect_transaction(transaction)

    def collect_transaction(self, transaction):
        trails = collections.defaultdict(list)  # seat: [(call, step)] with savepoints between
        marks = []                              # savepoints so far, for seats that come later
        for call in transaction.calls:
            if call.ok and call.kind == 'savepoint' or call.kind == 'rollback_to' and call.code in ('OK', 'UNDONE'):
                mark = model.MARK if call.kind == 'savepoint' else model.UNDO
                marks.append((call, mark))
                for trail in trails.values():
                    trail.append((call, mark))
            elif call.kind not in ('begin', 'commit', 'rollback'):
                for seat, step in self.effects(call) if not call.lost else []:
                    if seat not in trails:
                        trails[seat] = list(marks)
                    trails[seat].append((call, step))
        for seat, trail in trails.items():
            self.add_trail(seat, trail, transaction)

    def told_before(self, seat, call, step):
        """Whether another call of the booker had told of the same term before the transaction ended."""
        end = self.transactions[call.transaction].calls[-1].inv
        return any(t.ret < end for t in self.same_term[(seat, call.booker, step[4])]
                   if t.transaction != call.transaction and self.outcome(t) != 'aborted')

    def writes(self, seat, call, step):
        """Whether the step locked the seat: a hold that kept its term did not."""
        if step[0] in model.LOOKS:
            return False
        if step[0] is not model.hold or step[4] == step[5].cap:
            return True
        # Two calls of one booker were told of the same fresh term: one of them wrote it, and let
        # the other go on when its transaction ended.
        return step[4] - step[5].length >= call.inv and not self.told_before(seat, call, step)

    def may_write(self, seat, call, step):
        """Whether nobody can tell: a hold until the closing was written or kept, if it was told of before."""
        return step[0] is model.hold and step[4] == step[5].cap and self.told_before(seat, call, step)

    def add_trail(self, seat, trail, transaction):
        """
        From the first write that is not taken back to a savepoint, the seat is
        locked until the transaction ends: one event. Before that the seat is
        only locked between savepoint and rollback, or not at all: one event for
        each such stretch, one for each look.
        """
        undone = self.undone_steps(trail)
        first = next((i for i, (call, step) in enumerate(trail)
                      if step not in (model.MARK, model.UNDO) and i not in undone and self.writes(seat, call, step)),
                     len(trail))
        i = 0
        while i < first:
            call, step = trail[i]
            if step in (model.MARK, model.UNDO):
                i += 1
            elif i not in undone or not self.writes(seat, call, step):
                self.add_event(seat, call.inv, call.ret, [(call, step)], transaction, True)
                i += 1
            else:
                stop = undone[i]
                self.add_event(seat, call.inv, call.ret,
                               [t for t in trail[i:stop] if t[1] is not model.MARK], transaction, True)
                i = stop
        if first == len(trail):
            return
        rest = trail[first:]
        depth = 0
        kept = []
        for call, step in rest:         # a savepoint set before the first write is none here
            depth += step is model.MARK
            if step is not model.UNDO or depth:
                kept.append((call, step))
        unsure = len(kept) == 1 and self.may_write(seat, *kept[0])
        if transaction.outcome == 'aborted' or unsure:
            self.add_event(seat, rest[0][0].inv, rest[0][0].ret, kept, transaction, True)
        if transaction.outcome != 'aborted':
            self.add_event(seat, transaction.inv, transaction.ret, kept, transaction, False, unsure)

    def undone_steps(self, trail):
        """{index of a step taken back to a savepoint: index of the rollback}"""
        undone, open_since = {}, None
        for i, (_, step) in enumerate(trail):
            if step is model.MARK:
                open_since = i
            elif step is model.UNDO and open_since is not None:
                for j in range(open_since, i):
                    undone.setdefault(j, i)
        return undone

    def losable(self, unit, looks):
        return self.losses.losable(unit) if self.losses and not looks else 0

    def add_event(self, seat, inv, ret, trail, transaction, looks, optional=False):
        if len(trail) == 1 and trail[0][1][0] is model.seen and transaction.isolation != 'READ COMMITTED':
            inv, ret = reads.snapshot_span(transaction)
        steps = [step for _, step in trail]
        # Refusals are judged by what is committed now, in every isolation level, and so is a hold that
        # was there already: nothing but an audit is as old as BEGIN.
        self.events[seat].append(Event(inv, ret, tuple(steps), [call for call, _ in trail], looks,
                                       not looks and (optional or transaction.outcome == 'unknown'),
                                       self.losable(transaction, looks)))

    def add_crash_events(self):
        for crash in self.crashes:
            sold = {seat.number: booking for booking in crash.left.bookings.values()
                    for seat, _, active in booking.seats if active}
            for events in self.events if self.losses else ():
                events.append(Event(crash.at, crash.at, (model.CRASH,), []))
            self.add_views(crash.left, sold, crash.at + 1, crash.until)

    def add_views(self, db, sold, inv, ret):
        """Each seat as the database had it at some instant between the two."""
        for seat in db.seats:
            kind, owner, expires = model.FREE, None, None
            if seat.status == 'temp_reserved':
                kind = model.HELD
                owner, expires = db.holds.get(seat.number, (None, None))
                if expires is None or seat.expires not in (None, expires):
                    self.complain('seat %d is held by nobody, or until two instants' % seat.number)
                    continue
            elif seat.number in db.holds:
                self.complain('seat %d is %s and held' % (seat.number, seat.status))
            elif seat.status == 'reserved':
                kind = model.SOLD
                owner = sold[seat.number].id if seat.number in sold else None
            elif seat.status == 'unavailable':
                kind = model.BLOCKED
            if (seat.status == 'reserved') != (seat.number in sold):
                self.complain('seat %d is %s, its bookings say otherwise' % (seat.number, seat.status))
            step = (model.final, inv, ret, kind, owner, expires)
            self.events[seat.number].append(Event(inv, ret, (step,), [], looks=True))

    def check_seats(self):
        for seat, events in enumerate(self.events):
            self.counts['seat events'] += len(events)
            try:
                event = model.linearize(events, self.known[seat])
            except model.TooMany:
                self.complain('seat %d: the history is too ambiguous to judge' % seat)
                self.known[seat].clear()
                continue
            if event is not None:
                self.explain(seat, event)

    def explain(self, seat, event):
        near = sorted((e for e in self.events[seat] if e.inv <= event.ret), key=lambda e: e.inv)[-12:]
        calls = {c.number: c for e in near + [event] for c in e.ops}
        self.complain('seat %d (%s of schedule %d): no order of events explains %s' % (
            seat, self.db.seats[seat].label, self.db.seats[seat].schedule.number,
            ('the end' if event.inv == self.end else 'the instant %d, after a crash' % (event.inv - self.begin))
            + ', where it is %s' % model.NAMES[event.program[0][3]] if not event.ops
            else 'call #%d' % event.ops[-1].number),
            *sorted(calls.values(), key=lambda c: c.inv))

    # ---- who surely owned what, and who may have ----

    def index_ownership(self):
        """
        sure[(booker, schedule)]: spans (from, to, seat, deadline) in which the
        booker certainly held the seat, or (deadline FOREVER) had bought it;
        possible[...]: spans outside of which he certainly did not.
        """
        self.sure = collections.defaultdict(list)
        self.possible = collections.defaultdict(list)
        for seat, events in enumerate(self.events):
            schedule = self.db.seats[seat].schedule
            ends = [(e.inv, e.ret, s[0], s[3:], not e.optional and s in model.surviving(e.program))
                    for e in events if not e.looks
                    for s in e.program if s not in (model.MARK, model.UNDO)]
            for event in events:
                for step in event.program:
                    if step in (model.MARK, model.UNDO):
                        continue
                    self.own(seat, schedule, event, step, ends)

    def own(self, seat, schedule, event, step, ends):
        function = step[0]
        if function in (model.hold, model.extend):
            booker, expires = step[3], step[4]
            enders = (model.release, model.release_if_held, model.confirm, model.book, model.block, model.close, model.keep)
            closing = [e for e in ends if e[2] in enders]
        elif function in (model.confirm, model.book, model.pay, model.keep):
            booker, expires = step[3], FOREVER
            closing = [e for e in ends if e[2] is model.close
                       or e[2] in (model.cancel, model.give_up, model.give_back) and e[3][0] == step[4]]
            if function is model.keep:
                closing.append((step[6], step[6], None, None, True))
        elif function is model.hold_unseen:
            self.possible[(step[3], schedule.number)].append((step[1], step[2] + step[4].length, seat))
            return
        else:
            return
        self.possible[(booker, schedule.number)].append(
            (step[1], min([expires] + [e[1] for e in closing if e[0] > event.ret and e[4] and function not in
                                       (model.hold, model.extend)]), seat))
        if event.looks or event.optional or len(event.program) > 1:
            return
        # whoever took it away may have been answered first
        start = event.ret
        end = min([expires] + [e[0] for e in closing if e[1] > event.inv] +
                  ([event.losable] if event.losable else []))
        if end > start:
            self.sure[(booker, schedule.number)].append((start, end, seat, expires))

    def check_limits(self):
        for (booker, number), spans in self.sure.items():
            limit = self.db.schedules[number].limit
            if limit is None:
                continue
            points = sorted([(start, 1, seat) for start, _, seat, _ in spans] +
                            [(end, 0, seat) for _, end, seat, _ in spans])
            owned = collections.Counter()
            for time, begins, seat in points:
                owned[seat] += 1 if begins else -1
                if not owned[seat]:
                    del owned[seat]
                if len(owned) > limit:
                    self.complain('booker %d owned %d seats of schedule %d at %d, the limit is %d' % (
                        booker, len(owned), number, time - self.begin, limit))
                    break

    def check_completeness(self):
        """A confirm or extend of everything leaves no live hold out."""
        for call in self.calls:
            if call.transaction or not call.ok or call.kind not in ('confirm', 'extend'):
                continue
            if call.kind == 'confirm' and call.number not in self.made:
                continue
            if call.kind == 'confirm':
                receipt = self.receipts[call.number]
                named = {self.db.seat_by_label[(receipt.schedule, l)].number for l in receipt.seat_numbers}
            else:
                named = {self.db.seat_by_id[r[0]].number for r in call.rows}
            for start, end, seat, expires in self.sure[(call.booker, call.schedule)]:
                if expires != FOREVER and start < call.inv and end > call.ret and seat not in named:
                    self.complain('seat %d was held all the time and left out' % seat, call)

    # ---- counters ----

    def check_counters(self):
        for schedule in self.db.schedules:
            seats = [s for s in self.db.seats if s.schedule is schedule]
            free = sum(s.status in ('available', 'temp_reserved') for s in seats)
            may_be_cancelled = any(c.kind == 'cancel_schedule' and c.schedule == schedule.number for c in self.calls)
            sold_out = schedule.sold_out or free == 0 and may_be_cancelled
            if (schedule.total, schedule.available, sold_out) != (len(seats), free, free == 0):
                self.complain('schedule %d says %d of %d available, a recount %d of %d' % (
                    schedule.number, schedule.available, schedule.total, free, len(seats)))

    def measure_loss(self, crash):
        self.read_receipts()
        acknowledged = lost = 0
        oldest = crash
        for call in self.calls:
            if call.kind not in SALES or not call.ok or self.outcome(call) != 'committed':
                continue
            acknowledged += 1
            if self.receipts[call.number].booking not in self.db.bookings:
                lost += 1
                told = self.transactions[call.transaction].ret if call.transaction else call.ret
                oldest = min(oldest, told)
        print('check: %d bookings acknowledged, %d of them lost, the oldest %.1f ms before the crash' % (
            acknowledged, lost, (crash - oldest) / 1000))

    def check(self):
        self.check_codes()
        self.check_audits()
        self.read_receipts()
        self.resolve_transactions()
        self.index_holders()
        self.attribute_sales()
        self.attribute_cancels()
        self.payments.attribute()
        refusals = Refusals(self)
        self.payments.closings = refusals.closings
        self.check_closing(refusals)
        sold = self.check_bookings()
        if self.profile == 'async':
            self.losses = Losses(self, self.crashes)
        self.collect_events()
        self.index_ownership()
        self.check_limits()
        refusals.check()
        Counts(self).check()
        self.check_completeness()
        self.add_crash_events()
        self.add_views(self.db, sold, self.end, self.end + 1)
        self.check_seats()
        self.judge = reads.Judge(self, self.plan)
        self.judge.check()
        self.payments.check()
        self.check_counters()
        if self.homes:
            Homes(self, self.homes).check()
        if self.profile.startswith('serial'):
            Oracle(self.calls, self.db, self.complain, self.plan).check()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--profile', default='mixed')
    parser.add_argument('folder')
    parser.add_argument('--lost-since', type=int, metavar='US')
    options = parser.parse_args()

    calls, transactions = read_journal(os.path.join(options.folder, 'journal.tsv'), options.profile)
    crashes = read_crashes(options.folder)
    bound_lost(calls, transactions, crashes)
    checker = Checker(calls, transactions, Database(options.folder), options.profile, crashes)
    if options.lost_since:
        checker.measure_loss(options.lost_since)
        return 0
    checker.plan = reads.read_plan(options.folder, checker.db)
    checker.homes = read_homes(options.folder)
    checker.check()
    print(checker.judge.report())
    if checker.payments.told:
        print(checker.payments.report())
    counts = checker.counts
    taken = '%d unflushed commits, %d holds of them gone, ' % checker.losses.count() if checker.losses else ''
    print('check: %d requests, %d done, %d refused, %d lost, %d bookings, %s%d seat events in order, %d violations' % (
        len(calls), counts['OK'], counts['refused'], counts['LOST'],
        len(checker.db.bookings), taken, counts['seat events'], checker.violations))
    return 1 if checker.violations else 0


if __name__ == '__main__':
    sys.exit(main())
