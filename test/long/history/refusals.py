"""
Judges refusals: each must have been true at some instant between its request and its reply.
What one seat tells is judged by the seat's history (model.py); here is the
rest: bookings, keys, limits, the window, timeouts.

To judge one more: name its code at the kind in RULES, and a method that returns
what is wrong with it, or None.
"""

from record import CANCELS, FOREVER, HOLDS, SALES, Booking

# {kind: {code: method}}. A code that is not here is never right. PT412 is not:
# the shows of this world are a month off, and no cut-off is set. A payment or a
# refund that was named is never refused.
RULES = {
    'hold': {'PT409': 'seats', 'PT422': 'rule', 'PT423': 'closed'},
    'hold_many': {'PT409': 'seats', 'PT422': 'rule', 'PT423': 'closed'},
    'hold_best': {'PT409': 'best_seats', 'PT422': 'rule', 'PT423': 'closed'},
    'extend': {'PT410': 'no_live_hold', 'PT423': 'closed'},
    'release': {'PT404': 'seats'},
    'confirm': {'PT410': 'no_live_hold', 'PT422': 'rule', 'PT423': 'closed'},
    'confirm_named': {'PT410': 'seats', 'PT422': 'rule', 'PT423': 'closed'},
    'book': {'PT409': 'seats', 'PT422': 'rule', 'PT423': 'closed'},
    'begin_payment': {'PT409': 'payment_pending', 'PT410': 'seats', 'PT422': 'rule', 'PT423': 'closed'},
    'cancel_payment': {'PT404': 'no_such_booking'},
    'cancel_seats': {'PT404': 'not_booked', 'PT409': 'is_pending'},
    'cancel': {'PT404': 'no_such_booking'},
    'cancel_guest': {'PT404': 'no_such_booking'},
    'block': {'PT409': 'seats'},
    'cancel_schedule': {'PT409': 'schedule_changing'},
}
TIMEOUTS = {
    'canceling statement due to statement timeout': 'statement_timeout',
    'canceling statement due to lock timeout': 'lock_timeout',
}


class Refusals:
    def __init__(self, checker):
        self.checker, self.db = checker, checker.db
        self.by_number = {b.number: b for b in self.db.bookings.values()}
        self.timeouts = {}              # (client, setting): milliseconds
        self.just_off = {}              # client: the setting that its last call has switched off
        self.told = self.index_told()
        self.settled = self.index_settled()
        self.closings = self.index_closings()

    def check(self):
        for call in self.checker.calls:
            wrong = None
            just_off, self.just_off[call.client] = self.just_off.get(call.client), None
            if call.kind == 'set_timeout' and call.ok:
                name, number = call.args['text'], int(call.args.get('number', 0))
                if self.timeouts.get((call.client, name)) and not number:
                    self.just_off[call.client] = name
                self.timeouts[(call.client, name)] = number
            elif call.code.startswith('PT'):
                rule = RULES.get(call.kind, {}).get(call.code)
                wrong = rule and (self.has_answer(call) or getattr(self, rule)(call))
            elif call.message in TIMEOUTS:
                wrong = self.timeout(call, TIMEOUTS[call.message], just_off)
            if wrong:
                self.checker.complain(wrong, call)

    # ---- what was surely there ----

    def index_told(self):
        """{booking id: the first instant at which somebody knew that it is committed}"""
        checker, told = self.checker, {}
        for call in checker.calls:
            receipt = checker.receipts.get(call.number)
            if receipt is None:
                continue
            instant = call.ret
            transaction = checker.transactions.get(call.transaction)
            if transaction and receipt.created >= transaction.calls[0].inv:     # it may have made it itself
                if checker.outcome(call) != 'committed':
                    continue
                instant = transaction.ret
            told[receipt.booking] = min(told.get(receipt.booking, FOREVER), instant)
        return told

    def own_calls(self, call):
        """Calls before this one in its own transaction."""
        transaction = self.checker.transactions.get(call.transaction)
        return [c for c in transaction.calls if c.number < call.number] if transaction else []

    @staticmethod
    def counts(earlier, call):
        """Whether an earlier call of the same transaction was done, and is not taken back yet."""
        return earlier.ok and not (earlier.taken_back and earlier.taken_back < call.number)

    # ---- seats ----

    def seats(self, call):
        """Why each seat was refused is judged by its history; here, that they were asked for."""
        named = [self.db.seat_by_id[s].number for s, _ in call.refused_seats() if s in self.db.seat_by_id]
        if not named or len(named) != len(call.refused_seats()):
            return 'a refusal that names no seat'
        if len(set(named)) < len(named) or not set(named) <= set(call.seats):
            return 'a refusal that names other seats than asked for'
        return None

    def best_seats(self, call):
        """Whether enough seats were free is judged in reads.py."""

    # ---- bookings ----

    def no_such_booking(self, call):
        """Wrong if the booking was surely there before, and is this booker's."""
        text = call.args['text']
        if call.kind == 'cancel_guest' and call.booker % 2 == 0:
            return None                 # a member's booking is not for who has its number
        for earlier in self.own_calls(call):
            receipt = self.checker.receipts.get(earlier.number)
            if receipt and self.counts(earlier, call) and earlier.booker == call.booker \
                    and text in (receipt.booking, receipt.number):
                return 'a booking of the same transaction was not found'
        booking = self.db.bookings.get(text) or self.by_number.get(text)
        if booking and booking.booker == call.booker and self.told.get(booking.id, FOREVER) < call.inv:
            return "the booker's own booking was not found"
        return None

    # ---- payment ----

    def index_settled(self):
        """{booking id: the first instant at which somebody knew that it is not pending, or not any more}"""
        checker, settled = self.checker, {}
        for call in checker.calls:
            if call.kind == 'confirm_payment' and call.ok:
                booking, status = call.rows[0][1:3]
            elif call.number in checker.receipts and checker.outcome(call) == 'committed':
                booking, status = checker.receipts[call.number].booking, checker.receipts[call.number].status
            else:
                continue
            if status != 'pending':
                settled[booking] = min(settled.get(booking, FOREVER), call.ret)
        return settled

    def can_be_pending(self, booking, call):
        """Whether the booking can be one that waits for its payment, at some instant of the call."""
        if booking is None or booking.pay_by is None or booking.created > call.ret:
            return False
        return booking.pay_by > call.inv and self.settled.get(booking.id, FOREVER) > call.inv

    def payment_pending(self, call):
        """A booker has one pending booking on a schedule at a time; the refusal names it."""
        facts = call.facts()
        booking = self.db.bookings.get(facts.get('booking_id'))
        if facts.get('reason') != 'payment_pending' or not self.can_be_pending(booking, call) \
                or booking.booker != call.booker or booking.schedule.number != call.schedule:
            return 'refused for a payment that is not under way'
        return None

    def is_pending(self, call):
        facts = call.facts()
        if facts.get('reason') != 'payment_pending' or facts.get('booking_id') != call.args['text'] \
                or not self.can_be_pending(self.db.bookings.get(call.args['text']), call):
            return 'refused for a payment that is not under way'
        return None

    def not_booked(self, call):
        """PT404 of cancel_seats(): of the booking, or with the seats that are none of its."""
        booking = self.db.bookings.get(call.args['text'])
        if not call.refused_seats():
            return self.no_such_booking(call)
        lines = {s.number for s, _, _ in booking.seats} if booking and booking.booker == call.booker else set()
        named = {self.db.seat_by_id[s].number for s, _ in call.refused_seats()}
        if not lines or named != set(call.seats) - lines:
            return 'refused for other seats than those that are not of the booking'
        return None

    # ---- keys ----

    def has_answer(self, call):
        """A key that has made a booking is answered with it, whatever has become of the seats."""
        booking = self.checker.answer_of_key(call)
        if call.kind in SALES and booking and self.told.get(booking, FOREVER) < call.inv \
                and call.facts().get('reason') != 'key_reused':
            return 'refused, although its key had made a booking'
        return None

    def key_reused(self, call):
        """Right where the key has a booking, and its content is another."""
        booking = self.db.bookings.get(self.checker.answer_of_key(call))
        if booking is None or booking.created > call.ret:
            return 'refused for a key that had made no booking'
        if (call.kind == 'book' or call.schedule == booking.schedule.number) \
                and (call.kind == 'confirm' or sorted(call.seats) == sorted(s.number for s, _, _ in booking.seats)):
            return 'refused for the content of a key, which is the same'
        return None

    # ---- rules ----

    def rule(self, call):
        reason = call.facts().get('reason')
        if reason == 'key_reused' and call.kind in SALES:
            return self.key_reused(call)
        if reason == 'booker_limit' and (call.kind in HOLDS or call.kind == 'book'):
            return self.limit(call)
        return 'refused for a rule that it does not break'

    def limit(self, call):
        schedule, facts = self.checker.schedule_of(call), call.facts()
        owned = {seat for start, end, seat in self.checker.possible[(call.booker, schedule.number)]
                 if start <= call.ret and end >= call.inv}
        most = len(owned.union(call.seats)) + int(call.args.get('number', 0))
        if schedule.limit is None or most <= schedule.limit:
            return 'refused for a limit that was not reached'
        if facts.get('limit') != schedule.limit or not schedule.limit < facts.get('wanted', 0) <= most:
            return 'refused for %s seats, the limit being %s: at most %d can be, the limit is %d' % (
                facts.get('wanted'), facts.get('limit'), most, schedule.limit)
        return None

    # ---- the window ----

    def index_closings(self):
        """{schedule: (the first instant at which it can have been cancelled, the one from which it surely was)}"""
        closings = {}
        for call in self.checker.calls:
            if call.kind == 'cancel_schedule' and (call.ok or call.lost):
                first, last = closings.get(call.schedule, (FOREVER, FOREVER))
                closings[call.schedule] = (min(first, call.inv), min(last, call.ret) if call.ok else last)
        return closings

    def closed(self, call):
        schedule, reason = self.checker.schedule_of(call), call.facts().get('reason')
        first, last = self.closings.get(schedule.number, (FOREVER, FOREVER))
        if reason == 'schedule_cancelled' and call.ret >= first:
            return None
        # a live hold can be confirmed after the window: it has been bounded by it
        if reason == 'window_over' and call.kind not in ('confirm', 'confirm_named') \
                and call.ret >= schedule.cap and call.inv <= last:
            return None
        return 'refused as closed while booking was open'

    def schedule_changing(self, call):
        """Right where a booking came in and was changed again while the schedule was being cancelled."""
        def meets(other):
            transaction = self.checker.transactions.get(other.transaction)
            ret = other.ret
            if transaction:
                ret = FOREVER if transaction.ret is None else transaction.ret
            return other.inv <= call.ret and ret >= call.inv

        if call.facts().get('reason') == 'schedule_changing':
            sold = {self.checker.made[c.number] for c in self.checker.calls
                    if isinstance(self.checker.made.get(c.number), Booking) and meets(c)}
            names = {n for b in sold if b.schedule.number == call.schedule for n in (b.id, b.number)}
            if any(c.kind in CANCELS and c.args['text'] in names and meets(c) for c in self.checker.calls):
                return None
        return 'refused for a change that nobody was making'

    # ---- holds ----

    def no_live_hold(self, call):
        """
        A confirm looks once: it is wrong if at every instant some hold of the
        booker's on the schedule was surely alive. An extension looks, and then
        waits for each seat it saw, in lock order; it is wrong if one hold was
        alive from before the call until after it. (That holds taking turns can
        escape it is known: to look again, it would have to wait out of order.)
        """
        if call.kind == 'confirm' and call.refused_seats():
            return self.ended_meanwhile(call)
        if call.facts().get('concert_schedule_id') != self.db.schedules[call.schedule].id:
            return 'refused for another schedule than asked for'
        if self.holds_in_transaction(call):
            return 'no live hold, it says; its own transaction has one'
        ended = {s for c in self.own_calls(call) for s in self.may_have_ended(c, call)}
        reach = call.inv
        # It is judged by a look and a clock read after it: a hold that ends before the reply proves nothing.
        for start, end, seat, expires in sorted(self.checker.sure[(call.booker, call.schedule)]):
            if start >= (call.inv if call.kind == 'extend' else reach):
                break
            if expires != FOREVER and expires > call.ret and seat not in ended:
                reach = max(reach, end)
        return 'no live hold, it says; there was one at every instant' if reach > call.ret else None

    def ended_meanwhile(self, call):
        """A confirm of all names what it found alive and then not: the seats' histories judge the second half."""
        found = {seat for start, end, seat in self.checker.possible[(call.booker, call.schedule)]
                 if start <= call.ret and end >= call.inv}
        if not {self.db.seat_by_id[s].number for s, _ in call.refused_seats()} <= found:
            return 'refused for a seat that the booker did not hold'
        return None

    def may_have_ended(self, earlier, call):
        """Seats of which an earlier call of the same transaction may have taken the hold."""
        if earlier.kind in ('release', 'book', 'confirm_named', 'block', 'unblock'):
            return earlier.seats
        if earlier.kind in ('confirm', 'release_all', 'cancel_schedule'):
            return [s.number for s in self.db.seats if s.schedule.number == call.schedule]
        return []

    def holds_in_transaction(self, call):
        """Whether the transaction has itself given the booker a term that lasts: its locks keep others out."""
        own = self.own_calls(call)
        for i, earlier in enumerate(own):
            if earlier.kind not in HOLDS | {'extend'} or earlier.booker != call.booker or not self.counts(earlier, call):
                continue
            ended = {s for c in own[i + 1:] for s in self.may_have_ended(c, call)}
            for seat, step in self.checker.hold_steps(earlier):
                term = step[5]
                if term.number == call.schedule and seat not in ended and call.ret < step[4] != term.cap \
                        and (earlier.kind == 'extend' or self.checker.writes(seat, earlier, step)):
                    return True
        return False

    # ---- timeouts ----

    def timeout(self, call, setting, just_off):
        """A timeout is one that the client has set. The timer of a SET that switches it off can still end the next call."""
        if 'cluster' in self.checker.profile:
            return None                 # the roles of web clients have one
        if not self.timeouts.get((call.client, setting)) and just_off != setting:
            return 'ended by %s, which is off' % setting
        return None
