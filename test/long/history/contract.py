"""
What the one right answer to a call is where nobody else plays, told from the
contracts (DESIGN.md, the comments in sql/, the table of errors in README.md)
without a look at the code: State is what a box office knows between two calls,
and a decide_KIND of Contract tells from it, the call and the instants at which the
server judges what it answers, as a tuple for serial.py to compare and carry out.

A call looks at an instant, and judges again at the same or a later one once it
has its locks: early and late.
"""

import collections
import copy
import itertools
import json

LETTERS = {'free': 'a', 'held': 't', 'reserved': 'r', 'blocked': 'u'}

# first, last: between these instants the hold began; cancelled likewise, or None
Hold = collections.namedtuple('Hold', 'booker end first last')
# pay_by: it was begun by begin_payment(); given: seats that were given back, with what the house keeps of
# them; is_expired: somebody has noticed that it is over
Sale = collections.namedtuple('Sale', 'id number booker schedule key seats total created cancelled'
                              ' pay_by paid given is_expired', defaults=(None, None, (), False))
# kind, booking, amount, outcome and how much of it is due, by the reference
Payment = collections.namedtuple('Payment', 'kind booking amount outcome due')


def refusal(code, detail):
    return ('refused', code, json.dumps(detail))


class State:
    def __init__(self):
        self.holds = {}                 # by seat; those too that have lapsed and were not swept
        # A small sweep takes any of the lapsed holds: these were there, and so many of them still are.
        self.doubted, self.fewest, self.most = frozenset(), 0, 0
        self.sold = {}                  # seat: booking
        self.bookings = {}
        self.keys = {}                  # (booker, key): booking
        self.blocked = frozenset()
        self.closed = frozenset()       # schedules that were cancelled
        self.log = collections.Counter()    # events that are no booking's
        self.swept = 0
        self.story = collections.Counter()  # events of bookings: (kind, booking, seats)
        self.payments = {}              # (kind, reference): payment
        self.due = {}                   # booking: how much has to go back; the oldest first
        self.claimed = frozenset()      # bookings of which a worker gives it back
        self.saved = ()                 # as it was at BEGIN and at each savepoint
        self.failed = False             # the transaction can only be rolled back

    def __eq__(self, other):
        return vars(self) == vars(other)

    def copy(self):
        other = copy.copy(self)
        for name in ('holds', 'sold', 'bookings', 'keys', 'log', 'story', 'payments', 'due'):
            setattr(other, name, copy.copy(getattr(self, name)))
        return other

    def status(self, sale, instant):
        """A pending booking is over at pay_by."""
        if sale.cancelled:
            return 'cancelled'
        if sale.pay_by is None or sale.paid:
            return 'confirmed'
        return 'expired' if sale.is_expired or sale.pay_by <= instant else 'pending'

    def lines(self, sale):
        """The seats of a booking: while it is confirmed those that were not given back."""
        given = dict(sale.given) if self.status(sale, 0) == 'confirmed' else ()
        return [s for s in sale.seats if s not in given]

    def credit(self, booking):
        """What was paid and is neither back nor due."""
        return sum(p.amount if p.kind == 'charge' else -p.amount for p in self.payments.values()
                   if p.booking == booking) - self.due.get(booking, 0)

    def owe(self, booking, amount):
        if amount > 0:
            self.due[booking] = self.due.get(booking, 0) + amount

    def verdict(self, seat, booker, instant):
        if seat in self.sold:
            return 'reserved'
        if seat in self.blocked:
            return 'blocked'
        hold = self.holds.get(seat)
        if hold is None or hold.end <= instant:
            return 'free'
        return 'mine' if hold.booker == booker else 'held'

    def remove_hold(self, seat):
        self.holds.pop(seat, None)
        if seat in self.doubted:
            self.doubt(self.doubted - {seat}, self.fewest - 1, self.most)

    def doubt(self, seats, fewest, most):
        """Of these holds at least `fewest` and at most `most` are there."""
        self.doubted, self.fewest, self.most = seats, max(fewest, 0), min(most, len(seats))
        if self.most == 0:
            for seat in seats:
                del self.holds[seat]
        if self.most == 0 or self.fewest == len(seats):
            self.doubted, self.fewest, self.most = frozenset(), 0, 0

    def back_to(self, number):
        """As it was at a savepoint; 0: before the transaction."""
        other = self.saved[number].copy()
        other.saved = self.saved[:number + 1] if number else ()
        return other


# grade, section, number of the row in seat order, place in it
Place = collections.namedtuple('Place', 'grade section row index')


class Contract:
    def __init__(self, database, plan=None):
        """plan: where each seat is; without one, as the labels say."""
        self.db = database
        self.plan = plan or [self.place_by_label(s) for s in database.seats]
        self.seats = [[s.number for s in database.seats if s.schedule is schedule]
                      for schedule in database.schedules]

    # ---- refusals ----

    def schedule_of(self, call):
        return self.db.seats[call.seats[0]].schedule if call.seats else self.db.schedules[call.schedule]

    def named(self, seats, reason):
        """A DETAIL that lists seats."""
        return [{'seat_id': self.db.seats[s].id, 'seat_number': self.db.seats[s].label, 'reason': reason(s)}
                for s in seats]

    def refuse_taken(self, state, call, instant):
        """PT409, by the first look."""
        taken = [s for s in call.seats if state.verdict(s, call.booker, instant) not in ('free', 'mine')]
        if taken:
            return refusal('PT409', self.named(taken, lambda s: state.verdict(s, call.booker, instant)))
        return None

    def refuse_two_schedules(self, call):
        if len({self.db.seats[s].schedule for s in call.seats}) > 1:
            return refusal('PT422', {'reason': 'two_schedules'})
        return None

    def refuse_closed(self, state, schedule, instant):
        if schedule.number in state.closed:
            return refusal('PT423', {'reason': 'schedule_cancelled'})
        if instant is not None and schedule.cap <= instant:
            return refusal('PT423', {'reason': 'window_over'})
        return None

    def refuse_limit(self, state, call, schedule, instant):
        if schedule.limit is None:
            return None
        owned = self.owned(state, call.booker, schedule.number, instant)
        wanted = len(owned.union(call.seats)) + int(call.args.get('number', 0))
        if wanted > schedule.limit:
            return refusal('PT422', {'reason': 'booker_limit', 'wanted': wanted, 'limit': schedule.limit})
        return None

    def owned(self, state, booker, schedule, instant):
        """Seats that count towards the limit: held, kept for a pending booking, sold."""
        owned = set(self.live(state, booker, schedule, instant))
        for sale in state.bookings.values():
            if sale.booker == booker and sale.schedule == schedule:
                owned.update(s for s in sale.seats if state.sold.get(s) == sale.id
                             or state.verdict(s, sale.id, instant) == 'mine')
        return owned

    def refuse_not_held(self, state, code, call, seats, instant, schedule=None):
        missing = [s for s in seats if state.verdict(s, call.booker, instant) != 'mine'
                   or schedule not in (None, self.db.seats[s].schedule.number)]
        return refusal(code, self.named(missing, lambda _: 'not_held')) if missing else None

    def refuse_no_hold(self, call):
        return refusal('PT410', {'reason': 'no_live_hold',
                                 'concert_schedule_id': self.db.schedules[call.schedule].id})

    # ---- holds ----

    def live(self, state, booker, schedule, instant):
        """The booker's live holds, in seat order."""
        return tuple(sorted(s for s, h in state.holds.items() if h.booker == booker and h.end > instant
                            and schedule in (None, self.db.seats[s].schedule.number)))

    def decide_hold(self, state, call, early, late):
        schedule = self.schedule_of(call)
        refused = self.refuse_two_schedules(call) or self.refuse_taken(state, call, early)
        if refused:
            return refused
        if all(state.verdict(s, call.booker, early) == 'mine' for s in call.seats):
            return self.grant(state, call, call.seats, early)
        return (self.refuse_closed(state, schedule, early) or self.refuse_limit(state, call, schedule, early)
                or self.refuse_closed(state, schedule, late) or self.grant(state, call, call.seats, late))

    decide_hold_many = decide_hold

    def decide_hold_best(self, state, call, early, late):
        schedule = self.schedule_of(call)
        refused = self.refuse_closed(state, schedule, early) or self.refuse_limit(state, call, schedule, early)
        if refused:
            return refused
        block = self.best_block(state, call, early)
        if block is None:
            return refusal('PT409', {'reason': 'not_enough_seats', 'seat_count': int(call.args['number']),
                                     'adjacent': 'adjacent' in call.args})
        if any(call.inv < h.end <= call.ret and s in self.seats[call.schedule] for s, h in state.holds.items()):
            answer = ('chosen', len(block), 'adjacent' in call.args)    # each seat is judged at an instant of its own
        else:
            answer = self.grant(state, call, block, late)
        return self.refuse_closed(state, schedule, late) or answer

    def grant(self, state, call, seats, instant):
        return ('held', tuple((s, state.holds[s].end if state.verdict(s, call.booker, instant) == 'mine' else None)
                              for s in seats))

    def best_block(self, state, call, instant):
        """
        Apart: the first free seats. Adjacent: neighbours in a row that leave no
        single free seat beside them, if there are such; of these the first row's,
        nearest to its middle. A schedule of this size is one window.
        """
        count = int(call.args['number'])
        seats = [s for s in self.seats[call.schedule] if self.is_wished(self.db.seats[s], call)]
        free = {s for s in seats if state.verdict(s, None, instant) == 'free'}
        if 'adjacent' not in call.args:
            block = [s for s in seats if s in free][:count]
            return block if len(block) == count else None
        places = []
        for row, members in itertools.groupby(seats, key=lambda s: self.plan[s].row):
            members = list(members)
            for first in range(len(members) - count + 1):
                block = members[first:first + count]
                if free.issuperset(block) and self.are_neighbours(block):
                    rest = (self.run_of(members[:first][::-1], free, block[0]),
                            self.run_of(members[first + count:], free, block[-1]))
                    places.append((1 in rest, row, abs(2 * first + count - len(members)), first, block))
        return min(places)[-1] if places else None

    def place_by_label(self, seat):
        row, index = seat.label.split('-')
        return Place('VIP' if row == 'A' else 'R', None, row, int(index))

    def are_neighbours(self, seats):
        return all(self.plan[a].row == self.plan[b].row and abs(self.plan[a].index - self.plan[b].index) == 1
                   for a, b in zip(seats, seats[1:]))

    def run_of(self, members, free, neighbour):
        """How many free seats stand in a line beside the neighbour."""
        length = 0
        for seat in members:
            if seat not in free or not self.are_neighbours([neighbour, seat]):
                break
            length, neighbour = length + 1, seat
        return length

    def is_wished(self, seat, call):
        place, args = self.plan[seat.number], call.args
        return (args.get('grade', place.grade) == place.grade and args.get('section', place.section) == place.section
                and seat.price <= int(args.get('max_price', seat.price)))

    def decide_extend(self, state, call, early, late):
        refused = self.refuse_closed(state, self.db.schedules[call.schedule], early)
        if refused:
            return [refused]
        # Each seat is judged at an instant of its own: one whose hold ends meanwhile is in or out.
        live, perhaps = (self.live(state, call.booker, call.schedule, instant) for instant in (late, early))
        return [('extended', live, perhaps)] * bool(perhaps) + [self.refuse_no_hold(call)] * (not live)

    def decide_release(self, state, call, early, late):
        return self.refuse_not_held(state, 'PT404', call, call.seats, late) or ('freed', len(call.seats), ())

    def decide_release_all(self, state, call, early, late):
        rows = tuple(sorted(s for s, h in state.holds.items() if h.booker == call.booker))
        return ('freed', len(self.live(state, call.booker, None, late)), rows)

    def decide_expire(self, state, call, early, late):
        return ('swept', frozenset(s for s, h in state.holds.items() if h.end <= late))

    # ---- sales ----

    def refuse_or_repeat(self, state, call):
        """What the idempotency key has to say."""
        sale = state.bookings.get(state.keys.get((call.booker, call.args.get('key'))))
        if sale is None:
            return None
        if call.kind != 'book' and call.schedule != sale.schedule \
                or call.kind != 'confirm' and sorted(call.seats) != list(sale.seats):
            return refusal('PT422', {'reason': 'key_reused'})
        return ('told', sale.id)

    def decide_confirm(self, state, call, early, late):
        answer = self.refuse_or_repeat(state, call) or self.refuse_closed(state, self.db.schedules[call.schedule], None)
        if answer:
            return answer
        seats = call.seats or self.live(state, call.booker, call.schedule, early)
        if not seats:
            return self.refuse_no_hold(call)
        return (self.refuse_not_held(state, 'PT410', call, seats, late, call.schedule)
                or ('sold', tuple(sorted(seats)), min(state.holds[s].end for s in seats)))

    decide_confirm_named = decide_confirm

    def decide_book(self, state, call, early, late):
        schedule = self.schedule_of(call)
        return (self.refuse_or_repeat(state, call)
                or self.refuse_two_schedules(call) or self.refuse_taken(state, call, early)
                or self.refuse_closed(state, schedule, early) or self.refuse_limit(state, call, schedule, early)
                or self.refuse_closed(state, schedule, late) or ('sold', tuple(sorted(call.seats)), None))

    def own_sale(self, state, call):
        sale = state.bookings.get(call.args['text'])
        return sale if sale and sale.booker == call.booker else None

    def decide_cancel(self, state, call, early, late):
        return self.decide_cancel_of(state, self.own_sale(state, call), late)

    def decide_cancel_guest(self, state, call, early, late):
        # an odd booker is a guest; the number and the guest's phone are asked for
        return self.decide_cancel_of(state, next((s for s in state.bookings.values() if s.number == call.args['text']
                                           and s.booker == call.booker and s.booker % 2), None), late)

    def decide_cancel_of(self, state, sale, late):
        if sale is None:
            return refusal('PT404', {'reason': 'no_such_booking'})
        status = state.status(sale, late)
        if status == 'confirmed':
            return ('given_back', sale.id, tuple(state.lines(sale)))
        return ('given_up' if status == 'pending' else 'told', sale.id)

    # ---- payment ----

    def pending_of(self, state, booker, schedule, instant):
        return next((s for s in state.bookings.values() if s.booker == booker and s.schedule == schedule
                     and state.status(s, instant) == 'pending'), None)

    def refuse_pending(self, sale):
        return refusal('PT409', {'reason': 'payment_pending', 'booking_id': sale.id}) if sale else None

    def decide_begin_payment(self, state, call, early, late):
        return (self.refuse_or_repeat(state, call) or self.refuse_closed(state, self.db.schedules[call.schedule], None)
                or self.refuse_pending(self.pending_of(state, call.booker, call.schedule, early))
                or self.refuse_not_held(state, 'PT410', call, call.seats, late, call.schedule)
                or ('kept', tuple(sorted(call.seats)), min(state.holds[s].end for s in call.seats)))

    def decide_cancel_payment(self, state, call, early, late):
        answer = self.decide_cancel_of(state, self.own_sale(state, call), late)
        return ('told', answer[1]) if answer[0] == 'given_back' else answer

    def decide_cancel_seats(self, state, call, early, late):
        sale = self.own_sale(state, call)
        answer = self.decide_cancel_of(state, sale, late)
        if answer[0] == 'given_up':
            return self.refuse_pending(sale)
        strangers = [s for s in call.seats if s not in sale.seats] if sale else ()
        if strangers:
            return refusal('PT404', [dict(named, seat_number=None) for named in self.named(strangers, lambda s: 'not_booked')])
        if answer[0] != 'given_back':
            return answer
        left = tuple(s for s in state.lines(sale) if s in call.seats)
        return ('given_back', sale.id, left) if left else ('told', sale.id)

    def decide_confirm_payment(self, state, call, early, late):
        """('recorded', outcome, how much of it is due, whether the booking is sold, is expired): what money buys."""
        amount, sale = int(call.args['number']), state.bookings.get(call.args['text'])
        if ('charge', call.args['key']) in state.payments:
            return ('answered', 'charge')
        status = state.status(sale, late) if sale else None
        price, paid = 0, 0
        if status == 'pending':
            price, paid = sale.total, state.credit(sale.id)
            if paid + amount < price:
                return ('charged', 'amount_short', 0, False, False)
        elif status == 'expired' and self.is_to_be_had(state, sale, late) or status == 'confirmed' and sale.paid is None:
            price = sum(self.db.seats[s].price for s in state.lines(sale))
        if price and paid + amount >= price:
            due = paid + amount - price
            return ('charged', 'refund_due' if due else 'confirmed', due, True, False)
        return ('charged', 'refund_due', amount, False, status == 'expired')

    def is_to_be_had(self, state, sale, instant):
        """Whether a booking that is over can be sold once more."""
        schedule = self.db.schedules[sale.schedule]
        others = self.owned(state, sale.booker, sale.schedule, instant)
        return (self.refuse_closed(state, schedule, instant) is None
                and (schedule.limit is None or len(others) + len(sale.seats) <= schedule.limit)
                and all(state.verdict(s, None, instant) == 'free' for s in sale.seats))

    def decide_record_refund(self, state, call, early, late):
        return ('answered', 'refund') if ('refund', call.args['key']) in state.payments else ('refunded',)

    def over(self, state, instant):
        """Bookings that nobody has noticed to be over, oldest first."""
        return [s for s in state.bookings.values() if state.status(s, instant) == 'expired' and not s.is_expired]

    def decide_expire_bookings(self, state, call, early, late):
        return ('noticed', tuple(s.id for s in self.over(state, late))[:int(call.args['number'])])

    def decide_due_refunds(self, state, call, early, late):
        page = int(call.args['number'])
        paid = {p.booking for p in state.payments.values()}
        return ('claimed', page, tuple(s.id for s in self.over(state, late) if s.id in paid)[:page])

    def decide_audit_payments(self, state, call, early, late):
        return ('audited', 1)

    # ---- operators ----

    def decide_block(self, state, call, early, late):
        taken = [s for s in call.seats if state.verdict(s, None, late) in ('held', 'reserved')]
        if taken:
            return refusal('PT409', self.named(taken, lambda s: state.verdict(s, None, late)))
        return ('switched', 'seats_blocked', tuple(s for s in call.seats if s not in state.blocked))

    def decide_unblock(self, state, call, early, late):
        return ('switched', 'seats_unblocked', tuple(s for s in call.seats if s in state.blocked))

    def decide_cancel_schedule(self, state, call, early, late):
        return ('closed', tuple(sorted(s.id for s in state.bookings.values() if s.schedule == call.schedule
                                       and state.status(s, late) in ('pending', 'confirmed'))))

    def decide_audit(self, state, call, early, late):
        return ('audited', 3)

    def letters(self, state, schedule, instant):
        """What anybody is shown, one letter a seat: a hold that is over is none."""
        return ''.join(LETTERS[state.verdict(s, None, instant)] for s in self.seats[schedule])

    def decide_seat_status(self, state, call, early, late):
        return ('shown', self.letters(state, call.schedule, call.inv), self.letters(state, call.schedule, call.ret))

    decide_seat_map = decide_seat_status
