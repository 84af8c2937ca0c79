"""Sweeping 50,000 lapsed holds while others buy on other schedules."""

import threading

from lab import interleave

TITLE = "Sweep while selling"
CLIENTS = 8
COLD = {"first_seat": 100000, "first_schedule": 1, "schedule_seats": 50}
LAPSE = """
SET session_replication_role = replica;
UPDATE concert_booking.temp_reservations SET held_since = held_since - interval '1 day', expires_at = expires_at - interval '1 day';
UPDATE concert_booking.seats SET hold_expires_at = hold_expires_at - interval '1 day' WHERE hold_expires_at IS NOT NULL;
"""


def run(lab, plan, book):
    speeds = []

    def sell():
        return lab.pgbench("cycle_extension", CLIENTS, seconds=plan.seconds,
                           slice=lab.hot_seats // CLIENTS, **COLD)["tps"]

    def quiet():
        lab.reset("extension")
        return sell()

    def sweeping():
        lab.reset("extension")
        lab.sql(f"CALL bench.prepare_extension({lab.hot_seats}); {LAPSE}")
        sweeper = threading.Thread(target=lambda: speeds.append(sweep(lab)))
        sweeper.start()
        tps = sell()
        sweeper.join()
        return tps

    figures = interleave({"while sweeping": sweeping, "quiet": quiet}, plan.rounds)
    book.sides(f"Hold + confirm + cancel a second, {CLIENTS} clients, while lapsed holds are swept", figures,
               "cycles/s", baseline="quiet")
    book.sides("Lapsed holds swept a second, one sweeper, 1,000 a call", {"expire_holds": speeds[1:]}, "holds/s")


def sweep(lab):
    """Sweep until nothing is left; holds a second."""
    seconds = float(lab.sql("""
        CREATE TEMP TABLE swept (seconds float8);
        DO $$ DECLARE began timestamptz := clock_timestamp(); BEGIN
            WHILE concert_booking.expire_holds(1000) > 0 LOOP COMMIT; END LOOP;
            INSERT INTO swept SELECT extract(epoch FROM clock_timestamp() - began); END $$;
        SELECT seconds FROM swept""")[-1][0])
    return lab.hot_seats / seconds
