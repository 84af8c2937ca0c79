"""The other commands, each on its own."""

from lab import interleave, lesser

TITLE = "Extend, release, cancel, expire"
PLAN = {"rounds": 3, "turns": 1}
CLIENTS = 8


def run(lab, plan, book):
    plan = lesser(plan)
    figures = interleave({"extend_holds": extend(lab), "release_seats": release(lab),
                          "cancel_booking": cancel(lab), "PL/pgSQL cancel on system A's tables": cancel_twin(lab),
                          "bare UPDATE": bare(lab)}, plan)
    book.sides(f"Calls a second, {CLIENTS} clients, each command on its own", figures, "calls/s",
               baseline="bare UPDATE")
    figures = interleave({"expire_holds(1000), one client": expire(lab)}, plan)
    book.sides("Lapsed holds swept a second, nothing else going on", figures, "holds/s")


def extend(lab):
    """Each booker's hold gets a fresh term, again and again."""
    seats = 8000

    def once(seconds):
        lab.reset("extension")
        lab.sql(f"CALL bench.prepare_extension({seats})")
        return lab.pgbench("extend", CLIENTS, seconds=seconds, slice=seats // CLIENTS, calls=1)["tps"]
    return once


def walk(lab, script, tables, prepare, calls=1):
    """Each seat once, as many as fill the time."""
    speed = {}

    def once(seconds):
        count = max(50, min(lab.hot_seats // CLIENTS, int(speed.get("tps", 3000) * seconds / CLIENTS)))
        lab.reset(tables)
        prepare(count * CLIENTS)
        speed["tps"] = lab.pgbench(script, CLIENTS, transactions=count, slice=count, calls=calls)["tps"]
        return speed["tps"]
    return once


def release(lab):
    return walk(lab, "release", "extension", lambda seats: lab.sql(f"CALL bench.prepare_extension({seats})"))


def cancel(lab):
    def prepare(seats):
        lab.sql(f"""CALL bench.prepare_extension({seats});
            SELECT count(concert_booking.confirm_booking(p.schedule_id, p.booker_id))
            FROM bench.plan p WHERE p.n < {seats}; ANALYZE concert_booking.booking_seats""")
    return walk(lab, "cancel_extension", "extension", prepare)


def cancel_twin(lab):
    def prepare(seats):
        lab.sql(f"""CALL bench.prepare_seed_a({seats});
            SELECT count(seed_a.confirm_booking(p.schedule_id, p.booker_id))
            FROM bench.plan p WHERE p.n < {seats}; VACUUM ANALYZE seed_a.booking_seats, seed_a.bookings, seed_a.seats,
            seed_a.concert_schedules, seed_a.temp_reservations""")
    return walk(lab, "cancel_twin", "seed_a", prepare, calls=0)


def bare(lab):
    return walk(lab, "hold_bare", "bare", lambda seats: None, calls=0)


def expire(lab):
    def once(_seconds):
        lab.reset("extension")
        lab.sql(f"CALL bench.prepare_extension({lab.hot_seats}); CALL bench.lapse_extension()")
        began, ended = sweep(lab)
        return lab.hot_seats / (ended - began)
    return once


def sweep(lab):
    """Sweep until nothing is left; when that began and ended, seconds since the epoch."""
    row = lab.sql("""
        CREATE TEMP TABLE swept (began float8, ended float8);
        DO $$ DECLARE began timestamptz := clock_timestamp(); BEGIN
            WHILE concert_booking.expire_holds(1000) > 0 LOOP COMMIT; END LOOP;
            INSERT INTO swept SELECT extract(epoch FROM began), extract(epoch FROM clock_timestamp()); END $$;
        SELECT began, ended FROM swept""")[-1]
    lab.operations += lab.hot_seats
    return float(row[0]), float(row[1])
