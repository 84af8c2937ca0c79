#!/usr/bin/env python3
"""
privacy.py - nothing personal in errors, in notifications, in the event log, in
the server's log.

A guest and a member book with marked names, phone numbers, e-mail addresses,
session ids and keys. Then every command is made to fail in every way that can
be thought of, by themselves and by strangers: wrong arguments, lost races,
broken constraints, cancelled and timed-out calls, deadlocks, serialization
failures. Values are sent as parameters, as drivers send them, and are of the
right type: what a client writes into the text of a statement, or where a uuid
belongs, the server itself repeats, before it knows of us.

	privacy.py LOG		LOG: the server's log

Speaks to libpq itself (ctypes): it must bind parameters. Uses the database
"privacy". Prints TAP.
"""

import ctypes
import ctypes.util
import re
import sys
import threading
import time

PHONE = '010-9998-7654'
SESSION = 'feedface-0000-4000-8000-0badcafe0bad'
MEMBER = '00000000-0000-4000-b000-00000000feed'
STRANGER = '00000000-0000-4000-b000-000000000bad'
NAME = 'Marker Markerson'
EMAIL = 'marker@privacy.example'
KEY = 'marker-key-5599'
MARKERS = re.compile(r'9998[- ]?7654|feedface-?0000|0badcafe0|marker', re.IGNORECASE)

# ---- libpq ----

libpq = ctypes.CDLL(ctypes.util.find_library('pq') or 'libpq.so.5')
for function, result, *arguments in (
        ('PQconnectdb', ctypes.c_void_p, ctypes.c_char_p),
        ('PQexecParams', ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p,
         ctypes.POINTER(ctypes.c_char_p), ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int),
        ('PQresultStatus', ctypes.c_int, ctypes.c_void_p),
        ('PQresultVerboseErrorMessage', ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
        ('PQresultErrorField', ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int),
        ('PQgetvalue', ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int),
        ('PQntuples', ctypes.c_int, ctypes.c_void_p),
        ('PQstatus', ctypes.c_int, ctypes.c_void_p),
        ('PQconsumeInput', ctypes.c_int, ctypes.c_void_p),
        ('PQnotifies', ctypes.c_void_p, ctypes.c_void_p),
        ('PQclear', None, ctypes.c_void_p)):
    getattr(libpq, function).restype = result
    getattr(libpq, function).argtypes = arguments


class Notify(ctypes.Structure):
    _fields_ = [('relname', ctypes.c_char_p), ('be_pid', ctypes.c_int), ('extra', ctypes.c_char_p)]


class Session:
    errors = []         # every error message that any session got, whole
    codes = set()

    def __init__(self):
        self.conn = libpq.PQconnectdb(b'dbname=privacy')
        if libpq.PQstatus(self.conn) != 0:
            raise SystemExit('cannot connect')

    def run(self, sql, *values):
        """The first value of the first row, or None and an error kept."""
        array = (ctypes.c_char_p * max(len(values), 1))(*[None if v is None else str(v).encode() for v in values])
        result = libpq.PQexecParams(self.conn, sql.encode(), len(values), None, array, None, None, 0)
        if libpq.PQresultStatus(result) in (1, 2):
            value = libpq.PQgetvalue(result, 0, 0).decode() if libpq.PQntuples(result) else None
        else:
            value = None
            # PQERRORS_VERBOSE, PQSHOW_CONTEXT_ALWAYS; the text is leaked, on purpose
            text = ctypes.cast(libpq.PQresultVerboseErrorMessage(result, 2, 2), ctypes.c_char_p).value
            Session.errors.append((sql, text.decode(errors='replace')))
            Session.codes.add(libpq.PQresultErrorField(result, ord('C')).decode())
        libpq.PQclear(result)
        return value

    def notifications(self):
        libpq.PQconsumeInput(self.conn)
        while True:
            notify = libpq.PQnotifies(self.conn)
            if not notify:
                return
            yield ctypes.cast(notify, ctypes.POINTER(Notify)).contents.extra.decode()


def together(*works):
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


BOOK = ('SELECT (concert_booking.book_seats(ARRAY[$1::uuid], session_id => $2, customer_name => $3,'
        ' customer_phone => $4, customer_email => $5, idempotency_key => $6)).booking_id')
HOLD = 'SELECT concert_booking.hold_seat($1, session_id => $2)'
SCHEDULE = '00000000-0000-4000-a000-000000000003'


def set_up(session):
    session.run("INSERT INTO concert_booking.venues (id, name, address) VALUES ('00000000-0000-4000-a000-000000000001', 'hall', 'here')")
    session.run("INSERT INTO concert_booking.concerts (id, venue_id, title) VALUES ('00000000-0000-4000-a000-000000000002',"
                " '00000000-0000-4000-a000-000000000001', 'private')")
    session.run("INSERT INTO concert_booking.concert_schedules (id, concert_id, concert_date, concert_time, max_seats_per_booker)"
                " VALUES ('%s', '00000000-0000-4000-a000-000000000002', current_date + 20, '19:00', 6)" % SCHEDULE)
    session.run("SELECT concert_booking.generate_seats('%s', ARRAY['A'], 20, 'R', 1000)" % SCHEDULE)
    ids = session.run("SELECT string_agg(id::text, ' ' ORDER BY id) FROM concert_booking.seats")
    return ids.split()


def misuse(a, b, seats):
    """Everything that is refused."""
    long = NAME * 40
    number = a.run('SELECT booking_number FROM concert_booking.bookings WHERE session_id = $1', SESSION)
    booking = a.run('SELECT id FROM concert_booking.bookings WHERE session_id = $1', SESSION)
    for session in (a, b):
        # the seat is sold; the key is used for something else; too long; empty
        session.run(BOOK, seats[0], SESSION, NAME, PHONE, EMAIL, 'other ' + KEY)
        session.run(BOOK, seats[1], SESSION, NAME, PHONE, EMAIL, KEY)
        session.run(BOOK, seats[1], SESSION, long, PHONE, EMAIL, KEY)
        session.run(BOOK, seats[1], SESSION, NAME, PHONE * 5, EMAIL, KEY)
        session.run(BOOK, seats[1], SESSION, NAME, PHONE, EMAIL * 30, KEY)
        session.run(BOOK, seats[1], SESSION, NAME, PHONE, EMAIL, KEY * 30)
        session.run(BOOK, seats[1], SESSION, NAME, None, EMAIL, None)
        session.run(BOOK, seats[1], SESSION, NAME, 'marker without digits', EMAIL, None)
        session.run(HOLD, seats[0], SESSION)
        session.run(HOLD, seats[2], STRANGER)
        session.run('SELECT concert_booking.release_seats(ARRAY[$1::uuid], session_id => $2)', seats[0], SESSION)
        session.run('SELECT concert_booking.confirm_booking($1, session_id => $2, seat_ids => ARRAY[$3::uuid],'
                    ' customer_name => $4, customer_phone => $5)', SCHEDULE, SESSION, seats[5], NAME, PHONE)
        session.run('SELECT concert_booking.extend_holds($1, session_id => $2)', SCHEDULE, STRANGER)
        session.run('SELECT concert_booking.cancel_booking($1, $2, session_id => $3)', booking, long * 9, SESSION)
        session.run('SELECT concert_booking.cancel_booking($1, $2, user_id => $3)', booking, NAME, STRANGER)
        session.run('SELECT concert_booking.cancel_guest_booking($1, $2)', number, PHONE + '0')
        session.run('SELECT concert_booking.cancel_guest_booking($1, $2)', 'marker', PHONE)
        session.run('SELECT concert_booking.find_guest_booking($1, $2)', number, PHONE + '1')
        session.run('SELECT concert_booking.booking_detail($1, user_id => $2)', booking, STRANGER)
        session.run('SELECT * FROM concert_booking.find_bookings(customer_phone => $1, page_size => -1)', PHONE)
        session.run('SELECT * FROM concert_booking.my_bookings(session_id => $1, status => $2)', SESSION, NAME)
        # too many for one booker
        session.run('SELECT concert_booking.hold_best_seats($1, 7, session_id => $2)', SCHEDULE, SESSION)
    # claims that are not theirs, or are not claims
    for claims in ('{"email": "marker@privacy.example\\u0000"}', '{"email": "marker" "', '{"sub": 1e99999999, "x": "marker"}',
                   '{"sub": "%s", "email": "%s"}' % (STRANGER, EMAIL), 'marker junk', '["marker"]', '{"sub": "marker"}'):
        b.run("SELECT set_config('request.jwt.claims', $1, false)", claims)
        b.run('SELECT concert_booking.hold_seat($1, user_id => $2)', seats[3], MEMBER)
        b.run(HOLD, seats[3], SESSION)
    b.run("SELECT set_config('request.jwt.claims', '', false)")


def break_constraints(a):
    """What the owner's own constraints say when a command meets them."""
    a.run("ALTER TABLE concert_booking.bookings ADD CONSTRAINT owner_check CHECK (customer_email NOT LIKE 'marker2%')")
    a.run('ALTER TABLE concert_booking.temp_reservations ADD CONSTRAINT owner_hold CHECK (session_id <> %s)'
          % "'feedface-0000-4000-8000-0badcafe0002'")
    a.run('CREATE UNIQUE INDEX owner_length ON concert_booking.bookings (length(customer_email))')
    a.run("ALTER TABLE concert_booking.bookings ADD COLUMN owner_note text NOT NULL DEFAULT 'x'")
    for seat in a.run("SELECT string_agg(id::text, ' ') FROM concert_booking.seats WHERE status = 'available'").split()[:2]:
        a.run(HOLD, seat, 'feedface-0000-4000-8000-0badcafe0002')
        a.run(BOOK, seat, SESSION, NAME, '010-1111-2222', 'marker2@privacy.example', None)
        a.run(BOOK, seat, 'feedface-0000-4000-8000-0badcafe0003', NAME, PHONE, EMAIL, None)
    a.run('DROP INDEX concert_booking.owner_length')


def lose_races(a, b, seats):
    """Timeouts, deadlocks, serialization failures."""
    a.run('BEGIN')
    a.run(BOOK, seats[6], SESSION, NAME, '010-3333-4444', EMAIL, KEY + 'r')
    b.run("SET lock_timeout = '50ms'")
    b.run(BOOK, seats[6], SESSION, NAME, '010-3333-4444', EMAIL, KEY + 'r')
    b.run('RESET lock_timeout')
    b.run("SET statement_timeout = '50ms'")
    b.run(HOLD, seats[6], SESSION)
    b.run('RESET statement_timeout')
    a.run('ROLLBACK')

    # changed after the snapshot, though free again
    a.run('BEGIN ISOLATION LEVEL REPEATABLE READ')
    a.run('SELECT count(*) FROM concert_booking.seats')
    b.run(HOLD, seats[9], 'feedface-0000-4000-8000-0badcafe0005')
    b.run('SELECT concert_booking.release_seats(session_id => $1)', 'feedface-0000-4000-8000-0badcafe0005')
    a.run(HOLD, seats[9], SESSION)
    a.run('ROLLBACK')

    for level in ('READ COMMITTED', 'SERIALIZABLE'):
        a.run('BEGIN ISOLATION LEVEL ' + level)
        b.run('BEGIN ISOLATION LEVEL ' + level)
        a.run('SELECT count(*) FROM concert_booking.seats')
        b.run('SELECT count(*) FROM concert_booking.seats')
        a.run(HOLD, seats[7], SESSION)
        b.run(HOLD, seats[8], 'feedface-0000-4000-8000-0badcafe0004')
        together(lambda: a.run(HOLD, seats[8], SESSION),
                 lambda: (time.sleep(0.1), b.run(HOLD, seats[7], 'feedface-0000-4000-8000-0badcafe0004')))
        a.run('COMMIT')
        b.run('COMMIT')


def main():
    a, b, listener = Session(), Session(), Session()
    for session in (a, b):
        session.run("SET deadlock_timeout = '100ms'")
        session.run('SET concert_booking.notify_seat_changes = on')
    listener.run('LISTEN concert_booking_seats')
    seats = set_up(a)
    a.run(BOOK, seats[0], SESSION, NAME, PHONE, EMAIL, KEY)
    a.run(HOLD, seats[2], SESSION)
    a.run('SELECT concert_booking.hold_seat($1, user_id => $2)', seats[4], MEMBER)
    misuse(a, b, seats)
    break_constraints(a)
    lose_races(a, b, seats)
    booking = a.run("SELECT id FROM concert_booking.bookings WHERE session_id = $1", SESSION)
    a.run('SELECT concert_booking.cancel_booking($1, $2, session_id => $3)', booking, NAME, SESSION)

    # what was told before has been heard when the last one has
    a.run("NOTIFY concert_booking_seats, 'the last one'")
    heard = []
    while 'the last one' not in heard:
        listener.run('SELECT 1')
        heard += listener.notifications()
    heard.remove('the last one')
    with open(sys.argv[1], encoding='utf-8', errors='replace') as file:
        log = file.readlines()
    logged = a.run("SELECT coalesce(string_agg(e::text, ';'), '') FROM concert_booking.booking_events e")
    # a statement of this test that has a marker in its text would prove nothing
    own = [line for line in log if 'owner_check CHECK' in line or 'owner_hold CHECK' in line]
    in_log = [line.strip() for line in log if MARKERS.search(line) and line not in own]
    in_errors = ['%s -> %s' % (sql[:80], text) for sql, text in Session.errors if MARKERS.search(text)]
    wanted = {'22001', '22004', '22023', '42501', '55P03', '57014', '40P01', '40001', '23514', '23505',
              'PT404', 'PT409', 'PT410', 'PT422'}

    checks = [
        (wanted <= Session.codes, '%d errors of %d kinds were made' % (len(Session.errors), len(Session.codes)),
         ['missing: %s' % ' '.join(sorted(wanted - Session.codes))]),
        (not in_errors, 'no error shows anything personal', in_errors),
        (len(log) > len(Session.errors) and not in_log, "the server's log shows nothing personal (%d lines)" % len(log), in_log),
        (heard and not any(MARKERS.search(text) for text in heard), '%d notifications show nothing personal' % len(heard), heard[:5]),
        (logged and not MARKERS.search(logged), 'the event log shows nothing personal', [logged[:300]]),
    ]
    for number, (good, text, notes) in enumerate(checks, 1):
        print('%s %d - %s' % ('ok' if good else 'not ok', number, text))
        for note in notes[:20] if not good else ():
            print('# ' + note[:600].replace('\n', ' '))
    print('1..%d' % len(checks))
    return 0 if all(check[0] for check in checks) else 1


if __name__ == '__main__':
    sys.exit(main())
