"""
Judges counts: what sweeps, release_all, block, unblock and cancel_schedule say they did must be possible.
Where it is certain what lay there, it must have been done; in all, no lapsed hold is swept twice.
"""

import bisect
import collections

import model
from model import MARK, UNDO
from record import CANCELS, FOREVER, GIVE_BACKS, PAYMENTS

REMOVERS = frozenset((model.hold, model.release, model.release_if_held, model.confirm, model.book,
                      model.cancel, model.block, model.close, model.keep, model.pay, model.give_up))


class Term:
    """A hold's row that may have been there: from when, until when it was alive, from when on surely gone."""

    __slots__ = ('seat', 'booker', 'inv', 'begun', 'transaction', 'ret', 'expires', 'latest', 'gone')

    def __init__(self, seat, booker, inv, begun, transaction, ret, expires):
        self.seat, self.booker = seat, booker
        self.inv = inv                  # nobody but its own transaction finds it before
        self.begun, self.transaction = begun, transaction
        self.ret = ret                  # there for all, unless something has ended it
        self.expires = expires          # alive that long at least, unless something has ended it
        self.latest = expires           # and no longer than that
        self.gone = FOREVER

    def can_be_found(self, call):
        since = self.begun if self.transaction and self.transaction == call.transaction else self.inv
        return since <= call.ret and self.gone >= call.inv


class Counts:
    def __init__(self, checker):
        self.checker, self.db = checker, checker.db
        self.sweeps = sorted((c for c in checker.calls if c.kind == 'expire'), key=lambda c: c.ret)

    def check(self):
        self.check_seats()
        self.terms = [self.terms_of(seat, events) for seat, events in enumerate(self.checker.events)]
        for call in self.checker.calls:
            if call.kind == 'release_all' and call.ok:
                self.check_release_all(call)
        for schedule in self.db.schedules:
            self.check_cancel_schedules(schedule)
        self.check_sweeps_possible()
        self.check_sweeps_complete()
        self.check_log()

    def complain_count(self, calls, what, count, least, most):
        if not least <= count <= most:
            self.checker.complain('%d %s, %s; it must be %s' % (
                count, what, 'says the reply' if len(calls) == 1 else 'say the replies together',
                'at least %d' % least if most == FOREVER else '%d to %d' % (least, most)), *calls)

    # ---- seats by name ----

    def check_seats(self):
        """Which of the seats a block counts is judged by their histories (model.py), where it is all or none."""
        for call in self.checker.calls:
            if call.kind in ('block', 'unblock') and call.ok:
                self.complain_count([call], 'seats', int(call.rows[0][0]), 0, len(call.seats))

    # ---- terms of a seat ----

    def terms_of(self, seat, events):
        steps = [(event, step) for event in events for step in event.program if step not in (MARK, UNDO)]
        # what a crash may have taken ends nothing for sure, and may have lengthened a term
        told = sorted(((e.inv, e.ret, s, not e.losable) for e, s in steps
                       if not e.looks and not e.optional and s in model.surviving(e.program)),
                      key=lambda c: c[:2])
        terms = {}                      # (booker, deadline), for two calls may have been told of one hold
        for event, step in steps:
            self.add_term(terms, seat, event, step, not self.ends_itself(event, step))
        extends = sorted(((ret, inv, s[3], s[4], lasts) for inv, ret, s, lasts in told if s[0] is model.extend))
        unseen = {s[3] for _, s in steps if s[0] is model.extend_unseen}
        removers = [c for c in told if c[2][0] in REMOVERS and c[3]]
        starts = [c[0] for c in removers]
        for term in terms.values():
            self.extend_term(term, extends, unseen)
            for inv, ret, step, _ in removers[bisect.bisect_right(starts, term.ret):]:
                if self.removes(step, term):
                    term.gone = ret
                    break
        return list(terms.values())

    @staticmethod
    def ends_itself(event, step):
        """Whether a transaction that holds the seat has sold or released it in the end."""
        after = model.surviving(event.program)
        after = after[after.index(step) + 1:] if step in after else []
        return any(s[0] in REMOVERS and s[0] is not model.hold for s in after)

    @staticmethod
    def add_term(terms, seat, event, step, stays):
        transaction = event.ops[0].transaction if event.ops else 0
        # what is rolled back, or gone before the COMMIT, is seen by nobody else
        inv = event.inv if stays and not event.looks else FOREVER
        if step[0] is model.hold_unseen:
            key = (step[3], event)
            earliest = min(step[1] + step[4].length, step[4].cap)
            terms[key] = Term(seat, step[3], inv, step[1], transaction, event.ret, earliest)
            terms[key].latest = FOREVER
            return
        if step[0] is model.keep:
            booking, pay_by = step[4], step[6]
            terms[(booking, pay_by, 0)] = Term(seat, booking, inv, step[1], transaction, event.ret, pay_by)
            return
        if step[0] is not model.hold:
            return
        booker, expires, schedule = step[3:6]
        if expires < schedule.cap and expires - schedule.length < step[1]:
            return                      # told of a hold that was there already
        if event.looks and not transaction:
            return
        key = (booker, expires, transaction if inv == FOREVER else 0)
        if key not in terms:
            terms[key] = Term(seat, booker, inv, step[1], transaction, event.ret, expires)
        term = terms[key]
        term.inv, term.begun, term.ret = min(term.inv, inv), min(term.begun, step[1]), max(term.ret, event.ret)

    @staticmethod
    def extend_term(term, extends, unseen):
        for ret, inv, booker, expires, lasts in extends:
            if booker != term.booker or ret < term.inv:
                continue
            term.latest = max(term.latest, expires)
            if lasts and inv > term.ret and ret < term.expires:     # in time: it was extended, or gone before
                term.expires = max(term.expires, expires)
        if term.booker in unseen:
            term.latest = FOREVER

    @staticmethod
    def removes(step, term):
        """Whether a later step leaves nothing of the term; a booker's own hold may be the term itself, kept."""
        if step[0] is model.hold and step[3] == term.booker:
            return step[4] != step[5].cap and step[4] - step[5].length >= step[1] > term.expires
        return step[0] not in (model.release_if_held, model.give_up) or step[3] == term.booker

    # ---- all of a booker, all of a schedule ----

    def check_release_all(self, call):
        """It counts what was alive; lapsed holds it clears away uncounted."""
        booker = call.booker
        most = {t.seat for seat in self.checker.ever_held(booker, call) for t in self.terms[seat]
                if t.booker == booker and t.can_be_found(call) and t.latest > call.inv}
        least = {seat for number in range(len(self.db.schedules))
                 for seat in self.alive_throughout(call, booker, number)}
        self.complain_count([call], 'holds', int(call.rows[0][0]), len(least), len(most))

    def alive_throughout(self, call, booker, schedule):
        """Seats that the booker surely held from before the call until after it, but for what it did itself."""
        for start, end, seat, expires in self.checker.sure[(booker, schedule)]:
            if start < call.inv and call.ret < expires != FOREVER:
                if end > call.ret or end >= call.inv and self.ends_by(call, seat, start):
                    yield seat

    def ends_by(self, call, seat, start):
        """Whether nothing but the call can have ended on the seat what began before."""
        return not any(e for e in self.checker.events[seat] if not e.looks and call not in e.ops
                       and e.ret > start and e.inv < call.ret)

    def check_cancel_schedules(self, schedule):
        """A booking or a hold is counted by one of those that are at work at once: what they say is added up."""
        calls = [c for c in self.checker.calls if c.kind == 'cancel_schedule' and c.schedule == schedule.number]
        lost = [c for c in calls if c.lost]
        by_others = list(self.checker.undone_by.values())
        bookers = {booker for booker, number in self.checker.sure if number == schedule.number}
        for together in self.overlapping([c for c in calls if c.ok]):
            cancelled = [b for b in self.db.bookings.values() if b.schedule is schedule and self.cancelled_in(b, together)]
            surely = [b for b in cancelled if b not in by_others and not self.cancelled_in(b, lost)]
            least = sum(len({s for b in bookers for s in self.alive_throughout(c, b, schedule.number)}) for c in together)
            most = {t.seat for terms in self.terms for t in terms
                    if self.db.seats[t.seat].schedule is schedule and any(t.can_be_found(c) for c in together)}
            told = [sum(n) for n in zip(*([int(n) for n in c.rows[0][0].strip('()').split(',')] for c in together))]
            bounds = (('bookings', len(surely), len(cancelled)),
                      ('seats', sum(b.seat_count for b in surely if b.was_sold and b.id not in self.checker.payments.parted),
                       sum(b.seat_count for b in cancelled)),
                      ('holds', least, len(most)))
            for count, (what, least, most) in zip(told, bounds):
                self.complain_count(together, what, count, least, most)

    @staticmethod
    def cancelled_in(booking, calls):
        return booking.cancelled is not None and any(c.inv <= booking.cancelled <= c.ret for c in calls)

    @staticmethod
    def overlapping(calls):
        """Lists of those of which each was at work while one before it was."""
        groups, until = [], 0
        for call in sorted(calls, key=lambda c: c.inv):
            if call.inv > until:
                groups.append([])
            groups[-1].append(call)
            until = max(until, call.ret)
        return groups

    # ---- sweeps ----

    def check_sweeps_possible(self):
        """
        Every sweep must find its lapsed holds, and no hold is swept twice. Sweeps
        in the order of their replies take first what is soonest gone: if that
        does not suffice, nothing does.
        """
        terms = sorted((t for terms in self.terms for t in terms), key=lambda t: t.expires)
        sweeps = [s for s in self.sweeps if s.ok]
        earliest = [s.inv for s in sweeps]      # of this one and those that are answered later
        for i in range(len(sweeps) - 2, -1, -1):
            earliest[i] = min(earliest[i], earliest[i + 1])
        left, added = [], 0
        for sweep, first in zip(sweeps, earliest):
            count, batch = int(sweep.rows[0][0]), int(sweep.args['number'])
            while added < len(terms) and terms[added].expires <= sweep.ret:
                left.append(terms[added])
                added += 1
            left = [t for t in left if t.gone >= first]
            found = sorted((t for t in left if t.can_be_found(sweep)), key=lambda t: t.gone)
            most = min(batch, len({t.seat for t in found}))
            self.complain_count([sweep], 'holds', count, 0, most)
            if self.lasts(sweep):
                taken = set(found[:count])
                left = [t for t in left if t not in taken]

    def check_sweeps_complete(self):
        """
        A sweep takes what surely lapsed before it and lay there untouched, up to
        its batch. One in REPEATABLE READ or SERIALIZABLE leaves what was held
        after its snapshot, which it could not change without a 40001.
        """
        lying = [self.last_holds(events) for events in self.checker.events]
        cleared = collections.defaultdict(list)         # booker: when all of his were given back
        for call in self.checker.calls:
            if call.kind == 'release_all':
                cleared[call.booker].append(call)
        spans = self.spans()
        active, swept_until = [], 0         # active: [(to, seats that are locked perhaps, sweeps)]
        for sweep in sorted(self.sweeps, key=lambda c: c.inv):
            while spans and spans[-1][0] < sweep.ret:
                _, ret, calls = spans.pop()
                active.append((ret, {s for c in calls for s in self.touches(c)}, [c for c in calls if c.kind == 'expire']))
            active = self.still_active(active, sweep.inv)
            if sweep.ok and not any(s is not sweep for _, _, sweeps in active for s in sweeps):
                busy = set().union(*(seats for _, seats, _ in active))
                least = self.count_lying(sweep, lying, cleared, busy, swept_until)
                self.complain_count([sweep], 'holds', int(sweep.rows[0][0]), min(least, int(sweep.args['number'])), FOREVER)
            if sweep.lost or sweep.ok and sweep.rows[0][0] != '0' and self.checker.outcome(sweep) != 'aborted':
                swept_until = max(swept_until, sweep.ret)

    @staticmethod
    def still_active(active, now):
        """Those that are not over; all that nobody knows the end of together."""
        endless = [a for a in active if a[0] == FOREVER]
        rest = [a for a in active if now < a[0] < FOREVER]
        if endless:
            rest.append((FOREVER, set().union(*(a[1] for a in endless)), [c for a in endless for c in a[2]]))
        return rest

    def spans(self):
        """
        (from, to, calls) of all that keeps locks: calls alone and transactions;
        the latest first. What a broken connection has locked may stay so a
        moment longer, nobody knows how long.
        """
        spans = [(c.inv, FOREVER if c.lost else c.ret, [c]) for c in self.checker.calls if not c.transaction]
        for transaction in self.checker.transactions.values():
            last = transaction.calls[-1]
            closed = last.kind in ('commit', 'rollback') and not last.lost
            spans.append((transaction.calls[0].inv, last.ret if closed else FOREVER, transaction.calls))
        return sorted(spans, key=lambda s: s[0], reverse=True)

    @staticmethod
    def last_holds(events):
        """(when they began, sorted; the events; the latest end of all before each) of what changed a seat."""
        events = sorted((e for e in events if not e.looks), key=lambda e: e.inv)
        ends, latest = [], 0
        for event in events:
            ends.append(latest)
            latest = max(latest, event.ret)
        return [e.inv for e in events], events, ends

    def count_lying(self, sweep, lying, cleared, busy, swept_until):
        told = sweep.inv
        if sweep.transaction:
            transaction = self.checker.transactions[sweep.transaction]
            if transaction.isolation != 'READ COMMITTED':
                told = transaction.calls[0].inv
        count = 0
        for seat, (starts, events, ends) in enumerate(lying):
            i = bisect.bisect_left(starts, sweep.ret) - 1
            if i < 0 or seat in busy or ends[i] >= events[i].inv:
                continue
            event = events[i]
            step = event.program[0]
            if len(event.program) > 1 or event.optional or event.losable or step[0] not in (model.hold, model.extend) \
                    or event.ret >= told or not swept_until < step[4] <= sweep.inv:
                continue
            if not any(c.ret > event.inv and c.inv < sweep.ret for c in cleared[step[3]]):
                count += 1
        return count

    def touches(self, call):
        """Seats that a call may lock."""
        if call.kind in ('hold_best', 'cancel_schedule'):
            return [s.number for s in self.db.seats if s.schedule.number == call.schedule]
        if call.kind in ('extend', 'confirm', 'release_all'):
            return self.checker.ever_held(call.booker, call)
        if call.kind in CANCELS | GIVE_BACKS or call.kind in PAYMENTS:
            return call.seats + self.checker.payments.seats_named(call)
        return call.seats

    def lasts(self, call):
        """Whether what the call did is committed, and no crash can have taken it."""
        transaction = self.checker.transactions.get(call.transaction)
        return self.checker.outcome(call) == 'committed' and not (transaction and self.checker.losable(transaction, False))

    # ---- the log ----

    def check_log(self):
        """What committed sweeps, blocks and unblocks have counted stands in the event log."""
        for kind, name in (('expire', 'holds_expired'), ('block', 'seats_blocked'), ('unblock', 'seats_unblocked')):
            calls = [c for c in self.checker.calls if c.kind == kind]
            if any(c.lost or c.ok and self.checker.outcome(c) != 'aborted' and not self.lasts(c) for c in calls):
                continue
            told = sum(int(c.rows[0][0]) for c in calls if c.ok and self.checker.outcome(c) == 'committed')
            logged = sum(seats for event, _, seats in self.db.events if event == name)
            if told != logged:
                self.checker.complain('%s: the replies count %d seats, the event log %d' % (name, told, logged))
