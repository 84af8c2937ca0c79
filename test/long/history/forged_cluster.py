#!/usr/bin/env python3
"""
forged_cluster.py [NAME...]

The checker's judgement of a cluster, checked by forged journals: as forged.py, with a
story of a house whose schedules lie on two servers. Each case is an honest story, which
must pass, and the same with one lie, which must be a violation. No server is needed.
Prints TAP.
"""

import os
import sys
import uuid

import forged
from forged import (CASES, LIMITED, NO_ORDER, OPEN, ROOMY, ROW, SCHEDULES, Story, base, begun, case, exercised, honest,
                    run_cases, seats_of)
from homes import SYMBOLS

CASES.clear()
# of two servers: the even schedules lie on the first, the odd ones on the second
FIRST, SECOND = 3, 7
A, B, C = seats_of(ROOMY, 5, 6, 7)      # on the first
D, E = seats_of(LIMITED, 5, 6)          # on the second


def home_of(schedule):
    return (FIRST, SECOND)[schedule % 2]


def id_of(home, kind, n):
    """An id of version 7 that was made there."""
    return str(uuid.UUID(int=kind << 80 | 7 << 76 | (128 + home) << 56 | n))


forged.schedule_id = lambda n: id_of(home_of(n), 1, n)
forged.seat_id = lambda n: id_of(home_of(n // ROW), 2, n)


class SpreadStory(Story):
    """Where each thing lies is said by its schedule, but for what a lie has moved."""

    def __init__(self):
        super().__init__()
        self.moved = {}                 # (kind, id): server

    @staticmethod
    def booking_id(n, seats):
        return id_of(home_of(seats[0] // ROW), 3, n)

    def booking_number(self, n, seats):
        return SYMBOLS[home_of(seats[0] // ROW)] + self.number(n)

    def write(self, folder):
        super().write(folder)
        homes = {('schedule', forged.schedule_id(n)): home_of(n) for n in range(len(SCHEDULES))}
        homes |= {('seat', forged.seat_id(s)): home_of(s // ROW) for s in range(ROW * len(SCHEDULES))}
        homes |= {('booking', b['id']): home_of(b['seats'][0] // ROW) for b in self.state.bookings.values()}
        homes |= self.moved
        with open(os.path.join(folder, 'homes.tsv'), 'w', encoding='utf-8') as file:
            file.writelines('%s\t%s\t%d\n' % (*what, home) for what, home in homes.items())

    def forget(self, booking):
        """As if its server had never heard of it."""
        del self.state.bookings[booking['id']]
        self.state.sold = {s: b for s, b in self.state.sold.items() if b != booking['id']}
        self.state.events = [e for e in self.state.events if e[1] != booking['id']]

    def letters(self, schedule):
        """What a look at the house shows now."""
        def letter(seat):
            hold = self.state.holds.get(seat)
            if seat in self.state.sold:
                return 'r'
            if seat in self.state.blocked:
                return 'u'
            return 't' if hold and hold[1] > self.instant() else 'a'
        return ''.join(letter(s) for s in range(schedule * ROW, schedule * ROW + ROW))

    def look(self, schedule, letters=None):
        return self.ok('seat_status', [(letters or self.letters(schedule),)], schedule=schedule)


# ---- what is lost ----


@case('an acknowledged booking is not there')
def one_shard_has_lost_a_booking(s, lie):
    s.book(8, D)
    kept = s.book(8, A)
    if lie:
        s.forget(kept)


@case(NO_ORDER)
def one_shard_has_lost_a_hold(s, lie):
    s.hold(8, A)
    s.hold(8, D)
    if lie:
        del s.state.holds[A]
        s.hold(10, A)
    else:
        s.refuse_seats('hold', 'PT409', {A: 'held'}, booker=10, schedule=ROOMY, seats=(A,))


@case(NO_ORDER)
def all_shards_release_but_one(s, lie):
    s.hold(8, A)
    s.hold(8, D)
    s.release_all(8)
    if lie:
        s.refuse_seats('hold', 'PT409', {D: 'held'}, booker=10, schedule=LIMITED, seats=(D,))
    else:
        s.hold(10, D)


@case('it must be 2 to 2')
def a_count_of_all_shards_leaves_one_out(s, lie):
    s.hold(8, A)
    s.hold(8, D)
    s.release_all(8, more=-1 if lie else 0)


# ---- what lies where it should not ----


@case('has a seat of another s')
def a_seat_is_sold_on_the_wrong_shard(s, lie):
    booking = s.book(8, A, B)
    if lie:
        s.state.bookings[booking['id']] = dict(booking, seats=(A, D))


@case('lies on server %d, its schedule on server %d' % (SECOND, FIRST))
def a_booking_lies_on_the_wrong_shard(s, lie):
    booking = s.book(8, A)
    if lie:
        s.moved['booking', booking['id']] = SECOND


@case('lies on server %d, and names server %d' % (FIRST, SECOND))
def an_id_names_another_shard(s, lie):
    s.booking_id = lambda n, seats: id_of(SECOND if lie else FIRST, 3, n)
    s.book(8, A)


@case("begins with another one's symbol")
def a_booking_number_names_another_shard(s, lie):
    s.booking_number = lambda n, seats: SYMBOLS[SECOND if lie else FIRST] + s.number(n)
    s.book(8, A)


@case('lies on server %d, its schedule on server %d' % (FIRST, SECOND))
def a_seat_lies_on_the_wrong_shard(s, lie):
    if lie:
        s.moved['seat', forged.seat_id(E)] = FIRST


@case('sold twice at the end')
def a_seat_is_sold_on_both_shards(s, lie):
    """As after a move in which the old shard went on selling."""
    first = s.book(8, A)
    if not lie:
        s.cancel(first)
    s.book(10, A)


# ---- what a replica shows ----


@case(NO_ORDER)
def a_replica_does_not_show_a_sale_that_was_acknowledged(s, lie):
    before = s.letters(ROOMY)
    s.book(8, A)
    s.look(ROOMY, before if lie else None)


@case(NO_ORDER)
def a_replica_does_not_show_a_cancel_that_was_acknowledged(s, lie):
    booking = s.book(8, A)
    before = s.letters(ROOMY)
    s.cancel(booking)
    s.look(ROOMY, before if lie else None)


@case(NO_ORDER)
def a_replica_goes_back_in_time(s, lie):
    """What it has shown once it shows again, whether or not the buyer has heard of it."""
    before = s.letters(ROOMY)
    began, instant = s.now, s.instant()
    booking = s.book(8, A)
    s.calls[-1].ret = began + 5000
    s.now = instant + 100
    s.look(ROOMY)
    s.look(ROOMY, before if lie else None)
    s.now = began + 6000
    s.cancel(booking)


@case(NO_ORDER)
def a_replica_shows_a_hold_that_is_over(s, lie):
    s.hold(8, A)
    before = s.letters(ROOMY)
    s.wait(501)
    s.look(ROOMY, before if lie else None)


@case(NO_ORDER)
def a_replica_shows_half_of_a_sale(s, lie):
    before = s.letters(ROOMY)
    s.book(8, A, B)
    after = s.letters(ROOMY)
    s.look(ROOMY, after[:6] + before[6:] if lie else after)


@honest
def a_replica_shows_a_sale_before_its_buyer_hears_of_it(s):
    began, instant = s.now, s.instant()
    s.book(8, A)
    s.calls[-1].ret = began + 5000
    s.now = instant + 100
    s.look(ROOMY)
    s.now = began + 6000


@honest
def both_shards_are_looked_at(s):
    s.hold(8, A, B)
    s.look(ROOMY)
    s.book(10, D)
    s.look(LIMITED)
    s.confirm(8, ROOMY)
    s.look(ROOMY)
    s.look(OPEN)


# ---- what did not get through ----


@case(NO_ORDER)
def a_call_that_was_not_sent_has_done_something(s, lie):
    s.say('hold', 'PT503', {'shard': FIRST}, booker=8, schedule=ROOMY, seats=(C,))
    if lie:
        s.refuse_seats('hold', 'PT409', {C: 'held'}, booker=10, schedule=ROOMY, seats=(C,))
    else:
        s.hold(10, C)


@honest
def a_call_without_an_answer_may_be_done_later(s):
    s.say('hold', 'LOST', booker=8, schedule=ROOMY, seats=(C,))
    s.wait(100)
    s.refuse_seats('hold', 'PT409', {C: 'held'}, booker=10, schedule=ROOMY, seats=(C,))
    s.wait(600)
    s.look(ROOMY)


class JudgedStory(SpreadStory):
    def judge(self, profile='cluster-crash'):
        return super().judge(profile)


if __name__ == '__main__':
    sys.exit(run_cases(CASES, exercised(), lambda: begun(JudgedStory(), base)))
