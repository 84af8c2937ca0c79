"""Holds: the hot path of a sale, against the least that PostgreSQL can do."""

from lab import interleave

TITLE = "Hold a seat"
UNCHECKED = "bare UPDATE, no CHECK"
BARE = """DO $$ DECLARE p record; BEGIN
        FOR p IN SELECT seat_id FROM bench.plan WHERE n < {{calls}} LOOP
            UPDATE bench.{table} SET status = 'temp_reserved', updated_at = now(),
                hold_expires_at = now() + interval '10 minutes' WHERE id = p.seat_id;
        END LOOP; END $$"""


def run(lab, plan, book):
    for sync in ("on", "off"):
        for clients in (8, 32):
            throughput(lab, plan, book, clients, sync)
    cpu(lab, plan, book)


def throughput(lab, plan, book, clients, sync):
    """Every client walks through its slice: each hold takes a free seat."""
    count = lab.hot_seats // clients

    def side(script, tables, settings=None):
        speed = {}

        def once(seconds):
            lab.reset(tables)
            # The warm-up finds out how many fill the time, as far as the seats reach.
            wanted = int(speed.get("tps", 5000) * seconds / clients)
            speed["tps"] = lab.pgbench(script, clients, transactions=max(20, min(count, wanted)), slice=count,
                                       calls=int(tables == "extension"),
                                       settings={"synchronous_commit": sync, **(settings or {})})["tps"]
            return speed["tps"]
        return once

    sides = {"bare UPDATE": side("hold_bare", "bare"), UNCHECKED: side("hold_unchecked", "unchecked"),
             "extension": side("hold_extension", "extension")}
    if sync == "on" and clients == 32:
        sides["extension, async_holds"] = side("hold_extension", "extension", {"concert_booking.async_holds": "on"})
    figures = interleave(sides, plan)
    book.sides(f"Holds a second, {clients} clients, synchronous_commit {sync}", figures, "holds/s",
               baseline="bare UPDATE")
    book.ratio(f"hold_{clients}_{sync}", figures, "extension", "bare UPDATE")
    book.ratio(f"hold_{clients}_{sync}_unchecked", figures, "extension", UNCHECKED)


CALLS = 5000

CPU_SIDES = {
    "extension": ("extension", "SELECT count(concert_booking.hold_seat(p.seat_id, p.booker_id))"
                               " FROM bench.plan p WHERE p.n < {calls}"),
    "PL/pgSQL on system A's tables": ("seed_a", "SELECT count(seed_a.hold_seat(p.seat_id, p.booker_id))"
                                                " FROM bench.plan p WHERE p.n < {calls}"),
    "system A's statements": ("seed_a", """DO $$ DECLARE p record; BEGIN
        FOR p IN SELECT seat_id, booker_id FROM bench.plan WHERE n < {calls} LOOP
            PERFORM s.status FROM seed_a.seats s WHERE s.id = p.seat_id FOR UPDATE;
            INSERT INTO seed_a.temp_reservations (user_id, seat_id, expires_at)
            VALUES (p.booker_id, p.seat_id, now() + interval '10 minutes');
            UPDATE seed_a.seats SET status = 'temp_reserved', updated_at = now() WHERE id = p.seat_id;
        END LOOP; END $$"""),
    "bare UPDATE": ("bare", BARE.format(table="bare_seats")),
    UNCHECKED: ("unchecked", BARE.format(table="unchecked_seats")),
}


def cpu(lab, plan, book):
    """Processor time of many calls inside one backend and one transaction."""
    def side(tables, statement):
        def once(_seconds):
            lab.reset(tables)
            return lab.cpu_us(statement.format(calls=CALLS), CALLS)
        return once

    figures = interleave({name: side(*what) for name, what in CPU_SIDES.items()}, plan)
    book.sides("Processor time of a hold inside one backend", figures, "µs", lower=True)
    book.figure("hold_cpu", figures["extension"])
    book.ratio("hold_cpu_twin", figures, "extension", "PL/pgSQL on system A's tables")
