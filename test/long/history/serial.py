"""
The oracle of profile serial: one client plays alone, so every reply has one
right answer (contract.py), which is compared with the reply whole, call by call,
and in the end with the tables. Unknown is only when, within a call, the server
read its clock: where a deadline lies inside the call, each side of it is tried,
and what the reply fits goes on.
"""

import collections
import hashlib
import json
import re

from contract import Contract, Hold, Payment, Sale, State
from payments import refund_of
from record import Receipt

NUMBER_SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U'
NUMBER = re.compile(r'([0-9A-HJKMNP-TV-Z]{4})-([0-9A-HJKMNP-TV-Z]{4})-([0-9A-HJKMNP-TV-Z]{4})-([0-9A-HJKMNP-Z*~$=])$')


class Unfit(Exception):
    """The reply is not the one that the state answers with; says which is."""


def expect(right, text):
    if not right:
        raise Unfit(text)


class Oracle(Contract):
    """settle_NAME compares the reply with a decision and does to the state what the call did."""

    def __init__(self, calls, database, complain, plan=None):
        super().__init__(database, plan)
        self.calls, self.complain = calls, complain
        self.judged = self.in_doubt = self.ranges = 0

    # ---- holds ----

    def held_rows(self, call):
        return [(self.db.seat_by_id[row[0]].number, int(row[1])) for row in call.rows]

    def settle_held(self, state, call, late, seats):
        rows = self.held_rows(call)
        expect([s for s, _ in rows] == [s for s, _ in seats], 'the seats %s' % [s for s, _ in seats])
        for (seat, end), (_, kept) in zip(rows, seats):
            if kept is not None:
                expect(end == kept, 'seat %d kept until %d' % (seat, kept))
                continue
            schedule = self.db.seats[seat].schedule
            first, last = late, min(call.ret, schedule.cap - 1)
            ends = [min(instant + schedule.length, schedule.cap) for instant in (first, last)]
            expect(ends[0] <= end <= ends[1], 'seat %d held until %d to %d' % (seat, *ends))
            state.remove_hold(seat)
            state.holds[seat] = Hold(call.booker, end, max(first, end - schedule.length), last)

    def settle_chosen(self, state, call, late, count, adjacent):
        seats = [s for s, _ in self.held_rows(call)]
        expect(len(seats) == count and sorted(seats) == seats, '%d seats in seat order' % count)
        expect(all(s in self.seats[call.schedule] and self.is_wished(self.db.seats[s], call) for s in seats),
               'seats as they were asked for')
        expect(all(state.verdict(s, None, call.ret) == 'free' for s in seats), 'free seats')
        expect(not adjacent or self.are_neighbours(seats), 'neighbours')
        self.settle_held(state, call, late, [(s, None) for s in seats])

    def settle_extended(self, state, call, late, live, perhaps):
        rows = self.held_rows(call)
        seats = [s for s, _ in rows]
        expect(seats and sorted(seats) == seats and set(live) <= set(seats) <= set(perhaps),
               'the seats %s' % list(live or perhaps))
        schedule = self.db.schedules[call.schedule]
        for seat, end in rows:
            hold = state.holds[seat]
            ends = [max(hold.end, min(instant + schedule.length, since + schedule.longest, schedule.cap))
                    for instant, since in ((call.inv, hold.first), (call.ret, hold.last))]
            expect(ends[0] <= end <= ends[1], 'seat %d held until %d to %d' % (seat, *ends))
            state.holds[seat] = hold._replace(end=end)

    def settle_freed(self, state, call, late, count, rows):
        expect(call.rows == [[str(count)]], '%d released' % count)
        for seat in rows or call.seats:
            state.remove_hold(seat)

    def settle_swept(self, state, call, late, lapsed):
        certain = len(lapsed - state.doubted)
        fewest, most = certain + state.fewest, certain + state.most
        batch = int(call.args['number'])
        self.ranges += min(fewest, batch) < min(most, batch)
        count = int(call.rows[0][0])
        expect(min(fewest, batch) <= count <= min(most, batch), '%d to %d swept' % (min(fewest, batch), min(most, batch)))
        state.swept += count
        if count < batch:
            fewest = most = count
        state.doubt(lapsed, fewest - count, most - count)

    # ---- sales ----

    def new_sale(self, state, call, late, seats, deadline):
        receipt = Receipt(call.rows[0])
        expect(late <= receipt.created <= call.ret, 'a booking made in the call')
        expect(deadline is None or receipt.created < deadline, 'a booking made before %s' % deadline)
        expect(receipt.booking not in state.bookings, 'a new booking')
        expect(all(receipt.number != sale.number for sale in state.bookings.values()), 'a new number')
        expect(self.is_number(receipt.number), 'a booking number')
        return Sale(receipt.booking, receipt.number, call.booker, self.db.seats[seats[0]].schedule.number,
                    call.args.get('key'), seats, sum(self.db.seats[s].price for s in seats), receipt.created, None)

    def settle_sold(self, state, call, late, seats, deadline):
        sale = self.new_sale(state, call, late, seats, deadline)
        self.compare(state, Receipt(call.rows[0]), sale, call)
        for seat in seats:
            state.remove_hold(seat)
            state.sold[seat] = sale.id
        self.keep_sale(state, sale)
        state.story[('booking_confirmed', sale.id, len(seats))] += 1

    def keep_sale(self, state, sale):
        state.bookings[sale.id] = sale
        if sale.key:
            state.keys[(sale.booker, sale.key)] = sale.id

    def is_number(self, text):
        """Twelve symbols and Crockford's check symbol."""
        match = NUMBER.match(text)
        value = 0
        for symbol in ''.join(match.groups()[:3]) if match else '':
            value = value * 32 + NUMBER_SYMBOLS.index(symbol)
        return match is not None and NUMBER_SYMBOLS[value % 37] == match.group(4)

    def compare(self, state, receipt, sale, call):
        """A receipt and what it should say."""
        seats = state.lines(sale)
        statuses = {state.status(sale, call.inv), state.status(sale, call.ret)}
        told = (receipt.booking, receipt.number, receipt.schedule, receipt.status, receipt.seat_count,
                receipt.total, receipt.seat_numbers, receipt.created)
        right = (sale.id, sale.number, self.db.schedules[sale.schedule].id,
                 receipt.status if receipt.status in statuses else statuses, len(seats),
                 sum(self.db.seats[s].price for s in seats), [self.db.seats[s].label for s in seats], sale.created)
        expect(told == right, 'the receipt %s' % (right,))
        if receipt.refund_due is not None:
            due = state.due.get(sale.id, 0)
            if receipt.status == 'expired' and not sale.is_expired:
                due += state.credit(sale.id)    # nobody has made it due yet
            expect((receipt.pay_by, receipt.refund_due) == (sale.pay_by, due),
                   'a receipt with pay_by %s and %d due' % (sale.pay_by, due))
        if sale.cancelled is None:
            expect(receipt.cancelled is None, 'a receipt that is not cancelled')
        else:
            first, last = sale.cancelled
            expect(receipt.cancelled is not None and first <= receipt.cancelled <= last,
                   'a receipt cancelled at %d to %d' % (first, last))

    def settle_told(self, state, call, late, booking):
        receipt = Receipt(call.rows[0])
        sale = state.bookings[booking]
        self.compare(state, receipt, sale, call)
        if sale.cancelled:
            state.bookings[booking] = sale._replace(cancelled=(receipt.cancelled, receipt.cancelled))

    def settle_given_back(self, state, call, late, booking, seats):
        self.give_back(state, booking, seats, call)
        self.settle_told(state, call, late, booking)

    def give_back(self, state, booking, seats, call, in_full=False):
        """Seats of a confirmed booking; what was paid for them is due by the refund rules, or in full."""
        sale, fees = state.bookings[booking], {}
        for seat in seats:
            del state.sold[seat]
            price = self.db.seats[seat].price
            refund = price if in_full else refund_of(self.db.schedules[sale.schedule].ladder, price)
            fees[seat] = price - refund if sale.paid else None
            state.owe(booking, refund if sale.paid else 0)
        sale = sale._replace(given=sale.given + tuple(fees.items()))
        if len(sale.given) == len(sale.seats):
            sale = sale._replace(cancelled=(call.inv, call.ret))
        state.bookings[booking] = sale
        state.story[('booking_cancelled' if sale.cancelled else 'seats_cancelled', booking, len(seats))] += 1

    def settle_given_up(self, state, call, late, booking):
        self.give_up(state, booking, call)
        self.settle_told(state, call, late, booking)

    def give_up(self, state, booking, call):
        """A pending booking: what was paid in part is due."""
        sale = state.bookings[booking]
        for seat in sale.seats:
            state.remove_hold(seat)
        state.owe(booking, state.credit(booking))
        state.bookings[booking] = sale._replace(cancelled=(call.inv, call.ret))
        state.story[('booking_cancelled', booking, len(sale.seats))] += 1

    # ---- payment ----

    def settle_kept(self, state, call, late, seats, deadline):
        sale = self.new_sale(state, call, late, seats, deadline)
        window = self.db.schedules[sale.schedule].window
        pay_by = Receipt(call.rows[0]).pay_by
        expect(pay_by is not None and late + window <= pay_by <= call.ret + window, 'a booking to be paid within its window')
        sale = sale._replace(pay_by=pay_by)
        for seat in seats:
            state.remove_hold(seat)
            state.holds[seat] = Hold(sale.id, pay_by, late, call.ret)
        self.compare(state, Receipt(call.rows[0]), sale, call)
        self.keep_sale(state, sale)

    def settle_answered(self, state, call, late, kind):
        payment = state.payments[(kind, call.args['key'])]
        self.compare_outcome(state, call, payment)

    def compare_outcome(self, state, call, payment):
        sale = state.bookings.get(payment.booking)
        outcome, booking, status, due = call.rows[0]
        statuses = {state.status(sale, call.inv), state.status(sale, call.ret)} if sale else {'~'}
        right = state.due.get(payment.booking, 0) if payment.kind == 'refund' else payment.due
        if payment.kind == 'refund' and sale and status == 'expired' and not sale.is_expired:
            right = max(right, state.credit(payment.booking) + right)   # nobody has made it due yet
        expect((outcome, booking, int(due)) == (payment.outcome, payment.booking, right) and status in statuses,
               '%s of booking %s, %s, %d due' % (payment.outcome, payment.booking, statuses, right))

    def settle_charged(self, state, call, late, outcome, due, is_sold, is_over):
        booking, amount = call.args['text'], int(call.args['number'])
        sale = state.bookings.get(booking)
        if is_over:
            self.notice(state, booking)
        elif is_sold and state.status(sale, late) == 'expired':
            state.owe(booking, state.credit(booking))   # that part was too late to count
        state.payments[('charge', call.args['key'])] = payment = Payment('charge', booking, amount, outcome, due)
        state.owe(booking, due)
        if is_sold:
            if sale.pay_by is not None:
                state.story[('booking_confirmed', booking, len(sale.seats))] += 1
                for seat in sale.seats:
                    state.remove_hold(seat)
                    state.sold[seat] = booking
            state.bookings[booking] = state.bookings[booking]._replace(paid=(late, call.ret))
        self.compare_outcome(state, call, payment)

    def notice(self, state, booking):
        """A booking that is over: what was paid in part is due."""
        sale = state.bookings[booking]
        if not sale.is_expired:
            state.story[('booking_expired', booking, len(sale.seats))] += 1
            state.bookings[booking] = sale._replace(is_expired=True)
            state.owe(booking, state.credit(booking))

    def settle_refunded(self, state, call, late):
        booking, amount = call.args['text'], int(call.args['number'])
        state.payments[('refund', call.args['key'])] = payment = Payment('refund', booking, amount, 'recorded', 0)
        state.claimed -= {booking}
        if state.due.get(booking, 0) > amount:
            state.due[booking] -= amount
        else:
            state.due.pop(booking, None)
        self.compare_outcome(state, call, payment)

    def settle_noticed(self, state, call, late, over):
        expect(call.rows == [[str(len(over))]], '%d expired' % len(over))
        for booking in over:
            self.notice(state, booking)

    def settle_claimed(self, state, call, late, page, over):
        for booking in sorted(over):
            self.notice(state, booking)
        rows = [(b, str(due)) for b, due in state.due.items() if b not in state.claimed][:page]
        expect(call.rows == [list(r) for r in rows], 'the refunds %s' % rows)
        state.claimed |= {b for b, _ in rows}

    # ---- operators ----

    def settle_switched(self, state, call, late, event, seats):
        expect(call.rows == [[str(len(seats))]], '%d %s' % (len(seats), event.replace('_', ' ')))
        for schedule, count in collections.Counter(self.db.seats[s].schedule.id for s in seats).items():
            state.log[(event, schedule, count)] += 1
        for seat in call.seats if event == 'seats_blocked' else ():
            state.remove_hold(seat)
        state.blocked = state.blocked ^ set(seats)

    def settle_closed(self, state, call, late, cancelled):
        number, seats = call.schedule, frozenset(self.seats[call.schedule])
        bookings = [state.bookings[b] for b in cancelled]
        sold = sum(len(state.lines(s)) for s in bookings)
        certain = len(seats.intersection(state.holds) - state.doubted)
        inside = state.doubted & seats
        fewest = certain + max(0, state.fewest - len(state.doubted - inside))
        most = certain + min(len(inside), state.most)
        self.ranges += fewest < most
        told = tuple(int(n) for n in call.rows[0][0].strip('()').split(','))
        expect(told[:2] == (len(bookings), sold) and fewest <= told[2] <= most,
               '(%d,%d,%d) to (%d,%d,%d)' % (len(bookings), sold, fewest, len(bookings), sold, most))
        due = sum(state.due.values())
        if sum(told[:3]) or number not in state.closed:
            state.log[('schedule_cancelled', self.db.schedules[number].id, sold)] += 1
        found = told[2] - certain
        if inside:
            state.doubt(state.doubted - inside, state.fewest - found, state.most - found)
        for sale in bookings:
            if state.status(sale, late) == 'confirmed':
                self.give_back(state, sale.id, state.lines(sale), call, True)
            else:
                self.give_up(state, sale.id, call)
        expect(told[3] == sum(state.due.values()) - due, 'that %d won are due back' % (sum(state.due.values()) - due))
        for seat in seats:
            state.holds.pop(seat, None)
            state.sold.pop(seat, None)
        state.closed |= {number}

    def settle_audited(self, state, call, late, count):
        expect(call.rows == [['0'] * count], 'a snapshot without contradictions')

    def settle_shown(self, state, call, late, first, last):
        self.in_doubt += first != last
        told, *seats = call.rows[0]
        expect(len(told) == len(first) and all(t in pair for t, pair in zip(told, zip(first, last))), first)
        if call.kind == 'seat_map':     # the letters come with a digest of the seats' ids
            ids = ','.join(self.db.seats[s].id for s in self.seats[call.schedule])
            expect(seats == [hashlib.md5(ids.encode()).hexdigest()], 'all seats, in seat order')

    # ---- replies ----

    def settle_refused(self, state, call, late, code, detail):
        expect(call.code == code, '%s %s' % (code, detail))
        told, right = json.loads(call.detail or 'null'), json.loads(detail)
        if call.kind == 'confirm' and isinstance(told, list) and isinstance(right, list):
            # nobody named the seats, in no order
            told, right = (sorted(seats, key=lambda seat: seat['seat_id']) for seats in (told, right))
        expect(told == right, '%s %s' % (code, detail))
        state.failed = bool(state.saved)

    def settle(self, state, call, late, decision):
        name = decision[0]
        if name != 'refused':
            expect(call.ok, 'OK (%s)' % ' '.join(str(d) for d in decision))
        getattr(self, 'settle_' + name)(state, call, late, *decision[1:])

    def decisions(self, state, call):
        """Each possible answer, with the first instant at which it is the one."""
        expect(hasattr(self, 'decide_' + call.kind), 'not known: such calls are not in contract.py')
        deadlines = {h.end for h in state.holds.values()}.union(
            (s.cap for s in self.db.schedules), (s.pay_by for s in state.bookings.values() if s.pay_by is not None))
        instants = [call.inv] + sorted(d for d in deadlines if call.inv < d <= call.ret)
        found = {}
        for late in instants:
            for early in instants[:instants.index(late) + 1]:
                answer = getattr(self, 'decide_' + call.kind)(state, call, early, late)
                for decision in answer if isinstance(answer, list) else [answer]:
                    found.setdefault(decision, late)
        return found

    def control(self, state, call):
        """BEGIN, COMMIT and so on: the state after it."""
        code = 'OK'
        if call.kind in ('begin', 'savepoint'):
            after = state.copy()
            after.saved = state.saved + (state,)
        elif call.kind == 'commit' and not state.failed:
            after = state.copy()
            after.saved = ()
        else:                           # libpq calls it ROLLBACK
            code = 'UNDONE'
            after = state.back_to(len(state.saved) - 1 if call.kind == 'rollback_to' else 0)
        expect(call.code == code, code)
        return [after]

    def answers(self, state, call):
        """The states that explain the reply."""
        if call.kind in ('begin', 'savepoint', 'rollback_to', 'commit', 'rollback'):
            return self.control(state, call)
        found = self.decisions(state, call)
        self.in_doubt += len(found) > 1
        after, why = [], []
        for decision, late in found.items():
            other = state.copy()
            try:
                self.settle(other, call, late, decision)
                after.append(other)
            except Unfit as unfit:
                why.append(str(unfit))
            except (LookupError, TypeError, ValueError) as error:
                why.append('a reply that can be read (%r)' % error)
        expect(after, ' or '.join(dict.fromkeys(why)))
        return after

    def replay(self):
        """The possible states at the end; none if a reply was wrong."""
        states = [State()]
        for call in self.calls:
            self.judged += 1
            after, why = [], []
            for state in states:
                try:
                    for other in self.answers(state, call):
                        if other not in after:
                            after.append(other)
                except Unfit as unfit:
                    why.append(str(unfit))
            if not after:
                # whatever comes later would be judged by a state that is not the server's
                self.complain('serial: the one right answer is ' + ' or '.join(dict.fromkeys(why)), call)
                return []
            states = after
        return [s.back_to(0) if s.saved else s for s in states]

    # ---- the end ----

    def differences(self, state):
        """Where the tables say something else than the state."""
        db = self.db
        for seat in db.seats:
            status = ('reserved' if seat.number in state.sold else 'unavailable' if seat.number in state.blocked
                      else 'available')
            end, hold = None, state.holds.get(seat.number)
            if hold and (seat.number not in state.doubted or seat.number in db.holds):
                status, end = 'temp_reserved', hold.end
            if (seat.status, seat.expires) != (status, end):
                yield 'seat %d is %s until %s, not %s until %s' % (seat.number, status, end, seat.status, seat.expires)
            if db.holds.get(seat.number) != ((hold.booker, end) if end else None):
                yield 'the hold of seat %d is %s, not %s' % (seat.number, hold, db.holds.get(seat.number))
        if not state.fewest <= len(state.doubted.intersection(db.holds)) <= state.most:
            yield '%d to %d of the lapsed holds %s are there' % (state.fewest, state.most, sorted(state.doubted))
        for sale in state.bookings.values():
            yield from self.differences_of(sale, db.bookings.get(sale.id))
        for booking in db.bookings.keys() - state.bookings.keys():
            yield 'there is no booking %s' % booking
        for number, schedule in enumerate(db.schedules):
            seats = frozenset(self.seats[number])
            free = len(seats.difference(state.sold, state.blocked))
            sold_out = not free and number not in state.closed
            if (schedule.total, schedule.available, schedule.sold_out) != (len(seats), free, sold_out):
                yield 'schedule %d has %d of %d seats available' % (number, free, len(seats))
        yield from self.differences_of_log(state)
        yield from self.differences_of_money(state)

    def differences_of_money(self, state):
        told = {(p.kind, p.reference): Payment(p.kind, p.booking, p.amount, p.outcome, p.refund_due)
                for p in self.db.payments}
        for key in {k for k in told.keys() | state.payments.keys() if told.get(k) != state.payments.get(k)}:
            yield 'the payment %s is %s, not %s' % (key, state.payments.get(key), told.get(key))
        if self.db.due != state.due:
            yield 'due are %s, not %s' % (state.due, self.db.due)

    def differences_of(self, sale, booking):
        if booking is None:
            yield 'booking %s is there' % sale.id
            return
        told = (booking.number, booking.schedule.number, booking.booker, booking.key, booking.seat_count,
                booking.total, booking.created, booking.status)
        lines = State().lines(sale)
        right = (sale.number, sale.schedule, sale.booker, sale.key, len(lines),
                 sum(self.db.seats[s].price for s in lines), sale.created, State().status(sale, 0))
        if told != right:
            yield 'booking %s is %s, not %s' % (sale.id, right, told)
        if (booking.cancelled is None) != (sale.cancelled is None) \
                or sale.cancelled and not sale.cancelled[0] <= booking.cancelled <= sale.cancelled[1]:
            yield 'booking %s was cancelled at %s, not %s' % (sale.id, sale.cancelled, booking.cancelled)
        seats = sorted((s.number, price, active) for s, price, active in booking.seats)
        if (booking.paid is None) != (sale.paid is None) or sale.paid and not sale.paid[0] <= booking.paid <= sale.paid[1] \
                or booking.pay_by != sale.pay_by:
            yield 'booking %s was to be paid until %s and was at %s' % (sale.id, booking.pay_by, booking.paid)
        fees = {seat: fee for seat, fee in sale.given if fee is not None}
        if fees != booking.fees:
            yield 'of booking %s the house keeps %s, not %s' % (sale.id, fees, booking.fees)
        is_sold = State().status(sale, 0) == 'confirmed'
        if seats != [(s, self.db.seats[s].price, is_sold and s in lines) for s in sale.seats]:
            yield 'booking %s has the seats %s, not %s' % (sale.id, list(sale.seats), seats)

    def differences_of_log(self, state):
        right = state.story
        told = collections.Counter(event for event in self.db.events if event[1] != '~')    # of a booking
        told_others = collections.Counter(event for event in self.db.other_events if event[0] != 'holds_expired')
        for event in ((right - told) + (told - right)
                      + (state.log - told_others) + (told_others - state.log)):
            yield 'the event log differs in %s' % (event,)
        swept = sum(count for kind, _, count in self.db.other_events if kind == 'holds_expired')
        if swept != state.swept:
            yield '%d holds were swept, %d by the event log' % (state.swept, swept)

    def check(self):
        ends = [list(self.differences(state)) for state in self.replay()]
        for text in min(ends, key=len, default=()):
            self.complain('serial, at the end: ' + text)
        print('serial: %d replies told, %d with a deadline inside the call that mattered, '
              '%d counts of lapsed holds told as a range' % (self.judged, self.in_doubt, self.ranges))
