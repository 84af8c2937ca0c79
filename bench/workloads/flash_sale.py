"""A flash sale: 50,000 seats of one schedule, 64 clients.

One to four seats side by side, somewhere among the best thousand that look
free; one buyer in five gives them back. The sides take turns, each for the same
time; then the extension sells out (all sides do in the long run). Afterwards
the tables must show that each seat was sold once.

Two sides are no sale but say what a sale cannot pass: null_sale.c writes the same
rows, index entries and WAL without a rule, in as many calls; "no rows" sends as
many calls and waits for as many flushes of as many bytes. Their clients see to it
that no two want the same seat.
"""

import os
import subprocess
import time

from lab import BenchError, interleave, ratio

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
    "null": """SELECT count(*), count(DISTINCT bs.seat_id),
        (SELECT count(*) FROM bench.null_seats WHERE status = 'reserved') FROM bench.null_booking_seats bs""",
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
    "the same rows, no rules": ("null", "null", None),
    "the same rows, no rules, asynchronous holds": ("null_async", "null", None),
    "no rules, no rows": ("empty", None, None),
}
CHOSEN, REDIS, NULL = "extension, chosen seats", "Redis + SQL (system B)", "the same rows, no rules"
NULL_ASYNC = NULL + ", asynchronous holds"
TO_THE_END = [CHOSEN, "extension, best seats"]


def run(lab, plan, book):
    redis = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", redis_socket(lab), "--save", "",
                              "--appendonly", "no", "--dir", lab.parent],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(redis_socket(lab))
        lab.null_sale()
        in_turn(lab, plan, book, redis)
        sell_out(lab, plan, book, redis)
    finally:
        redis.terminate()
        redis.wait()


def redis_socket(lab):
    return os.path.join(lab.parent, "redis.socket")


def wait_for(path):
    for _ in range(100):
        if os.path.exists(path):
            return
        time.sleep(0.05)
    raise BenchError("redis-server did not start")


def sale(lab, name, seconds, redis):
    """One sale, proved; sale.c's answer with the seats a second and the processor time of each."""
    program_side, tables, settings = SIDES[name]
    subprocess.run(["redis-cli", "-s", redis_socket(lab), "FLUSHALL"], check=True, stdout=subprocess.DEVNULL)
    lab.reset(*filter(None, [tables]))
    answer = lab.sale("sell", program_side, CLIENTS, lab.hot_seats, ABANDON_PERCENT, seconds,
                      redis_socket(lab), settings=settings, beside=[redis.pid])
    seats = answer["sold"] - answer["sold_before"]
    answer.update(seats_per_s=seats / answer["seconds"], processor_us=answer["processor_s"] * 1e6 / seats)
    if tables is None:
        return answer
    rows, different, reserved = (int(x) for x in lab.sql(PROOFS[tables])[-1])
    if not rows == different == reserved == answer["sold"]:
        raise BenchError(f"{name}: {answer['sold']} seats sold say the clients, {rows} the tables,"
                         f" {different} different ones, {reserved} reserved")
    return answer


def in_turn(lab, plan, book, redis):
    last, processor = {}, {name: [] for name in SIDES}

    def side(name):
        def once(seconds):
            last[name] = sale(lab, name, seconds, redis)
            processor[name].append(last[name]["processor_us"])
            return last[name]["seats_per_s"]
        return once

    figures = interleave({name: side(name) for name in SIDES}, plan)
    book.sides(f"Seats sold a second, {CLIENTS} clients, {lab.hot_seats:,} seats of one schedule", figures, "seats/s",
               baseline="system A's statements")
    book.ratio("flash_seed", figures, CHOSEN, "system A's statements")
    book.ratio("flash_redis", figures, CHOSEN, REDIS)
    book.ratio("flash_redis_async", figures, CHOSEN + ", async_holds", REDIS)
    book.ratio("flash_null", figures, CHOSEN, NULL)
    book.ratio("flash_null_async", figures, CHOSEN + ", async_holds", NULL_ASYNC)
    book.figure("flash_seats", figures[CHOSEN])
    book.sides("Processor time of a seat, server, clients and Redis together",
               {name: each[1:] for name, each in processor.items()}, "µs", baseline=REDIS, lower=True)
    book.table("What no rule can pass: seats a second in the same round", ["", "median", "lowest – highest"],
               [[f"{above} ÷ {below}", *limit_text(ratio(figures, above, below))] for above, below in (
                   (NULL, REDIS), (NULL_ASYNC, REDIS), ("no rules, no rows", REDIS))])
    report_latencies(book, last, "Latency in the last turn, milliseconds")


def limit_text(found):
    return f"{found['median']:.2f}×", f"{found['low']:.2f}× – {found['high']:.2f}×"


def sell_out(lab, plan, book, redis):
    """Until the last seat, however long it takes."""
    names = [name for name in SIDES if SIDES[name][1]] if plan.full else TO_THE_END
    answers = {name: sale(lab, name, LIMIT_S, redis) for name in names}
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
