"""The calls whose instructions and WAL are counted exactly.

A call is a list of executions; one execution is a list of single-line
statements in one or more transactions. Seats of the hot schedule are dealt out
so that no execution meets another's seat: see world().
"""

import collections

WARM_UPS = 10
CALLS = 50
NEED = WARM_UPS + CALLS

class Call(collections.namedtuple("Call", "name prepare executions per refuses")):
    def __hash__(self):
        return hash(self.name)


def seat(n):
    return f"00000000-0000-7000-8000-{100000000000 + n}"


def booker(n):
    return f"00000000-0000-4000-8000-{100000000000 + n}"


def eight(first, n):
    """The seats of an execution that takes eight, as an array."""
    return "{" + ",".join(seat(first + 8 * n + i) for i in range(8)) + "}"


SCHEDULE = "00000000-0000-7000-9000-100000000000"

# First seat of each call's own range.
HOLD, HOLD_8, BOOK, TAKEN, RELEASE, EXTEND, CONFIRM, CANCEL, SWEEP = (
    0, 100, 700, 800, 900, 1000, 1100, 1200, 1300)
SWEPT = 400
HOT_SEATS = 1800
# The same for the calls of the other world.
BEGIN, PAY, GIVE_BACK = 0, 100, 200
# Eight seats an execution.
CONFIRM_8, BOOK_8 = 400, 900
PRICE = 150000


def world(lab):
    """Holds and bookings that the calls need, made through the commands."""
    def held(first, count=NEED):
        return f"p.n >= {first} AND p.n < {first + count}"
    ready = " OR ".join(held(first) for first in (TAKEN, RELEASE, CONFIRM, CANCEL))
    lab.sql(f"""
        SELECT count(concert_booking.hold_seat(p.seat_id, p.booker_id)) FROM bench.plan p WHERE {ready};
        SELECT concert_booking.hold_seat('{seat(EXTEND)}', '{booker(EXTEND)}');
        SELECT count(concert_booking.confirm_booking(p.schedule_id, p.booker_id))
        FROM bench.plan p WHERE {held(CANCEL)};""")


def payment_world(lab):
    """Of its own, so that the figures of the other calls stay what they were: these calls
    leave more rows behind, and indexes split elsewhere."""
    eights = ", ".join(f"({n}, '{eight(CONFIRM_8, n)}'::uuid[])" for n in range(NEED))
    # booker GIVE_BACK + n has two seats, of which one is given back
    lab.sql(f"""
        SELECT count(concert_booking.hold_seat(p.seat_id, p.booker_id))
        FROM bench.plan p WHERE p.n < {NEED} OR p.n >= {PAY} AND p.n < {PAY + NEED};
        SELECT count(concert_booking.begin_payment(p.schedule_id, p.booker_id))
        FROM bench.plan p WHERE p.n >= {PAY} AND p.n < {PAY + NEED};
        CREATE TEMP TABLE pairs AS SELECT n, bench.booker({GIVE_BACK} + n) AS booker_id
        FROM generate_series(0, {NEED - 1}) n;
        SELECT count(h) FROM pairs, concert_booking.hold_seats(
            ARRAY[bench.seat({GIVE_BACK} + 2 * n), bench.seat({GIVE_BACK} + 2 * n + 1)], booker_id) h;
        SELECT count(concert_booking.confirm_payment(
            (concert_booking.begin_payment('{SCHEDULE}', booker_id)).booking_id, {2 * PRICE}, 'card', 'world-' || n))
        FROM pairs;
        SELECT count(h) FROM (VALUES {eights}) e (n, seat_ids),
            concert_booking.hold_seats(e.seat_ids, bench.booker({CONFIRM_8} + e.n)) h;""")


def twin_world(lab):
    """The same for system A's tables, whose holds of ten minutes must outlive a count on a busy machine."""
    lab.sql(f"""
        SELECT count(seed_a.hold_seat(p.seat_id, p.booker_id)) FROM bench.plan p
        WHERE p.n >= {CONFIRM} AND p.n < {CANCEL + NEED};
        SELECT count(seed_a.confirm_booking(p.schedule_id, p.booker_id)) FROM bench.plan p
        WHERE p.n >= {CANCEL} AND p.n < {CANCEL + NEED};
        UPDATE seed_a.temp_reservations SET expires_at = expires_at + interval '20 hours';
        VACUUM seed_a.temp_reservations""")


def bookings(lab, schema):
    """Booking ids by booker number, for the cancels."""
    rows = lab.sql(f"""SELECT p.n, b.id FROM {schema}.bookings b
        JOIN bench.plan p ON p.booker_id = b.user_id""")
    return {int(n): booking_id for n, booking_id in rows}


def baseline_calls(lab):
    cancel = bookings(lab, "seed_a")
    return [
        call("select_1", "PREPARE nothing AS SELECT 1", lambda n: ["EXECUTE nothing"]),
        call("bare_update", "PREPARE bare_update(uuid) AS UPDATE bench.bare_seats SET status = 'temp_reserved',"
             " hold_expires_at = now() + interval '10 minutes', updated_at = now() WHERE id = $1",
             lambda n: [f"EXECUTE bare_update('{seat(n)}')"]),
        call("bare_update_unchecked", "PREPARE unchecked(uuid) AS UPDATE bench.unchecked_seats"
             " SET status = 'temp_reserved', hold_expires_at = now() + interval '10 minutes',"
             " updated_at = now() WHERE id = $1",
             lambda n: [f"EXECUTE unchecked('{seat(n)}')"]),
        call("twin_hold", "PREPARE twin_hold(uuid, uuid) AS SELECT seed_a.hold_seat($1, $2)",
             lambda n: [f"EXECUTE twin_hold('{seat(n)}', '{booker(n)}')"]),
        call("twin_confirm", "PREPARE twin_confirm(uuid, uuid) AS SELECT seed_a.confirm_booking($1, $2)",
             lambda n: [f"EXECUTE twin_confirm('{SCHEDULE}', '{booker(CONFIRM + n)}')"]),
        call("twin_cancel", "PREPARE twin_cancel(uuid, uuid) AS SELECT seed_a.cancel_booking($1, $2, NULL)",
             lambda n: [f"EXECUTE twin_cancel('{cancel[CANCEL + n]}', '{booker(CANCEL + n)}')"]),
    ]


def extension_calls(lab):
    cancel = bookings(lab, "concert_booking")

    return [
        call("hold_seat", "PREPARE hold_seat(uuid, uuid) AS SELECT concert_booking.hold_seat($1, $2)",
             lambda n: [f"EXECUTE hold_seat('{seat(HOLD + n)}', '{booker(HOLD + n)}')"]),
        call("hold_seat_refused", "PREPARE refused(uuid, uuid) AS SELECT concert_booking.hold_seat($1, $2)",
             lambda n: [f"EXECUTE refused('{seat(TAKEN + n)}', '{booker(HOLD)}')"], refuses=True),
        call("hold_seats_8", "PREPARE hold_8(uuid[], uuid) AS SELECT concert_booking.hold_seats($1, $2)",
             lambda n: [f"EXECUTE hold_8('{eight(HOLD_8, n)}', '{booker(HOLD_8 + n)}')"], per=8),
        call("extend_holds", "PREPARE extend(uuid, uuid) AS SELECT concert_booking.extend_holds($1, $2)",
             lambda n: [f"EXECUTE extend('{SCHEDULE}', '{booker(EXTEND)}')"]),
        call("release_seats", "PREPARE release(uuid[], uuid) AS SELECT concert_booking.release_seats($1, $2)",
             lambda n: ["EXECUTE release('{%s}', '%s')" % (seat(RELEASE + n), booker(RELEASE + n))]),
        call("confirm_booking", "PREPARE confirm(uuid, uuid) AS SELECT concert_booking.confirm_booking($1, $2)",
             lambda n: [f"EXECUTE confirm('{SCHEDULE}', '{booker(CONFIRM + n)}')"]),
        call("book_seats", "PREPARE book(uuid[], uuid) AS SELECT concert_booking.book_seats($1, $2)",
             lambda n: ["EXECUTE book('{%s}', '%s')" % (seat(BOOK + n), booker(BOOK + n))]),
        call("cancel_booking", "PREPARE cancel(uuid, uuid) AS SELECT concert_booking.cancel_booking($1, NULL, $2)",
             lambda n: [f"EXECUTE cancel('{cancel[CANCEL + n]}', '{booker(CANCEL + n)}')"]),
    ]


def payment_calls(lab):
    made = bookings(lab, "concert_booking")
    return [
        call("begin_payment", "PREPARE begin_payment(uuid, uuid) AS SELECT concert_booking.begin_payment($1, $2)",
             lambda n: [f"EXECUTE begin_payment('{SCHEDULE}', '{booker(BEGIN + n)}')"]),
        call("confirm_payment",
             "PREPARE pay(uuid, bigint, text, text) AS SELECT concert_booking.confirm_payment($1, $2, $3, $4)",
             lambda n: [f"EXECUTE pay('{made[PAY + n]}', {PRICE}, 'card', 'charge-{n}')"]),
        call("cancel_seats",
             "PREPARE give_back(uuid, uuid[], uuid) AS SELECT concert_booking.cancel_seats($1, $2, NULL, $3)",
             lambda n: ["EXECUTE give_back('%s', '{%s}', '%s')" % (
                 made[GIVE_BACK + n], seat(GIVE_BACK + 2 * n), booker(GIVE_BACK + n))]),
        call("confirm_booking_8", "PREPARE confirm_8(uuid, uuid) AS SELECT concert_booking.confirm_booking($1, $2)",
             lambda n: [f"EXECUTE confirm_8('{SCHEDULE}', '{booker(CONFIRM_8 + n)}')"], per=8),
        call("book_seats_8", "PREPARE book_8(uuid[], uuid) AS SELECT concert_booking.book_seats($1, $2)",
             lambda n: [f"EXECUTE book_8('{eight(BOOK_8, n)}', '{booker(BOOK_8 + n)}')"], per=8),
    ]


def call(name, prepare, execution, per=1, refuses=False):
    return Call(name, [prepare], [execution(n) for n in range(NEED)], per, refuses)
