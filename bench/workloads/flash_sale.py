"""A flash sale: 50,000 seats of one schedule, 64 clients.

One to four seats side by side, somewhere among the best thousand that look
free; one buyer in five gives them back. The sides take turns, each for the same
time; then the extension sells out (all sides do in the long run). Afterwards
the tables must show that each seat was sold once.
"""

import os
import subprocess
import time

from lab import BenchError, interleave

TITLE = "Flash sale"
CLIENTS, ABANDON_PERCENT, LIMIT_S = 64, 20, 600

# Rows of sold seats, different seats among them, seats that say they are sold.
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

# name: (side of sale.c, tables, settings)
ASYNC = {"concert_booking.async_holds": "on"}
SIDES = {
    "extension, chosen seats": ("extension", "extension", None),
    "extension, best seats": ("best", "extension", None),
    "extension, chosen seats, async_holds": ("extension", "extension", ASYNC),
    "PL/pgSQL on system A's tables": ("twin", "seed_a", None),
    "system A's statements": ("seed_a", "seed_a", None),
    "Redis + SQL (system B)": ("redis", "seed_b", None),
}
TO_THE_END = ["extension, chosen seats", "extension, best seats"]


def run(lab, plan, book):
    redis_socket = os.path.join(lab.parent, "redis.socket")
    redis = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", redis_socket, "--save", "",
                              "--appendonly", "no", "--dir", lab.parent],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(redis_socket)
        in_turn(lab, plan, book, redis_socket)
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


def sale(lab, name, seconds, redis_socket):
    """One sale, proved; sale.c's answer with the seats a second."""
    program_side, tables, settings = SIDES[name]
    subprocess.run(["redis-cli", "-s", redis_socket, "FLUSHALL"], check=True, stdout=subprocess.DEVNULL)
    lab.reset(tables)
    answer = lab.sale("sell", program_side, CLIENTS, lab.hot_seats, ABANDON_PERCENT, seconds, redis_socket,
                      settings=settings)
    rows, different, reserved = (int(x) for x in lab.sql(PROOFS[tables])[-1])
    if not rows == different == reserved == answer["sold"]:
        raise BenchError(f"{name}: {answer['sold']} seats sold say the clients, {rows} the tables,"
                         f" {different} different ones, {reserved} reserved")
    answer["seats_per_s"] = answer["sold"] / answer["seconds"]
    return answer


def in_turn(lab, plan, book, redis_socket):
    last = {}

    def side(name):
        def once(seconds):
            last[name] = sale(lab, name, seconds, redis_socket)
            return last[name]["seats_per_s"]
        return once

    figures = interleave({name: side(name) for name in SIDES}, plan)
    book.sides(f"Seats sold a second, {CLIENTS} clients, {lab.hot_seats:,} seats of one schedule", figures, "seats/s",
               baseline="system A's statements")
    chosen, redis = "extension, chosen seats", "Redis + SQL (system B)"
    book.ratio("flash_seed", figures, chosen, "system A's statements")
    book.ratio("flash_redis", figures, chosen, redis)
    book.ratio("flash_redis_async", figures, chosen + ", async_holds", redis)
    book.figure("flash_seats", figures[chosen])
    report_latencies(book, last, "Latency in the last round, milliseconds")


def sell_out(lab, plan, book, redis_socket):
    """Until the last seat, however long it takes."""
    names = list(SIDES) if plan.full else TO_THE_END
    answers = {name: sale(lab, name, LIMIT_S, redis_socket) for name in names}
    for name, answer in answers.items():
        if answer["sold"] != lab.hot_seats:
            raise BenchError(f"{name}: {answer['sold']:,} of {lab.hot_seats:,} seats sold in {LIMIT_S} s")
    book.sides(f"Until all {lab.hot_seats:,} seats are sold",
               {name: [answer["seconds"]] for name, answer in answers.items()}, "s", lower=True)
    report_latencies(book, answers, "Latency until sold out, milliseconds")
    book.note(f"In every sale the tables show as many sold seats as the clients were told, each of them once; at the end"
              f" of these, all {lab.hot_seats:,}.")


def report_latencies(book, answers, title):
    rows = []
    for name, answer in answers.items():
        for what in ("hold", "confirm", "release", "refusal"):
            us = answer[what]["us"]
            if us:
                rows.append([name, what, f"{answer[what]['count']:,}"]
                            + [f"{us[share] / 1000:.2f}" for share in ("50", "95", "99", "99.9")])
    book.table(title, ["side", "call", "count", "p50", "p95", "p99", "p99.9"], rows)
