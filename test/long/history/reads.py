"""
What check.py proves of the letters of seat_status() and seat_map(), and of the
seats that hold_best_seats() gives or refuses.

Letters. Each is a look at its seat (model.seen), put in order with everything
else that happened to the seat. A statement sees one snapshot: its own in READ
COMMITTED, the transaction's otherwise, which the first call takes. Whether a hold
is over is judged by the clock of the call, in every case. And all letters of a
reply are of one instant: when a call that changed two seats shows on one of them,
it shows on the other.

The best seats. What was given is of the schedule, grade, section and price that
were asked for, and neighbours when that was asked. It is the best there was: the
front-most row that has a place, in it the place nearest to the row's middle, a
single free seat left alone only if every place leaves one; apart, the first seats.
A better choice proves a fault if its seats were surely free during the whole call
and nobody touched them. A refusal is wrong if such seats were enough for it.

Who touches a seat may lock it, and who locks a seat makes the function pass it
over: refused calls, aborted transactions and sweeps count, too. A backend that has
met others may choose neighbours by what it remembers, for ten seconds: such a
call is not judged for its choice.
"""

import bisect
import collections
import hashlib
import json
import os

import model
from record import CANCELS, FOREVER, GIVE_BACKS, HOLDS, PAYMENTS

KINDS = frozenset(('seat_status', 'seat_map'))
IN_RUSH_US = 11000000                   # CONTENDED_US of src/best_search.c, and a second


# ---- letters ----


def snapshot_span(transaction):
    """When a transaction with one snapshot has taken it: in its first call that ran."""
    calls = [c for c in transaction.calls if c.kind not in ('begin', 'savepoint', 'rollback_to')]
    ran = next((c for c in calls if c.ok or c.code.startswith('PT')), calls[-1])
    return calls[0].inv, ran.ret


def letters(checker, call):
    """[(seat number, step)] of one reply."""
    seats = [s for s in checker.db.seats if s.schedule.number == call.schedule]
    if len(call.rows) != 1 or len(call.rows[0][0]) != len(seats):
        checker.complain('another number of letters than seats', call)
        return []
    if call.kind == 'seat_map' and \
            call.rows[0][1] != hashlib.md5(','.join(s.id for s in seats).encode()).hexdigest():
        checker.complain('a map with other seats, or in another order', call)
        return []
    checker.counts['letters'] += len(seats)
    return [(seat.number, (model.seen, call.inv, call.ret, letter))
            for seat, letter in zip(seats, call.rows[0][0])]


def may_show(states, letter, call):
    return any(model.seen(state, call.inv, call.ret, letter) for state in states)


# ---- the hall, and what is asked of it ----


class Place:
    __slots__ = ('grade', 'section', 'row', 'index')

    def __init__(self, grade, section, row, index):
        self.grade, self.section, self.row, self.index = grade, section, row, index


def read_plan(folder, database):
    """[Place of each seat]; rows are numbered, one begins where section or label change."""
    path = os.path.join(folder, 'plan.tsv')
    if not os.path.exists(path):        # an older record: nothing is known of its hall
        return None
    places, row, before = [], 0, None
    with open(path, encoding='utf-8') as file:
        for line, seat in zip(file, database.seats):
            seat_id, grade, section, label, index = line.rstrip('\n').split('\t')
            if seat_id != seat.id:
                raise ValueError('plan.tsv has other seats than seats.tsv')
            if before != (seat.schedule.number, section, label):
                row += 1
            before = (seat.schedule.number, section, label)
            places.append(Place(grade, section, row, None if index == '~' else int(index)))
    if len(places) != len(database.seats):
        raise ValueError('plan.tsv has fewer seats than seats.tsv')
    return places


class Wish:
    """What a call of hold_best_seats() asked for."""

    def __init__(self, call):
        args = call.args
        self.schedule, self.count = call.schedule, int(args['number'])
        self.adjacent = 'adjacent' in args
        self.grade, self.section = args.get('grade'), args.get('section')
        self.max_price = int(args['max_price']) if 'max_price' in args else None
        # one search of a backend (src/best_wish.c: best_wish_key)
        self.key = (call.client, self.schedule, self.grade, self.section, self.max_price, self.adjacent)

    def is_refused(self, detail):
        """Whether the DETAIL says so, and not that the booker was busy elsewhere."""
        try:
            return json.loads(detail) == {'reason': 'not_enough_seats', 'seat_count': self.count,
                                          'adjacent': self.adjacent}
        except ValueError:
            return False

    def matches(self, seat, place):
        return (seat.schedule.number == self.schedule and self.grade in (None, place.grade)
                and self.section in (None, place.section)
                and (self.max_price is None or seat.price <= self.max_price))


class Hall:
    """The seats that match a wish, in seat order; a place in it is an index into `seats`."""

    def __init__(self, wish, database, plan):
        self.seats = [s.number for s in database.seats if wish.matches(s, plan[s.number])]
        self.mask = sum(1 << s for s in self.seats)
        self.rows = [plan[s].row for s in self.seats]
        self.indexes = [plan[s].index for s in self.seats]

    def are_neighbours(self, i):
        """Whether seats i and i + 1 are."""
        return (0 <= i < len(self.seats) - 1 and self.rows[i] == self.rows[i + 1]
                and self.indexes[i] is not None and self.indexes[i] + 1 == self.indexes[i + 1])

    def blocks(self, count):
        """First places of `count` neighbours."""
        return [i for i in range(len(self.seats) - count + 1)
                if all(self.are_neighbours(j) for j in range(i, i + count - 1))]

    def side(self, free, i, step):
        """
        What is left beside a block, from its first or last seat i: True if
        surely one free seat, False if surely none or several, None if unsure.
        """
        def beside(j):
            return free[j + step] if self.are_neighbours(min(j, j + step)) else False

        one = beside(i)
        if not one:
            return one
        two = beside(i + step)
        return None if two is None else not two

    def strands(self, free, first, count):
        """Whether a block leaves a single seat alone: True, False, None if unsure."""
        sides = (self.side(free, first, -1), self.side(free, first + count - 1, 1))
        if True in sides:
            return True
        return None if None in sides else False

    def rank(self, first, count):
        """The lower, the better: the front-most row, in it the place nearest to the middle."""
        row = self.rows[first]
        middle_twice = self.rows.index(row) + len(self.rows) - self.rows[::-1].index(row)
        return row, abs(2 * first + count - middle_twice), first

    def better(self, free, first, count):
        """
        A block that had to be preferred to the one that begins at first, as far
        as the states of seats are known; None if there is none.
        """
        strands, rank = self.strands(free, first, count), self.rank(first, count)
        for i in self.blocks(count):
            if all(free[i:i + count]):
                also = self.strands(free, i, count)
                if strands is True and also is False or \
                        self.rank(i, count) < rank and (strands is True or also is False):
                    return i
        return None


# ---- who touched which seats, and when ----


class Touches:
    """
    Seats that somebody may have locked, as bits, by the span in which. A second
    set of bits, shifted by the number of seats, has those that were locked only
    if there was a hold on them, a lapsed one perhaps.
    """

    def __init__(self, checker, halls):
        self.checker, self.halls = checker, halls
        self.shift = len(checker.db.seats)
        self.all_seats = (1 << self.shift) - 1
        self.of_schedule = collections.defaultdict(int)
        for seat in checker.db.seats:
            self.of_schedule[seat.schedule.number] |= 1 << seat.number
        self.bookings = collections.defaultdict(int)    # by id and by number
        for booking in checker.db.bookings.values():
            for seat, _, _ in booking.seats:
                self.bookings[booking.id] |= 1 << seat.number
                self.bookings[booking.number] |= 1 << seat.number
        self.ends = {t.number: self.end_of(t) for t in checker.transactions.values()}
        self.spans = []                 # (from, to, seats, call number)
        for call in checker.calls:
            seats = self.seats_of(call)
            if seats:
                self.spans.append((call.inv, max(call.ret, self.ends.get(call.transaction, 0)),
                                   seats, call.number))

    @staticmethod
    def end_of(transaction):
        """A transaction whose client hung up ends some time or other."""
        last = transaction.calls[-1]
        return last.ret if last.kind in ('commit', 'rollback') else FOREVER

    def seats_of(self, call):
        seats = sum(1 << s for s in set(call.seats))
        if call.kind in HOLDS and call.ok:
            for row in call.rows:
                seats |= 1 << self.checker.db.seat_by_id[row[0]].number
        if call.kind == 'hold_best':
            seats |= self.halls(Wish(call)).mask
        elif call.kind == 'cancel_schedule':
            seats |= self.of_schedule[call.schedule]
        elif call.kind == 'expire':
            seats = self.all_seats << self.shift
        elif call.kind in ('extend', 'confirm', 'release_all'):
            for seat, spans in self.checker.held_first[call.booker].items():
                if spans[0][0] < call.ret:      # the first
                    seats |= 1 << seat
            if call.kind != 'release_all':
                seats &= self.of_schedule[call.schedule]
            seats <<= self.shift
        elif call.kind in CANCELS | GIVE_BACKS or call.kind in PAYMENTS:
            seats |= self.bookings.get(call.args['text'], 0)
            receipt = self.checker.receipts.get(call.number)
            if receipt is not None:
                for label in receipt.seat_numbers:
                    seats |= 1 << self.checker.db.seat_by_label[(receipt.schedule, label)].number
        return seats

    def during(self, wanted):
        """{call number: seats that others touched}, of [(call number, from, to)]."""
        points = [(span[0], 0, span) for span in self.spans] + [(span[1], 3, span) for span in self.spans]
        points += [(first, 1, (first, last, None, number)) for number, first, last in wanted]
        points += [(last, 2, (first, last, None, number)) for number, first, last in wanted]
        points.sort(key=lambda p: p[:2])
        open_spans, open_calls, done = {}, {}, {}
        for _, what, (_, _, seats, number) in points:
            if what == 0:
                open_spans[number] = seats
                for other in open_calls:
                    if other != number:
                        open_calls[other] |= seats
            elif what == 1:
                open_calls[number] = 0
                for other, touched in open_spans.items():
                    if other != number:
                        open_calls[number] |= touched
            elif what == 2:
                done[number] = open_calls.pop(number)
            else:
                del open_spans[number]
        return done


# ---- judging ----


class Judge:
    """After check_seats(): checker.known has what is sure of each seat, and since when."""

    def __init__(self, checker, plan):
        self.checker, self.plan, self.db = checker, plan, checker.db
        self.times = [[time for time, _ in known] for known in checker.known]
        self.halls = {}

    def states(self, seat, time):
        """Every state that the seat can have had just before; None if somebody was at it."""
        i = bisect.bisect_left(self.times[seat], time) - 1
        return self.checker.known[seat][i][1] if i >= 0 else None

    # ---- the best seats ----

    def isolated(self, call):
        """The transaction of the call, if it has one snapshot."""
        transaction = self.checker.transactions.get(call.transaction)
        return transaction if transaction and transaction.isolation != 'READ COMMITTED' else None

    def began(self, call):
        """What happened since then the call may not have seen."""
        transaction = self.isolated(call)
        return transaction.calls[0].inv if transaction else call.inv

    def touched(self, call, hall, bits):
        """Seats of the hall that others may have locked, of what Touches has found."""
        shift = len(self.db.seats)
        touched = bits & hall.mask
        for seat in hall.seats:
            if bits >> shift + seat & 1 and not touched >> seat & 1:
                states = self.states(seat, self.began(call))
                if states is None or any(s[0] == model.HELD for s in states):
                    touched |= 1 << seat
        return touched

    def is_free(self, seat, call):
        """True: surely free during the whole call, nobody having touched it. False: surely not."""
        states = self.states(seat, self.began(call))
        if states is None:
            return None
        if all(s[0] == model.FREE or s[0] == model.HELD and s[3] <= call.inv for s in states):
            return True
        if all(s[0] in (model.SOLD, model.BLOCKED) or s[0] == model.HELD and s[2] > call.ret for s in states):
            return False
        return None

    def check_given(self, call, wish):
        """True if what was given is what was asked for, wherever it is."""
        seats = [self.db.seat_by_id[row[0]].number for row in call.rows]
        problem = None
        if sorted(set(seats)) != seats:
            problem = 'best seats not in seat order'
        elif any(self.db.seats[s].schedule.number != wish.schedule for s in seats):
            problem = 'best seats of another schedule'
        elif wish.grade is not None and any(self.plan[s].grade != wish.grade for s in seats):
            problem = 'best seats of another grade'
        elif wish.section is not None and any(self.plan[s].section != wish.section for s in seats):
            problem = 'best seats of another section'
        elif wish.max_price is not None and any(self.db.seats[s].price > wish.max_price for s in seats):
            problem = 'best seats above the highest price'
        elif wish.adjacent and any(
                b != a + 1 or self.plan[a].row != self.plan[b].row or self.plan[a].index is None
                or self.plan[a].index + 1 != self.plan[b].index for a, b in zip(seats, seats[1:])):
            problem = 'best seats that are no neighbours'
        if problem:
            self.checker.complain(problem, call)
        return problem is None

    def check_choice(self, call, wish, hall, free):
        """free: of each seat of the hall; None where others were, or nobody can tell."""
        given = [hall.seats.index(self.db.seat_by_id[row[0]].number) for row in call.rows]
        if len(given) != wish.count:
            return                      # check.py has said so
        # that the given seats were free is said by their own histories
        self.checker.counts['choices judged'] += 1
        self.checker.counts['sure choices judged'] += None not in free
        if wish.adjacent:
            better = hall.better(free, given[0], wish.count)
            left_out = [] if better is None else range(better, better + wish.count)
        else:
            left_out = [i for i in range(given[-1]) if free[i] and i not in given]
        if left_out:
            self.checker.complain('not the best seats: better ones were surely free, %s' % ','.join(
                str(hall.seats[i]) for i in left_out), call)

    def check_refusal(self, call, wish, hall, free):
        """free: only what is sure and untouched counts."""
        self.checker.counts['refusals judged'] += 1
        if wish.adjacent:
            enough = any(all(free[i:i + wish.count]) for i in hall.blocks(wish.count))
        else:
            enough = sum(map(bool, free)) >= wish.count
        if enough:
            self.checker.complain('best seats refused, though seats enough were free: %s' % ','.join(
                str(s) for s, is_free in zip(hall.seats, free) if is_free), call)

    def hall_of(self, wish):
        key = wish.key[1:5]
        if key not in self.halls:
            self.halls[key] = Hall(wish, self.db, self.plan)
        return self.halls[key]

    def check_best_seats(self):
        calls = [c for c in self.checker.calls if c.kind == 'hold_best']
        touched = Touches(self.checker, self.hall_of).during([(c.number, self.began(c), c.ret) for c in calls])
        met_others = {}                 # search: until when a backend may remember what it saw
        for call in calls:
            wish = Wish(call)
            hall = self.hall_of(wish)
            others = self.touched(call, hall, touched[call.number])
            free = [None if others >> s & 1 else self.is_free(s, call) for s in hall.seats]
            in_rush = call.inv < met_others.get(wish.key, 0)
            if others:
                met_others[wish.key] = max(met_others.get(wish.key, 0), call.ret + IN_RUSH_US)
            if call.ok:
                if self.check_given(call, wish) and not (wish.adjacent and in_rush):
                    self.check_choice(call, wish, hall, free)
            elif call.code == 'PT409' and wish.is_refused(call.detail):
                self.check_refusal(call, wish, hall, free)
            elif call.code == 'PT409' and call.detail != '{"reason": "busy"}':
                self.checker.complain('best seats refused for another wish', call)

    # ---- one reply, one snapshot ----

    def index_writers(self):
        """Of each seat: its changes by their beginning, and the latest end of each and those before."""
        self.writers, self.begins, self.latest = [], [], []
        for events in self.checker.events:
            writers = sorted((e for e in events if not e.looks), key=lambda e: e.inv)
            latest, end = [], 0
            for event in writers:
                end = max(end, event.ret)
                latest.append(end)
            self.writers.append(writers)
            self.begins.append([e.inv for e in writers])
            self.latest.append(latest)

    def overlapping(self, seat, first, last):
        found = []
        i = bisect.bisect_right(self.begins[seat], last) - 1
        while i >= 0 and self.latest[seat][i] >= first:
            if self.writers[seat][i].ret >= first:
                found.append(self.writers[seat][i])
            i -= 1
        return found

    def side_of(self, seat, letter, call, first, last):
        """
        (event, True if the letter is of after it, False if of before), where
        only one change can be meant and the letter tells; else None.
        """
        events = self.overlapping(seat, first, last)
        if len(events) != 1 or events[0].optional or not events[0].ops:
            return None
        event = events[0]
        if len(self.overlapping(seat, min(first, event.inv), max(last, event.ret))) != 1:
            return None
        states = self.states(seat, event.inv)
        if states is None:
            return None
        before = {state for state in states if model.run(event, state, 0)}
        after = {state for b in before for state, _ in model.run(event, b, 0)}
        is_before, is_after = may_show(before, letter, call), may_show(after, letter, call)
        return (event, is_after) if is_before != is_after else None

    def check_snapshot(self, call):
        transaction = self.isolated(call)
        first, last = snapshot_span(transaction) if transaction else (call.inv, call.ret)
        earliest, latest = (first, None), (last, None)  # of the snapshot, and whose change says so
        sides = {}                      # of each change of several seats: {seat: side}
        seats = [s.number for s in self.db.seats if s.schedule.number == call.schedule]
        for seat, letter in zip(seats, call.rows[0][0]):
            told = self.side_of(seat, letter, call, first, last)
            if told is None:
                continue
            event, is_after = told
            self.checker.counts['letters compared'] += 1
            if is_after:
                earliest = max(earliest, (event.inv, event.ops[0]), key=lambda e: e[0])
            else:
                latest = min(latest, (event.ret, event.ops[0]), key=lambda e: e[0])
            op = event.ops[0]
            known = sides.setdefault((op.transaction, op.transaction or op.number), {})
            if any(side != is_after for side in known.values()):
                self.checker.complain('half of a change: seats %s' % ','.join(
                    map(str, sorted([*known, seat]))), op, call)
                return
            known[seat] = is_after
        if earliest[0] > latest[0]:
            self.checker.complain('letters of two instants', latest[1], earliest[1], call)

    def has_written(self, call):
        """Whether the call may see changes of its own transaction, which nobody else does."""
        transaction = self.checker.transactions.get(call.transaction)
        return transaction is not None and any(
            c.number < call.number and c.kind not in KINDS | {'begin', 'savepoint', 'rollback_to', 'audit'}
            for c in transaction.calls)

    def check_snapshots(self):
        self.index_writers()
        for call in self.checker.calls:
            if call.kind in KINDS and call.ok and not self.has_written(call) and len(call.rows) == 1 \
                    and len(call.rows[0][0]) == sum(s.schedule.number == call.schedule for s in self.db.seats):
                self.check_snapshot(call)

    def check(self):
        if self.plan is not None:
            self.check_best_seats()
        self.check_snapshots()

    def report(self):
        counts = self.checker.counts
        return 'reads: %d letters, %d of them beside a change; best seats: %d choices judged, ' \
            '%d with every seat known, %d refusals' % (
                counts['letters'], counts['letters compared'], counts['choices judged'],
                counts['sure choices judged'], counts['refusals judged'])
