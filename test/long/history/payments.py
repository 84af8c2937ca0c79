"""
Judges money. The journal is the log of the provider: a charge stands in it before
confirm_payment() is called, and is told until it is answered. What is proved:

  - a charge that was acknowledged is in the ledger once, nothing else is there,
    and each reply is what the ledger has recorded, however often it was told;
    the same for refunds
  - each outcome is the one that it had to be, by what was paid before and by the
    state of the booking: in time it is sold as soon as the sum suffices, late only
    if every seat was still to be had (model.pay says so of each seat), and money goes
    back only for one of the reasons there are: the booking is unknown, cancelled or
    paid, the sum is short and it is late, the schedule is closed, the limit is
    reached, a seat is gone
  - at the end what was paid is paid for, kept, given back or due, of each booking,
    and the house keeps what the refund rules of the schedule say
  - a booker has one pending booking on a schedule at a time
  - a sweep leaves no booking that was over before it and that nobody was at
  - no two workers are given the same refund

Whose a seat is while a booking waits, and who frees it, is told to the history of
the seat (attribute()).
"""

import collections

import model
from model import Event
from record import CANCELS, FOREVER, GIVE_BACKS, PAYMENTS

SHOW_HOURS = 700                        # all shows are about a month off, none of the steps is near


def refund_of(ladder, price):
    """What comes back of a price; without a rule all of it."""
    if ladder is None:
        return price
    steps = [s for s in ladder['steps'] if s['hours'] <= SHOW_HOURS]
    percent = max(steps, key=lambda s: s['hours'])['percent'] if steps else 0
    return max(0, (price * percent + 50) // 100 - ladder.get('fee', 0))


class Payments:
    def __init__(self, checker):
        self.checker, self.db = checker, checker.db
        self.told = collections.defaultdict(list)   # (kind, reference): calls
        for call in checker.calls:
            if call.kind in PAYMENTS:
                self.told[(PAYMENTS[call.kind], call.args['key'])].append(call)
        self.ledger = {}                # (kind, reference): payment
        self.of_booking = collections.defaultdict(list)
        for payment in sorted(self.db.payments, key=lambda p: p.created):
            self.of_booking[payment.booking].append(payment)
        # bookings of which somebody may have given some seats back
        self.parted = {c.args['text'] for c in checker.calls if c.kind == 'cancel_seats' and (c.ok or c.lost)}
        self.closings = {}              # see refusals.py
        self.counts = collections.Counter()

    def complain(self, text, *calls):
        self.checker.complain(text, *calls)

    def seats_of(self, booking):
        return [seat.number for seat, _, _ in booking.seats] if booking else []

    def seats_named(self, call):
        """Seats of the booking that a call names."""
        return self.seats_of(self.db.bookings.get(call.args['text']))

    @staticmethod
    def span(makers):
        """From when to when the one thing was done that several calls were told of."""
        return min(c.inv for c in makers), min([c.ret for c in makers if c.ok], default=max(c.ret for c in makers))

    # ---- what is told to the seats ----

    def attribute(self):
        for booking in self.db.bookings.values():
            if booking.paid is not None and booking.pay_by is not None:
                self.attribute_payment(booking)
        for call in self.checker.calls:
            if call.kind == 'cancel_seats' and (call.ok or call.lost):
                self.attribute_part(call)

    def payer(self, booking):
        """The payment that has sold the booking."""
        return next((p for p in self.of_booking[booking.id]
                     if p.kind == 'charge' and p.created == booking.paid and self.has_sold(p)), None)

    @staticmethod
    def has_sold(payment):
        return payment.outcome == 'confirmed' or payment.outcome == 'refund_due' and payment.refund_due < payment.amount

    def attribute_payment(self, booking):
        payment = self.payer(booking)
        makers = self.makers(payment) if payment else []
        if not makers:
            self.complain('nobody paid booking %s, which is paid' % booking.id)
            return
        inv, ret = self.span(makers)
        step = (model.pay, inv, ret, booking.booker, booking.id, booking.paid, booking.pay_by)
        for seat in self.seats_of(booking):
            self.checker.events[seat].append(Event(inv, ret, (step,), makers))

    def attribute_part(self, call):
        """cancel_seats(): a lost one has done it or not, a sold seat of a booking that is answered is free."""
        booking, receipt = self.db.bookings.get(call.args['text']), self.checker.receipts.get(call.number)
        if booking is None or not booking.was_sold or receipt and receipt.status not in ('confirmed', 'cancelled'):
            return
        step = (model.give_back, call.inv, call.ret, booking.id)
        for seat in set(call.seats) & set(self.seats_of(booking)):
            self.checker.events[seat].append(Event(call.inv, call.ret, (step,), [call], optional=call.lost))

    def cancel_step(self, inv, ret, booking):
        if not booking.was_sold:
            return (model.give_up, inv, ret, booking.id, booking.pay_by)
        return (model.give_back if booking.id in self.parted else model.cancel, inv, ret, booking.id)

    def is_left(self, call, receipt, booking):
        """Whether a cancel has answered with the booking as it is, or gives back a part of it."""
        if receipt.status == 'confirmed':
            return booking.was_sold and (call.kind == 'cancel_seats' or call.kind == 'cancel_payment')
        return receipt.status == 'expired' and booking.pay_by is not None and booking.pay_by <= call.ret

    # ---- ledger and journal ----

    def makers(self, payment):
        return [c for c in self.told[(payment.kind, payment.reference)] if c.args['text'] == payment.booking
                and int(c.args['number']) == payment.amount and c.inv <= payment.created <= c.ret]

    def check_ledger(self):
        for payment in self.db.payments:
            key = (payment.kind, payment.reference)
            if key in self.ledger:
                self.complain('%s %s is in the ledger twice' % key)
            self.ledger[key] = payment
            if not self.makers(payment):
                self.complain('%s %s is in the ledger, and nobody told of it then' % key, *self.told[key][:3])
        for key, calls in self.told.items():
            answered = [c for c in calls if c.ok]
            if answered and key not in self.ledger:
                self.complain('%s %s was acknowledged and is not in the ledger' % key, *answered[:3])
                continue
            self.counts['answered'] += bool(answered)
            self.counts['told again'] += len(calls) - 1
            for call in answered:
                self.check_reply(call, self.ledger[key])

    def check_reply(self, call, payment):
        outcome, booking, status, refund_due = call.rows[0]
        right = (payment.outcome, payment.booking)
        if (outcome, booking) != right or payment.kind == 'charge' and int(refund_due) != payment.refund_due:
            self.complain('a reply differs from the ledger', call)
        known = self.db.bookings.get(payment.booking)
        if (status == '~') != (known is None):
            self.complain('a reply with a status of no booking, or without one', call)
        if payment.kind == 'charge' and known and [call] == self.makers(payment) \
                and [call] == [c for c in self.told[(payment.kind, payment.reference)] if c.inv <= call.ret]:
            if status != self.status_after(known, payment):
                self.complain('a payment leaves its booking %s' % self.status_after(known, payment), call)

    def status_after(self, booking, payment):
        """What the call that has recorded a payment says of its booking."""
        if booking.cancelled is not None and booking.cancelled <= payment.created:
            return 'cancelled'
        if payment.outcome == 'amount_short':
            return 'pending'
        if booking.pay_by is None or booking.paid is not None and booking.paid <= payment.created:
            return 'confirmed'
        return 'expired'

    def check_crashes(self):
        """What was acknowledged before a crash is there after it, nobody having told again."""
        for crash in self.checker.crashes:
            left = {(p.kind, p.reference) for p in crash.left.payments}
            for key, calls in self.told.items():
                lost = [c for c in calls if c.ok and c.ret < crash.at]
                if lost and key not in left:
                    self.complain('%s %s was acknowledged, and a crash has taken it' % key, *lost[:3])

    # ---- outcomes ----

    def check_outcomes(self):
        for booking_id, payments in self.of_booking.items():
            booking = self.db.bookings.get(booking_id)
            credit = 0
            for payment in payments:
                if payment.kind != 'charge':
                    continue
                self.counts[payment.outcome] += 1
                if booking is None or booking.cancelled is not None and booking.cancelled <= payment.created \
                        or booking.paid is not None and booking.paid < payment.created:
                    self.expect(payment, 'refund_due', payment.amount)
                elif booking.pay_by is None:
                    self.check_unpaid(booking, payment)
                elif payment.created < booking.pay_by:
                    credit = self.check_in_time(booking, payment, credit)
                else:
                    self.check_late(booking, payment)

    def expect(self, payment, outcome, refund_due):
        if (payment.outcome, payment.refund_due) != (outcome, refund_due):
            self.complain('charge %s of %d has the outcome %s with %d due, not %s with %d' % (
                payment.reference, payment.amount, payment.outcome, payment.refund_due, outcome, refund_due),
                *self.told[('charge', payment.reference)][:3])

    def expect_sold(self, booking, payment, price):
        over = payment.amount - price
        self.expect(payment, 'refund_due' if over else 'confirmed', over)
        if booking.paid != payment.created:
            self.complain('charge %s has paid booking %s, which is not paid then' % (payment.reference, booking.id),
                          *self.makers(payment))

    @staticmethod
    def price_of(booking):
        return sum(price for _, price, _ in booking.seats)

    def check_unpaid(self, booking, payment):
        """A booking that was sold without: the seats that were given back before have no fee."""
        if self.has_sold(payment):
            self.expect_sold(booking, payment, sum(
                price for seat, price, active in booking.seats if active or seat.number in booking.fees))
            return
        self.expect(payment, 'refund_due', payment.amount)
        if payment.amount >= self.price_of(booking):
            self.complain('money goes back although it was enough', *self.makers(payment))

    def check_in_time(self, booking, payment, credit):
        """What counts towards the next payment."""
        price = self.price_of(booking)
        if credit + payment.amount < price:
            self.expect(payment, 'amount_short', 0)
            return credit + payment.amount
        # taken in time, but the seats were locked after it was over, and somebody was there before
        if not self.has_sold(payment) and all(c.ret >= booking.pay_by for c in self.makers(payment)):
            self.check_gone(booking, payment)
        else:
            self.expect_sold(booking, payment, price - credit)
        return 0

    def check_late(self, booking, payment):
        self.counts['late'] += 1
        if self.has_sold(payment):
            self.counts['late, sold'] += 1
            self.expect_sold(booking, payment, self.price_of(booking))
            return
        self.expect(payment, 'refund_due', payment.amount)
        if payment.amount >= self.price_of(booking):
            self.check_gone(booking, payment)

    def check_gone(self, booking, payment):
        """Late and enough: a seat may have been taken, the schedule closed, or the limit reached."""
        makers = self.makers(payment)
        if not makers:
            return                      # check_ledger() has said so
        inv, ret = self.span(makers)
        schedule = booking.schedule
        first = self.closings.get(schedule.number, (FOREVER,))[0]
        if ret >= min(first, schedule.cap):
            return
        owned = {seat for start, end, seat in self.checker.possible[(booking.booker, schedule.number)]
                 if start <= ret and end >= inv}
        if schedule.limit is not None and len(owned.union(self.seats_of(booking))) > schedule.limit:
            return
        if all(self.is_free(seat, booking.id, inv, ret) for seat in self.seats_of(booking)):
            self.complain('money goes back although every seat was to be had', *makers)

    def is_free(self, seat, booking, inv, ret):
        """Surely free during the whole call, nobody else having touched it."""
        if any(not e.looks and e.inv < ret and e.ret > inv for e in self.checker.events[seat]):
            return False
        states = self.checker.judge.states(seat, ret)
        return states is not None and all(
            s[0] == model.FREE or s[0] == model.HELD and (s[3] <= inv or s[1] == booking) for s in states)

    # ---- the law of money ----

    def check_law(self):
        for booking_id in set(self.db.bookings) | set(self.of_booking) | set(self.db.due):
            booking = self.db.bookings.get(booking_id)
            payments = self.of_booking.get(booking_id, ())
            paid = sum(p.amount for p in payments if p.kind == 'charge')
            given_back = sum(p.amount for p in payments if p.kind == 'refund')
            due = self.db.due.get(booking_id, 0)
            credit, right = paid - given_back - due, 0
            if booking and booking.paid is not None:
                right = sum(price if active else booking.fees.get(seat.number, 0) for seat, price, active in booking.seats)
            elif booking and booking.status == 'pending' and not due and credit < self.price_of(booking):
                right = max(credit, 0)  # a part
            if credit != right:
                self.complain('booking %s: %d paid, %d given back, %d due, so %d is left; it has to be %d' % (
                    booking_id, paid, given_back, due, credit, right), *self.calls_of(booking_id))
            if booking:
                self.check_fees(booking)

    def calls_of(self, booking_id):
        return [c for c in self.checker.calls if c.args.get('text') == booking_id][:12]

    def check_fees(self, booking):
        if booking.ladder != (booking.schedule.ladder if booking.paid is not None else None):
            self.complain('booking %s has other refund rules than its schedule' % booking.id)
        # a schedule that is cancelled gives everything back
        everything = booking.cancelled is not None and booking not in self.checker.undone_by.values()
        perhaps = booking.cancelled is not None and any(
            c.kind == 'cancel_schedule' and c.inv <= booking.cancelled <= c.ret for c in self.checker.calls)
        for seat, price, active in booking.seats:
            fee = booking.fees.get(seat.number)
            rights = {None}
            if booking.paid is not None and not active:
                rights = {price - refund_of(booking.ladder, price)}
                if everything:
                    rights = rights | {0} if booking.id in self.parted else {0}
                elif perhaps:
                    rights.add(0)
                if booking.pay_by is None:
                    rights.add(None)    # it was given back before the rest was paid
            if fee not in rights:
                self.complain('of seat %d of booking %s the house keeps %s' % (seat.number, booking.id, fee),
                              *self.calls_of(booking.id))

    # ---- one at a time ----

    def check_alone(self):
        """A booker has one pending booking on a schedule: the next is made after that one is over."""
        waiting = collections.defaultdict(list)
        for booking in self.db.bookings.values():
            if booking.pay_by is not None:
                waiting[(booking.booker, booking.schedule.number)].append(booking)
        for bookings in waiting.values():
            bookings.sort(key=lambda b: b.created)
            for before, booking in zip(bookings, bookings[1:]):
                end = min(t for t in (before.pay_by, before.paid, before.cancelled) if t is not None)
                if booking.created < end:
                    self.complain('booker %d has two payments under way on schedule %d' % (
                        booking.booker, booking.schedule.number),
                        *[c for c in self.checker.calls if self.checker.made.get(c.number) in (before, booking)])

    # ---- sweeps and workers ----

    def check_events(self):
        logged = collections.Counter(booking for kind, booking, _ in self.db.events if kind == 'booking_expired')
        for booking in self.db.bookings.values():
            count = logged[booking.id]
            most = booking.pay_by is not None and (booking.paid is None or booking.paid >= booking.pay_by)
            if not (booking.status == 'expired') <= count <= most:
                self.complain('the event log says %d times that booking %s expired' % (count, booking.id))
        told = sum(int(c.rows[0][0]) for c in self.checker.calls if c.kind == 'expire_bookings' and c.ok)
        if told > sum(logged.values()):
            self.complain('sweeps say that %d bookings expired, the event log %d' % (told, sum(logged.values())))

    def check_sweeps(self):
        """A booking that is pending at the end lay before no sweep that was over with its work."""
        left = [b for b in self.db.bookings.values() if b.status == 'pending']
        sweeps = [c for c in self.checker.calls if c.kind == 'expire_bookings' and c.ok
                  and int(c.rows[0][0]) < int(c.args['number'])]
        for booking in left:
            told = min((c.ret for c in self.checker.calls if c.ok and c.kind == 'begin_payment'
                        and c.rows[0][0] == booking.id), default=FOREVER)
            since = max(told, booking.pay_by)
            for sweep in sweeps:
                if sweep.inv > since and not any(self.may_lock(c, booking) for c in self.at_work(sweep)):
                    self.complain('a sweep has passed over booking %s' % booking.id, sweep)
                    break

    def at_work(self, sweep):
        """Other calls of the same time; what a broken connection has locked may stay so."""
        return [c for c in self.checker.calls if c is not sweep and c.inv < sweep.ret and c.ret > sweep.inv]

    @staticmethod
    def may_lock(call, booking):
        if call.kind in ('expire_bookings', 'due_refunds', 'cancel_schedule', 'begin_payment'):
            return True
        return (call.kind in PAYMENTS or call.kind in CANCELS | GIVE_BACKS) \
            and call.args['text'] in (booking.id, booking.number)

    def check_workers(self):
        """Claims last for ten minutes, or until something of it is given back."""
        given = {}                      # booking: the call that was given it last
        refunds = collections.defaultdict(list)
        for call in self.checker.calls:
            if call.kind == 'record_refund':
                refunds[call.args['text']].append(call)
        for call in self.checker.calls:
            if call.kind != 'due_refunds' or not call.ok:
                continue
            if len(call.rows) > int(call.args['number']):
                self.complain('more refunds than asked for', call)
            for booking, amount in call.rows:
                before = given.get(booking)
                if int(amount) <= 0:
                    self.complain('nothing is due back, it says', call)
                if before and not any(r.inv < max(before.ret, call.ret) and r.ret > before.inv for r in refunds[booking]):
                    self.complain('two workers are given the same refund', before, call)
                given[booking] = call

    def check(self):
        self.check_ledger()
        self.check_crashes()
        self.check_outcomes()
        self.check_law()
        self.check_alone()
        self.check_events()
        self.check_sweeps()
        self.check_workers()

    def report(self):
        c = self.counts
        return 'payments: %d charges and refunds answered, told again %d times; %d confirmed, %d short, %d due back; ' \
            '%d late, %d of them sold' % (c['answered'], c['told again'], c['confirmed'], c['amount_short'],
                                          c['refund_due'], c['late'], c['late, sold'])
