#!/usr/bin/env python3
"""
forged_serial.py - the oracle of profile serial (serial.py), tested.

A small world, a journal and a dump are written by hand: one honest sequence,
which must pass, and the same with one lie at a time, each of which must be found,
at the call that lies. Needs no server. Prints TAP.
"""

import contextlib
import copy
import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile

from record import Database, read_journal
from serial import Oracle

START = 1_000_000_000
TERM, LONGEST, CLOSING = 1_000_000, 1_300_000, START + 900_000
FOREVER = START + 10 ** 12
# 0 to 7 are rows A and B of the first schedule, 8 to 11 of one with a limit of 2 that closes soon, the rest of one to cancel
HALLS = (8, 4, 2)
LABELS = ['A-1', 'A-2', 'A-3', 'A-4', 'B-1', 'B-2', 'B-3', 'B-4', 'A-1', 'A-2', 'A-3', 'A-4', 'A-1', 'A-2']
SCHEDULE = [n for n, count in enumerate(HALLS) for _ in range(count)]


def price(seat):
    return 1000 + seat


def number(n):
    """The n-th booking number: twelve symbols and the check symbol."""
    return '0000-0000-000%d-%d' % (n, n)


class Story:
    """The journal as it is told, and what the tables hold in the end."""

    def __init__(self):
        self.time, self.entries, self.tables = START, [], {}

    def tell(self, name, kind, code='OK', rows=(), detail=None, took=100, **args):
        self.entries.append({'name': name, 'inv': self.time, 'ret': self.time + took, 'kind': kind, 'args': args,
                             'code': code, 'rows': [[str(c) for c in r] for r in rows], 'detail': detail})
        self.time += took + 10

    @property
    def now(self):
        return self.time + 50

    def entry(self, name):
        return next(e for e in self.entries if e['name'] == name)

    def told(self, name, column):
        """An instant in the reply to the call of that name."""
        return int(self.entry(name)['rows'][0][column])

    def term(self, seat):
        return [seat_id(seat), min(self.now + TERM, CLOSING if SCHEDULE[seat] == 1 else FOREVER)]

    def write(self, folder):
        with open(os.path.join(folder, 'journal.tsv'), 'w', encoding='utf-8') as file:
            transaction = opened = 0
            for n, e in enumerate(self.entries, 1):
                if e['kind'] == 'begin':
                    opened += 1
                    transaction = opened
                fields = ['%s=%s' % a for a in e['args'].items()]
                print('Q', e['inv'], n, 0, transaction, e['kind'], *fields, sep='\t', file=file)
                reply = [';'.join('|'.join(map(str, r)) for r in e['rows'])] if e['code'] == 'OK' else ['message', e['detail'] or '']
                print('A', e['ret'], n, e['code'], *reply, sep='\t', file=file)
                if e['kind'] in ('commit', 'rollback'):
                    transaction = 0
        for name, rows in self.tables.items():
            with open(os.path.join(folder, name + '.tsv'), 'w', encoding='utf-8') as file:
                file.writelines('\t'.join('~' if c is None else str(c) for c in row) + '\n' for row in rows)


def seat_id(seat):
    return '00000000-0000-0000-0000-0000000000%02d' % seat


def schedule_id(schedule):
    return '00000000-0000-0000-0001-0000000000%02d' % schedule


def booking_id(n):
    return '00000000-0000-0000-0002-0000000000%02d' % n


def named(*refused):
    return json.dumps([{'seat_id': seat_id(s), 'seat_number': LABELS[s], 'reason': reason} for s, reason in refused])


def receipt(n, seats, created, cancelled=None):
    return [booking_id(n), number(n), schedule_id(SCHEDULE[seats[0]]), 'cancelled' if cancelled else 'confirmed',
            len(seats), sum(price(s) for s in seats), ','.join(LABELS[s] for s in seats), created,
            '~' if cancelled is None else cancelled]


def tell_holds(s):
    s.tell('hold', 'hold', rows=[s.term(0)], booker=0, schedule=0, seats='0')
    kept = s.entries[-1]['rows']
    s.tell('hold several', 'hold_many', rows=[s.term(2), s.term(1)], booker=2, schedule=0, seats='2,1')
    s.tell('refused', 'hold_many', 'PT409', detail=named((1, 'held')), booker=0, schedule=0, seats='1,0')
    s.tell('keep', 'hold', rows=kept, booker=0, schedule=0, seats='0')
    s.tell('book', 'book', rows=[receipt(1, [4, 5], s.now)], booker=1, schedule=0, seats='5,4', key='k')
    s.tell('repeat', 'book', rows=s.entries[-1]['rows'], booker=1, schedule=0, seats='5,4', key='k')
    s.tell('reuse', 'book', 'PT422', detail='{"reason": "key_reused"}', booker=1, schedule=0, seats='6', key='k')
    s.tell('refused twice', 'hold_many', 'PT409', detail=named((4, 'reserved'), (1, 'held')), booker=0, schedule=0,
           seats='4,0,1')
    s.tell('release', 'release', rows=[[1]], booker=2, schedule=0, seats='1')
    s.tell('release again', 'release', 'PT404', detail=named((1, 'not_held')), booker=2, schedule=0, seats='1,2')
    s.time += 400_000
    s.tell('hold more', 'hold_many', rows=[s.term(6), s.term(7)], booker=0, schedule=0, seats='6,7')
    # the first hold has come to its longest term
    s.tell('extend', 'extend', rows=[[seat_id(0), START + 50 + LONGEST], s.term(6), s.term(7)], booker=0, schedule=0)
    s.tell('audit', 'audit', rows=[[0, 0, 0]])
    s.tell('letters', 'seat_status', rows=[['tatarrtt']], schedule=0)


def tell_sales(s):
    s.tell('confirm', 'confirm', rows=[receipt(2, [0, 6, 7], s.now)], booker=0, schedule=0)
    s.tell('nothing to confirm', 'confirm', 'PT410', booker=0, schedule=0,
           detail=json.dumps({'reason': 'no_live_hold', 'concert_schedule_id': schedule_id(0)}))
    s.tell('confirm another', 'confirm_named', 'PT410', detail=named((1, 'not_held')), booker=2, schedule=0, seats='2,1')
    s.tell('confirm named', 'confirm_named', rows=[receipt(3, [2], s.now)], booker=2, schedule=0, seats='2')
    s.tell('cancel', 'cancel', rows=[receipt(2, [0, 6, 7], s.told('confirm', 7), s.now)], booker=0, schedule=0, text=booking_id(2))
    s.tell('cancel again', 'cancel', rows=s.entries[-1]['rows'], booker=0, schedule=0, text=booking_id(2))
    nobody = {'code': 'PT404', 'detail': '{"reason": "no_such_booking"}'}
    s.tell("cancel somebody's", 'cancel', booker=2, schedule=0, text=booking_id(1), **nobody)
    s.tell('cancel unknown', 'cancel', booker=0, schedule=0, text=booking_id(9), **nobody)
    s.tell('wrong phone', 'cancel_guest', booker=3, schedule=0, text=number(1), **nobody)
    s.tell('cancel guest', 'cancel_guest', rows=[receipt(1, [4, 5], s.told('book', 7), s.now)], booker=1, schedule=0,
           text=number(1))
    s.tell('best', 'hold_best', rows=[s.term(0), s.term(1)], booker=0, schedule=0, number=2, adjacent=1)
    s.tell('best row', 'hold_best', rows=[s.term(n) for n in (4, 5, 6, 7)], booker=3, schedule=0, number=4, adjacent=1)
    s.tell('best too many', 'hold_best', 'PT409', booker=1, schedule=0, number=2,
           detail='{"reason": "not_enough_seats", "seat_count": 2, "adjacent": false}')
    s.tell('release all', 'release_all', rows=[[4]], booker=3, schedule=0)
    s.tell('best dear', 'hold_best', rows=[s.term(3)], booker=3, schedule=0, number=1, grade='VIP', max_price=price(3))


def tell_limits(s):
    s.tell('until closing', 'hold_many', rows=[s.term(8), s.term(9)], booker=2, schedule=1, seats='8,9')
    s.tell('limit', 'hold', 'PT422', detail='{"reason": "booker_limit", "wanted": 3, "limit": 2}',
           booker=2, schedule=1, seats='10')
    s.tell('block', 'block', rows=[[2]], seats='10,11')
    s.tell('block again', 'block', rows=[[0]], seats='11')
    s.tell('block held', 'block', 'PT409', detail=named((8, 'held')), seats='10,8')
    s.tell('unblock', 'unblock', rows=[[1]], seats='8,11')
    s.time = START + 3_000_000
    s.tell('closed', 'hold', 'PT423', detail='{"reason": "window_over"}', booker=2, schedule=1, seats='9')
    # lapsed: 0, 1, 3, 8, 9
    s.tell('map', 'seat_map', rows=[['aaraaaaa', hashlib.md5(','.join(map(seat_id, range(8))).encode()).hexdigest()]],
           schedule=0)
    s.tell('small sweep', 'expire', rows=[[2]], number=2)
    # nobody knows whether the sweep took this one: two or three are left
    s.tell('hold over', 'hold', rows=[s.term(3)], booker=1, schedule=0, seats='3')
    s.tell('sweep', 'expire', rows=[[2]], number=1000)
    s.tell('empty sweep', 'expire', rows=[[0]], number=1000)


def tell_transactions(s):
    s.tell('begin', 'begin', text='REPEATABLE READ')
    s.tell('hold inside', 'hold', rows=[s.term(0)], booker=0, schedule=0, seats='0')
    held = s.entries[-1]['rows']
    s.tell('savepoint', 'savepoint')
    s.tell('release inside', 'release', rows=[[1]], booker=0, schedule=0, seats='0')
    s.tell('back', 'rollback_to', 'UNDONE')
    s.tell('held again', 'hold', rows=held, booker=0, schedule=0, seats='0')
    s.tell('fail', 'hold', 'PT409', detail=named((0, 'held')), booker=2, schedule=0, seats='0')
    s.tell('no commit', 'commit', 'UNDONE')
    s.tell('not kept', 'release', 'PT404', detail=named((0, 'not_held')), booker=0, schedule=0, seats='0')


def tell_deadline(s):
    """Holds that end within a call; only its reply tells which came first."""
    s.tell('short', 'hold', rows=[s.term(0)], booker=0, schedule=0, seats='0')
    s.time = s.told('short', 1) - 60
    s.tell('at the deadline', 'hold', 'PT409', detail=named((0, 'held')), booker=2, schedule=0, seats='0')
    s.tell('short again', 'hold', rows=[s.term(1)], booker=0, schedule=0, seats='1')
    s.time = s.told('short again', 1) - 60
    s.tell('best at a deadline', 'hold_best', rows=[s.term(4), s.term(5)], booker=2, schedule=0, number=2, adjacent=1)
    s.time = s.told('best at a deadline', 1) - 60
    longest = s.time + 60 - TERM + LONGEST
    s.tell('extend at a deadline', 'extend', rows=[[seat_id(4), longest], [seat_id(5), longest]], booker=2, schedule=0)


def tell_end(s):
    s.tell('book to lose', 'book', rows=[receipt(4, [12], s.now)], booker=0, schedule=2, seats='12', key='lost')
    s.tell('hold to lose', 'hold', rows=[s.term(13)], booker=2, schedule=2, seats='13')
    s.tell('cancel all', 'cancel_schedule', rows=[['(1,1,1,0)']], schedule=2)
    gone = s.entries[-1]['inv'] + 50
    s.tell('cancel all again', 'cancel_schedule', rows=[['(0,0,0,0)']], schedule=2)
    s.tell('box office', 'confirm', 'PT423', detail='{"reason": "schedule_cancelled"}', booker=2, schedule=2)
    s.tell('off sale', 'hold', 'PT423', detail='{"reason": "schedule_cancelled"}', booker=2, schedule=2, seats='13')
    s.tell('told of the end', 'book', rows=[receipt(4, [12], s.told('book to lose', 7), gone)], booker=0, schedule=2,
           seats='12', key='lost')
    bookings = [(1, 1, [4, 5], s.told('book', 7), s.told('cancel guest', 8), 'k'),
                (2, 0, [0, 6, 7], s.told('confirm', 7), s.told('cancel', 8), None),
                (3, 2, [2], s.told('confirm named', 7), None, None),
                (4, 0, [12], s.told('book to lose', 7), gone, 'lost')]
    # no sweep came to those that have lapsed
    kept = {0: (0, s.told('short', 1)), 3: (1, s.told('hold over', 1)), 1: (0, s.told('short again', 1)),
            **{n: (2, s.told('extend at a deadline', 1)) for n in (4, 5)}}
    status = {**dict.fromkeys(kept, 'temp_reserved'), 2: 'reserved', 10: 'unavailable'}
    free = (7, 3, HALLS[2])
    other_events = [['seats_blocked', schedule_id(1), 2], ['seats_unblocked', schedule_id(1), 1],
                    ['holds_expired', schedule_id(0), 2], ['holds_expired', schedule_id(1), 2],
                    ['schedule_cancelled', schedule_id(2), 1]]
    s.tables = {
        'schedules': [[schedule_id(n), TERM, LONGEST, CLOSING if n == 1 else FOREVER, 2 if n == 1 else None,
                       HALLS[n], free[n], 'f' if free[n] else 't'] for n in range(3)],
        'seats': [[seat_id(n), schedule_id(SCHEDULE[n]), LABELS[n], price(n), status.get(n, 'available'),
                   kept[n][1] if n in kept else None] for n in range(len(LABELS))],
        'holds': [[seat_id(n), '00000000-0000-4000-8000-%012x' % b, end] for n, (b, end) in kept.items()],
        'bookings': [[booking_id(n), schedule_id(SCHEDULE[seats[0]]), '00000000-0000-4000-8000-%012x' % b, number(n),
                      'cancelled' if gone else 'confirmed', len(seats), sum(map(price, seats)), key, made, gone]
                     for n, b, seats, made, gone, key in bookings],
        'booking_seats': [[booking_id(n), seat_id(x), price(x), 'f' if gone else 't']
                          for n, _, seats, _, gone, _ in bookings for x in seats],
        'events': [[kind, booking_id(n), len(seats)] for n, _, seats, _, gone, _ in bookings
                   for kind in ['booking_confirmed'] + ['booking_cancelled'] * (gone is not None)]
        + [[kind, None, count] for kind, _, count in other_events],
        'other_events': other_events,
    }


def honest_story():
    s = Story()
    tell_holds(s)
    tell_sales(s)
    tell_limits(s)
    tell_transactions(s)
    tell_deadline(s)
    tell_end(s)
    return s


# ---- lies: what is said of the call, the call's name, what is done to its entry ----

def refuse(code, detail='{"reason": "no_such_booking"}'):
    return lambda e: e.update(code=code, rows=[], detail=detail)


def grant(*rows):
    return lambda e: e.update(code='OK', rows=[[str(c) for c in r] for r in rows], detail=None)


def cell(row, column, change):
    """Another value in the reply; a number is added to what is there."""
    def lie(e):
        old = e['rows'][row][column]
        e['rows'][row][column] = str(int(old) + change) if isinstance(change, int) else change
    return lie


def detail(change):
    return lambda e: e.update(detail=change)


def drop(row):
    return lambda e: e['rows'].pop(row)


def swap(e):
    e['rows'].reverse()


def too_late(e):
    """A term that began 1 us after the reply."""
    e['rows'][0][1] = str(e['ret'] + TERM + 1)


def too_early(e):
    e['rows'][0][1] = str(e['inv'] + TERM - 1)


def held_for(seats, booker_time=START):
    return grant(*[[seat_id(s), booker_time + TERM] for s in seats])


NO_HOLD = json.dumps({'reason': 'no_live_hold', 'concert_schedule_id': schedule_id(0)})
NO_SEATS = '{"reason": "not_enough_seats", "seat_count": 2, "adjacent": true}'

LIES = (
    ('a free seat is refused', 'hold', refuse('PT409', named((0, 'held')))),
    ('a term begins after the reply', 'hold', too_late),
    ('a term begins before the call', 'hold', too_early),
    ('an empty schedule is closed', 'hold', refuse('PT423', '{"reason": "window_over"}')),
    ('seats come in another order than asked for', 'hold several', swap),
    ('a seat is left out', 'hold several', drop(1)),
    ('a term ends 1 us late', 'hold several', too_late),
    ('a held seat is held again', 'refused', held_for((1, 0))),
    ('a held seat is said to be sold', 'refused', detail(named((1, 'reserved')))),
    ("one's own seat is refused", 'refused', detail(named((1, 'held'), (0, 'held')))),
    ('refused with another code', 'refused', refuse('PT410', named((1, 'held')))),
    ('refused without a seat', 'refused', detail('[]')),
    ("a kept hold's term is 1 us longer", 'keep', cell(0, 1, 1)),
    ('a kept hold is renewed', 'keep', cell(0, 1, 440)),
    ("one's own seat is refused", 'keep', refuse('PT409', named((0, 'held')))),
    ("a receipt's total is another", 'book', cell(0, 5, 1)),
    ("a receipt's count is another", 'book', cell(0, 4, 1)),
    ("a receipt's seats come in another order", 'book', cell(0, 6, 'B-2,B-1')),
    ('a receipt has another seat', 'book', cell(0, 6, 'B-1,B-3')),
    ('a booking was made before the call', 'book', cell(0, 7, -51)),
    ('a booking was made after the reply', 'book', cell(0, 7, 51)),
    ('a new booking is cancelled', 'book', cell(0, 3, 'cancelled')),
    ('a booking number with a wrong check symbol', 'book', cell(0, 1, '0000-0000-0001-2')),
    ('a key makes a second booking', 'repeat', cell(0, 0, booking_id(8))),
    ("a key's answer is refused", 'repeat', refuse('PT409', named((5, 'reserved'), (4, 'reserved')))),
    ('a key answers with another total', 'repeat', cell(0, 5, 1)),
    ('a key answers for other seats', 'reuse', lambda e: e.update(code='OK', rows=[receipt(1, [4, 5], START + 50)])),
    ('another rule is named', 'reuse', detail('{"reason": "two_schedules"}')),
    ('refused seats come in another order', 'refused twice', detail(named((1, 'held'), (4, 'reserved')))),
    ('only the first seat is named', 'refused twice', detail(named((4, 'reserved')))),
    ('a release counts wrong', 'release', cell(0, 0, 1)),
    ('a live hold cannot be released', 'release', refuse('PT404', named((1, 'not_held')))),
    ('what was released is released again', 'release again', grant([2])),
    ('the wrong seat is not held', 'release again', detail(named((2, 'not_held')))),
    ('an extension is refused', 'extend', refuse('PT410', NO_HOLD)),
    ('an extension leaves a seat out', 'extend', drop(1)),
    ('an extension gives seats in another order', 'extend', swap),
    ('an extension is 1 us too long', 'extend', cell(1, 1, 51)),
    ('an extension is 1 us too short', 'extend', cell(1, 1, -51)),
    ('an extension goes past the longest hold', 'extend', cell(0, 1, 51)),
    ('a snapshot contradicts itself', 'audit', cell(0, 1, 1)),
    ('a held seat is shown as free', 'letters', cell(0, 0, 'aatarrtt')),
    ('a sold seat is shown as held', 'letters', cell(0, 0, 'tatatrtt')),
    ('a seat is not shown', 'letters', cell(0, 0, 'tatarrt')),
    ('a map of other seats', 'map', cell(0, 1, '0' * 32)),
    ('a lapsed hold is shown', 'map', cell(0, 0, 'aartaaaa')),
    ('live holds cannot be confirmed', 'confirm', refuse('PT410', NO_HOLD)),
    ('a live hold is left out of a sale', 'confirm', grant(receipt(2, [0, 6], START + 401_270))),
    ('a booking without holds', 'nothing to confirm', grant(receipt(8, [3], START + 401_380))),
    ('a seat that is not held is confirmed', 'confirm another', grant(receipt(8, [1, 2], START + 401_490))),
    ('the wrong seat has expired', 'confirm another', detail(named((2, 'not_held')))),
    ('a named live hold is refused', 'confirm named', refuse('PT410', named((2, 'not_held')))),
    ('a booking number is used again', 'confirm named', cell(0, 1, number(2))),
    ("one's own booking is not there", 'cancel', refuse('PT404')),
    ('cancelled, and still confirmed', 'cancel', cell(0, 3, 'confirmed')),
    ('cancelled after the reply', 'cancel', cell(0, 8, 51)),
    ('cancelled, for another total', 'cancel', cell(0, 5, -1)),
    ('too late to cancel', 'cancel', refuse('PT412', '{"cancellable_until": null}')),
    ('a second cancel is refused', 'cancel again', refuse('PT404')),
    ('a second cancel cancels again', 'cancel again', cell(0, 8, 110)),
    ("somebody else's booking is cancelled", "cancel somebody's", grant(receipt(1, [4, 5], START + 490, START + 401_930))),
    ('an unknown booking is cancelled', 'cancel unknown', grant(receipt(9, [4, 5], START + 490, START + 402_040))),
    ('a wrong phone is let through', 'wrong phone', grant(receipt(1, [4, 5], START + 490, START + 402_150))),
    ("a guest's booking is not there", 'cancel guest', refuse('PT404')),
    ('the best seat is refused', 'best', refuse('PT409', NO_SEATS)),
    ('better seats are passed over', 'best', lambda e: [r.__setitem__(0, seat_id(s)) for r, s in zip(e['rows'], (4, 5))]),
    ('the best seat is sold already', 'best', lambda e: [r.__setitem__(0, seat_id(s)) for r, s in zip(e['rows'], (1, 2))]),
    ('a best seat too few', 'best', drop(1)),
    ('best seats in another order', 'best', swap),
    ('a whole row is refused', 'best row', refuse('PT409', NO_SEATS.replace('2', '4'))),
    ('best seats that are not free', 'best too many', held_for((2, 3))),
    ('a refusal tells another number', 'best too many', detail(NO_SEATS)),
    ('all holds, miscounted', 'release all', cell(0, 0, -1)),
    ('a seat of another grade', 'best dear', cell(0, 0, seat_id(4))),
    ('a hold outlasts the closing', 'until closing', cell(0, 1, 1)),
    ('a hold ends before the closing', 'until closing', cell(1, 1, -1)),
    ('a limit is overstepped', 'limit', lambda e: grant([seat_id(10), CLOSING])(e)),
    ('a limit counts wrong', 'limit', detail('{"reason": "booker_limit", "wanted": 4, "limit": 2}')),
    ('a limit is another', 'limit', detail('{"reason": "booker_limit", "wanted": 3, "limit": 1}')),
    ('a limit that is not reached', 'until closing', refuse('PT422', '{"reason": "booker_limit", "wanted": 3, "limit": 2}')),
    ('a block counts wrong', 'block', cell(0, 0, -1)),
    ('a blocked seat is counted again', 'block again', cell(0, 0, 1)),
    ('a held seat is blocked', 'block held', grant([1])),
    ('a blocked seat cannot be blocked', 'block held', detail(named((10, 'blocked'), (8, 'held')))),
    ('unblock counts what was not blocked', 'unblock', cell(0, 0, 1)),
    ('a hold after the closing', 'closed', lambda e: grant([seat_id(9), e['inv'] + TERM + 50])(e)),
    ('closed for another reason', 'closed', detail('{"reason": "started"}')),
    ('not closed, but taken', 'closed', refuse('PT409', named((9, 'held')))),
    ('a sweep sweeps more than its batch', 'small sweep', cell(0, 0, 1)),
    ('a sweep leaves some', 'small sweep', cell(0, 0, -1)),
    ('a sweep counts what it looked at', 'sweep', cell(0, 0, 2)),
    ('a sweep misses one', 'sweep', cell(0, 0, -1)),
    ('a sweep invents one', 'empty sweep', cell(0, 0, 1)),
    ('a savepoint keeps nothing', 'held again', cell(0, 1, 440)),
    ('a failed transaction commits', 'no commit', grant()),
    ('a hold outlives the rollback', 'not kept', grant([1])),
    ('a lapsed hold is taken before its deadline', 'at the deadline', lambda e: grant([seat_id(0), e['inv'] + 59 + TERM])(e)),
    ('a hold at a deadline is refused as sold', 'at the deadline', detail(named((0, 'reserved')))),
    ('a best seat that is sold', 'best at a deadline', lambda e: [
        r.__setitem__(0, seat_id(s)) for r, s in zip(e['rows'], (2, 3))]),
    ('best seats apart', 'best at a deadline', cell(1, 0, seat_id(6))),
    ('best seats in another order', 'best at a deadline', swap),
    ('a best seat too few', 'best at a deadline', drop(1)),
    ('a best seat of another schedule', 'best at a deadline', lambda e: [
        r.__setitem__(0, seat_id(s)) for r, s in zip(e['rows'], (8, 9))]),
    ('the best seat is refused', 'best at a deadline', refuse('PT409', NO_SEATS)),
    ('an extension goes past the longest hold', 'extend at a deadline', cell(0, 1, 51)),
    ("an extension gives somebody else's seat", 'extend at a deadline', cell(0, 0, seat_id(3))),
    ('an extension is empty', 'extend at a deadline', grant()),
    ('a closing leaves bookings', 'cancel all', cell(0, 0, '(0,0,1,0)')),
    ('a closing miscounts seats', 'cancel all', cell(0, 0, '(1,2,1,0)')),
    ('a closing miscounts holds', 'cancel all', cell(0, 0, '(1,1,2,0)')),
    ('a closing owes what nobody paid', 'cancel all', cell(0, 0, '(1,1,1,5)')),
    ('a closing closes twice', 'cancel all again', cell(0, 0, '(1,1,0,0)')),
    ('a sale in a closed schedule', 'box office', lambda e: grant(receipt(8, [13], e['inv'] + 50))(e)),
    ('not closed, but without holds', 'box office', refuse('PT410', NO_HOLD.replace(schedule_id(0), schedule_id(2)))),
    ('a hold in a closed schedule', 'off sale', lambda e: grant([seat_id(13), e['inv'] + TERM + 50])(e)),
    ('off sale as sold', 'off sale', refuse('PT409', named((13, 'reserved')))),
    ('off sale as blocked', 'off sale', refuse('PT409', named((13, 'blocked')))),
    ('closed for another reason', 'box office', detail('{"reason": "concert_cancelled"}')),
    ('a key forgets that all was cancelled', 'told of the end', lambda e: e['rows'][0].__setitem__(slice(3, None), [
        'confirmed', *e['rows'][0][4:8], '~'])),
    ('a key tells another end', 'told of the end', cell(0, 8, 51)),
    ('a call that nobody knows', 'audit', lambda e: e.update(kind='other')),
    ('a call fails', 'audit', refuse('XX000', '')),
    ('a reply is lost', 'audit', refuse('LOST', '')),
)

# ---- lies of the tables ----


def put(table, row, column, value):
    return lambda tables: tables[table][row].__setitem__(column, value)


TABLE_LIES = (
    ('a sold seat is free', put('seats', 2, 4, 'available')),
    ('a free seat is blocked', put('seats', 6, 4, 'unavailable')),
    ('a lapsed hold ends at another instant', put('seats', 0, 5, START)),
    ("a lapsed hold's row is gone", lambda tables: tables['holds'].pop()),
    ("a hold is somebody else's", put('holds', 0, 1, '00000000-0000-4000-8000-000000000002')),
    ('a hold that nobody made', lambda tables: tables['holds'].append([seat_id(6), tables['holds'][0][1], START])),
    ('a booking is gone', lambda tables: tables['bookings'].pop(3) and tables['booking_seats'].pop()),
    ('a booking that nobody made', lambda tables: tables['bookings'].append([booking_id(9)] + tables['bookings'][2][1:])),
    ("a booking's total is another", put('bookings', 0, 6, 1)),
    ("a booking's key is another", put('bookings', 0, 7, 'other')),
    ('a cancelled booking stands', put('bookings', 1, 4, 'confirmed')),
    ('a booking was cancelled at another instant', put('bookings', 1, 9, START)),
    ("a booked seat's price is another", put('booking_seats', 0, 2, 1)),
    ('a cancelled seat is still sold', put('booking_seats', 0, 3, 't')),
    ('a counter is one too high', put('schedules', 0, 6, 8)),
    ('a cancelled schedule is sold out', put('schedules', 2, 7, 't')),
    ('a cancellation is not in the log', lambda tables: tables['events'].pop(1)),
    ('a sale is in the log twice', lambda tables: tables['events'].append(tables['events'][0])),
    ('a block is not in the log', lambda tables: tables['other_events'].pop(0)),
    ('the log has another number of swept holds', put('other_events', 2, 2, 3)),
)


def judge(story):
    """What the oracle complains of: [(text, number of the call or None)]"""
    complaints = []
    with tempfile.TemporaryDirectory() as folder:
        story.write(folder)
        calls, _ = read_journal(os.path.join(folder, 'journal.tsv'))
        with contextlib.redirect_stdout(io.StringIO()):
            Oracle(calls, Database(folder), lambda text, *calls: complaints.append(
                (text, calls[0].number if calls else None))).check()
    return complaints


def check_whole(story):
    """check.py on the same, which must call the oracle."""
    with tempfile.TemporaryDirectory() as folder:
        story.write(folder)
        return subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), 'check.py'), '--profile', 'serial',
                               folder], capture_output=True, text=True, check=False)


def forge(name, lie):
    story = honest_story()
    entry = story.entry(name)
    before = copy.deepcopy(entry)
    lie(entry)
    assert entry != before, name
    return story, story.entries.index(entry) + 1


def other_side(story):
    """The same deadlines inside the calls, passed: the seat is the second booker's, and the last hold is over."""
    end = story.told('short', 1) + TERM
    grant([seat_id(0), end])(story.entry('at the deadline'))
    story.tables['holds'][0][1:] = ['00000000-0000-4000-8000-000000000002', end]
    story.tables['seats'][0][5] = end
    refuse('PT410', NO_HOLD)(story.entry('extend at a deadline'))
    for seat in (4, 5):
        story.tables['seats'][seat][5] = story.told('best at a deadline', 1)
    for row in story.tables['holds'][3:]:
        row[2] = story.told('best at a deadline', 1)


def main():
    results = []

    def report(good, text, why=''):
        results.append(good)
        print('%s %d - %s' % ('ok' if good else 'not ok', len(results), text))
        if not good:
            print('# %s' % (why,))

    found = judge(honest_story())
    report(not found, 'an honest history passes', found)
    whole = check_whole(honest_story())
    report(whole.returncode == 0 and 'serial: ' in whole.stdout, 'check.py passes it as well', whole.stdout + whole.stderr)
    story = honest_story()
    other_side(story)
    found = judge(story)
    report(not found, 'the other side of a deadline passes', found)
    for text, name, lie in LIES:
        story, place = forge(name, lie)
        found = judge(story)
        report([n for _, n in found] == [place], '%s: %s' % (name, text), found)
    for text, lie in TABLE_LIES:
        story = honest_story()
        lie(story.tables)
        found = judge(story)
        report(bool(found) and all(n is None for _, n in found), 'at the end: %s' % text, found)
    whole = check_whole(forge('sweep', cell(0, 0, 2))[0])
    report(whole.returncode == 1 and 'VIOLATION: serial: ' in whole.stdout, 'check.py asks the oracle', whole.stdout)
    print('1..%d' % len(results))
    return 0 if all(results) else 1


if __name__ == '__main__':
    sys.exit(main())
