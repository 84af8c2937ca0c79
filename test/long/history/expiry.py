#!/usr/bin/python3
"""
expiry.py - a hold is over at the instant it expires, not earlier, not later.

Every trial puts a hold's deadline into a wait of somebody else's call: a
blocker has what the call needs and gives it up between 20 ms before and 20 ms
after the deadline, in steps of 1 ms around it. What must follow is exact:

  - given up after the deadline: the owner is refused, anybody else may have the
    seat, for the call reads its clock after its wait
  - answered before the deadline: the other way round
  - in between both may be, but a booking is older than the deadline, and a new
    hold by somebody else begins at it or later

Somebody else is refused at once where a live hold can be seen. So there the
hold is the wait: it is not committed yet, and its deadline comes meanwhile.

Then sessions whose clocks are stepped by an hour to and fro deal in the same
seats: whatever they see as over, nothing is sold twice and everything adds up.

Uses a database "expiry" on the server of libpq's environment. Prints TAP.
"""

import argparse
import collections
import concurrent.futures
import random
import threading
import time
import uuid

import psycopg2
import psycopg2.errors

TERM_MS = 60
OFFSETS_MS = [-20, -10] + list(range(-5, 6)) + [10, 20]
# A machine that is slower than that: the term and these are stretched, so far.
SIDES_MS = [-20, 20]
LONGEST_STRETCH = 1024

SETUP = """
INSERT INTO concert_booking.venues (id, name, address) VALUES ('00000000-0000-4000-a000-000000000001', 'hall', 'here');
INSERT INTO concert_booking.concerts (id, venue_id, title)
VALUES ('00000000-0000-4000-a000-000000000002', '00000000-0000-4000-a000-000000000001', 'expiry');
INSERT INTO concert_booking.concert_schedules
	(id, concert_id, concert_date, concert_time, hold_duration, max_seats_per_booker)
VALUES ('00000000-0000-4000-a000-000000000003', '00000000-0000-4000-a000-000000000002', current_date + 30, '19:00',
		'%d ms', 30000);
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT '00000000-0000-4000-a000-000000000003', 'A-' || i, 'R', 1000, i FROM generate_series(1, 20000) i;
""" % TERM_MS

SCHEDULE = '00000000-0000-4000-a000-000000000003'

# ---- what the waiting call is: name, by the owner?, SQL, what it answers with ----

CALLS = {
    'confirm': (True, "SELECT created_at FROM concert_booking.confirm_booking(concert_schedule_id => %(schedule)s,"
                      " user_id => %(who)s, seat_ids => %(seats)s::uuid[], idempotency_key => %(key)s)"),
    'confirm of all': (True, "SELECT created_at FROM concert_booking.confirm_booking("
                             "concert_schedule_id => %(schedule)s, user_id => %(who)s, idempotency_key => %(key)s)"),
    'extend': (True, "SELECT max(expires_at) FROM concert_booking.extend_holds("
                     "concert_schedule_id => %(schedule)s, user_id => %(who)s)"),
    'hold': (False, "SELECT max(expires_at) FROM concert_booking.hold_seats(seat_ids => %(seats)s::uuid[],"
                    " user_id => %(who)s)"),
    'book': (False, "SELECT created_at FROM concert_booking.book_seats(seat_ids => %(seats)s::uuid[],"
                    " user_id => %(who)s, idempotency_key => %(key)s)"),
    'block': (False, "SELECT clock_timestamp() FROM concert_booking.block_seats(seat_ids => %(seats)s::uuid[])"),
}
REFUSALS = {'PT409', 'PT410'}

# ---- what it waits for ----

OWNER_COMMITS = "the owner's commit"
WAITS = {
    'a lock on the seat': "SELECT FROM concert_booking.seats WHERE id = %(last)s FOR NO KEY UPDATE",
    'a change of the seat': "UPDATE concert_booking.seats SET section = 'x' WHERE id = %(last)s",
    "the booker's limit": "SELECT concert_booking.hold_seat(seat_id => %(spare)s, user_id => %(who)s)",
    'the key': "SELECT concert_booking.book_seats(seat_ids => ARRAY[%(spare)s::uuid], user_id => %(who)s,"
               " idempotency_key => %(key)s)",
}

tap_number = 0
tap_failed = 0


def tap(good, text, *notes):
    global tap_number, tap_failed
    tap_number += 1
    tap_failed += not good
    print('%s %d - %s' % ('ok' if good else 'not ok', tap_number, text))
    for note in notes if not good else ():
        print('# %s' % note)


class Trial:
    """One wait and one call around one deadline."""

    def __init__(self, connections, call, wait, offset_ms, term_ms, seats, spare):
        self.term_ms = term_ms
        self.owner_conn, self.blocker_conn, self.waiter_conn = connections
        self.call, self.wait, self.offset_ms = call, wait, offset_ms
        self.seats, self.spare = seats, spare
        self.by_owner, self.sql = CALLS[call]
        self.owner, self.stranger = str(uuid.uuid4()), str(uuid.uuid4())
        self.args = {'schedule': SCHEDULE, 'seats': seats, 'last': max(seats), 'spare': spare,
                     'who': self.owner if self.by_owner else self.stranger, 'key': str(uuid.uuid4())}
        self.faults = []

    def run(self):
        with self.owner_conn.cursor() as cursor:
            if self.wait == OWNER_COMMITS:
                cursor.execute('BEGIN')
            cursor.execute('SELECT min(expires_at) FROM concert_booking.hold_seats(seat_ids => %s::uuid[], user_id => %s)',
                           (self.seats, self.owner))
            self.deadline = cursor.fetchone()[0]
        locked, released = threading.Event(), []
        blocker = threading.Thread(target=self.block, args=(locked, released))
        blocker.start()
        locked.wait()
        self.wait_and_call()
        blocker.join()
        self.released = released[0]
        self.judge()
        return self

    def block(self, locked, released):
        owner_commits = self.wait == OWNER_COMMITS
        with (self.owner_conn if owner_commits else self.blocker_conn).cursor() as cursor:
            try:
                if not owner_commits:
                    cursor.execute('BEGIN')
                    cursor.execute(WAITS[self.wait], self.args)
            finally:
                locked.set()
            cursor.execute("SELECT pg_sleep(greatest(0, extract(epoch FROM %s + %s * interval '1 ms' - clock_timestamp())))",
                           (self.deadline, self.offset_ms))
            cursor.execute('SELECT clock_timestamp()')
            released.append(cursor.fetchone()[0])
            # the spare seat goes back, so that only the wait is left of it
            cursor.execute('ROLLBACK' if self.wait in ("the booker's limit", 'the key') else 'COMMIT')

    def wait_and_call(self):
        self.code = self.answer = None
        with self.waiter_conn.cursor() as cursor:
            try:
                cursor.execute(self.sql, self.args)
                self.answer = cursor.fetchone()[0]
                self.code = 'OK'
            except psycopg2.Error as error:
                self.code = error.pgcode
            cursor.execute('SELECT clock_timestamp()')
            self.answered = cursor.fetchone()[0]

    def judge(self):
        went_through = self.code == 'OK'
        if not went_through and self.code not in REFUSALS:
            self.faults.append('error %s' % self.code)
            return
        late, early = self.released >= self.deadline, self.answered < self.deadline
        if self.by_owner:
            if late and went_through:
                self.faults.append('went through after the deadline')
            if early and not went_through:
                self.faults.append('refused before the deadline')
            if went_through and self.call != 'extend' and self.answer >= self.deadline:
                self.faults.append('booked at %s' % self.answer)
        else:
            if late and not went_through:
                self.faults.append('refused after the deadline')
            if early and went_through:
                self.faults.append('went through before the deadline')
            if went_through and self.call == 'hold' and \
                    (self.answer - self.deadline).total_seconds() * 1000 < self.term_ms:
                self.faults.append('the new hold began before the deadline, it ends at %s' % self.answer)
            if went_through and self.call == 'book' and self.answer < self.deadline:
                self.faults.append('booked at %s' % self.answer)

    def __str__(self):
        return '%s waits for %s, %+d ms: deadline %s, given up %s, answered %s, %s: %s' % (
            self.call, self.wait, self.offset_ms, self.deadline, self.released, self.answered,
            self.code, '; '.join(self.faults))


def plan_trials(repeats, offsets=OFFSETS_MS, stretch=1):
    for _ in range(repeats):
        for call, (by_owner, sql) in CALLS.items():
            for wait in list(WAITS) + [OWNER_COMMITS]:
                if (wait == OWNER_COMMITS) == by_owner and wait != 'the key':
                    continue
                if wait == 'the key' and 'key' not in sql or wait == "the booker's limit" and call == 'extend':
                    continue
                for offset_ms in offsets:
                    yield call, wait, offset_ms * stretch, TERM_MS * stretch


def run_trials(connect, repeats, lanes):
    with connect() as conn, conn.cursor() as cursor:
        cursor.execute('SELECT id FROM concert_booking.seats ORDER BY id')
        seats = [row[0] for row in cursor.fetchall()]
    local = threading.local()
    next_seat = iter(range(len(seats) // 4))

    lock = threading.Lock()

    def one(plan):
        if not hasattr(local, 'connections'):
            local.connections = [connect() for _ in range(3)]
        with lock:
            at = 4 * next(next_seat)
        trial = Trial(local.connections, *plan, seats=seats[at:at + (1 if plan[0] == 'extend' else 2)], spare=seats[at + 2])
        return trial.run()

    outcomes = collections.defaultdict(collections.Counter)
    faulty = collections.defaultdict(list)

    def play(plans):
        for trial in pool.map(one, plans):
            name = name_of(trial.call, trial.wait)
            outcomes[name]['through' if trial.code == 'OK' else 'refused'] += 1
            if trial.faults:
                faulty[name].append(str(trial))

    def is_one_sided(plan):
        count = outcomes[name_of(plan[0], plan[1])]
        return not (count['through'] and count['refused'])

    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        play(list(plan_trials(repeats)))
        # On a busy machine all trials of a wait can miss the deadline: they are played
        # again with more and more time on both sides of it, until it was met.
        stretch = 1
        while any(map(is_one_sided, plan_trials(1))) and stretch < LONGEST_STRETCH:
            stretch *= 2
            with connect() as conn, conn.cursor() as cursor:
                cursor.execute("UPDATE concert_booking.concert_schedules SET hold_duration = %s * interval '1 ms'", (TERM_MS * stretch,))
            plans = [plan for plan in plan_trials(1, SIDES_MS, stretch) if is_one_sided(plan)]
            print('# %d waits again, with a term of %d ms' % (len(plans) // 2, TERM_MS * stretch))
            play(plans)
        with connect() as conn, conn.cursor() as cursor:
            cursor.execute("UPDATE concert_booking.concert_schedules SET hold_duration = %s * interval '1 ms'", (TERM_MS,))
    for name, count in outcomes.items():
        # a wait that always ends the same way has not met the deadline
        tap(not faulty[name] and count['through'] and count['refused'],
            '%s: %d went through, %d were refused' % (name, count['through'], count['refused']),
            *faulty[name][:5])


def name_of(call, wait):
    return '%s waits for %s' % (call, wait)


def step_clocks(connect, calls, seed):
    """Sessions whose clocks jump by an hour, dealing in forty seats."""
    dice = random.Random(seed)
    conn = connect()
    unexpected = collections.Counter()
    done = collections.Counter()
    with conn.cursor() as cursor:
        cursor.execute('SELECT id FROM concert_booking.seats ORDER BY id DESC LIMIT 40')
        seats = [row[0] for row in cursor.fetchall()]
        bookers = [str(uuid.UUID(int=dice.getrandbits(128))) for _ in range(5)]
        for _ in range(calls):
            cursor.execute("SET concert_booking.test_clock_offset = %s", (dice.choice(['0', '1 hour', '-1 hour']),))
            name = dice.choice(['hold', 'hold', 'book', 'confirm of all', 'extend', 'sweep', 'cancel'])
            args = {'schedule': SCHEDULE, 'seats': dice.sample(seats, dice.randint(1, 3)),
                    'who': dice.choice(bookers), 'key': None}
            sql = CALLS[name][1] if name in CALLS else {
                'sweep': 'SELECT concert_booking.expire_holds()',
                'cancel': 'SELECT count(concert_booking.cancel_booking(booking_id => b.id, user_id => b.user_id))'
                          " FROM (SELECT id, user_id FROM concert_booking.bookings b WHERE status = 'confirmed'"
                          ' ORDER BY b.id LIMIT 1) b'}[name]
            try:
                cursor.execute(sql, args)
                done[name] += 1
            except psycopg2.Error as error:
                if error.pgcode not in REFUSALS:
                    unexpected['%s: %s' % (name, error)] += 1
        cursor.execute('RESET concert_booking.test_clock_offset')
        cursor.execute('SELECT count(*) FROM (SELECT seat_id FROM concert_booking.booking_seats'
                       ' WHERE active GROUP BY seat_id HAVING count(*) > 1) twice')
        twice = cursor.fetchone()[0]
    conn.close()
    tap(not unexpected and len(done) == 6, 'clocks stepped by an hour, %d calls (%s)' % (
        calls, ', '.join('%s %d' % c for c in sorted(done.items()))), *unexpected)
    tap(twice == 0, 'nothing is sold twice', twice)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--repeats', type=int, default=2)
    parser.add_argument('--lanes', type=int, default=6)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    options = parser.parse_args()
    print('# seed %d' % options.seed)

    def connect():
        conn = psycopg2.connect(dbname='expiry')
        conn.autocommit = True
        return conn

    with connect() as conn, conn.cursor() as cursor:
        cursor.execute(SETUP)
    run_trials(connect, options.repeats, options.lanes)
    step_clocks(connect, 500 * options.repeats, options.seed)
    with connect() as conn, conn.cursor() as cursor:
        cursor.execute('SELECT * FROM concert_booking.check_integrity()')
        broken = cursor.fetchall()
        tap(not broken, 'check_integrity() finds nothing', *broken[:5])
    print('1..%d' % tap_number)
    return 1 if tap_failed else 0


if __name__ == '__main__':
    raise SystemExit(main())
