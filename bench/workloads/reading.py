"""Reading while others buy: the states of 50,000 seats, all of them or what
changed, and what pollers of them do to the buyers."""

import threading

from lab import interleave, percentile

TITLE = "Seat status, and pollers"
BUYERS, POLLERS = 32, 8
POLLS, CHANGED = 5000, 100
SCHEDULE = "00000000-0000-7000-9000-100000000000"


def run(lab, plan, book):
    lab.reset("extension")
    lab.sql("CALL bench.prepare_extension(5000)")
    status_against_map(lab, plan, book)
    one_poll(lab, plan, book)
    pollers(lab, plan, book)


def poll(lab, script, clients, **how):
    """pgbench keeps in "since" the version that the poll before was told; "-" is none."""
    return lab.pgbench(script, clients, since="-", **how)


def status_against_map(lab, plan, book):
    """One client, its time included: what a browser waits for."""
    def side(script):
        return lambda seconds: poll(lab, script, 1, seconds=seconds)["tps"]

    figures = interleave({"seat_status since": side("seat_status_since"), "seat_status": side("seat_status"),
                          "system A's map as JSON": side("map_json"),
                          "system A's map as rows": side("map_rows")}, plan)
    book.sides(f"Answers a second about {lab.hot_seats:,} seats, one client", figures, "answers/s",
               baseline="system A's map as JSON")
    book.ratio("seat_status", figures, "seat_status", "system A's map as JSON")
    book.ratio("seat_status_since", figures, "seat_status since", "system A's map as JSON")


def one_poll(lab, plan, book):
    """Processor time of a statement inside one backend. Nobody looks meanwhile: the
    look is one of these polls in each tenth of a second, and costs what seat_status
    costs."""
    def version(share):
        return lab.value(f"SET concert_booking.share_seat_status = '{share}'; "
                         f"SELECT version FROM concert_booking.seat_status('{SCHEDULE}', '')")

    def cost(statement):
        return lab.cpu_us(";\n".join([statement] * POLLS), POLLS,
                          settings={"concert_booking.share_seat_status": "1h"})

    def changes(since):
        return f"SELECT * FROM concert_booking.seat_status('{SCHEDULE}', '{since}')"

    def with_changes(_seconds):
        before = version("1ms")
        lab.sql(f"""UPDATE concert_booking.seats
            SET status = CASE status WHEN 'available' THEN 'unavailable' ELSE 'available' END
            WHERE concert_schedule_id = '{SCHEDULE}' AND ordinal % {lab.hot_seats // CHANGED} = 7""")
        version("1ms")
        return cost(changes(before))

    figures = interleave({
        "nothing new": lambda _seconds: cost(changes(version("1ms"))),
        f"{CHANGED} seats changed": with_changes,
        "seat_status": lambda _seconds: lab.cpu_us(
            ";\n".join([f"SELECT * FROM concert_booking.seat_status('{SCHEDULE}')"] * 20), 20)}, plan)
    book.sides(f"Processor time of a poll of {lab.hot_seats:,} seats", figures, "µs", baseline="seat_status", lower=True)
    book.figure("poll_nothing", figures["nothing new"])
    book.figure("poll_changes", figures[f"{CHANGED} seats changed"])


def pollers(lab, plan, book):
    """Buyers come at a fixed rate, a tenth of what the server can do, so that what
    they wait for is the pollers and not each other; pollers at the rate that takes
    one of two cores, their own work included. The latency counts from the instant
    at which the buyer wanted to start; the first second, in which the connections
    are new, does not count."""
    lab.reset("extension")
    most = lab.pgbench("hold_extension", BUYERS, transactions=500, slice=lab.hot_seats // BUYERS, calls=1)["tps"]
    hold_rate = most / 10
    rates = {script: poll(lab, script, 1, seconds=1)["tps"] for script in ("seat_status_since", "seat_status")}
    book.note("One client that does nothing else polls " +
              " and ".join(f"{script} {rate:,.0f}" for script, rate in rates.items()) +
              " times a second: that is one core's worth, its own share included."
              f" Buyers: {hold_rate:,.0f} holds a second, {BUYERS} clients.")

    def side(script):
        def once(seconds):
            lab.reset("extension")
            watcher = threading.Thread(target=lambda: poll(
                lab, script, POLLERS, seconds=seconds + 3, rate=rates[script]))
            if script:
                watcher.start()
            log = lab.pgbench("hold_extension", BUYERS, seconds=seconds + 2, rate=hold_rate,
                                  latencies=True, slice=lab.hot_seats // BUYERS, calls=1)["log"]
            if script:
                watcher.join()
            first = min(when for when, _ in log) + 1
            return percentile(sorted(us for when, us in log if when > first), 0.99) / 1000
        return once

    figures = interleave({"with pollers": side("seat_status_since"), "with pollers of seat_status": side("seat_status"),
                          "without": side(None)}, plan)
    book.sides("p99 of a hold", figures, "ms", lower=True)
    book.ratio("pollers", figures, "with pollers", "without")
    book.ratio("pollers_exact", figures, "with pollers of seat_status", "without")
