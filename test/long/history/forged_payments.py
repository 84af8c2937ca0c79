#!/usr/bin/env python3
"""
forged_payments.py [NAME...]

The checker's judgement of money, checked by forged journals: as forged.py, with a
story in which seats are paid for. Each case is an honest story, which must pass,
and the same with one lie, which must be a violation, for the checker of many
clients and for the oracle of one (serial.py). No server is needed. Prints TAP.
"""

import contextlib
import io
import json
import os
import sys
import tempfile

from forged import (CASES, GONE, LIMITED, MS, OF_PAYMENT, OPEN, ROOMY, ROW, Story, begun, case, honest, run_cases,
                    schedule_id, seat_id, seats_of)
from record import Database, read_journal
from refusals import RULES
from serial import NUMBER_SYMBOLS, Oracle

CASES.clear()
WINDOW = 100 * MS
LADDERS = {LIMITED: {'steps': [{'hours': 240, 'percent': 90}, {'hours': 24, 'percent': 50}], 'fee': 100},
           ROOMY: {'steps': [{'hours': 1000, 'percent': 100}, {'hours': 24, 'percent': 50}]}}
NOBODYS = '00000000-0000-4000-9000-000000000007'
X, Y, Z = seats_of(OPEN, 5, 6, 7)
V, W = seats_of(ROOMY, 6, 7)


class PaidStory(Story):
    """A box office that sells against payment. State.holds of a pending booking have its id."""

    window = WINDOW

    def __init__(self):
        super().__init__()
        self.references = 0
        self.others = []                # events that are no booking's: (kind, schedule, seats)

    @staticmethod
    def number(n):
        """The n-th booking number: twelve symbols and the check symbol."""
        text = '%012d' % n
        value = sum(int(symbol) * 32 ** (11 - place) for place, symbol in enumerate(text))
        return '-'.join((text[:4], text[4:8], text[8:], NUMBER_SYMBOLS[value % 37]))

    def write(self, folder):
        super().write(folder)
        swept = [(e[0], '~', e[2]) for e in self.state.events if e[0] == 'holds_expired']
        with open(os.path.join(folder, 'other_events.tsv'), 'w', encoding='utf-8') as file:
            file.writelines('%s\t%s\t%d\n' % e for e in swept + self.others)

    @staticmethod
    def ladder(schedule):
        return json.dumps(LADDERS[schedule]) if schedule in LADDERS else None

    def current(self, booking):
        return self.state.bookings[booking['id']]

    def change(self, booking, **what):
        booking = self.state.bookings[booking['id']] = dict(self.current(booking), **what)
        return booking

    def paid_receipt(self, booking):
        booking = self.current(booking)
        due = self.state.due.get(booking['id'], 0)
        if self.told_status(booking) == 'expired' and booking['status'] == 'pending':
            due += self.credit(booking['id'])   # tidied or not
        return self.receipt(booking) + (booking['pay_by'] or '~', due)

    # ---- a booking that waits ----

    def start(self, booker, *seats, key=None):
        """begin_payment() of held seats."""
        self.named += 1
        key = key or 'p%d' % self.named
        booking = {'id': '00000000-0000-4000-d000-%012d' % self.named, 'number': self.number(self.named), 'booker': booker,
                   'seats': seats, 'created': self.instant(), 'cancelled': None, 'key': key, 'status': 'pending',
                   'pay_by': self.instant() + WINDOW, 'paid': None, 'given': {}}
        for seat in seats:
            self.state.holds[seat] = (booking['id'], booking['pay_by'], self.instant())
        self.state.bookings[booking['id']] = booking
        self.answer_start(booking)
        return booking

    def start_held(self, booker, *seats):
        self.hold(booker, *seats)
        return self.start(booker, *seats)

    def answer_start(self, booking):
        return self.ok('begin_payment', [self.paid_receipt(booking)], booker=booking['booker'],
                       schedule=booking['seats'][0] // ROW, seats=booking['seats'], key=booking['key'])

    def pending(self, kind, booking, **args):
        return self.say(kind, 'PT409', {'reason': 'payment_pending', 'booking_id': booking['id']},
                        booker=booking['booker'], **args)

    def not_booked(self, booking, strangers, seats):
        return self.say('cancel_seats', 'PT404', [{'seat_id': seat_id(t), 'seat_number': None, 'reason': 'not_booked'}
                                                  for t in strangers],
                        booker=booking['booker'], schedule=0, text=booking['id'], seats=seats)

    def status(self, booking):
        if booking['status'] == 'pending' and not booking['cancelled'] and booking['pay_by'] <= self.instant():
            return 'expired' if self.reading else 'pending'
        return super().status(booking)

    reading = False                     # whether a status is told, not written

    def total(self, booking):
        return sum(self.price(s) for s in booking['seats'])

    def credit(self, booking_id):
        return sum(p[2] if p[1] == 'charge' else -p[2] for p in self.state.payments if p[0] == booking_id) \
            - self.state.due.get(booking_id, 0)

    def owe(self, booking_id, amount):
        if amount > 0:
            self.state.due[booking_id] = self.state.due.get(booking_id, 0) + amount

    def free(self, booking):
        self.state.holds = {s: h for s, h in self.state.holds.items() if h[0] != booking['id']}

    def expire(self, booking):
        self.owe(booking['id'], self.credit(booking['id']))
        self.change(booking, status='expired')
        self.state.events.append(('booking_expired', booking['id'], len(booking['seats'])))

    # ---- money ----

    def to_be_had(self, booking):
        def good(seat):
            held = self.state.holds.get(seat)
            return seat not in self.state.sold and seat not in self.state.blocked and \
                (not held or held[0] == booking['id'] or held[1] <= self.instant())
        return all(map(good, booking['seats']))

    def settle(self, booking, amount):
        """(outcome, due of it)"""
        total, due = sum(map(self.price, self.lines(booking))), amount
        if booking['cancelled'] or booking['paid']:
            self.owe(booking['id'], amount)
            return 'refund_due', amount
        late = booking['status'] == 'expired' or booking['status'] == 'pending' and booking['pay_by'] <= self.instant()
        credit = 0 if late else self.credit(booking['id'])
        if booking['status'] == 'pending' and not late and credit + amount < total:
            return 'amount_short', 0
        if credit + amount >= total and (not late or self.to_be_had(booking)):
            if late and booking['status'] == 'pending':
                self.owe(booking['id'], self.credit(booking['id']))
            due = credit + amount - total
            if booking['status'] != 'confirmed':
                self.state.events.append(('booking_confirmed', booking['id'], len(booking['seats'])))
            for seat in self.lines(booking):
                self.state.holds.pop(seat, None)
                self.state.sold[seat] = booking['id']
            self.change(booking, status='confirmed', paid=self.instant())
        elif late and booking['status'] == 'pending':
            self.expire(booking)
        self.owe(booking['id'], due)
        return 'refund_due' if due else 'confirmed', due

    def charge(self, booking, amount=None, reference=None):
        """confirm_payment(); amount None: all that is missing, negative: so much less."""
        self.references += 1
        reference = reference or 'c%d' % self.references
        booking_id = booking['id'] if booking else NOBODYS
        if amount is None or amount < 0:
            amount = self.total(booking) - self.credit(booking_id) + (amount or 0)
        known = next((p for p in self.state.payments if p[1] == 'charge' and p[3] == reference), None)
        if not known:
            if booking:
                outcome, due = self.settle(self.current(booking), amount)
            else:
                outcome, due = 'refund_due', amount
                self.owe(booking_id, amount)
            known = (booking_id, 'charge', amount, reference, outcome, due, self.instant())
            self.state.payments.append(known)
        status = '~' if not booking else self.told_status(booking)
        return self.ok('confirm_payment', [(known[4], known[0], status, known[5])],
                       key=reference, text=booking_id, number=amount)

    def told_status(self, booking):
        was, self.reading = self.reading, True
        status = self.status(self.current(booking))
        self.reading = was
        return status

    def due_refunds(self, page=3):
        rows = list(self.state.due.items())[:page]
        self.ok('due_refunds', rows, number=page)
        return rows

    def refund(self, booking, amount=None, reference=None):
        self.references += 1
        reference = reference or 'r%d' % self.references
        booking_id = booking['id'] if booking else NOBODYS
        if not any(p[1] == 'refund' and p[3] == reference for p in self.state.payments):
            amount = amount or self.state.due[booking_id]
            self.state.payments.append((booking_id, 'refund', amount, reference, 'recorded', 0, self.instant()))
            self.state.due[booking_id] -= amount
            if not self.state.due[booking_id]:
                del self.state.due[booking_id]
        amount = amount or next(p[2] for p in self.state.payments if p[3] == reference)
        status = '~' if not booking else self.told_status(booking)
        return self.ok('record_refund', [('recorded', booking_id, status, self.state.due.get(booking_id, 0))],
                       key=reference, text=booking_id, number=amount)

    def sweep_bookings(self, batch=1000, more=0):
        over = [b for b in self.state.bookings.values() if b['status'] == 'pending' and not b['cancelled']
                and b['pay_by'] <= self.instant()][:batch]
        for booking in over:
            self.expire(booking)
        return self.ok('expire_bookings', [(len(over) + more,)], number=batch)

    # ---- given back ----

    def refund_rule(self, seat):
        ladder = LADDERS.get(seat // ROW)
        if not ladder:
            return self.price(seat)
        percent = {LIMITED: 90, ROOMY: 50}[seat // ROW]
        return max(0, (self.price(seat) * percent + 50) // 100 - ladder.get('fee', 0))

    def give(self, booking, seats):
        """Takes sold seats off a booking."""
        given = dict(self.current(booking)['given'])
        for seat in seats:
            if seat in given:
                continue
            given[seat] = self.price(seat) - self.refund_rule(seat) if self.current(booking)['paid'] else None
            if self.current(booking)['paid']:
                self.owe(booking['id'], self.refund_rule(seat))
            self.state.sold.pop(seat, None)
        self.change(booking, given=given)

    def end_booking(self, booking):
        """Cancelled by its booker or with its schedule; what was paid for it goes back."""
        booking = self.current(booking)
        kept = len([s for s in booking['seats'] if s not in booking['given']])
        if booking['status'] == 'pending':
            if not self.whole_schedule:
                self.free(booking)
            self.owe(booking['id'], self.credit(booking['id']))
        elif self.whole_schedule:
            left = [s for s in booking['seats'] if s not in booking['given']]
            self.change(booking, given={**booking['given'], **{s: 0 for s in left}} if booking['paid'] else {})
            self.owe(booking['id'], sum(map(self.price, left)) if booking['paid'] else 0)
        else:
            self.give(booking, booking['seats'])
            if not booking['paid']:
                self.change(booking, given={})
        booking = super().end_booking(booking)
        self.state.events[-1] = ('booking_cancelled', booking['id'], kept)
        return booking

    whole_schedule = False

    def cancel_schedule(self, schedule, more=(0, 0, 0)):
        self.whole_schedule = True
        due = sum(self.state.due.values())
        call = super().cancel_schedule(schedule, more)
        call.reply = call.reply.replace(',0)', ',%d)' % (sum(self.state.due.values()) - due))
        self.others.append(('schedule_cancelled', schedule_id(schedule), int(call.reply.split(',')[1])))
        self.whole_schedule = False

    def cancel(self, booking, kind='cancel'):
        if self.told_status(booking) in ('pending', 'confirmed'):
            self.end_booking(booking)
        booking = self.current(booking)
        self.ok(kind, [self.receipt(booking)], booker=booking['booker'], schedule=0, text=booking['id'])

    def cancel_seats(self, booking, *seats, kind='cancel_seats'):
        current = self.current(booking)
        if self.told_status(booking) == 'confirmed' and kind == 'cancel_seats':
            new = set(seats) - set(current['given'])
            if len(new) + len(current['given']) == len(current['seats']):
                self.end_booking(booking)
            elif new:
                self.give(booking, seats)
                self.state.events.append(('seats_cancelled', booking['id'], len(new)))
        elif self.told_status(booking) == 'pending':
            self.end_booking(booking)
        args = {'seats': seats} if kind == 'cancel_seats' else {}
        self.reading = True
        self.ok(kind, [self.paid_receipt(booking)], booker=booking['booker'], schedule=0, text=booking['id'], **args)
        self.reading = False

    def cancel_payment(self, booking):
        self.cancel_seats(booking, kind='cancel_payment')


    def ask_oracle(self):
        """What serial.py complains of, which knows the one right answer."""
        complaints = []
        with tempfile.TemporaryDirectory() as folder:
            self.write(folder)
            calls, _ = read_journal(os.path.join(folder, 'journal.tsv'))
            with contextlib.redirect_stdout(io.StringIO()):
                Oracle(calls, Database(folder), lambda text, *calls: complaints.append(' '.join([text, *map(str, calls)]))).check()
        return complaints

    def judge(self, profile='crash'):
        """The checker of many clients and the oracle of one have to agree on what is wrong."""
        printed, complaints = super().judge(profile), self.ask_oracle()
        if bool(printed) == bool(complaints):
            return printed
        return 'the oracle of one client says %s\n' % (complaints or 'nothing')


# ---- the honest story that all begin with ----


def base(s):
    a, b, c, d = seats_of(OPEN, 0, 1, 2, 3)
    mine = s.start_held(2, a, b)
    s.answer_start(mine)
    s.refuse_seats('hold', 'PT409', {a: 'held'}, booker=2, schedule=OPEN, seats=(a,))
    s.hold(2, c)
    s.pending('begin_payment', mine, schedule=OPEN, seats=(c,), key='p90')
    s.pending('cancel_seats', mine, schedule=0, text=mine['id'], seats=(a,))
    s.refuse_seats('begin_payment', 'PT410', {d: 'not_held'}, booker=4, schedule=OPEN, seats=(d,), key='p91')
    s.say('begin_payment', 'PT422', {'reason': 'key_reused'}, booker=2, schedule=OPEN, seats=(c,), key=mine['key'])
    s.charge(mine, 500, 'short')
    s.charge(mine, None, 'rest')
    s.charge(mine, 500, 'short')
    s.charge(mine, 700, 'again')
    s.due_refunds()
    s.refund(mine, 300)
    s.refund(mine, None, 'back')
    s.refund(mine, None, 'back')
    s.not_booked(mine, (d,), (a, d))
    s.cancel_seats(mine, a)
    s.cancel_seats(mine, a)
    s.no_booking('cancel_payment', 4, mine['id'])
    s.no_booking('cancel_seats', 4, mine['id'], seats=(b,))
    s.cancel_payment(mine)
    s.cancel_seats(mine, b)
    s.cancel_seats(mine, b)
    s.charge(mine, 900)
    s.charge(None, 1234, 'nobody')
    dear = s.start_held(6, *seats_of(LIMITED, 0, 1))
    s.charge(dear, s.total(dear) + 55)
    s.cancel_seats(dear, seats_of(LIMITED, 0)[0])
    s.cancel(dear)
    s.cancel(dear)
    half = s.start_held(8, *seats_of(ROOMY, 0, 1))
    s.charge(half)
    s.cancel(half)
    given_up = s.start_held(7, d)
    s.charge(given_up, -5)
    s.cancel_payment(given_up)
    s.cancel_payment(given_up)
    s.charge(given_up, 5)
    late, lost, swept = s.start_held(7, a), s.start_held(9, b), s.start_held(10, d)
    s.charge(late, 77)
    s.charge(lost, 88)
    s.charge(swept, 99)
    s.wait(200)
    s.charge(late, s.total(late) - 1)
    s.charge(late, s.total(late))
    s.cancel(late)
    s.sweep_bookings()
    s.sweep_bookings(1)
    s.cancel_payment(swept)
    s.cancel(swept)
    s.sweep()
    s.book(4, b)
    s.charge(lost, s.total(lost))
    s.charge(swept, s.total(swept) + 1)
    s.cancel_seats(swept, d)
    without = s.book(5, *seats_of(OPEN, 2, 4))
    s.cancel_seats(without, seats_of(OPEN, 2)[0])
    s.charge(without, 3)
    s.charge(without, s.price(seats_of(OPEN, 4)[0]) + 2)
    s.cancel(without)
    s.ok('audit_payments', [(0,)])
    full = s.start_held(6, *seats_of(GONE, 0, 1))
    s.charge(full)
    s.cancel_seats(full, seats_of(GONE, 0)[0])
    part = s.start_held(8, *seats_of(GONE, 2))
    s.charge(part, 1)
    s.hold(10, *seats_of(GONE, 4))
    s.cancel_schedule(GONE)
    s.charge(part)
    s.say('begin_payment', 'PT423', {'reason': 'schedule_cancelled'}, booker=10, schedule=GONE,
          seats=seats_of(GONE, 4), key='p92')
    while s.state.due:
        s.due_refunds()
        for booking in list(s.state.due):
            s.refund(s.state.bookings.get(booking) and s.state.bookings[booking])


NOT_DUE = 'so %d is left; it has to be %d'


@case('was acknowledged and is not in the ledger')
def charge_is_lost(s, lie):
    s.charge(None, 500)
    if lie:
        s.state.payments.pop()
        del s.state.due[NOBODYS]


@case('is in the ledger twice')
def charge_is_counted_twice(s, lie):
    s.charge(None, 500, 'twice')
    s.charge(None, 500, 'twice')
    if lie:
        s.state.payments.append(s.state.payments[-1])
        s.owe(NOBODYS, 500)


@case('nobody told of it then')
def charge_of_nobody(s, lie):
    s.charge(None, 500)
    if lie:
        s.calls.pop()


@case('is in the ledger, and nobody told of it then')
def charge_with_another_amount(s, lie):
    s.charge(None, 500)
    if lie:
        s.calls[-1].args['number'] = 501


@case('a reply differs from the ledger')
def repeat_with_another_answer(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking, -1, 'c800')
    s.charge(booking)
    again = s.charge(booking, s.total(booking) - 1, 'c800')
    if lie:
        again.reply = again.reply.replace('amount_short', 'confirmed')


@case('so 1005 is left; it has to be 0')
def paid_part_is_forgotten(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking, 1005)
    s.cancel_payment(booking)
    if lie:
        s.state.due.clear()


@case('so 1011 is left; it has to be 0')
def part_of_an_expired_booking_is_forgotten(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking, 1011)
    s.wait(150)
    s.sweep_bookings()
    if lie:
        s.state.due.clear()


@honest
def part_of_a_booking_that_is_over_is_due(s):
    booking = s.start_held(8, X, Y)
    s.charge(booking, 1011)
    s.wait(150)
    s.cancel_payment(booking)


@case('so 1005 is left; it has to be 0')
def refund_is_not_made_due(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking)
    s.cancel(booking)
    if lie:
        s.state.due.clear()


@case('it has to be')
def refund_is_counted_twice(s, lie):
    s.charge(None, 600)
    s.refund(None, 200)
    if lie:
        s.state.due[NOBODYS] -= 200


@case('the house keeps')
def refund_rules_are_not_obeyed(s, lie):
    booking = s.start_held(8, V)
    s.charge(booking)
    s.cancel(booking)
    if lie:
        s.change(booking, given={V: 0})
        s.owe(booking['id'], s.price(V) - s.refund_rule(V))


@case('the house keeps')
def house_keeps_of_a_cancelled_performance(s, lie):
    booking = s.start_held(8, V)
    s.charge(booking)
    s.cancel_schedule(ROOMY)
    if lie:
        s.change(booking, given={V: 500})
        s.state.due[booking['id']] -= 500


@case('not amount_short with 0')
def sold_for_too_little(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking, -1)
    if lie:
        s.state.payments[-1] = s.state.payments[-1][:4] + ('confirmed', 0) + s.state.payments[-1][6:]
        s.calls[-1].reply = s.calls[-1].reply.replace('amount_short', 'confirmed')


@case('not confirmed with 0')
def short_although_enough(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking)
    if lie:
        s.state.payments[-1] = s.state.payments[-1][:4] + ('amount_short', 0) + s.state.payments[-1][6:]


@case('not confirmed with 0')
def part_does_not_count(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking, 1000)
    s.charge(booking)
    if lie:
        s.state.payments[-1] = s.state.payments[-1][:4] + ('amount_short', 0) + s.state.payments[-1][6:]


@case('not refund_due with 60')
def too_much_is_kept(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking, s.total(booking) + 60)
    if lie:
        s.state.payments[-1] = s.state.payments[-1][:4] + ('confirmed', 0) + s.state.payments[-1][6:]


@case('not refund_due with 1005')
def paid_twice_and_kept(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking)
    s.charge(booking, 1005)
    if lie:
        s.state.payments[-1] = s.state.payments[-1][:4] + ('confirmed', 0) + s.state.payments[-1][6:]


@case('money goes back although every seat was to be had')
def late_payment_goes_back_for_nothing(s, lie):
    booking = s.start_held(8, X)
    s.wait(150)
    s.charge(booking, s.total(booking) - bool(lie))
    if lie:                             # the provider had charged all of it
        old = s.state.payments[-1]
        s.state.payments[-1] = old[:2] + (old[2] + 1,) + old[3:5] + (old[5] + 1,) + old[6:]
        s.owe(booking['id'], 1)
        s.calls[-1].args['number'] += 1
        s.calls[-1].reply = s.calls[-1].reply.replace('|%d' % old[5], '|%d' % (old[5] + 1))


@case('no order of events explains')
def late_payment_takes_a_seat_from_another(s, lie):
    booking = s.start_held(8, X)
    s.wait(150)
    s.hold(6, X)
    if lie:
        s.state.holds.pop(X)
    s.charge(booking, s.total(booking))
    if lie:
        s.refuse_seats('hold', 'PT409', {X: 'held'}, booker=4, schedule=OPEN, seats=(X,))


@case('no order of events explains')
def late_payment_sells_a_sold_seat(s, lie):
    booking = s.start_held(8, X)
    s.wait(150)
    other = s.book(6, X)
    if lie:
        s.state.sold.pop(X)
    s.charge(booking, s.total(booking))
    if lie:
        s.charge(other, s.total(other))


@case('no order of events explains')
def kept_seat_is_taken_before_its_time(s, lie):
    booking = s.start_held(8, X)
    if not lie:
        s.wait(150)
    s.hold(6, X)
    s.now = max(s.now, booking['pay_by'])


@case('no order of events explains')
def kept_seat_is_confirmed_by_its_own_booker(s, lie):
    s.start_held(8, X)
    if lie:
        s.confirm_named(8, X)
    else:
        s.refuse_seats('confirm_named', 'PT410', {X: 'not_held'}, booker=8, schedule=OPEN, seats=(X,))


@case('no order of events explains')
def kept_seat_after_its_time(s, lie):
    s.start_held(8, X)
    s.wait(150 if lie else 50)
    s.refuse_seats('hold', 'PT409', {X: 'held'}, booker=6, schedule=OPEN, seats=(X,))


@case('no order of events explains')
def seat_of_a_cancelled_payment_is_kept(s, lie):
    booking = s.start_held(8, X)
    if not lie:
        s.refuse_seats('hold', 'PT409', {X: 'held'}, booker=6, schedule=OPEN, seats=(X,))
    s.cancel_payment(booking)
    if lie:
        s.refuse_seats('hold', 'PT409', {X: 'held'}, booker=6, schedule=OPEN, seats=(X,))


@case('no order of events explains')
def sweep_frees_a_paid_seat(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking)
    s.wait(150)
    s.sweep()
    if lie:
        s.hold(6, X)
    else:
        s.refuse_seats('hold', 'PT409', {X: 'reserved'}, booker=6, schedule=OPEN, seats=(X,))


@case('holds, says the reply')
def kept_seat_is_swept_in_time(s, lie):
    s.start_held(8, X)
    s.sweep(more=int(lie))


@case('no order of events explains')
def seat_that_was_given_back_stays_sold(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking)
    s.cancel_seats(booking, X)
    if lie:
        s.refuse_seats('hold', 'PT409', {X: 'reserved'}, booker=6, schedule=OPEN, seats=(X,))
    else:
        s.hold(6, X)


@case('no order of events explains')
def seat_that_was_not_given_back_is_free(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking)
    s.cancel_seats(booking, X)
    if lie:
        s.hold(6, Y)
    else:
        s.refuse_seats('hold', 'PT409', {Y: 'reserved'}, booker=6, schedule=OPEN, seats=(Y,))


@case('nobody paid booking')
def confirmed_without_a_payment(s, lie):
    booking = s.start_held(8, X)
    s.charge(booking)
    if lie:
        s.state.payments.pop()
        s.calls.pop()


@case('an acknowledged booking is not there')
def pending_booking_is_lost(s, lie):
    booking = s.start_held(8, X)
    if lie:
        s.free(booking)
        del s.state.bookings[booking['id']]


@case('refused for a payment that is not under way')
def payment_pending_after_it_is_paid(s, lie):
    booking = s.start_held(8, X)
    s.hold(8, Y)
    if lie:
        s.charge(booking)
    s.pending('begin_payment', booking, schedule=OPEN, seats=(Y,), key='p93')


@case('refused for a payment that is not under way')
def payment_pending_after_it_is_over(s, lie):
    booking = s.start_held(8, X)
    s.wait(150 if lie else 10)
    s.hold(8, Y)
    s.pending('begin_payment', booking, schedule=OPEN, seats=(Y,), key='p94')


@case('refused for a payment that is not under way')
def payment_pending_of_another_booker(s, lie):
    booking = s.start_held(8, X)
    s.hold(6, Y)
    if lie:
        s.say('begin_payment', 'PT409', {'reason': 'payment_pending', 'booking_id': booking['id']},
              booker=6, schedule=OPEN, seats=(Y,), key='p95')


@case('refused for a payment that is not under way')
def seats_of_a_paid_booking_refused(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking)
    if lie:
        s.pending('cancel_seats', booking, schedule=0, text=booking['id'], seats=(X,))


@case('refused for other seats than those that are not of the booking')
def own_seat_is_not_booked(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking)
    s.not_booked(booking, (X if lie else Z,), (X, Z))


@case("the booker's own booking was not found")
def own_payment_is_not_found(s, lie):
    booking = s.start_held(8, X)
    if lie:
        s.no_booking('cancel_payment', 8, booking['id'])
    else:
        s.cancel_payment(booking)


@case('error PT409 is not allowed')
def payment_is_refused(s, lie):
    booking = s.start_held(8, X)
    if lie:
        s.say('confirm_payment', 'PT409', {'reason': 'busy'}, key='c801', text=booking['id'], number=5)


@case('a payment leaves its booking pending')
def status_of_another_time(s, lie):
    booking = s.start_held(8, X)
    short = s.charge(booking, -1)
    if lie:
        short.reply = short.reply.replace('pending', 'confirmed')


@case('has two payments under way on schedule %d' % OPEN)
def second_payment_is_begun(s, lie):
    first = s.start_held(8, X)
    if not lie:
        s.cancel_payment(first)
    s.start_held(8, Y)


@case('a sweep has passed over booking')
def sweep_leaves_a_booking(s, lie):
    s.start_held(8, X)
    s.wait(150)
    if lie:
        s.ok('expire_bookings', [(0,)], number=1000)
    else:
        s.sweep_bookings()


@case('sweeps say that')
def sweep_counts_too_many(s, lie):
    s.start_held(8, X)
    s.wait(150)
    s.sweep_bookings(more=5 * lie)      # some have expired by a late payment, without a sweep


@case('times that booking')
def expired_and_not_logged(s, lie):
    s.start_held(8, X)
    s.wait(150)
    s.sweep_bookings()
    if lie:
        s.state.events.pop()


@case('two workers are given the same refund')
def refund_is_given_twice(s, lie):
    s.charge(None, 500)
    s.due_refunds()
    if lie:
        s.due_refunds()


@honest
def refund_is_given_again_after_a_part(s):
    s.charge(None, 500)
    s.due_refunds()
    s.refund(None, 200)
    s.due_refunds()


@case('owned 3 seats of schedule %d' % LIMITED)
def kept_seats_do_not_count_towards_the_limit(s, lie):
    s.start_held(8, *seats_of(LIMITED, 4, 5))
    s.hold(8 if lie else 6, *seats_of(LIMITED, 6))


@case('the receipt differs from the booking')
def receipt_of_what_was_given_back(s, lie):
    booking = s.start_held(8, X, Y)
    s.charge(booking)
    s.cancel_seats(booking, X)
    if lie:
        s.calls[-1].reply = s.calls[-1].reply.replace('|%d|' % s.price(Y), '|%d|' % (s.price(X) + s.price(Y)))


@case('a snapshot contradicts itself (the money of bookings)')
def audit_of_the_money(s, lie):
    s.ok('audit_payments', [(int(lie),)])


def exercised():
    s = begun(PaidStory(), base)
    said = {(c.kind, c.code) for c in s.calls}
    wanted = {(kind, code) for kind in OF_PAYMENT for code in ['OK', *RULES[kind]]}
    wanted |= {(kind, 'OK') for kind in ('confirm_payment', 'record_refund', 'due_refunds', 'expire_bookings', 'audit_payments')}
    return sorted(wanted - said)


if __name__ == '__main__':
    sys.exit(run_cases(CASES, exercised(), lambda: begun(PaidStory(), base)))
