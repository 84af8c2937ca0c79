"""Reading while others buy: the status of 50,000 seats, and what pollers of it
do to the buyers."""

import threading

from lab import interleave, percentile

TITLE = "Seat status, and pollers"
BUYERS, POLLERS = 32, 8


def run(lab, plan, book):
    lab.reset("extension")
    lab.sql("CALL bench.prepare_extension(5000)")
    status_against_map(lab, plan, book)
    pollers(lab, plan, book)


def status_against_map(lab, plan, book):
    """One client, its time included: what a browser waits for."""
    def side(script):
        return lambda seconds: lab.pgbench(script, 1, seconds=seconds)["tps"]

    figures = interleave({"seat_status": side("seat_status"), "system A's map as JSON": side("map_json"),
                          "system A's map as rows": side("map_rows")}, plan)
    book.sides(f"Answers a second about {lab.hot_seats:,} seats, one client", figures, "answers/s",
               baseline="system A's map as JSON")
    book.ratio("seat_status", figures, "seat_status", "system A's map as JSON")


def pollers(lab, plan, book):
    """Buyers come at a fixed rate, a tenth of what the server can do, so that what
    they wait for is the pollers and not each other; pollers at the rate that takes
    one of two cores, their own work included. The latency counts from the instant
    at which the buyer wanted to start; the first second, in which the connections
    are new, does not count."""
    lab.reset("extension")
    most = lab.pgbench("hold_extension", BUYERS, transactions=500, slice=lab.hot_seats // BUYERS, calls=1)["tps"]
    rates = {"hold": most / 10, "poll": lab.pgbench("seat_status", 1, seconds=1)["tps"]}
    book.note(f"One client that does nothing else polls {rates['poll']:,.0f} times a second: that is one core's worth,"
              f" its own share included. Buyers: {rates['hold']:,.0f} holds a second, {BUYERS} clients.")

    def side(polling):
        def once(seconds):
            lab.reset("extension")
            watcher = threading.Thread(target=lambda: lab.pgbench(
                "seat_status", POLLERS, seconds=seconds + 3, rate=rates["poll"]))
            if polling:
                watcher.start()
            log = lab.pgbench("hold_extension", BUYERS, seconds=seconds + 2, rate=rates["hold"],
                                  latencies=True, slice=lab.hot_seats // BUYERS, calls=1)["log"]
            if polling:
                watcher.join()
            first = min(when for when, _ in log) + 1
            return percentile(sorted(us for when, us in log if when > first), 0.99) / 1000
        return once

    figures = interleave({"with pollers": side(True), "without": side(False)}, plan)
    book.sides("p99 of a hold", figures, "ms", lower=True)
    book.ratio("pollers", figures, "with pollers", "without")
