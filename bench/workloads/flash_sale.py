"""A flash sale: seats of one schedule, 64 clients, until sold out.

One to four seats side by side near the best free ones; one buyer in five gives
them back. Afterwards the tables must show that each seat was sold once.
"""

import os
import subprocess
import time

from lab import BenchError, interleave

TITLE = "Flash sale"
CLIENTS, ABANDON_PERCENT, LIMIT_S = 64, 20, 600

PROOFS = {
    "extension": """SELECT count(*), count(DISTINCT bs.seat_id),
        (SELECT count(*) FROM concert_booking.seats WHERE status = 'reserved')
        FROM concert_booking.booking_seats bs WHERE bs.active""",
    "seed_a": """SELECT count(*), count(DISTINCT bs.seat_id),
        (SELECT count(*) FROM seed_a.seats WHERE status = 'reserved') FROM seed_a.booking_seats bs""",
    "seed_b": """SELECT count(*), count(DISTINCT x.id),
        (SELECT count(*) FROM seed_b.seats WHERE status = 'reserved')
        FROM seed_b.reservations r, unnest(r.seat_ids) x (id)""",
}


def run(lab, plan, book):
    redis_socket = os.path.join(lab.parent, "redis.socket")
    redis = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", redis_socket, "--save", "",
                              "--appendonly", "no", "--dir", lab.parent],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(redis_socket)
        sell_out(lab, plan, book, redis_socket)
    finally:
        redis.terminate()
        redis.wait()


def wait_for(path):
    for _ in range(100):
        if os.path.exists(path):
            return
        time.sleep(0.05)
    raise BenchError("redis-server did not start")


def sell_out(lab, plan, book, redis_socket):
    sides = {"extension": ("extension", "extension"), "PL/pgSQL on system A's tables": ("twin", "seed_a"),
             "system A's statements": ("seed_a", "seed_a"), "Redis + SQL (system B)": ("redis", "seed_b")}
    if lab.has_function("hold_best_seats"):
        sides["extension, best seats"] = ("best", "extension")
    last = {}

    def side(name, program_side, tables):
        def once():
            lab.reset(tables)
            if tables == "extension":
                lab.sql(f"CALL bench.block_extension({plan.sale_seats}); VACUUM concert_booking.seats")
            answer = lab.sale("sell", program_side, CLIENTS, plan.sale_seats, ABANDON_PERCENT, LIMIT_S, redis_socket)
            last[name] = answer
            prove(lab, name, tables, plan.sale_seats)
            return plan.sale_seats / answer["seconds"]
        return once

    figures = interleave({name: side(name, *what) for name, what in sides.items()}, plan.rounds)
    book.sides(f"Seats sold a second, {CLIENTS} clients, {plan.sale_seats:,} seats", figures, "seats/s",
               baseline="system A's statements")
    book.ratio("flash_seed", figures, "extension", "system A's statements")
    book.ratio("flash_redis", figures, "extension", "Redis + SQL (system B)")
    book.figure("flash_seats", figures["extension"])
    report_latencies(book, last)


def prove(lab, name, tables, seats):
    rows, different, reserved = (int(x) for x in lab.sql(PROOFS[tables])[-1])
    if not rows == different == reserved == seats:
        raise BenchError(f"{name}: {seats} seats to sell, {rows} sold, {different} different ones, {reserved} reserved")


def report_latencies(book, last):
    rows = []
    for name, answer in last.items():
        for what in ("hold", "confirm", "release", "refusal"):
            us = answer[what]["us"]
            if us:
                rows.append([name, what, f"{answer[what]['count']:,}"]
                            + [f"{us[share] / 1000:.2f}" for share in ("50", "95", "99", "99.9")])
    book.table("Latency of the last round, milliseconds", ["side", "call", "count", "p50", "p95", "p99", "p99.9"], rows)
    book.note("Each round of each side ended with every seat sold exactly once, as its tables show.")
