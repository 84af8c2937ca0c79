#!/usr/bin/python3
"""
fuzz.py - every function of the schema with hostile arguments.

	fuzz.py [--calls N] [--seed N] [--workers N] [--batches N]

Draws functions from the catalogue and arguments by type: nulls, extremes, wrong
shapes, huge and broken texts, ids that exist, that do not, that are somebody
else's; under all isolation levels, read-only, in savepoints, in PL/pgSQL with an
exception handler, several times in one statement, by name and by position, with
settings and claims as hostile. What must hold:

  - the server answers every call and never dies
  - no answer is an internal error (XX000) or a failed assertion
  - the memory of a backend does not grow
  - what the calls have left behind adds up: check_integrity() finds nothing

The server's log is judged by whoever runs this (scripts/test, test/long/fuzz/run): a
leaked reference is a WARNING there, a sanitizer's report ends the server.
Prints TAP. Uses the database "fuzz" on the server of libpq's environment.
"""

import argparse
import collections
import multiprocessing
import random
import re
import statistics
import string
import sys
import time
import uuid

import psycopg2
import psycopg2.extensions

WORLD = """
INSERT INTO concert_booking.venues (name, address) SELECT 'hall', 'here'
WHERE NOT EXISTS (SELECT FROM concert_booking.venues);
INSERT INTO concert_booking.concerts (venue_id, title) SELECT id, 'fuzz' FROM concert_booking.venues LIMIT 1;
INSERT INTO concert_booking.concert_schedules
	(concert_id, concert_date, concert_time, hold_duration, max_seats_per_booker)
SELECT (SELECT id FROM concert_booking.concerts ORDER BY id DESC LIMIT 1), current_date + 20 + i, '19:00',
	   CASE i WHEN 1 THEN interval '20 ms' END, CASE i WHEN 2 THEN 5 END
FROM generate_series(0, 2) i;
INSERT INTO concert_booking.seats (concert_schedule_id, seat_number, seat_grade, price, ordinal)
SELECT cs.id, 'A-' || i, 'R', 1000 + i, i
FROM (SELECT id FROM concert_booking.concert_schedules ORDER BY id DESC LIMIT 3) cs, generate_series(1, 40) i;
"""

# What check_integrity() finds. The refunds here are made up, and a refund that nobody owed is told. The clocks of
# some calls are ahead: what is kept for a payment until later is over for them, swept, and anybody's; the suites
# history and payments judge that.
BROKEN = """
SELECT i.* FROM concert_booking.check_integrity() i
WHERE i.invariant NOT IN ('a seat is kept for a pending booking that has it', 'a pending booking keeps its seats')
  AND NOT EXISTS (SELECT FROM concert_booking.payments p WHERE p.booking_id = i.subject AND p.kind = 'refund')
"""

# Dates that Python cannot hold stay texts.
psycopg2.extensions.register_type(psycopg2.extensions.new_type(
    (1082, 1083, 1114, 1184, 1186, 1266), 'raw', lambda value, cursor: value))

# A function that ends a sale or builds tables is drawn less often.
RARE = {'cancel_schedule': 0.02, 'create_tables': 0.005, 'create_event_partitions': 0.01, 'generate_seats': 0.05,
        'import_seats': 0.1, 'copy_seats': 0.05, 'archive_past_schedules': 0.1, 'archive_schedule': 0.05,
        'purge_cancelled_bookings': 0.05, 'link_users': 0.05, 'schedule_jobs': 0.1, 'run_upkeep': 0.02, 'run_popularity': 0.05, 'forget_booker': 0.1, 'forget_events': 0.05, 'forget_payments': 0.05,
        'comment_tables': 0.005, 'grant_access': 0.05, 'sweep_holds': 0.02}
OFTEN = ('hold_', 'confirm', 'book_', 'cancel_b', 'cancel_g', 'extend', 'release')

# Internal functions that write what they are told: only what is true is told.
TRUTHS = {'fold_availability': {'seats_change': 0, 'available_change': 0}, 'cancel_bookings': {'booking_ids': '{}'},
          'settle_expired': {'booking_ids': '{}'}, 'remove_holds': {'booking_ids': '{}'}}

# What no call here can get through, and why not.
CANNOT = {
    'refuse': 'refuses', 'refuse_changing': 'refuses', 'refuse_null': 'refuses', 'refuse_old_name': 'refuses',
    'refuse_suppressed': 'refuses', 'refuse_unknown': 'refuses', 'refuse_unknown_booking': 'refuses', 'refuse_unknown_concert': 'refuses', 'refuse_unknown_schedule': 'refuses',
    'refuse_unknown_ticket': 'refuses', 'refuse_value': 'refuses',
    'require_cron': 'no pg_cron', 'schedule_jobs': 'no pg_cron', 'unschedule_jobs': 'no pg_cron',
    'warn_of_cron_settings': 'no pg_cron', 'link_users': 'no table of users',
}

MOST_TRIES = 2000

# What a sale is made of: of all random calls at least this part gets through to it.
LEAST_SOLD = 0.01
SALES = {'hold_seat', 'hold_seats', 'hold_best_seats', 'extend_holds', 'release_seats', 'confirm_booking', 'book_seats',
         'cancel_booking', 'cancel_guest_booking'}

# Refusals that say that the server itself is at its end, or ours is wrong.
INTERNAL = ('XX', '58', 'F0')
# But the server's own answer to two that grant at once, where an internal function is called without the lock of
# grant_access() and create_tables().
GRANTING = re.compile('concert_booking[.](([a-z]+_)?(grant|revoke)|create_tables|finish_tables)')

HOSTILE_TEXTS = [
    '', ' ', '\t', '\n', "'", '"', '\\', '%s%n%x', '{}', '[]', 'null', 'NULL', 'true', '0', '-1', '1e400', 'NaN',
    'infinity', "'; DROP TABLE concert_booking.seats; --", '<script>', '../../etc/passwd', '\u202e', '\U0001f3ab',
    '한글 이름', 'é' * 100, 'A' * 21, 'A' * 101, 'A' * 256, 'x' * 10000, '010-1234-5678', '+82 10 1234 5678',
    '+', '----', '0' * 64, '%', '_', '%%%%', 'A-1', 'public.x', 'concert_booking.seats', 'pg_catalog.pg_class',
    'AAAA-AAAA-AAAA-A', 'aaaa aaaa aaaa u', '=~*$U', '1 month', '-1 month', '100 years', 'month', 'price', 'title',
    'guest', 'member', 'staff', 'none', 'confirmed', 'cancelled', 'ko', 'Asia/Seoul', '00000000-0000-0000-0000-000000000000',
]
HOSTILE_JSON = [
    'null', '{}', '[]', '0', '"x"', '[null]', '[{}]', '[[[[[]]]]]', '[{"seat_number": null}]',
    '[{"row": "A", "seats": 10}]', '[{"seat_number": "A-1", "seat_grade": "R", "price": 1}]',
    '[{"seat_number": "A-1", "seat_grade": "R", "price": -1}]', '[{"seat_number": "Z-9", "price": 1e308}]',
    '[{"seat_number": {}, "price": "x", "ordinal": 2147483648}]', '{"a": ' * 500 + '1' + '}' * 500,
    '[' + ','.join(['{"seat_number": "Q-%d", "seat_grade": "R", "price": 5}' % i for i in range(200)]) + ']',
]
SETTINGS = {
    'concert_booking.test_clock_offset': ['0', '1 hour', '-1 hour', '100 years', '-100 years', '1 month', 'junk', '178000000 years'],
    'concert_booking.hold_duration': ['10min', '1ms', '0', '24d', '-1', 'junk'],
    'concert_booking.max_hold_duration': ['30min', '1ms', '24d'],
    'concert_booking.max_seats_per_call': ['20', '1', '1000', '0', '-1', '99999999999'],
    'concert_booking.cancel_until': ['0', '1d', '24d', 'junk'],
    'concert_booking.async_holds': ['on', 'off', 'junk'],
    'request.jwt.claims': ['', '{}', '[]', 'junk', '{"sub": null}', '{"sub": 5}', '{"sub": "junk"}', '{"sub": {}}',
                           '{"sub": "%s"}' % uuid.UUID(int=7), '{"role": "x", "sub": "%s"}' % uuid.UUID(int=8), '\u0001'],
    'request.headers': ['', '{}', 'junk', '{"if-none-match": "x"}'],
    'request.method': ['', 'GET', 'POST'],
    'search_path': ['public', '', 'pg_temp', 'concert_booking', '"$user"'],
    'timezone': ['UTC', 'Asia/Seoul', 'America/St_Johns'],
    'datestyle': ['ISO, YMD', 'German', 'SQL, DMY'],
    'enable_seqscan': ['on', 'off'], 'enable_indexscan': ['on', 'off'],
    # each call starts workers then, which takes longer than all the rest
    'force_parallel_mode': ['off'] * 9 + ['on'], 'work_mem': ['64kB', '4MB'],
    'plan_cache_mode': ['auto', 'force_generic_plan', 'force_custom_plan'],
}


class Worker:
    def __init__(self, number, seed, calls):
        self.number, self.calls = number, calls
        self.dice = random.Random('%d %d' % (seed, number))
        self.codes, self.done = collections.Counter(), collections.Counter()
        self.by_function = collections.Counter()
        self.faults = []
        self.gentle = self.guest = False
        self.conn = None

    # ---- connection and world ----

    def connect(self):
        self.conn = psycopg2.connect(dbname='fuzz', application_name='fuzz')
        self.conn.autocommit = True
        self.cursor = self.conn.cursor()
        # the library comes first: of a hostile setting that is there before it, the server would only warn
        self.cursor.execute("LOAD 'concert_booking'; SET statement_timeout = 20000; SET lock_timeout = 5000;"
                            " SELECT setseed(%s)", [self.dice.random()])

    def learn(self):
        """What exists now: ids and functions."""
        self.ids = []
        for table in ('seats', 'seats', 'seats', 'concert_schedules', 'concerts', 'bookings', 'bookings'):
            # the latest: on sale still
            self.cursor.execute('SELECT id FROM (SELECT id FROM concert_booking.%s ORDER BY id DESC LIMIT 120) t'
                                ' ORDER BY random() LIMIT 12' % table)
            self.ids.append([row[0] for row in self.cursor.fetchall()])
        self.cursor.execute('SELECT booking_number FROM concert_booking.bookings ORDER BY id DESC LIMIT 10')
        self.numbers = [row[0] for row in self.cursor.fetchall()]
        self.cursor.execute("""
            SELECT p.proname, p.prokind, coalesce(p.proargnames, '{}'), coalesce(p.proargmodes::text[], '{}'),
                   ARRAY(SELECT format_type(t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY a (t, n) ORDER BY n), p.pronargdefaults
            FROM pg_proc p WHERE p.pronamespace = 'concert_booking'::regnamespace
              AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype) ORDER BY p.oid""")
        self.functions = []
        for name, kind, names, modes, types, defaults in self.cursor.fetchall():
            inputs = [n for n, m in zip(names, modes or ['i'] * len(names)) if m in ('i', 'b', 'v')]
            self.functions.append((name, kind, inputs if len(inputs) == len(types) else None, types, defaults))
        self.good = self.learn_good()
        self.weights = [RARE.get(f[0], 6 if f[0].startswith(OFTEN) else 1) for f in self.functions]

    def learn_good(self):
        """Arguments that belong together: of one booker, in a schedule that is on sale, with what it has there."""
        booker = str(uuid.UUID(int=self.number % 3 + 1))
        self.cursor.execute("""
            SELECT cs.id, cs.concert_id, ARRAY(SELECT s.id::text FROM concert_booking.seats s
                       WHERE s.concert_schedule_id = cs.id AND s.status = 'available' ORDER BY s.id LIMIT 12)
            FROM concert_booking.concert_schedules cs WHERE cs.is_booking_open ORDER BY cs.id DESC LIMIT 3""")
        found = self.cursor.fetchall()
        schedule, concert, seats = self.dice.choice(found) if found else (None, None, [])
        self.cursor.execute("""
            SELECT id FROM concert_booking.bookings WHERE user_id = %s AND status = 'confirmed' ORDER BY id DESC LIMIT 5""", (booker,))
        bookings = [row[0] for row in self.cursor.fetchall()]
        self.cursor.execute("""
            SELECT booking_number FROM concert_booking.bookings WHERE user_id IS NULL AND status = 'confirmed' AND customer_phone ~ '1234-*5678$'
            ORDER BY id DESC LIMIT 5""")
        numbers = [row[0] for row in self.cursor.fetchall()]
        self.cursor.execute("""
            SELECT bs.booking_id, array_agg(bs.seat_id)::text, min(coalesce(bs.ticket_code, bs.id)::text) FROM concert_booking.booking_seats bs
            WHERE bs.booking_id = ANY (%s::uuid[]) AND bs.active GROUP BY 1 ORDER BY 1""", (bookings,))
        found = self.cursor.fetchall()
        self.owned = [{'booking_id': row[0], 'seat_ids': row[1], 'ticket_code': None} for row in found]
        self.tickets = [{'ticket_code': row[2], 'booking_number': None, 'seat_ids': None, 'concert_schedule_id': None} for row in found]
        return {'from_schedule_id': [schedule], 'to_schedule_id': [schedule], 'user_id': [booker], 'concert_schedule_id': [schedule], 'concert_id': [concert], 'seat_id': seats, 'booking_id': bookings,
                'booking_number': numbers, 'customer_phone': ['010-1234-5678'], 'phone': ['010-1234-5678'],
                'customer_name': ['Kim'], 'role_name': ['pg_monitor'], 'level': ['visitor', 'clerk', 'staff', 'none'], 'session_id': [None], 'seat_ids': seats}

    # ---- values ----

    def text(self):
        dice = self.dice.random()
        if dice < 0.1:
            return ''.join(self.dice.choice(string.printable[:95]) for _ in range(self.dice.randint(0, 300)))
        if dice < 0.12:
            return ''.join(chr(self.dice.choice([self.dice.randint(1, 0xd7ff), self.dice.randint(0xe000, 0x10ffff)]))
                           for _ in range(self.dice.randint(0, 40)))
        if dice < 0.125:
            return self.dice.choice(['y', 'zab']) * self.dice.randint(100000, 1000000)
        if dice < 0.25 and self.numbers:
            return self.dice.choice(self.numbers)
        return self.dice.choice(HOSTILE_TEXTS)

    def uuid(self):
        dice = self.dice.random()
        if dice < 0.75:
            ids = self.dice.choice(self.ids)
            if ids:
                return self.dice.choice(ids)
        if dice < 0.95:
            return str(uuid.UUID(int=self.dice.randint(0, 12)))
        return str(uuid.UUID(int=self.dice.getrandbits(128)))

    def array(self, element):
        dice = self.dice.random()
        if dice < 0.05:
            return '{}'
        if dice < 0.1:
            return '{{%s,%s},{%s,%s}}' % tuple(element() for _ in range(4))
        if dice < 0.14:
            return '[5:6]={%s,%s}' % (element(), element())
        if dice < 0.18:
            return '{%s,NULL}' % element()
        if dice < 0.2:
            return '{%s}' % ','.join([element()] * self.dice.choice([2, 19, 20, 21, 1001]))
        if dice < 0.205:
            return '{%s}' % ','.join(str(uuid.UUID(int=i)) for i in range(self.dice.choice([5000, 100001])))
        if dice < 0.6 and self.ids[0]:
            return '{%s}' % ','.join(self.dice.sample(self.ids[0], min(len(self.ids[0]), self.dice.randint(1, 5))))
        return '{%s}' % ','.join(element() for _ in range(self.dice.randint(1, 8)))

    def value(self, type_name, argument):
        if self.gentle and self.good.get(argument):
            if self.guest and argument in ('user_id', 'session_id'):
                return str(uuid.UUID(int=100 + self.number)) if argument == 'session_id' else None
            if argument == 'seat_ids':
                return '{%s}' % ','.join(self.dice.sample(self.good[argument], min(len(self.good[argument]), self.dice.randint(1, 3))))
            return self.dice.choice(self.good[argument])
        if self.dice.random() < (0.45 if argument in ('session_id', 'reason', 'seat_grade') else 0.08):
            return None
        dice = self.dice
        if type_name == 'uuid':
            # few bookers, so that they meet; seats for seats, mostly
            if argument in ('user_id', 'session_id'):
                return str(uuid.UUID(int=dice.randint(0, 5)))
            if argument == 'seat_id' and self.ids[0] and dice.random() < 0.8:
                return dice.choice(self.ids[0])
            if argument == 'concert_schedule_id' and self.ids[3] and dice.random() < 0.8:
                return dice.choice(self.ids[3])
            if argument == 'booking_id' and self.ids[5] and dice.random() < 0.8:
                return dice.choice(self.ids[5])
            return self.uuid()
        if type_name == 'uuid[]':
            return self.array(self.uuid)
        if argument == 'users_table':       # a link to a table without users would end every sale
            return self.text().replace('concert_booking.', 'auth.')
        if type_name.endswith('[]') and self.gentle and type_name != 'uuid[]':
            return dice.choice(['{}', '{1}', '{available}', '{Q,R}'])
        if type_name == 'text[]':
            return [dice.choice(HOSTILE_TEXTS) for _ in range(dice.randint(0, 5))]
        if type_name in ('integer', 'bigint', 'smallint', 'numeric'):
            top = {'smallint': 32767, 'integer': 2147483647}.get(type_name, 9223372036854775807)
            # as a text: a minus before a cast is not part of the number
            return str(dice.choice([0, 1, 2, 3, 5, 10, 20, 21, 100, -1, top, -top - 1, top - 1]))
        if type_name == 'boolean':
            return dice.choice([True, False])
        if argument == 'new_date' and dice.random() < 0.5:
            return '20%02d-02-28' % dice.randint(30, 99)
        if type_name in ('timestamp with time zone', 'date', 'timestamp without time zone'):
            return dice.choice(['infinity', '-infinity', '2000-01-01', '4713-01-01 BC', '5874897-12-31', 'now', 'epoch'][
                :5 if type_name == 'date' else 4] + ['now'])
        if type_name == 'time without time zone':
            return dice.choice(['00:00', '19:00', '23:59:59.999999', '24:00', '25:00', 'allballs'])
        if type_name == 'interval':
            return dice.choice(['0', '1 us', '-1 day', '178000000 years', '1 month', '10 minutes'])
        if type_name in ('jsonb', 'json'):
            return dice.choice(HOSTILE_JSON)
        return self.text()

    # ---- one call ----

    def expression(self, function=None):
        name, kind, names, types, defaults = function or self.dice.choices(self.functions, self.weights)[0]
        by_name = names is not None and self.dice.random() < 0.8
        args, values = [], []
        truths = TRUTHS.get(name, {})
        if name in ('cancel_seats', 'renew_tickets', 'lock_tickets') and self.gentle and self.owned:
            truths = self.dice.choice(self.owned)
        if name in ('check_in', 'undo_check_in') and self.gentle and self.tickets:
            truths = self.dice.choice(self.tickets)
        for place, type_name in enumerate(types):
            argument = names[place] if names else ''
            if by_name and place >= len(types) - defaults and self.dice.random() < (0.9 if self.gentle and argument not in self.good else 0.4):
                continue
            args.append(('%s => ' % argument if by_name else '') + '%s::' + type_name)
            values.append(truths.get(argument, self.value(type_name, argument)))
        return name, kind, 'concert_booking.%s(%s)' % (name, ', '.join(args)), values

    def statement(self):
        self.gentle, self.guest = self.dice.random() < 0.3, self.dice.random() < 0.3
        name, kind, call, values = self.expression()
        if kind == 'p':
            return name, 'CALL ' + call, values
        dice = self.dice.random()
        if dice < 0.5:
            return name, 'SELECT * FROM %s f' % call, values
        if dice < 0.6:
            return name, 'SELECT ' + call, values
        if dice < 0.7:
            return name, 'SELECT count(*) FROM generate_series(1, 3) g, LATERAL (SELECT %s OFFSET g - g) f' % call, values
        if dice < 0.8:
            other, kind, second, more = self.expression()
            if kind != 'p':
                return name, 'SELECT %s, %s' % (call, second), values + more
        if dice < 0.9:
            body = self.cursor.mogrify('PERFORM * FROM %s f' % call, values).decode()
            if '$fuzz$' not in body:
                return name, 'DO $fuzz$ BEGIN %s; EXCEPTION WHEN OTHERS THEN IF sqlstate LIKE \'XX%%%%\' THEN RAISE; END IF; END $fuzz$' \
                    % body.replace('%', '%%'), None
        return name, 'SELECT 1 WHERE EXISTS (SELECT FROM %s f)' % call, values

    def prepare(self):
        """Sometimes another setting, transaction or role around the next calls."""
        dice = self.dice.random()
        status = self.conn.get_transaction_status()
        if status == psycopg2.extensions.TRANSACTION_STATUS_INERROR:
            self.execute('-', self.dice.choice(['ROLLBACK', 'ROLLBACK', 'ROLLBACK TO SAVEPOINT f', 'COMMIT']), None)
        elif status == psycopg2.extensions.TRANSACTION_STATUS_INTRANS:
            if dice < 0.35:
                self.execute('-', self.dice.choice(['COMMIT', 'ROLLBACK', 'SAVEPOINT f', 'SAVEPOINT f',
                                                    'ROLLBACK TO SAVEPOINT f', 'RELEASE SAVEPOINT f']), None)
        elif dice < 0.05:
            self.execute('-', 'BEGIN ISOLATION LEVEL ' + self.dice.choice(
                ['READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE', 'READ COMMITTED READ ONLY', 'SERIALIZABLE READ ONLY DEFERRABLE']), None)
        elif dice < 0.1:
            name = self.dice.choice(list(SETTINGS))
            value = self.dice.choice(SETTINGS[name])
            if name == 'force_parallel_mode' and self.conn.server_version >= 160000:
                name = 'debug_parallel_query'
            self.execute('-', 'SELECT set_config(%s, %s, false)', [name, value])
        elif dice < 0.13:
            self.execute('-', 'RESET ALL', None)
            self.execute('-', 'SET statement_timeout = 20000', None)
            self.execute('-', 'SET lock_timeout = 5000', None)
        elif dice < 0.14:
            self.execute('-', 'DISCARD ALL', None)

    def execute(self, name, sql, values):
        try:
            self.cursor.execute(sql, values)
            if self.cursor.description:
                self.cursor.fetchmany(50)
            # a statement that hides a refusal, or need not call at all, proves nothing
            self.done[name] += not sql.startswith(('DO ', 'SELECT 1 ', 'SELECT count'))
            self.codes['OK'] += 1
        except psycopg2.OperationalError as error:
            self.note(name, sql, values, error)
            if self.conn.closed or error.pgcode is None:
                self.faults.append('the server has gone: %s' % self.shown(sql, values))
                time.sleep(1)
                self.connect()
        except psycopg2.Error as error:
            self.note(name, sql, values, error)

    def note(self, name, sql, values, error):
        code = error.pgcode or 'gone'
        self.codes[code] += 1
        self.by_function['%s %s: %s' % (code, name, str(error).split('\n')[0])] += 1
        if code.startswith(INTERNAL) and not (GRANTING.search(sql) and 'tuple concurrently updated' in str(error)):
            self.faults.append('%s: %s [%s]' % (code, str(error).split('\n')[0][:200], self.shown(sql, values)))

    def shown(self, sql, values):
        return self.cursor.mogrify(sql, values).decode(errors='replace')[:400] if not self.conn.closed else sql

    def memory(self):
        self.quiet()
        # not what this very statement needs, which grows with the list that it reads, nor what waits to be counted
        self.cursor.execute("""
            SELECT name, sum(used_bytes)::bigint FROM pg_backend_memory_contexts
            WHERE name NOT IN ('ExprContext', 'tuplestore tuples', 'pg_get_backend_memory_contexts', 'PgStat Pending') GROUP BY 1""")
        return collections.Counter(dict(self.cursor.fetchall()))

    def quiet(self):
        if self.conn.get_transaction_status() != psycopg2.extensions.TRANSACTION_STATUS_IDLE:
            self.cursor.execute('ROLLBACK')
        self.cursor.execute('DISCARD ALL')

    def run(self):
        self.connect()
        readings = []
        for call in range(self.calls):
            if call % 500 == 0:
                self.quiet()
                self.cursor.execute("SET statement_timeout = 20000; SET lock_timeout = 5000")
                if call % 2000 == 0 and self.number == 0:
                    self.cursor.execute(WORLD)
                self.learn()
            # caches fill in jumps, mostly early; a leak goes on in every stretch
            if call >= self.calls // 3 and call % max(self.calls // 24, 1) == 0:
                readings.append(self.memory())
            self.prepare()
            name, sql, values = self.statement()
            self.execute(name, sql, values)
        self.conn.close()
        return self.codes, self.done, self.faults, self.usual_growth(readings), self.by_function

    def complete(self, unmet):
        """Calls of these functions alone, until each has gone through; those that do not."""
        self.connect()
        unmet = set(unmet)
        for tries in range(MOST_TRIES):
            if not unmet:
                break
            self.quiet()
            if tries % 10 == 0:
                self.cursor.execute(WORLD)
            self.gentle, self.guest = True, self.dice.random() < 0.5
            self.learn()
            # what is cancelled can be reinstated
            for name in ('book_seats', 'hold_seats', 'cancel_schedule')[:3 if 'reinstate_schedule' in unmet else 2]:
                self.execute(name, *self.only(name))
                self.learn()
            for name in sorted(unmet):
                before = self.done[name]
                self.execute(name, *self.only(name))
                if self.done[name] > before:
                    unmet.discard(name)
        self.conn.close()
        return unmet

    def only(self, name):
        _, kind, call, values = self.expression(self.dice.choice([f for f in self.functions if f[0] == name]))
        return ('CALL ' if kind == 'p' else 'SELECT * FROM ') + call, values

    @staticmethod
    def usual_growth(readings):
        """By context, the median of what the stretches between the readings added."""
        names = set().union(*readings) if readings else ()
        return {name: statistics.median(after[name] - before[name] for before, after in zip(readings, readings[1:]))
                for name in names}


def work(job):
    try:
        return Worker(*job).run()
    except Exception as error:          # a fault of this script must not pass for a good run
        return collections.Counter(), collections.Counter(), ['worker failed: %r' % error], {}, collections.Counter()


def play(seed, calls, workers, refusals):
    """One batch, in backends of its own: [(whether it holds, what, notes)]."""
    with psycopg2.connect(dbname='fuzz') as conn:
        conn.cursor().execute(WORLD)
    conn.close()
    each = calls // workers
    with multiprocessing.Pool(workers) as pool:
        results = pool.map(work, [(n, seed, each) for n in range(workers)], 1)
    codes, done = sum((r[0] for r in results), collections.Counter()), sum((r[1] for r in results), collections.Counter())
    faults = [fault for r in results for fault in r[2]]
    grown = max((r[3] for r in results), key=lambda g: sum(g.values()))
    # what the server caches fills when a function is first met, which may be late
    caches = sum(size for name, size in grown.items()
                 if name.startswith(('CachedPlan', 'SPI Plan', 'PL/pgSQL', 'CacheMemoryContext', 'index info')))
    growth = sum(grown.values()) - caches

    # the server may have died and come back meanwhile
    conn = psycopg2.connect(dbname='fuzz')
    with conn.cursor() as cursor:
        conn.autocommit = True
        cursor.execute("SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'concert_booking'::regnamespace"
                       " AND prorettype <> 'trigger'::regtype")
        functions = {row[0] for row in cursor.fetchall()}
        # random arguments that fit are rare for some: those are tried until they do
        rare = {f for f in functions if done[f] == 0} - set(CANNOT)
        last = Worker(workers, seed, 0)
        unmet = last.complete(rare)
        faults += last.faults
        cursor.execute(BROKEN)
        broken = cursor.fetchall()
    conn.close()
    sold = {f: done[f] for f in SALES}
    if refusals:
        for refusal, count in sorted(sum((r[4] for r in results), collections.Counter()).items()):
            print('# %6d %s' % (count, refusal))

    return [
        (not faults, 'seed %d, %d calls: no internal error, the server lived (%s)' % (
            seed, each * workers, ', '.join('%s %d' % c for c in codes.most_common())),
         faults[:20]),
        (functions >= SALES and functions >= set(CANNOT) and not unmet,
         'all %d functions went through that can, %d of them with the random calls; %d cannot (%s)' % (
             len(functions - set(CANNOT)), len(functions - set(CANNOT) - rare), len(CANNOT), ', '.join(sorted(set(CANNOT.values())))),
         sorted(unmet)),
        (sum(sold.values()) >= calls * LEAST_SOLD,
         'random calls hold, sell and cancel (%s)' % ', '.join('%s %d' % f for f in sorted(sold.items())), []),
        (grown and growth <= 8 << 10 and caches <= 384 << 10,
         'memory of a backend is flat (%d bytes more in a usual stretch of %d calls, beside %d of caches)' % (
             growth, each // 24, caches),
         ['%s %d' % g for g in sorted(grown.items(), key=lambda g: -g[1])[:8]]),
        (not broken, 'check_integrity() finds nothing', broken[:10]),
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--calls', type=int, default=20000)
    parser.add_argument('--seed', type=int, default=int(time.time()))
    parser.add_argument('--workers', type=int, default=4)
    parser.add_argument('--batches', type=int, default=1, help='of --calls each; batch i has seed + i')
    parser.add_argument('--refusals', action='store_true', help='list every refusal that was met')
    options = parser.parse_args()

    number = failed = batch = 0
    while batch < options.batches and not failed:   # what comes after a fault proves nothing
        for good, text, notes in play(options.seed + batch, options.calls, options.workers, options.refusals):
            number += 1
            failed += not good
            print('%s %d - %s' % ('ok' if good else 'not ok', number, text))
            for note in notes if not good else ():
                print('# %s' % (note,))
        batch += 1
        print('# %d batches of %d calls are done' % (batch, options.calls), flush=True)
    print('1..%d' % number)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
