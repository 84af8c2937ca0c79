"""
cases.py - what an owner may do to the tables, and what the commands answer then.

A case is a name, the owner's statements (run as box_office with the search_path
concert_booking, office) and what is expected, as little as possible:

  nothing		C, the twin and statements written by hand agree
  c={call: regex}	C alone, because the twin rightly does something else (the note
			says why): the SQLSTATE, or ok; calls not named may do anything
			but crash, hang, half the work, or an internal error
  may_refuse=regex	as the twin, or refused with this SQLSTATE; by every call that
			uses the table the same one each time
  broken=[regex]	what check_integrity() may tell, the owner having asked for it
"""

import itertools
import zlib

# Which call waits for a lock of the table, in the short form.
WAITING = {
    'concert_schedules': 'poll', 'seats': 'hold_one', 'temp_reservations': 'confirm', 'bookings': 'cancel_guest',
    'booking_seats': 'cancel_guest', 'booking_events': 'confirm', 'availability_changes': 'confirm',
    'payments': 'pay', 'refunds_due': 'pay',
}
EVERY_WAIT = ['hold_one', 'pay', 'extend', 'confirm', 'cancel_guest', 'release', 'best', 'poll', 'expire', 'limit']

# What the commands do to each table.
WRITES = {
    'concert_schedules': ['UPDATE'], 'seats': ['UPDATE'], 'temp_reservations': ['INSERT', 'UPDATE', 'DELETE'],
    'bookings': ['INSERT', 'UPDATE'], 'booking_seats': ['INSERT', 'UPDATE'], 'booking_events': ['INSERT'],
    'availability_changes': ['INSERT OR UPDATE'], 'payments': ['INSERT'], 'refunds_due': ['INSERT', 'UPDATE'],
}

# The calls that must notice when a table cannot be served.
USERS = {
    'concert_schedules': ['hold', 'confirm', 'book', 'poll', 'best'], 'seats': ['hold', 'confirm', 'book', 'poll', 'best'],
    'temp_reservations': ['hold', 'confirm', 'best'], 'bookings': ['confirm', 'book', 'cancel'],
    'booking_seats': ['confirm', 'book', 'cancel'], 'booking_events': ['confirm', 'book', 'cancel'],
    'availability_changes': [], 'payments': ['pay_part', 'pay'], 'refunds_due': ['pay_part', 'pay'],
}

SUPPRESSED = 'PostgreSQL passes over a row that a trigger or rule suppresses; a command that writes in part fails as a whole'
WITH_RULE = 'PostgreSQL refuses a WITH of several writing statements, as the twin\'s are, on a table with such a rule'
DEFERRED = ('before 18 a deferred trigger runs at COMMIT as whoever commits, so the twin\'s runs as the guest under the'
            ' guest\'s search_path; C promises that foreign code never does')


NOTHING_TO_WRITE = 'PostgreSQL refuses a statement that would change no row; C asks when it has a row to change'


def unwritable(code):
    """Seats cannot be updated: who has one to update is told so, and nothing is changed."""
    return dict(c=dict(hold=code, book=code, hold_one=code, best=code, cancel=code, release='ok', poll='ok'), plain=False,
                note=NOTHING_TO_WRITE)


class Case:
    """One change, and what it may do."""

    def __init__(self, name, sql, table=None, **more):
        self.name, self.sql, self.table = name, sql, table
        self.prepare = []               # statements before anybody's session begins
        self.in_transaction = True      # the change can stand in a transaction
        self.role = 'box_office'
        self.c = {}
        self.c_only = False             # the twin is not compared at all
        self.may_refuse = None
        self.steady = True
        self.watch = False              # a call that fails has changed nothing
        self.broken = []
        self.blind = ()                 # SQLSTATEs with which check_integrity() may fail
        self.plain = True               # statements by hand are compared
        self.busy = False               # somebody else has the schedules' rows
        self.look = []                  # (SQL, regex of its one value) afterwards, in C's database
        self.may_fail = ()              # SQLSTATEs with which the change itself may fail
        self.waits = None               # the calls that wait, also in the short form
        self.versions = (14, 99)
        self.note = ''
        for key, value in more.items():
            if not hasattr(self, key):
                raise AttributeError(key)
            setattr(self, key, value)
        if self.c or self.may_refuse:
            self.watch = True

    def statements(self):
        return [self.sql] if isinstance(self.sql, str) else self.sql

    def expected(self, call):
        return self.c.get(call)

    def plan(self, long):
        """When the change comes. The short form takes one way of a sixth of the cases, and all of some, always the same."""
        lot = zlib.crc32(self.name.encode()) % 12
        if long or lot < 2 or not self.in_transaction:
            yield 'between', None
        if long or lot == 0 or not self.in_transaction:
            yield 'before', None
        if self.in_transaction and (long or lot == 1 or self.waits):
            waits = self.waits or [WAITING.get(self.table, 'confirm')]
            for call in EVERY_WAIT if long else waits:
                yield 'during', call


def refused(table, code, **more):
    """The table cannot be served: each of its users says so, with one code."""
    # What was not cancelled counts for the limit; then there is nothing to pay for.
    return dict(c={call: code + ('|PT409' if call == 'book' and table not in ('seats', 'temp_reservations') else '|22004' if call.startswith('pay') else '')
                   for call in USERS[table]}, blind=('42804', '42P01', '42703', '42883', '42501', '55000', '0A000', '42809'),
                plain=False, note='refused with one clear SQLSTATE at every call; the twin takes what it can get') | more


# A sale that cannot count in the schedule's row takes a slot, or makes one; the twin makes a row of each.
SLOTS = dict(c_only=True, plain=False, note='C counts in a slot that it finds, the twin in a new row')


def trigger(name, table, timing, event, function, **more):
    options = more.pop('options', '')
    kind = more.pop('kind', 'TRIGGER')
    level = more.pop('level', 'ROW')
    return Case(name, 'CREATE %s owners_trigger %s %s ON %s %s FOR EACH %s %s EXECUTE FUNCTION office.%s()' % (
        kind, timing, event, table, options, level, more.pop('when', ''), function), table,
        busy=table == 'availability_changes', **(SLOTS if table == 'availability_changes' else {}) | more)


# ---- triggers: on every table that the commands write ----

def suppressing(table, event):
    return {
        ('seats', 'UPDATE'): dict(hold='27000', book='27000', best='27000', hold_one='27000', cancel='27000'),
        ('temp_reservations', 'INSERT'): dict(hold='27000', hold_one='27000', best='27000'),
        ('temp_reservations', 'UPDATE'): dict(hold='ok', extend='27000'),
        ('temp_reservations', 'DELETE'): dict(confirm='27000|PT410', release='27000'),
        ('bookings', 'INSERT'): dict(confirm='27000', book='27000'),
        ('bookings', 'UPDATE'): dict(confirm='ok|PT409|PT410', cancel='27000', cancel_guest='27000|22004'),
        ('booking_seats', 'INSERT'): dict(confirm='27000', book='27000'),
        ('booking_seats', 'UPDATE'): dict(confirm='ok|PT409|PT410', cancel='27000', cancel_guest='27000|22004'),
        ('booking_events', 'INSERT'): dict(confirm='27000|ok', book='27000|ok'),
        ('concert_schedules', 'UPDATE'): dict(confirm='27000|ok', book='27000|ok'),
        ('availability_changes', 'INSERT OR UPDATE'): dict(confirm='27000', book='27000'),
        ('payments', 'INSERT'): dict(pay_part='27000', pay='27000', pay_again='27000', cancel_seat='PT409', cancel_paid='ok'),
        ('refunds_due', 'INSERT'): dict(pay_part='ok', pay='27000', pay_again='27000', cancel_seat='PT409'),
        ('refunds_due', 'UPDATE'): dict(cancel_seat='27000|22004', cancel_paid='27000|22004'),
    }[table, event]


def triggers(table, event):
    """Every kind of trigger for one table and event; the first of a pair: also in the short form."""
    where = '%s, %s' % (table, event.lower())
    old_rows = 'REFERENCING OLD TABLE AS old_rows'
    new_rows = 'REFERENCING NEW TABLE AS new_rows'
    partitioned = table == 'booking_events'
    row = 'OLD' if event == 'DELETE' else 'NEW'
    yield 1, trigger(where + ': before row trigger', table, 'BEFORE', event, 'note_row')
    yield 1, trigger(where + ': after row trigger', table, 'AFTER', event, 'note_row')
    yield 0, trigger(where + ': before statement trigger', table, 'BEFORE', event, 'note_statement', level='STATEMENT')
    yield 1, trigger(where + ': after statement trigger', table, 'AFTER', event, 'note_statement', level='STATEMENT')
    if event != 'INSERT' and ' OR ' not in event:
        yield 0, trigger(where + ': statement trigger with the old rows', table, 'AFTER', event, 'note_old_rows',
                         options=old_rows, level='STATEMENT')
    if event != 'DELETE' and ' OR ' not in event:
        yield 1, trigger(where + ': statement trigger with the new rows', table, 'AFTER', event, 'note_new_rows',
                         options=new_rows, level='STATEMENT')
    if not partitioned and ' OR ' not in event:
        yield 0, trigger(where + ': row trigger with a transition table', table, 'AFTER', event, 'note_row',
                         options=old_rows if event == 'DELETE' else new_rows)
    yield 0, trigger(where + ': trigger when true', table, 'AFTER', event, 'note_row',
                     when='WHEN (%s.%s IS NOT NULL)' % (row, 'id'))
    yield 0, trigger(where + ': trigger when false', table, 'BEFORE', event, 'refuse', when='WHEN (%s.id IS NULL)' % row)
    yield 1, trigger(where + ': trigger that raises', table, 'BEFORE', event, 'refuse', watch=True)
    yield 0, trigger(where + ': after trigger that raises', table, 'AFTER', event, 'refuse', watch=True)
    yield 1, trigger(where + ': trigger that suppresses', table, 'BEFORE', event, 'suppress', c=suppressing(table, event),
                     note=SUPPRESSED, plain=False)
    yield 0, trigger(where + ': constraint trigger', table, 'AFTER', event, 'note_row', kind='CONSTRAINT TRIGGER')
    yield 1, trigger(where + ': deferred constraint trigger', table, 'AFTER', event, 'note_row', kind='CONSTRAINT TRIGGER',
                     options='DEFERRABLE INITIALLY DEFERRED',
                     c={call: 'ok' for call in ('hold', 'confirm', 'book', 'cancel', 'commit', 'release', 'expire')}, note=DEFERRED,
                     look=[("SELECT count(*) > 0 FROM concert_booking.audit", 'True')])
    yield 0, trigger(where + ': deferred constraint trigger that raises', table, 'AFTER', event, 'refuse', kind='CONSTRAINT TRIGGER',
                     options='DEFERRABLE INITIALLY DEFERRED', c_only=True, watch=True, note=DEFERRED)
    yield 1, trigger(where + ': careless trigger with unqualified names', table, 'AFTER', event, 'careless')
    yield 0, trigger(where + ': careless trigger before the row', table, 'BEFORE', event, 'careless')
    yield 1, trigger(where + ': trigger that notes its role and path', table, 'AFTER', event, 'note_context', look=[
        ("SELECT string_agg(DISTINCT what, ' and ') FROM concert_booking.audit",
         'box_office with pg_catalog, concert_booking, pg_temp')])
    yield 0, trigger(where + ': deferred trigger that notes its role and path', table, 'AFTER', event, 'note_context',
                     kind='CONSTRAINT TRIGGER', options='DEFERRABLE INITIALLY DEFERRED', c_only=True, note=DEFERRED, look=[
                         ("SELECT string_agg(DISTINCT what, ' and ') FROM concert_booking.audit",
                          'box_office with pg_catalog, concert_booking, pg_temp')])
    yield 0, Case(where + ': always enabled trigger', [
        'CREATE TRIGGER owners_trigger BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION office.note_row()' % (event, table),
        'ALTER TABLE %s ENABLE ALWAYS TRIGGER owners_trigger' % table], table, busy=table == 'availability_changes')
    yield 0, Case(where + ': disabled trigger', [
        'CREATE TRIGGER owners_trigger BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION office.refuse()' % (event, table),
        'ALTER TABLE %s DISABLE TRIGGER owners_trigger' % table], table, busy=table == 'availability_changes')
    yield 0, Case(where + ': replica trigger', [
        'CREATE TRIGGER owners_trigger BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION office.refuse()' % (event, table),
        'ALTER TABLE %s ENABLE REPLICA TRIGGER owners_trigger' % table], table, busy=table == 'availability_changes')


# The short form takes every kind where most depends on it, and a few elsewhere.
SHORT_TRIGGERS = {
    ('seats', 'UPDATE'): None,
    ('temp_reservations', 'DELETE'): ('suppresses', 'after row', 'new rows', 'old rows', 'careless trigger with'),
    ('temp_reservations', 'INSERT'): ('transition', 'role and path', 'before row', 'suppresses'),
    ('temp_reservations', 'UPDATE'): ('after statement', 'that raises'),
    ('bookings', 'INSERT'): ('deferred constraint', 'careless trigger with', 'suppresses', 'raises', 'when'),
    ('bookings', 'UPDATE'): ('before row', 'new rows', 'suppresses'),
    ('booking_seats', 'INSERT'): ('new rows', 'after row', 'always', 'replica'),
    ('booking_seats', 'UPDATE'): ('constraint trigger', 'suppresses', 'disabled'),
    ('concert_schedules', 'UPDATE'): ('before row', 'after statement', 'suppresses', 'role and path'),
    ('booking_events', 'INSERT'): ('before row', 'after row', 'after statement', 'new rows', 'suppresses', 'careless trigger with'),
    ('availability_changes', 'INSERT OR UPDATE'): ('before row', 'raises', 'role and path'),
    ('payments', 'INSERT'): ('before row', 'after row', 'raises', 'suppresses', 'careless trigger with', 'role and path'),
    ('refunds_due', 'INSERT'): ('after row', 'suppresses', 'role and path'),
    ('refunds_due', 'UPDATE'): ('before row', 'raises', 'suppresses', 'new rows'),
}


def trigger_cases(long):
    for table, events in WRITES.items():
        for event in events:
            wanted = SHORT_TRIGGERS[table, event]
            for _, case in triggers(table, event):
                if long or wanted is None or any(word in case.name for word in wanted):
                    yield case


def function(name, body, language='plpgsql', returns='trigger'):
    return 'CREATE FUNCTION office.%s RETURNS %s LANGUAGE %s AS $fn$ %s $fn$' % (name, returns, language, body)


def on_row(table, timing, event, body, extra=''):
    """Statements that make a row trigger with this body."""
    return [function('owners_function()', body),
            'CREATE TRIGGER owners_trigger %s %s ON %s FOR EACH ROW %s EXECUTE FUNCTION office.owners_function()' % (
                timing, event, table, extra)]


SINGLE_TRIGGERS = [
    Case('seats: trigger of an update of a column that sales write',
         'CREATE TRIGGER t AFTER UPDATE OF status ON seats FOR EACH ROW EXECUTE FUNCTION office.note_row()', 'seats', c_only=True,
         note='UPDATE OF fires by the columns of the statement: which of its columns C writes each time is its own business',
         look=[("SELECT count(*) >= 8 FROM concert_booking.audit", 'True')]),
    Case('seats: trigger of an update of a column that sales leave alone',
         'CREATE TRIGGER t BEFORE UPDATE OF seat_grade, price ON seats FOR EACH ROW EXECUTE FUNCTION office.refuse()', 'seats'),
    Case('bookings: trigger of an update of cancellation_reason',
         'CREATE TRIGGER t AFTER UPDATE OF cancellation_reason ON bookings FOR EACH ROW EXECUTE FUNCTION office.note_row()', 'bookings'),
    Case('bookings: insert, delete or update of total_price in one trigger',
         'CREATE TRIGGER t AFTER INSERT OR DELETE OR UPDATE OF total_price ON bookings FOR EACH ROW'
         ' EXECUTE FUNCTION office.note_row()', 'bookings'),
    Case('seats: trigger when the status changes',
         'CREATE TRIGGER t AFTER UPDATE ON seats FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status)'
         ' EXECUTE FUNCTION office.note_row()', 'seats'),
    Case('seats: trigger when old and new row differ',
         'CREATE TRIGGER t BEFORE UPDATE ON seats FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*)'
         ' EXECUTE FUNCTION office.note_row()', 'seats'),
    Case('seats: trigger that changes a column of the owner', ['ALTER TABLE seats ADD COLUMN times integer NOT NULL DEFAULT 0'] + on_row(
        'seats', 'BEFORE', 'UPDATE', 'BEGIN NEW.times := OLD.times + 1; RETURN NEW; END'), 'seats'),
    Case('seats: trigger that changes a column of ours', on_row(
        'seats', 'BEFORE', 'UPDATE', "BEGIN NEW.section := NEW.status; RETURN NEW; END"), 'seats', c_only=True, watch=True, plain=False,
        look=[('SELECT count(*) >= 6 FROM concert_booking.seats WHERE section = status', 'True')],
        note='each statement that changes the seat plan raises layout_version: how many they are is C\'s own business'),
    Case('seats: trigger that changes the status back', on_row(
        'seats', 'BEFORE', 'UPDATE', "BEGIN IF NEW.status = 'reserved' THEN NEW.status := 'unavailable'; END IF; RETURN NEW; END"),
        'seats', c_only=True, broken=['.'], note='the owner breaks the books; nothing may crash'),
    Case('temp_reservations: trigger that shortens holds', on_row(
        'temp_reservations', 'BEFORE', 'INSERT', "BEGIN NEW.expires_at := NEW.expires_at - interval '1 min'; RETURN NEW; END"),
        'temp_reservations', c_only=True, broken=['tells when its hold ends'],
        note='the seat\'s end and the hold\'s end differ; which of the two is told is not laid down'),
    Case('bookings: trigger that changes the customer\'s name', on_row(
        'bookings', 'BEFORE', 'INSERT OR UPDATE', "BEGIN NEW.customer_name := upper(NEW.customer_name); RETURN NEW; END"), 'bookings'),
    Case('bookings: trigger that adds a fee', on_row(
        'bookings', 'BEFORE', 'INSERT', "BEGIN NEW.total_price := NEW.total_price + 1000; RETURN NEW; END"), 'bookings',
        broken=['total price is the sum', 'what was paid']),
    Case('bookings: trigger that makes its own number', on_row(
        'bookings', 'BEFORE', 'INSERT', "BEGIN NEW.booking_number := 'R-' || nextval('office.numbers'); RETURN NEW; END"), 'bookings',
        broken=['booking number is well-formed']),
    Case('bookings: trigger that makes its own id', on_row(
        'bookings', 'BEFORE', 'INSERT', "BEGIN NEW.id := gen_random_uuid(); RETURN NEW; END"), 'bookings', c_only=True, plain=False,
        note='lines point at the id that was given: a foreign key, not the receipt, has to notice; nothing half done'),
    Case('booking_seats: trigger that changes the price', on_row(
        'booking_seats', 'BEFORE', 'INSERT', "BEGIN NEW.price := 1; RETURN NEW; END"), 'booking_seats',
        broken=['total price is the sum', 'what was paid']),
    Case('booking_events: trigger that adds a detail', on_row(
        'booking_events', 'BEFORE', 'INSERT', "BEGIN NEW.detail := '{\"shop\": 1}'; RETURN NEW; END"), 'booking_events'),
    Case('concert_schedules: trigger that refuses to sell out', on_row(
        'concert_schedules', 'BEFORE', 'UPDATE',
        "BEGIN IF NEW.available_seats < 6 THEN RAISE EXCEPTION 'keep six' USING ERRCODE = 'OW002'; END IF; RETURN NEW; END"),
        'concert_schedules'),
    trigger('temp_reservations: after trigger that holds the same seat again', 'temp_reservations', 'AFTER', 'INSERT', 'hold_again',
            plain=False),
    trigger('temp_reservations: before trigger that holds the same seat again', 'temp_reservations', 'BEFORE', 'INSERT', 'hold_again',
            c_only=True, watch=True, plain=False,
            note='the seat says held, the hold is not there yet: any refusal is right, an internal error is not'),
    trigger('seats: before trigger that holds the same seat', 'seats', 'BEFORE', 'UPDATE', 'hold_this_seat', c_only=True, watch=True,
            plain=False, note='PostgreSQL says 27000 where the trigger changes the row under way; a refusal, never an internal error'),
    trigger('seats: after trigger that holds the same seat', 'seats', 'AFTER', 'UPDATE', 'hold_this_seat', c_only=True, watch=True,
            plain=False, note='another booker meets a seat that is being held: a refusal, never an internal error'),
    trigger('bookings: trigger that polls the seats', 'bookings', 'AFTER', 'INSERT', 'look_around', plain=False, c_only=True,
            note='how much of the sale the trigger sees depends on the order of its steps',
            look=[("SELECT count(*) > 0 FROM concert_booking.audit", 'True')]),
    Case('temp_reservations: trigger that books the held seat at once', on_row(
        'temp_reservations', 'AFTER', 'INSERT',
        "BEGIN IF NEW.user_id = 'b0b00000-0000-4000-8000-000000000002' THEN"
        " PERFORM concert_booking.confirm_booking(NEW.concert_schedule_id, NEW.user_id); END IF; RETURN NULL; END"),
        'temp_reservations', c_only=True, watch=True, plain=False, note='a call within a call: in order or refused'),
    Case('all tables: careless triggers everywhere', [
        'CREATE TRIGGER careless AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION office.careless()' % table
        for table in WRITES], 'bookings'),
    Case('seats: the trigger of the totals is switched off', 'ALTER TABLE seats DISABLE TRIGGER follow_seats_update', 'seats',
         broken=['triggers that follow seats'], plain=False),
    Case('seats: moddatetime dropped', 'DROP TRIGGER update_seats_updated_at ON seats', 'seats'),
    Case('temp_reservations: follow_holds_delete dropped', 'DROP TRIGGER follow_holds_delete ON temp_reservations',
         'temp_reservations', plain=False),
    Case('seats: all triggers off, foreign keys too', 'ALTER TABLE seats DISABLE TRIGGER ALL', 'seats', role='postgres', plain=False,
         broken=['triggers that follow seats']),
    Case('bookings: a trigger function replaced under open sessions', function('owners_function()', 'BEGIN RETURN NEW; END').replace(
        'CREATE', 'CREATE OR REPLACE').replace('RETURN NEW', "NEW.customer_name := 'new'; RETURN NEW"), 'bookings',
        prepare=on_row('bookings', 'BEFORE', 'INSERT', 'BEGIN RETURN NEW; END'), plain=False),
]

# ---- constraints, columns ----

CONSTRAINTS = [
    Case('%s: a check that is always true' % table, 'ALTER TABLE %s ADD CONSTRAINT owners_check CHECK (true)' % table, table)
    for table in ('seats', 'bookings', 'booking_events')
] + [
    Case('%s: a check that is always false, not validated' % table,
         'ALTER TABLE %s ADD CONSTRAINT owners_check CHECK (false) NOT VALID' % table, table, watch=True, busy=table == 'availability_changes')
    for table in ('seats', 'temp_reservations', 'bookings', 'booking_seats', 'booking_events', 'concert_schedules', 'availability_changes',
                  'payments', 'refunds_due')
] + [
    Case('seats: a check of a column that sales write', "ALTER TABLE seats ADD CHECK (status <> 'reserved' OR concert_schedule_id"
         " <> '5c000000-0000-7000-8000-000000000001') NOT VALID", 'seats', watch=True),
    Case('bookings: a check with a function of the owner', 'ALTER TABLE bookings ADD CHECK (office.is_fine(customer_name))', 'bookings'),
    Case('bookings: a check whose function says no', "ALTER TABLE bookings ADD CHECK (office.is_fine(replace(customer_name, 'Alice', 'bad')))"
         ' NOT VALID', 'bookings'),
    Case('bookings: a check with a careless function', 'ALTER TABLE bookings ADD CHECK (office.is_fine_too(customer_name))', 'bookings'),
    Case('bookings: the function of a check replaced afterwards',
         'CREATE OR REPLACE FUNCTION office.is_fine(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS'
         " 'BEGIN RETURN value IS DISTINCT FROM ''Alice''; END'", 'bookings',
         prepare=['ALTER TABLE bookings ADD CHECK (office.is_fine(customer_name))']),
    Case('bookings: the SQL function of a check replaced afterwards',
         "CREATE OR REPLACE FUNCTION office.fine_sql(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS"
         " $$ SELECT value IS DISTINCT FROM 'Alice' $$", 'bookings',
         prepare=["CREATE FUNCTION office.fine_sql(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$",
                  'ALTER TABLE bookings ADD CHECK (office.fine_sql(customer_name))']),
    Case('bookings: a check of ours dropped', 'ALTER TABLE bookings DROP CONSTRAINT chk_bookings_totals', 'bookings'),
    Case('bookings: a domain with a check', [
        "CREATE DOMAIN office.person AS varchar(100) CHECK (VALUE <> 'Alice')",
        'ALTER TABLE bookings ADD COLUMN any_x integer', 'ALTER TABLE bookings DROP COLUMN any_x',
        "UPDATE bookings SET customer_name = 'Kim' WHERE customer_name = 'Alice'",
        'ALTER TABLE bookings ALTER COLUMN customer_name TYPE office.person'], 'bookings'),
    Case('bookings: a domain that is not null', [
        "CREATE DOMAIN office.address AS varchar(255) NOT NULL",
        "UPDATE bookings SET customer_email = 'a@b'",
        'ALTER TABLE bookings ALTER COLUMN customer_email TYPE office.address'], 'bookings'),
    Case('bookings: a domain whose check changes later', 'ALTER DOMAIN office.person ADD CHECK (VALUE <> \'Gina\') NOT VALID', 'bookings',
         prepare=["CREATE DOMAIN office.person AS varchar(100)",
                  'ALTER TABLE bookings ALTER COLUMN customer_name TYPE office.person']),
    Case('seats: a domain for the price', [
        'CREATE DOMAIN office.won AS integer CHECK (VALUE >= 0)', 'ALTER TABLE seats ALTER COLUMN price TYPE office.won'], 'seats'),
    Case('booking_seats: a domain for the price that refuses', [
        'CREATE DOMAIN office.won AS integer CHECK (VALUE <> 120000)', 'DROP TRIGGER fill_booking_seat ON booking_seats',
        "UPDATE booking_seats SET price = 120001 WHERE price = 120000", 'ALTER TABLE booking_seats ALTER COLUMN price TYPE office.won'], 'booking_seats', broken=['total price']),
    Case('seats: a domain for the status', [
        'CREATE DOMAIN office.state AS text', 'ALTER TABLE seats ALTER COLUMN status TYPE office.state',
        "ALTER DOMAIN office.state ADD CHECK (VALUE <> 'temp_reserved') NOT VALID"], 'seats', watch=True),
    Case('bookings: a shorter name', [
        "UPDATE bookings SET customer_name = 'Al' WHERE customer_name = 'Alice'",
        'ALTER TABLE bookings ALTER COLUMN customer_name TYPE varchar(4) USING left(customer_name, 4)'], 'bookings'),
    Case('bookings: a shorter reason', 'ALTER TABLE bookings ALTER COLUMN cancellation_reason TYPE varchar(3) USING left(cancellation_reason, 3)',
         'bookings', broken=[]),
    Case('bookings: shorter booking numbers', 'ALTER TABLE bookings ALTER COLUMN booking_number TYPE varchar(20)', 'bookings'),
    Case('bookings: booking numbers that are too short', [
        "UPDATE bookings SET booking_number = left(booking_number, 3) || right(id::text, 7)",
        'ALTER TABLE bookings ALTER COLUMN booking_number TYPE varchar(10)'], 'bookings', watch=True, broken=['well-formed'], plain=False),
    Case('seats: a shorter status', 'ALTER TABLE seats ALTER COLUMN status TYPE varchar(12)', 'seats', watch=True),
    Case('booking_events: a shorter type of event', 'ALTER TABLE booking_events ALTER COLUMN event_type TYPE varchar(15) USING left(event_type, 15)',
         'booking_events', watch=True),
    Case('booking_events: a wider actor', 'ALTER TABLE booking_events ALTER COLUMN detail SET STORAGE EXTERNAL', 'booking_events'),
    Case('bookings: timestamps to the second', 'ALTER TABLE bookings ALTER COLUMN cancelled_at TYPE timestamptz(0)', 'bookings'),
    Case('temp_reservations: ends to the second', 'ALTER TABLE temp_reservations ALTER COLUMN expires_at TYPE timestamptz(0)',
         'temp_reservations', broken=['tells when its hold ends'], c_only=True, note='the end is told as the seat or as the hold has it'),
    Case('bookings: customer_email not null', ["UPDATE bookings SET customer_email = 'a@b'",
         'ALTER TABLE bookings ALTER COLUMN customer_email SET NOT NULL'], 'bookings'),
    Case('bookings: members only', ["UPDATE bookings SET user_id = '0cc00000-0000-4000-8000-000000000009', session_id = NULL"
         ' WHERE user_id IS NULL', 'ALTER TABLE bookings ALTER COLUMN user_id SET NOT NULL'], 'bookings'),
    Case('temp_reservations: members only', ['DELETE FROM temp_reservations WHERE user_id IS NULL',
         'ALTER TABLE temp_reservations ALTER COLUMN user_id SET NOT NULL'], 'temp_reservations', may_refuse='42804',
         steady=False),
    Case('bookings: a default for a column of ours', "ALTER TABLE bookings ALTER COLUMN customer_email SET DEFAULT 'a@b'", 'bookings', plain=False),
    Case('bookings: another default for the status', "ALTER TABLE bookings ALTER COLUMN status SET DEFAULT 'cancelled'", 'bookings', c_only=True,
         plain=False, broken=[], note='C writes the status it means, the twin takes the default'),
    Case('booking_seats: no default for the id', 'ALTER TABLE booking_seats ALTER COLUMN id DROP DEFAULT', 'booking_seats', c_only=True,
         plain=False, note='C makes its ids itself; the twin needs the default'),
    Case('all tables: a new column with a constant', ["ALTER TABLE %s ADD COLUMN shop text DEFAULT 'here'" % table for table in WRITES], 'bookings'),
    Case('all tables: a new column that is not null', ["ALTER TABLE %s ADD COLUMN shop text NOT NULL DEFAULT lower('HERE')" % table for table in WRITES],
         'bookings'),
    Case('bookings: a new column that is not null and has no default', [
        'ALTER TABLE bookings ADD COLUMN shop text', "UPDATE bookings SET shop = 'here'", 'ALTER TABLE bookings ALTER COLUMN shop SET NOT NULL'],
        'bookings', watch=True),
    Case('seats: a new column that is not null and has no default', [
        'ALTER TABLE seats ADD COLUMN shop text', "UPDATE seats SET shop = 'here'", 'ALTER TABLE seats ALTER COLUMN shop SET NOT NULL'], 'seats'),
    Case('bookings: a volatile default', "ALTER TABLE bookings ADD COLUMN any_moment timestamptz NOT NULL DEFAULT clock_timestamp()", 'bookings'),
    Case('temp_reservations: a default with a sequence', "ALTER TABLE temp_reservations ADD COLUMN any_number bigint NOT NULL"
         " DEFAULT nextval('office.numbers')", 'temp_reservations'),
    Case('booking_seats: a default with a careless function', 'ALTER TABLE booking_seats ADD COLUMN any_number bigint DEFAULT office.next_number()',
         'booking_seats'),
    Case('bookings: a default that fails', ['ALTER TABLE bookings ADD COLUMN shop integer',
         "ALTER TABLE bookings ALTER COLUMN shop SET DEFAULT 1 / length(left('a', 0))"], 'bookings', watch=True),
    Case('bookings: a new column of a domain that is not null', ['CREATE DOMAIN office.shop AS text', 'ALTER TABLE bookings ADD COLUMN shop office.shop',
         "UPDATE bookings SET shop = 'here'", 'ALTER DOMAIN office.shop SET NOT NULL'], 'bookings', watch=True),
    Case('bookings: a new column of a domain with a default', ["CREATE DOMAIN office.shop AS text NOT NULL DEFAULT 'here'",
         'ALTER TABLE bookings ADD COLUMN shop office.shop'], 'bookings'),
    Case('booking_seats: an identity column', 'ALTER TABLE booking_seats ADD COLUMN any_line integer GENERATED ALWAYS AS IDENTITY', 'booking_seats'),
    Case('bookings: an identity by default', 'ALTER TABLE bookings ADD COLUMN any_line integer GENERATED BY DEFAULT AS IDENTITY UNIQUE', 'bookings'),
    Case('seats: a stored generated column', "ALTER TABLE seats ADD COLUMN is_free boolean GENERATED ALWAYS AS (status = 'available') STORED", 'seats'),
    Case('bookings: a stored generated column', "ALTER TABLE bookings ADD COLUMN label text GENERATED ALWAYS AS"
         " (status || ' ' || total_price) STORED", 'bookings'),
    Case('bookings: a generated column with a check', ["ALTER TABLE bookings ADD COLUMN doubled bigint GENERATED ALWAYS AS"
         " (total_price * 2) STORED",
         'ALTER TABLE bookings ADD CHECK (doubled <> 600000) NOT VALID'], 'bookings'),
    Case('seats: a generated column that is not null', "ALTER TABLE seats ADD COLUMN ends text GENERATED ALWAYS AS"
         " (nullif(status, 'temp_reserved')) STORED NOT NULL", 'seats', watch=True),
    Case('bookings: a virtual generated column', "ALTER TABLE bookings ADD COLUMN label text GENERATED ALWAYS AS"
         " (status || ' ' || total_price) VIRTUAL CHECK (label <> 'cancelled 300000')", 'bookings', versions=(18, 99)),
    Case('seats: a virtual generated column', "ALTER TABLE seats ADD COLUMN is_free boolean GENERATED ALWAYS AS (status = 'available') VIRTUAL",
         'seats', versions=(18, 99)),
    Case('bookings: a generated column over a column of ours', ['ALTER TABLE bookings DROP COLUMN customer_email CASCADE',
         "ALTER TABLE bookings ADD COLUMN customer_email varchar(255) GENERATED ALWAYS AS ('a@' || status) STORED"], 'bookings',
         plain=False, **{'c': {'confirm': '428C9|42804|42P01', 'book': '428C9|42804|42P01'}},
         blind=('42P01',), note='a column that C writes cannot be written; the index on it is gone too'),
]

# ---- keys ----

KEYS = [
    Case('bookings: a member books once', 'CREATE UNIQUE INDEX once ON bookings (user_id) WHERE pay_by IS NULL'
         ' AND user_id <> \'b0b00000-0000-4000-8000-000000000002\'', 'bookings'),
    Case('bookings: a unique constraint', ['DELETE FROM bookings WHERE false',
         'ALTER TABLE bookings ADD UNIQUE (user_id, idempotency_key, seat_count)'], 'bookings'),
    Case('bookings: a deferrable unique constraint', 'ALTER TABLE bookings ADD CONSTRAINT once UNIQUE (session_id, customer_phone) DEFERRABLE',
         'bookings'),
    Case('bookings: a unique constraint that is deferred', 'ALTER TABLE bookings ADD CONSTRAINT once UNIQUE (session_id, customer_phone)'
         ' DEFERRABLE INITIALLY DEFERRED', 'bookings', c_only=True, note='in a transaction the end, not the call, may refuse',
         look=[("SELECT count(*) <= 1 FROM concert_booking.bookings WHERE session_id IS NOT NULL", 'True')]),
    Case('temp_reservations: a deferrable unique constraint', 'ALTER TABLE temp_reservations ADD CONSTRAINT once UNIQUE (user_id) DEFERRABLE',
         'temp_reservations', watch=True),
    Case('temp_reservations: a unique constraint that is deferred', 'ALTER TABLE temp_reservations ADD CONSTRAINT once UNIQUE (user_id)'
         ' DEFERRABLE INITIALLY DEFERRED', 'temp_reservations', c_only=True, plain=False,
         note='in a transaction the end, not the call, may refuse', waits=['extend'], may_fail=('23505',),
         look=[("SELECT count(*) = count(DISTINCT user_id) FROM concert_booking.temp_reservations", 'True')]),
    Case('bookings: an exclusion constraint', 'ALTER TABLE bookings ADD CONSTRAINT once EXCLUDE USING btree (session_id WITH =)', 'bookings'),
    Case('bookings: an exclusion constraint that is deferrable', 'ALTER TABLE bookings ADD CONSTRAINT once EXCLUDE USING btree (session_id WITH =)'
         ' DEFERRABLE', 'bookings'),
    Case('bookings: an exclusion constraint that is deferred', 'ALTER TABLE bookings ADD CONSTRAINT once EXCLUDE USING btree (session_id WITH =)'
         ' DEFERRABLE INITIALLY DEFERRED', 'bookings', c_only=True, note='in a transaction the end, not the call, may refuse',
         look=[("SELECT count(*) <= 1 FROM concert_booking.bookings WHERE session_id IS NOT NULL", 'True')]),
    Case('seats: an exclusion constraint on the status', "ALTER TABLE seats ADD CONSTRAINT once EXCLUDE USING btree (concert_schedule_id WITH =)"
         " WHERE (status = 'temp_reserved')", 'seats', watch=True, waits=['confirm'], may_fail=('23P01',)),
    Case('bookings: cancellation_reason refers to a list', 'ALTER TABLE bookings ADD FOREIGN KEY (cancellation_reason) REFERENCES office.reasons',
         'bookings', prepare=["INSERT INTO office.reasons VALUES ('rain')"], may_fail=('23503',), watch=True, waits=['cancel_guest']),
    Case('bookings: cancellation_reason refers to a list, not validated', 'ALTER TABLE bookings ADD FOREIGN KEY (cancellation_reason)'
         ' REFERENCES office.reasons NOT VALID', 'bookings', watch=True),
    Case('bookings: cancellation_reason refers to a list at the end', 'ALTER TABLE bookings ADD FOREIGN KEY (cancellation_reason)'
         ' REFERENCES office.reasons DEFERRABLE INITIALLY DEFERRED NOT VALID', 'bookings', c_only=True,
         note='in a transaction the end, not the call, may refuse',
         look=[("SELECT count(*) FROM concert_booking.bookings WHERE cancellation_reason IS NOT NULL", '[03]')]),
    Case('bookings: user_id refers to the users', 'ALTER TABLE bookings ADD FOREIGN KEY (user_id) REFERENCES office.users NOT VALID', 'bookings',
         watch=True),
    Case('bookings: user_id refers to the users, cascading', 'ALTER TABLE bookings ADD FOREIGN KEY (user_id) REFERENCES office.users'
         ' ON DELETE CASCADE ON UPDATE CASCADE NOT VALID', 'bookings',
         prepare=["INSERT INTO office.users VALUES ('a11ce000-0000-4000-8000-000000000001')"]),
    Case('temp_reservations: user_id refers to the users', 'ALTER TABLE temp_reservations ADD FOREIGN KEY (user_id) REFERENCES office.users'
         ' ON DELETE CASCADE NOT VALID', 'temp_reservations', watch=True),
    Case('seats: the grade refers to a list', [
        'CREATE TABLE office.grades (grade varchar(20) PRIMARY KEY)', "INSERT INTO office.grades VALUES ('R'), ('S')",
        'ALTER TABLE seats ADD FOREIGN KEY (seat_grade) REFERENCES office.grades'], 'seats'),
    Case('seats: the status refers to a list', [
        'CREATE TABLE office.states (state text PRIMARY KEY)', "INSERT INTO office.states VALUES ('available'), ('reserved')",
        'ALTER TABLE seats ADD FOREIGN KEY (status) REFERENCES office.states NOT VALID'], 'seats', watch=True),
    Case('bookings: a foreign key of ours dropped', 'ALTER TABLE bookings DROP CONSTRAINT bookings_concert_schedule_id_fkey', 'bookings'),
    Case('booking_seats: a foreign key of ours made anew, deferred', [
        'ALTER TABLE booking_seats DROP CONSTRAINT booking_seats_booking_id_fkey',
        'ALTER TABLE booking_seats ADD CONSTRAINT booking_seats_booking_id_fkey FOREIGN KEY (booking_id) REFERENCES bookings'
        ' DEFERRABLE INITIALLY DEFERRED'], 'booking_seats'),
    Case('temp_reservations: a key of our name that refers elsewhere', [
        'ALTER TABLE temp_reservations DROP CONSTRAINT temp_reservations_seat_id_fkey',
        'CREATE TABLE office.seats_for_sale (id uuid PRIMARY KEY)',
        'ALTER TABLE temp_reservations ADD CONSTRAINT temp_reservations_seat_id_fkey FOREIGN KEY (seat_id)'
        ' REFERENCES office.seats_for_sale NOT VALID'], 'temp_reservations', watch=True),
] + [
    Case('temp_reservations: notes of the owner refer to holds, %s' % action.lower(), [
        'CREATE TABLE office.notes (seat_id uuid REFERENCES concert_booking.temp_reservations (seat_id) ON DELETE %s)' % action] + on_row(
            'temp_reservations', 'AFTER', 'INSERT', 'BEGIN INSERT INTO office.notes VALUES (NEW.seat_id); RETURN NULL; END'),
        'temp_reservations', watch=action in ('RESTRICT', 'NO ACTION'))
    for action in ('CASCADE', 'SET NULL', 'RESTRICT', 'NO ACTION')
] + [
    Case('temp_reservations: notes of the owner refer to holds, checked at the end', [
        'CREATE TABLE office.notes (seat_id uuid REFERENCES concert_booking.temp_reservations (seat_id) DEFERRABLE INITIALLY DEFERRED)']
        + on_row('temp_reservations', 'AFTER', 'INSERT', 'BEGIN INSERT INTO office.notes VALUES (NEW.seat_id); RETURN NULL; END'),
        'temp_reservations', c_only=True, note='in a transaction the end, not the call, may refuse',
        look=[('SELECT count(*) = 0 FROM office.notes n WHERE NOT EXISTS'
               ' (SELECT FROM concert_booking.temp_reservations t WHERE t.seat_id = n.seat_id)', 'True')]),
    Case('bookings: tickets of the owner refer to bookings', [
        'CREATE TABLE office.tickets (booking_id uuid REFERENCES concert_booking.bookings ON DELETE CASCADE ON UPDATE CASCADE, what text)']
        + on_row('bookings', 'AFTER', 'INSERT', "BEGIN INSERT INTO office.tickets VALUES (NEW.id, NEW.status); RETURN NULL; END"), 'bookings'),
    Case('seats: places of the owner refer to seats and their status', [
        'ALTER TABLE seats ADD CONSTRAINT status_key UNIQUE (id, status)',
        'CREATE TABLE office.places (seat_id uuid, status text, FOREIGN KEY (seat_id, status) REFERENCES concert_booking.seats (id, status)'
        ' ON UPDATE CASCADE)', "INSERT INTO office.places SELECT id, status FROM seats WHERE seat_number LIKE 'A-%'"], 'seats'),
    Case('seats: places of the owner forbid another status', [
        'ALTER TABLE seats ADD CONSTRAINT status_key UNIQUE (id, status)',
        'CREATE TABLE office.places (seat_id uuid, status text, FOREIGN KEY (seat_id, status) REFERENCES concert_booking.seats (id, status)'
        ' ON UPDATE RESTRICT)', "INSERT INTO office.places SELECT id, status FROM seats WHERE seat_number = 'B-1'"
        " AND concert_schedule_id = '5c000000-0000-7000-8000-000000000001'"], 'seats', watch=True, waits=['poll']),
    Case('seats: places lose a status that changes', [
        'ALTER TABLE seats ADD CONSTRAINT status_key UNIQUE (id, status)',
        'CREATE TABLE office.places (seat_id uuid, status text, FOREIGN KEY (seat_id, status) REFERENCES concert_booking.seats (id, status)'
        ' ON UPDATE SET NULL)', "INSERT INTO office.places SELECT id, status FROM seats"], 'seats'),
]

# ---- indexes ----

NO_INDEX = dict(may_refuse='42P01|55000|42809|42704', plain=False, broken=['unique indexes are in place'])

INDEXES = [
    Case('seats: a partial index on what sales write', "CREATE INDEX mine ON seats (concert_schedule_id) WHERE status = 'available'", 'seats'),
    Case('seats: an index on the status', 'CREATE INDEX mine ON seats (status, hold_expires_at)', 'seats'),
    Case('bookings: an index on an expression', 'CREATE INDEX mine ON bookings (lower(customer_name), (total_price / 2))', 'bookings'),
    Case('bookings: an index with a careless function', 'CREATE INDEX mine ON bookings (office.is_fine_too(customer_name))', 'bookings'),
    Case('bookings: an index whose function fails', [
        function('no_alice(value text)', "BEGIN IF value = 'Alice' THEN RAISE 'no' USING ERRCODE = 'OW003'; END IF; RETURN value; END",
                 'plpgsql IMMUTABLE', 'text'),
        "UPDATE bookings SET customer_name = 'Al' WHERE customer_name = 'Alice'",
        'CREATE INDEX mine ON bookings (office.no_alice(customer_name))'], 'bookings', watch=True),
    Case('bookings: a partial index that holds cancelled ones', "CREATE UNIQUE INDEX mine ON bookings (customer_phone) WHERE status = 'cancelled'",
         'bookings', may_fail=('23505',), watch=True),
    Case('bookings: hash, gin and brin', ['CREATE INDEX mine1 ON bookings USING hash (customer_phone)',
         "CREATE INDEX mine2 ON bookings USING gin (to_tsvector('simple', customer_name))",
         'CREATE INDEX mine3 ON bookings USING brin (created_at)'], 'bookings'),
    Case('bookings: an invalid index of the owner', 'CREATE UNIQUE INDEX CONCURRENTLY mine ON bookings (user_id)', 'bookings', in_transaction=False,
         may_fail=('23505',), plain=False),
    Case('bookings: an invalid index under our name', ['DROP INDEX idx_bookings_user_status',
         'CREATE UNIQUE INDEX CONCURRENTLY idx_bookings_user_status ON bookings (user_id, status)'], 'bookings', in_transaction=False,
         may_fail=('23505',), **NO_INDEX),
    Case('seats: an invalid index under our name', ['ALTER TABLE seats DROP CONSTRAINT unique_seat_ordinal',
         'CREATE UNIQUE INDEX CONCURRENTLY unique_seat_ordinal ON seats (seat_grade)'], 'seats', in_transaction=False, may_fail=('23505',),
         **NO_INDEX),
    Case('temp_reservations: our index with other columns', ['DROP INDEX idx_temp_reservations_user_id',
         'CREATE INDEX idx_temp_reservations_user_id ON temp_reservations (concert_schedule_id, user_id)'], 'temp_reservations', **NO_INDEX),
    Case('temp_reservations: our index with other rows', ['DROP INDEX idx_temp_reservations_session_id',
         'CREATE INDEX idx_temp_reservations_session_id ON temp_reservations (session_id, concert_schedule_id) WHERE user_id IS NOT NULL'],
         'temp_reservations', **NO_INDEX),
    Case('bookings: our index on other columns', ['DROP INDEX idx_bookings_user_status',
         'CREATE INDEX idx_bookings_user_status ON bookings (created_at)'], 'bookings', **NO_INDEX),
    Case('bookings: our index on other columns of the same type', ['DROP INDEX idx_bookings_session_id',
         'CREATE INDEX idx_bookings_session_id ON bookings (user_id)'], 'bookings', **NO_INDEX),
    Case('bookings: our index of a guest\'s bookings without the confirmed ones', ['DROP INDEX idx_bookings_session_id',
         "CREATE INDEX idx_bookings_session_id ON bookings (session_id) WHERE status = 'cancelled'"], 'bookings', **NO_INDEX),
    Case('bookings: the index of the keys on other columns', ['DROP INDEX idx_bookings_user_key',
         'CREATE INDEX idx_bookings_user_key ON bookings (booking_number)'], 'bookings', **NO_INDEX),
    Case('booking_seats: our index with the columns in another order', ['ALTER TABLE booking_seats DROP CONSTRAINT unique_booking_seat',
         'ALTER TABLE booking_seats ADD CONSTRAINT unique_booking_seat UNIQUE (seat_id, booking_id)'], 'booking_seats', **NO_INDEX),
    Case('seats: our index in another order', ['ALTER TABLE seats DROP CONSTRAINT unique_seat_ordinal',
         'CREATE UNIQUE INDEX unique_seat_ordinal ON seats (concert_schedule_id DESC, ordinal DESC)'], 'seats', **NO_INDEX),
    Case('seats: our index of another table', ['ALTER TABLE seats DROP CONSTRAINT unique_seat_ordinal',
         'CREATE INDEX unique_seat_ordinal ON bookings (concert_schedule_id, created_at)'], 'seats', **NO_INDEX),
    Case('seats: our index as a hash', ['ALTER TABLE seats DROP CONSTRAINT unique_seat_ordinal',
         'CREATE INDEX unique_seat_ordinal ON seats USING hash (concert_schedule_id)'], 'seats', **NO_INDEX),
    Case('seats: our index dropped', 'ALTER TABLE seats DROP CONSTRAINT unique_seat_ordinal', 'seats', **NO_INDEX),
    Case('bookings: our index dropped', 'DROP INDEX idx_bookings_user_status', 'bookings', **NO_INDEX),
    Case('seats: our index renamed', 'ALTER INDEX unique_seat_ordinal RENAME TO another_name', 'seats', **NO_INDEX),
    Case('seats: the primary key renamed', 'ALTER INDEX seats_pkey RENAME TO another_name', 'seats', **NO_INDEX),
    Case('booking_seats: the wall dropped', 'DROP INDEX idx_booking_seats_active_seat', 'booking_seats', **NO_INDEX),
    Case('seats: rebuilt concurrently', ['REINDEX TABLE CONCURRENTLY seats', 'REINDEX INDEX CONCURRENTLY unique_temp_seat'], 'seats',
         in_transaction=False),
    Case('all tables: rebuilt concurrently', ['REINDEX TABLE CONCURRENTLY %s' % table for table in WRITES], 'bookings', in_transaction=False),
    Case('bookings: rebuilt', 'REINDEX TABLE bookings', 'bookings', plain=False),
    Case('seats: an index replaced under the same name and columns', ['DROP INDEX idx_temp_reservations_user_id',
         'CREATE INDEX idx_temp_reservations_user_id ON temp_reservations (user_id, concert_schedule_id) WHERE user_id IS NOT NULL'],
         'temp_reservations'),
    Case('seats: clustered', 'CLUSTER seats USING unique_seat_ordinal', 'seats', plain=False, waits=['poll', 'hold_one']),
]

# ---- publications, row security, privileges, rules ----

PUBLICATIONS = [
    Case('seats: published', 'CREATE PUBLICATION mine FOR TABLE seats', 'seats'),
    Case('all tables: published', 'CREATE PUBLICATION mine FOR ALL TABLES', 'seats', role='postgres'),
    Case('seats: published with a filter of the status', "CREATE PUBLICATION mine FOR TABLE seats WHERE (status <> 'available')", 'seats',
         versions=(15, 99), **unwritable('42P10')),
    Case('seats: published with a filter of the key', "CREATE PUBLICATION mine FOR TABLE seats WHERE (id IS NOT NULL)", 'seats', versions=(15, 99)),
    Case('seats: published with a filter, full identity', ['ALTER TABLE seats REPLICA IDENTITY FULL',
         "CREATE PUBLICATION mine FOR TABLE seats WHERE (status <> 'available')"], 'seats', versions=(15, 99)),
    Case('seats: published with some columns', 'CREATE PUBLICATION mine FOR TABLE seats (id, status)', 'seats', versions=(15, 99)),
    Case('seats: published without its key', 'CREATE PUBLICATION mine FOR TABLE seats (status)', 'seats', versions=(15, 99), **unwritable('42P10')),
    Case('seats: published inserts only, filtered', ["CREATE PUBLICATION mine FOR TABLE seats WHERE (status = 'reserved') WITH (publish = 'insert')"],
         'seats', versions=(15, 99)),
    Case('seats: published without an identity', ['ALTER TABLE seats REPLICA IDENTITY NOTHING', 'CREATE PUBLICATION mine FOR TABLE seats'], 'seats',
         **unwritable('55000')),
    Case('temp_reservations: published without an identity', ['ALTER TABLE temp_reservations REPLICA IDENTITY NOTHING',
         'CREATE PUBLICATION mine FOR TABLE temp_reservations'], 'temp_reservations', plain=False,
         c=dict(hold='ok|55000', extend='55000|PT410', confirm='55000|PT410', release='55000|ok', book='ok|PT409|55000', hold_one='ok|55000', best='ok|55000'), note=NOTHING_TO_WRITE),
    Case('bookings: published without an identity', ['ALTER TABLE bookings REPLICA IDENTITY NOTHING',
         'CREATE PUBLICATION mine FOR TABLE bookings'], 'bookings', watch=True),
    Case('concert_schedules: published without an identity', ['ALTER TABLE concert_schedules REPLICA IDENTITY NOTHING',
         'CREATE PUBLICATION mine FOR TABLE concert_schedules'], 'concert_schedules', plain=False,
         c=dict(hold='ok', extend='ok', confirm='55000', book='55000|PT409', release='ok'), note=NOTHING_TO_WRITE),
    Case('seats: full identity', ['ALTER TABLE seats REPLICA IDENTITY FULL', 'CREATE PUBLICATION mine FOR TABLE seats'], 'seats'),
    Case('seats: identity by an index', ['ALTER TABLE seats REPLICA IDENTITY USING INDEX unique_seat_ordinal',
         'CREATE PUBLICATION mine FOR TABLE seats'], 'seats'),
    Case('bookings: identity by a dropped index', ['CREATE UNIQUE INDEX mine ON bookings (booking_number, id)',
         'ALTER TABLE bookings REPLICA IDENTITY USING INDEX mine', 'CREATE PUBLICATION mine FOR TABLE bookings', 'DROP INDEX mine'], 'bookings', watch=True),
    Case('booking_events: published', 'CREATE PUBLICATION mine FOR TABLE booking_events', 'booking_events'),
    Case('seats: published and forgotten', ['CREATE PUBLICATION mine FOR TABLE seats', 'DROP PUBLICATION mine'], 'seats'),
]

SECURITY = [
    Case('all tables: row security', ['ALTER TABLE %s ENABLE ROW LEVEL SECURITY' % table for table in WRITES], 'seats'),
    Case('all tables: row security forced, all allowed', list(itertools.chain.from_iterable(
        ('ALTER TABLE %s ENABLE ROW LEVEL SECURITY' % table, 'ALTER TABLE %s FORCE ROW LEVEL SECURITY' % table,
         'CREATE POLICY everything ON %s USING (true)' % table) for table in WRITES)), 'seats'),
    Case('seats: row security forced, no policy', ['ALTER TABLE seats ENABLE ROW LEVEL SECURITY', 'ALTER TABLE seats FORCE ROW LEVEL SECURITY'],
         'seats', c=dict(hold='27000|42501|PT404', book='27000|42501|PT404'), broken=['.'], plain=False,
         note='C finds the row itself, its UPDATE is the owner\'s and finds none; the twin sees no seats at all; check_integrity() is blind too'),
    Case('seats: row security forced, sales forbidden', ['ALTER TABLE seats ENABLE ROW LEVEL SECURITY', 'ALTER TABLE seats FORCE ROW LEVEL SECURITY',
         "CREATE POLICY mine ON seats USING (true) WITH CHECK (status <> 'reserved')"], 'seats', watch=True),
    Case('seats: row security with a careless policy', ['ALTER TABLE seats ENABLE ROW LEVEL SECURITY', 'ALTER TABLE seats FORCE ROW LEVEL SECURITY',
         "CREATE POLICY mine ON seats USING (office.is_fine_too(status))"], 'seats'),
    Case('bookings: row security forced, guests forbidden', ['ALTER TABLE bookings ENABLE ROW LEVEL SECURITY',
         'ALTER TABLE bookings FORCE ROW LEVEL SECURITY', "CREATE POLICY mine ON bookings USING (true) WITH CHECK (user_id IS NOT NULL)"],
         'bookings', watch=True),
    Case('temp_reservations: row security forced, no deletions', ['ALTER TABLE temp_reservations ENABLE ROW LEVEL SECURITY',
         'ALTER TABLE temp_reservations FORCE ROW LEVEL SECURITY', 'CREATE POLICY s ON temp_reservations FOR SELECT USING (true)',
         'CREATE POLICY i ON temp_reservations FOR INSERT WITH CHECK (true)', 'CREATE POLICY u ON temp_reservations FOR UPDATE USING (true)'],
         'temp_reservations', c=dict(confirm='27000|42501|PT410', release='27000|42501'), note=SUPPRESSED, plain=False),
    Case('booking_events: row security forced, no insertions', ['ALTER TABLE booking_events ENABLE ROW LEVEL SECURITY',
         'ALTER TABLE booking_events FORCE ROW LEVEL SECURITY'], 'booking_events', watch=True),
    Case('seats: the owner may not update', 'REVOKE UPDATE ON seats FROM box_office', 'seats', **unwritable('42501')),
    Case('bookings: the owner may not insert', 'REVOKE INSERT ON bookings FROM box_office', 'bookings', watch=True),
    Case('seats: others may read', 'GRANT SELECT ON seats TO schemas_guest', 'seats', plain=False),
    Case('bookings: a rule beside', "CREATE RULE mine AS ON INSERT TO bookings DO ALSO INSERT INTO concert_booking.audit VALUES ('rule ' || NEW.status)",
         'bookings'),
    Case('seats: a rule beside', "CREATE RULE mine AS ON UPDATE TO seats DO ALSO INSERT INTO office.seen_once VALUES ('rule') ON CONFLICT DO NOTHING",
         'seats', c={call: 'ok' for call in ('hold', 'confirm', 'book', 'cancel', 'release', 'expire')}, plain=False,
         look=[("SELECT count(*) FROM office.seen_once WHERE what = 'rule'", '1')], note=WITH_RULE),
    Case('temp_reservations: a rule beside deletions', "CREATE RULE mine AS ON DELETE TO temp_reservations DO ALSO INSERT INTO concert_booking.audit"
         " VALUES ('rule ' || OLD.seat_id)", 'temp_reservations', plain=False,
         c={call: 'ok' for call in ('hold', 'confirm', 'book', 'cancel', 'release', 'expire')},
         look=[("SELECT count(*) > 8 FROM concert_booking.audit", 'True')], note=WITH_RULE),
    Case('seats: a rule instead', 'CREATE RULE mine AS ON UPDATE TO seats DO INSTEAD NOTHING', 'seats',
         c=dict(hold='27000', book='27000', best='27000'), note=SUPPRESSED, plain=False),
    Case('bookings: a rule instead', 'CREATE RULE mine AS ON INSERT TO bookings DO INSTEAD NOTHING', 'bookings',
         c=dict(confirm='27000', book='27000'), note=SUPPRESSED, plain=False),
    Case('booking_seats: a rule instead, sometimes', "CREATE RULE mine AS ON UPDATE TO booking_seats WHERE NOT NEW.active DO INSTEAD NOTHING",
         'booking_seats', c=dict(confirm='ok|PT409|PT410', cancel='27000', cancel_guest='27000|22004'), note=SUPPRESSED, plain=False),
]

# ---- what a table is ----


def moved(table, how):
    """Another kind of thing under the name of the table."""
    return ['ALTER TABLE %s RENAME TO moved_away' % table, how]


NOT_A_HEAP = '42809|55000|42P01'

SHAPES = [
    Case('seats: a partitioned table under its name', moved('seats',
         'CREATE TABLE seats (LIKE moved_away INCLUDING ALL) PARTITION BY HASH (id)'.replace(' INCLUDING ALL', '')) + [
             'CREATE TABLE seats_part PARTITION OF seats FOR VALUES WITH (MODULUS 1, REMAINDER 0)',
             'INSERT INTO seats SELECT * FROM moved_away'], 'seats', **refused('seats', NOT_A_HEAP, broken=['.'])),
    Case('bookings: a partitioned table under its name', moved('bookings', 'CREATE TABLE bookings (LIKE moved_away INCLUDING DEFAULTS)'
         ' PARTITION BY LIST (status)') + ['CREATE TABLE bookings_part PARTITION OF bookings DEFAULT',
         'INSERT INTO bookings SELECT * FROM moved_away'], 'bookings', **refused('bookings', NOT_A_HEAP, broken=['.'])),
    Case('temp_reservations: a partitioned table with our indexes\' names', [
         'ALTER TABLE temp_reservations RENAME TO moved_away', 'ALTER INDEX unique_temp_seat RENAME TO old1',
         'ALTER INDEX idx_temp_reservations_user_id RENAME TO old2', 'ALTER INDEX idx_temp_reservations_session_id RENAME TO old3',
         'CREATE TABLE temp_reservations (LIKE moved_away INCLUDING DEFAULTS) PARTITION BY HASH (seat_id)',
         'CREATE TABLE holds_part PARTITION OF temp_reservations FOR VALUES WITH (MODULUS 1, REMAINDER 0)',
         'ALTER TABLE temp_reservations ADD CONSTRAINT unique_temp_seat PRIMARY KEY (seat_id)',
         'CREATE INDEX idx_temp_reservations_user_id ON temp_reservations (user_id, concert_schedule_id) WHERE user_id IS NOT NULL',
         'CREATE INDEX idx_temp_reservations_session_id ON temp_reservations (session_id, concert_schedule_id) WHERE session_id IS NOT NULL'],
         'temp_reservations', **refused('temp_reservations', NOT_A_HEAP, broken=['.'])),
    Case('booking_seats: a partitioned table with our indexes\' names', [
         'ALTER TABLE booking_seats RENAME TO moved_away', 'ALTER INDEX booking_seats_pkey RENAME TO old1',
         'ALTER INDEX unique_booking_seat RENAME TO old2',
         'CREATE TABLE booking_seats (LIKE moved_away INCLUDING DEFAULTS) PARTITION BY RANGE (booking_id)',
         'CREATE TABLE lines_part PARTITION OF booking_seats DEFAULT',
         'CREATE INDEX booking_seats_pkey ON booking_seats (id)', 'CREATE UNIQUE INDEX unique_booking_seat ON booking_seats (booking_id, seat_id)',
         'INSERT INTO booking_seats SELECT * FROM moved_away'], 'booking_seats', **refused('booking_seats', NOT_A_HEAP, broken=['.'])),
    Case('seats: a view under its name', moved('seats', 'CREATE VIEW seats AS SELECT * FROM moved_away'), 'seats', **refused('seats', NOT_A_HEAP, broken=['triggers that follow'])),
    Case('bookings: a view under its name', moved('bookings', 'CREATE VIEW bookings AS SELECT * FROM moved_away'), 'bookings',
         **refused('bookings', NOT_A_HEAP)),
    Case('availability_changes: a view under its name', moved('availability_changes',
         'CREATE VIEW availability_changes AS SELECT * FROM moved_away'), 'availability_changes', c_only=True, plain=False, busy=True, watch=True,
         blind=('42809', '55000', '42P01'), note='a sale that has to leave its change there is refused'),
    Case('booking_events: an ordinary table under its name', ['ALTER TABLE booking_events RENAME TO moved_away',
         'CREATE TABLE booking_events (LIKE moved_away INCLUDING DEFAULTS)'], 'booking_events', may_refuse=NOT_A_HEAP),
    Case('bookings: a foreign table under its name', ['CREATE FOREIGN DATA WRAPPER nowhere', 'CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere',
         'ALTER TABLE bookings RENAME TO moved_away',
         'CREATE FOREIGN TABLE bookings (id uuid NOT NULL, user_id uuid, session_id uuid, concert_schedule_id uuid NOT NULL,'
         ' booking_number varchar(50) NOT NULL, status text NOT NULL, customer_name varchar(100), customer_phone varchar(20),'
         ' customer_email varchar(255), seat_count integer NOT NULL, total_price bigint NOT NULL, idempotency_key varchar(255),'
         ' cancelled_at timestamptz, cancellation_reason text, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL) SERVER nowhere',
         'ALTER FOREIGN TABLE bookings OWNER TO box_office', 'GRANT USAGE ON FOREIGN SERVER nowhere TO box_office'], 'bookings', role='postgres',
         **refused('bookings', NOT_A_HEAP, broken=['.'])),
    Case('booking_events: the default partition is foreign', ['CREATE FOREIGN DATA WRAPPER nowhere', 'CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere',
         'DROP TABLE booking_events', 'CREATE TABLE booking_events (id uuid DEFAULT concert_booking.uuid_v7(), occurred_at timestamptz NOT NULL DEFAULT now(),'
         ' event_type text NOT NULL, concert_schedule_id uuid, booking_id uuid, seat_count integer NOT NULL DEFAULT 0,'
         ' actor name NOT NULL DEFAULT current_user, detail jsonb) PARTITION BY RANGE (occurred_at)',
         'CREATE FOREIGN TABLE booking_events_default PARTITION OF booking_events DEFAULT SERVER nowhere',
         'ALTER TABLE booking_events OWNER TO box_office', 'ALTER FOREIGN TABLE booking_events_default OWNER TO box_office'], 'booking_events',
         role='postgres', **refused('booking_events', '42809|42804|55000|42P01|HV000', broken=['.'])),
    Case('seats: an inheritance child', ['CREATE TABLE office.more_seats () INHERITS (concert_booking.seats)'], 'seats',
         **refused('seats', '42809|55000|0A000')),
    Case('seats: an inheritance child with rows', ['CREATE TABLE office.more_seats () INHERITS (concert_booking.seats)',
         'INSERT INTO office.more_seats SELECT * FROM ONLY seats WHERE seat_number = \'A-4\''], 'seats',
         **refused('seats', '42809|55000|0A000', broken=['.'])),
    Case('bookings: an inheritance child', ['CREATE TABLE office.more_bookings () INHERITS (concert_booking.bookings)'], 'bookings',
         **refused('bookings', '42809|55000|0A000')),
    Case('seats: a child that has left', ['CREATE TABLE office.more_seats () INHERITS (concert_booking.seats)', 'DROP TABLE office.more_seats'], 'seats',
         may_refuse='42809|55000|0A000'),
    Case('seats: the child of another table', ['CREATE TABLE office.things (id uuid NOT NULL, price integer NOT NULL)',
         'ALTER TABLE seats INHERIT office.things'], 'seats'),
    Case('bookings: the partition of another table', ['ALTER TABLE booking_seats DROP CONSTRAINT booking_seats_booking_id_fkey',
         'CREATE TABLE office.all_bookings (LIKE concert_booking.bookings) PARTITION BY LIST (status)',
         'ALTER TABLE office.all_bookings ATTACH PARTITION concert_booking.bookings DEFAULT'], 'bookings', may_refuse='42809|55000|0A000'),
    Case('booking_events: this month sub-partitioned', [
        "DO $do$ DECLARE name text := 'booking_events_' || to_char(now(), 'YYYYMM'); month timestamptz := date_trunc('month', now()); BEGIN"
        " EXECUTE format('ALTER TABLE booking_events DETACH PARTITION %I', name);"
        " EXECUTE format('ALTER TABLE %I RENAME TO old_month', name);"
        " EXECUTE format('CREATE TABLE %I PARTITION OF booking_events FOR VALUES FROM (%L) TO (%L) PARTITION BY HASH (id)',"
        " name, month, month + interval '1 month');"
        " EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 2, REMAINDER 0)', name || '_even', name);"
        " EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 2, REMAINDER 1)', name || '_odd', name);"
        " INSERT INTO booking_events SELECT * FROM old_month; END $do$"], 'booking_events'),
    Case('booking_events: this month sub-partitioned, and no partition fits', [
        "DO $do$ DECLARE name text := 'booking_events_' || to_char(now(), 'YYYYMM'); month timestamptz := date_trunc('month', now()); BEGIN"
        " EXECUTE format('ALTER TABLE booking_events DETACH PARTITION %I', name);"
        " EXECUTE format('ALTER TABLE %I RENAME TO old_month', name);"
        " EXECUTE format('CREATE TABLE %I PARTITION OF booking_events FOR VALUES FROM (%L) TO (%L) PARTITION BY RANGE (occurred_at)',"
        " name, month, month + interval '1 month');"
        " EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name || '_second', name, month, month + interval '1 second');"
        " END $do$"], 'booking_events', watch=True),
    Case('booking_events: this month detached', "DO $do$ BEGIN EXECUTE format('ALTER TABLE booking_events DETACH PARTITION booking_events_%s',"
         " to_char(now(), 'YYYYMM')); END $do$", 'booking_events'),
    Case('booking_events: this month and the default detached', ["DO $do$ BEGIN EXECUTE format('ALTER TABLE booking_events DETACH PARTITION booking_events_%s',"
         " to_char(now(), 'YYYYMM')); END $do$", 'ALTER TABLE booking_events DETACH PARTITION booking_events_default'], 'booking_events', may_refuse='42P01', plain=False),
    Case('booking_events: a month with a trigger and a check of its own', [
        "DO $do$ DECLARE name text := 'booking_events_' || to_char(now(), 'YYYYMM'); BEGIN"
        " EXECUTE format('CREATE TRIGGER t BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION office.note_row()', name);"
        " EXECUTE format('ALTER TABLE %I ADD CHECK (seat_count < 100)', name); END $do$"], 'booking_events'),
    Case('booking_events: a month with columns in another order', [
        "DO $do$ DECLARE name text := 'booking_events_' || to_char(now(), 'YYYYMM'); month timestamptz := date_trunc('month', now()); BEGIN"
        " EXECUTE format('ALTER TABLE booking_events DETACH PARTITION %I', name); EXECUTE format('ALTER TABLE %I RENAME TO old_month', name);"
        " EXECUTE format('CREATE TABLE %I (gone integer, detail jsonb, actor name NOT NULL DEFAULT current_user, seat_count integer NOT NULL DEFAULT 0,"
        " booking_id uuid, concert_schedule_id uuid, event_type text NOT NULL, occurred_at timestamptz NOT NULL, id uuid NOT NULL)', name);"
        " EXECUTE format('ALTER TABLE %I DROP COLUMN gone', name);"
        " EXECUTE format('INSERT INTO %I (id, occurred_at, event_type, concert_schedule_id, booking_id, seat_count, actor, detail)"
        " SELECT * FROM old_month', name);"
        " EXECUTE format('ALTER TABLE booking_events ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', name, month, month + interval '1 month');"
        " END $do$"], 'booking_events'),
    Case('booking_events: partitioned by an expression', ['ALTER TABLE booking_events RENAME TO moved_away',
         "CREATE TABLE booking_events (LIKE moved_away INCLUDING DEFAULTS) PARTITION BY LIST (office.is_fine_too(event_type))",
         'CREATE TABLE events_all PARTITION OF booking_events DEFAULT'], 'booking_events', may_refuse=NOT_A_HEAP),
    Case('temp_reservations: unlogged', 'ALTER TABLE temp_reservations SET UNLOGGED', 'temp_reservations'),
    Case('booking_seats: unlogged', 'ALTER TABLE booking_seats SET UNLOGGED', 'booking_seats'),
    Case('availability_changes: unlogged', 'ALTER TABLE availability_changes SET UNLOGGED', 'availability_changes', busy=True),
]

TYPES = [
    Case('%s.%s is a %s' % (table, column, new), before + ["ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT, ALTER COLUMN %s TYPE %s USING %s::%s" % (
        table, column, column, new, column, new)], table, **refused(table, '42804', **extra))
    for table, column, new, before, extra in (
        ('bookings', 'total_price', 'numeric', [], {}),
        ('bookings', 'total_price', 'text', ['ALTER TABLE bookings DROP CONSTRAINT chk_bookings_totals'], dict(broken=['.'])),
        ('bookings', 'seat_count', 'bigint', [], {}),
        ('booking_seats', 'price', 'bigint', ['DROP TRIGGER fill_booking_seat ON booking_seats'], {}),
        ('concert_schedules', 'max_seats_per_booker', 'bigint', [], {}),
        ('temp_reservations', 'expires_at', 'timestamp', [], {}), ('booking_events', 'actor', 'text', [], {}),
        ('booking_events', 'seat_count', 'smallint', [], {}), ('payments', 'refund_due', 'integer', [], {}),
        ('payments', 'actor', 'text', [], {}), ('refunds_due', 'amount', 'numeric', [], {}))
] + [
    Case('seats.price is numeric', 'ALTER TABLE seats ALTER COLUMN price TYPE numeric', 'seats', **refused('seats', '42804')),
    Case('seats.ordinal is a smallint', ['DROP TRIGGER fill_seat ON seats', 'ALTER TABLE seats ALTER COLUMN ordinal TYPE smallint'], 'seats', **refused('seats', '42804')),
    Case('seats.seat_index is a bigint', ['DROP TRIGGER fill_seat ON seats', 'ALTER TABLE seats ALTER COLUMN seat_index TYPE bigint'], 'seats', **refused('seats', '42804')),
    Case('availability_changes.available_change is a bigint', [
         "DO $do$ DECLARE kept text := pg_get_viewdef('schedule_availability'); BEGIN"
         " DROP VIEW schedule_availability; ALTER TABLE availability_changes ALTER COLUMN available_change TYPE bigint;"
         " EXECUTE 'CREATE VIEW schedule_availability AS ' || kept; END $do$"], 'availability_changes', c_only=True, busy=True, watch=True, plain=False, blind=('42804',), note='refused where it is needed'),
    Case('seats.status is nullable', 'ALTER TABLE seats ALTER COLUMN status DROP NOT NULL', 'seats', may_refuse='42804', plain=False),
    Case('bookings.status is an enumeration', [
        "CREATE TYPE office.booking_state AS ENUM ('confirmed', 'cancelled')", 'ALTER TABLE bookings DROP CONSTRAINT chk_bookings_status',
        'ALTER TABLE bookings ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE office.booking_state USING status::office.booking_state'],
        'bookings', **refused('bookings', '42804')),
    Case('bookings.customer_name is text', 'ALTER TABLE bookings ALTER COLUMN customer_name TYPE text', 'bookings'),
    Case('seats.seat_number is text', 'ALTER TABLE seats ALTER COLUMN seat_number TYPE text', 'seats', plain=False),
    Case('bookings.customer_name has another collation', 'ALTER TABLE bookings ALTER COLUMN customer_name TYPE varchar(100) COLLATE "C"', 'bookings'),
    Case('bookings: total_price retyped and back', ['ALTER TABLE bookings ALTER COLUMN total_price TYPE numeric',
         'ALTER TABLE bookings ALTER COLUMN total_price TYPE bigint'], 'bookings'),
    Case('bookings: total_price dropped', 'ALTER TABLE bookings DROP COLUMN total_price CASCADE', 'bookings',
         **refused('bookings', '42P01|42703', broken=['.'])),
    Case('bookings: total_price renamed', 'ALTER TABLE bookings RENAME COLUMN total_price TO price', 'bookings', **refused('bookings', '42P01|42703')),
    Case('seats: hold_expires_at dropped', 'ALTER TABLE seats DROP COLUMN hold_expires_at CASCADE', 'seats',
         **refused('seats', '42P01|42703', broken=['.'])),
    Case('concert_schedules: layout_version dropped', 'ALTER TABLE concert_schedules DROP COLUMN layout_version', 'concert_schedules',
         **refused('concert_schedules', '42P01|42703')),
    Case('booking_events: detail dropped', 'ALTER TABLE booking_events DROP COLUMN detail', 'booking_events',
         **refused('booking_events', '42P01|42703')),
    Case('bookings: total_price dropped and added at the end', ['ALTER TABLE bookings DROP COLUMN total_price CASCADE',
         'ALTER TABLE bookings ADD COLUMN total_price bigint NOT NULL DEFAULT 0',
         'UPDATE bookings b SET total_price = (SELECT sum(l.price) FROM booking_seats l WHERE l.booking_id = b.id)'], 'bookings'),
    Case('seats: status dropped and added at the end', [
         'ALTER TABLE seats ADD COLUMN kept text', 'ALTER TABLE seats DISABLE TRIGGER USER', 'UPDATE seats SET kept = status',
         'ALTER TABLE seats DROP COLUMN status CASCADE',
         "ALTER TABLE seats ADD COLUMN status text NOT NULL DEFAULT 'available'", 'UPDATE seats SET status = kept',
         'ALTER TABLE seats ENABLE TRIGGER USER', 'ALTER TABLE seats DROP COLUMN kept'], 'seats'),
    Case('seats: columns that nobody needs dropped', 'ALTER TABLE seats DROP COLUMN position_x, DROP COLUMN position_y', 'seats', plain=False,
         c_only=True, note='the statement triggers of the layout name them; C fires none where it writes itself, the twin updates by statements'),
    Case('bookings: a column added and dropped', ['ALTER TABLE bookings ADD COLUMN gone uuid DEFAULT gen_random_uuid()',
         'ALTER TABLE bookings DROP COLUMN gone'], 'bookings'),
    Case('bookings: twenty columns added', 'ALTER TABLE bookings ' + ', '.join("ADD COLUMN c%d text DEFAULT repeat('x', %d)" % (n, n * 50)
         for n in range(20)), 'bookings'),
    Case('concert_schedules: a missing value behind a new column', "ALTER TABLE concert_schedules ADD COLUMN shop text NOT NULL DEFAULT 'here',"
         ' ADD COLUMN notes jsonb', 'concert_schedules'),
    Case('seats: stored out of line', ["ALTER TABLE seats ADD COLUMN picture text", "ALTER TABLE seats ALTER COLUMN picture SET STORAGE EXTERNAL",
         "UPDATE seats SET picture = repeat('x', 9000)"], 'seats'),
] + [
    Case('%s: rewritten with random ids' % table, 'ALTER TABLE %s ADD COLUMN z uuid DEFAULT gen_random_uuid()' % table, table, plain=False,
         waits=waits)
    for table, waits in (('seats', ['hold_one', 'confirm', 'cancel_guest', 'extend', 'release', 'best', 'poll', 'limit', 'expire']),
                         ('temp_reservations', ['confirm', 'extend', 'release', 'hold_one', 'limit']),
                         ('bookings', ['cancel_guest', 'limit', 'confirm']), ('booking_seats', ['cancel_guest', 'limit']),
                         ('concert_schedules', ['poll', 'hold_one', 'confirm']), ('availability_changes', ['confirm']),
                         ('booking_events', ['confirm']), ('payments', ['pay']), ('refunds_due', ['pay']))
] + [
    Case('all tables: rewritten at once', ['ALTER TABLE %s ADD COLUMN z uuid DEFAULT gen_random_uuid()' % table for table in WRITES], 'seats',
         plain=False, waits=['confirm', 'cancel_guest', 'limit', 'poll']),
    Case('seats: truncated and filled again', ['CREATE TEMPORARY TABLE kept AS TABLE seats', 'CREATE TEMPORARY TABLE kept_lines AS TABLE booking_seats',
         'CREATE TEMPORARY TABLE kept_holds AS TABLE temp_reservations', 'TRUNCATE seats CASCADE', 'ALTER TABLE seats DISABLE TRIGGER USER',
         'INSERT INTO seats SELECT * FROM kept', 'ALTER TABLE seats ENABLE TRIGGER USER', 'INSERT INTO booking_seats SELECT * FROM kept_lines',
         'INSERT INTO temp_reservations SELECT * FROM kept_holds'], 'seats', plain=False, waits=['hold_one', 'confirm', 'poll']),
] + [
    Case('%s: another owner' % table, 'ALTER TABLE %s OWNER TO another_owner' % table, table, role='postgres', **refused(table, '42501'))
    for table in ('concert_schedules', 'seats', 'temp_reservations', 'bookings', 'booking_seats', 'booking_events', 'payments', 'refunds_due')
] + [
    Case('all tables: another owner of everything', [
        "DO $do$ DECLARE command text; BEGIN FOR command IN"
        " SELECT format('ALTER %s %s OWNER TO another_owner', CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, oid::regclass) FROM pg_class"
        " WHERE relnamespace::regnamespace::text IN ('concert_booking', 'office', 'twin') AND relkind IN ('r', 'p', 'v') UNION ALL"
        " SELECT format('ALTER ROUTINE %s OWNER TO another_owner', oid::regprocedure) FROM pg_proc"
        " WHERE pronamespace::regnamespace::text IN ('concert_booking', 'office', 'twin') UNION ALL"
        " SELECT format('ALTER SCHEMA %I OWNER TO another_owner', nspname) FROM pg_namespace WHERE nspname IN ('concert_booking', 'office', 'twin')"
        " LOOP EXECUTE command; END LOOP; END $do$",
        'CREATE TRIGGER t AFTER INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION office.note_context()'], 'bookings', role='postgres', plain=False,
        in_transaction=False,
        look=[("SELECT string_agg(DISTINCT what, ' and ') FROM concert_booking.audit", 'another_owner with pg_catalog, concert_booking, pg_temp')]),
    Case('seats: dropped', 'DROP TABLE seats CASCADE', 'seats', **refused('seats', '42P01', broken=['.'])),
    Case('bookings: in another schema', 'ALTER TABLE bookings SET SCHEMA office', 'bookings', **refused('bookings', '42P01')),
]

# ---- money ----

PAYMENTS = [
    Case('payments: without its unique constraint', 'ALTER TABLE payments DROP CONSTRAINT unique_payment', 'payments',
         broken=['unique indexes are in place'], look=[('SELECT count(*) = count(DISTINCT reference) FROM concert_booking.payments', 'True')]),
    Case('payments: its unique constraint is deferred', ['ALTER TABLE payments DROP CONSTRAINT unique_payment',
         'ALTER TABLE payments ADD CONSTRAINT unique_payment UNIQUE (provider, reference, kind) DEFERRABLE INITIALLY DEFERRED'], 'payments'),
    Case('payments: without the index of its bookings', 'DROP INDEX idx_payments_booking_id', 'payments'),
    Case('refunds_due: without its primary key', 'ALTER TABLE refunds_due DROP CONSTRAINT refunds_due_pkey', 'refunds_due',
         c={call: 'ok' for call in ('cancel', 'begin', 'pay_part', 'pay', 'pay_again', 'cancel_seat', 'cancel_paid')},
         broken=['unique indexes are in place'], note='the twin names the constraint in ON CONFLICT'),
    Case('payments: references are short', 'ALTER TABLE payments ALTER COLUMN reference TYPE varchar(5) USING left(reference, 5)', 'payments', watch=True),
    Case('payments: references are sorted otherwise', 'ALTER TABLE payments ALTER COLUMN reference TYPE text COLLATE "C"', 'payments'),
    Case('payments: the actor renamed', 'ALTER TABLE payments RENAME COLUMN actor TO by_whom', 'payments', **refused('payments', '42P01|42703')),
    Case('payments: a generated column and an identity', [
         "ALTER TABLE payments ADD COLUMN words text GENERATED ALWAYS AS (refund_due || ' won') STORED",
         'ALTER TABLE payments ADD COLUMN any_number bigint GENERATED ALWAYS AS IDENTITY'], 'payments'),
    Case('payments: row security forced, no insertions', ['ALTER TABLE payments ENABLE ROW LEVEL SECURITY',
         'ALTER TABLE payments FORCE ROW LEVEL SECURITY', 'CREATE POLICY s ON payments FOR SELECT USING (true)'], 'payments', watch=True),
    Case('payments: a rule beside', "CREATE RULE mine AS ON INSERT TO payments DO ALSO INSERT INTO concert_booking.audit VALUES ('rule ' || NEW.outcome)",
         'payments'),
    Case('payments: a rule instead', 'CREATE RULE mine AS ON INSERT TO payments DO INSTEAD NOTHING', 'payments',
         c=dict(pay_part='27000', pay='27000'), note=SUPPRESSED, plain=False),
    Case('payments: dropped', 'DROP TABLE payments CASCADE', 'payments', **refused('payments', '42P01', broken=['.'])),
    Case('refunds_due: in another schema', 'ALTER TABLE refunds_due SET SCHEMA office', 'refunds_due', **refused('refunds_due', '42P01')),
    Case('bookings: paid_at dropped', 'ALTER TABLE bookings DROP COLUMN paid_at', 'bookings',
         c=dict(hold='ok', confirm='ok', book='ok', begin='42P01'), plain=False, blind=('42703',), broken=['.'],
         note='a second payment would be taken for the first; the twin needs the column'),
    Case('temp_reservations: booking_id dropped', 'ALTER TABLE temp_reservations DROP COLUMN booking_id', 'temp_reservations',
         c=dict(hold='ok', confirm='ok', book='ok', begin='42P01'), plain=False, blind=('42703',), broken=['.'],
         note='nothing would tell that a seat is kept; the twin needs the column'),
    Case('booking_seats: cancellation_fee dropped', 'ALTER TABLE booking_seats DROP COLUMN cancellation_fee', 'booking_seats',
         c=dict(hold='ok', confirm='ok', book='ok', cancel='ok', begin='42P01'), plain=False, blind=('42703',), broken=['.'],
         note='nothing would tell what is kept of a price; the twin needs the column'),
    Case('payments: trigger that pays once more', on_row(
        'payments', 'AFTER', 'INSERT',
        "BEGIN IF NEW.provider = 'bank' THEN PERFORM concert_booking.confirm_payment(NEW.booking_id, 1000, 'owner', NEW.reference); END IF;"
        ' RETURN NULL; END'), 'payments', c={call: 'ok' for call in ('pay_part', 'pay', 'pay_again', 'cancel_seat', 'cancel_paid')},
        note='a payment within a payment: each is counted once', plain=False,
        look=[("SELECT count(*) > 6 FROM concert_booking.payments WHERE provider = 'owner'", 'True')]),
    Case('bookings: trigger that cancels what was paid', on_row(
        'bookings', 'AFTER', 'UPDATE', "BEGIN IF NEW.status = 'confirmed' AND OLD.status = 'pending' THEN"
        " PERFORM concert_booking.cancel_booking(NEW.id, 'owner', NEW.user_id, NEW.session_id); END IF; RETURN NULL; END"), 'bookings',
        c=dict(pay='ok', pay_again='ok', cancel_seat='ok', cancel_paid='ok'), note='the receipt tells what the payment has done', plain=False),
    Case('seats: trigger that writes to the other seats', on_row(
        'seats', 'AFTER', 'UPDATE', "BEGIN IF pg_trigger_depth() = 1 THEN UPDATE concert_booking.seats SET section = 'seen'"
        ' WHERE concert_schedule_id = NEW.concert_schedule_id AND id <> NEW.id; END IF; RETURN NULL; END'), 'seats',
        c={call: 'ok' for call in ('begin', 'pay_part', 'pay', 'pay_again', 'cancel_seat', 'cancel_paid')},
        note='layout_version counts statements, and theirs differ', plain=False),
]

NOTHING = [
    Case('nothing is changed', 'SELECT 1', 'seats'),
    Case('nothing is changed, the schedules are locked', 'SELECT 1', 'availability_changes', busy=True),
    Case('seats and holds: row triggers, the schedules are locked: no sale waits', [
        'CREATE TRIGGER t AFTER UPDATE ON seats FOR EACH ROW EXECUTE FUNCTION office.note_row()',
        'CREATE TRIGGER t BEFORE DELETE ON temp_reservations FOR EACH ROW EXECUTE FUNCTION office.note_row()'], 'seats', busy=True),
]


def all_cases(version, long):
    everything = itertools.chain(NOTHING, trigger_cases(long), SINGLE_TRIGGERS, CONSTRAINTS, KEYS, INDEXES, PUBLICATIONS, SECURITY, SHAPES, TYPES,
                                 PAYMENTS)
    for case in everything:
        if case.versions[0] <= version <= case.versions[1]:
            yield case
