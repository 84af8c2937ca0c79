"""Payment: a sale through a pending booking and the webhook of its payment, beside
a sale without payment, on one hot schedule."""

from lab import interleave

TITLE = "Hold, begin_payment, confirm_payment"
CLIENTS = 64


def run(lab, plan, book):
    """Each client sells the seats of its own slice, each once."""
    most = lab.hot_seats // CLIENTS

    def side(script, calls):
        speed = {}

        def once(seconds):
            # The warm-up finds out how many fill the time.
            count = max(20, min(most, int(speed.get("tps", 1000) * seconds / CLIENTS)))
            lab.reset("extension")
            speed["tps"] = lab.pgbench(script, CLIENTS, transactions=count, slice=most, calls=calls)["tps"]
            return speed["tps"]
        return once

    figures = interleave({"hold + begin_payment + confirm_payment": side("payment", 3),
                          "hold + confirm_booking": side("sale_unpaid", 2)}, plan)
    book.sides(f"Seats sold a second, {CLIENTS} clients, one schedule, with payment and without", figures, "sales/s",
               baseline="hold + confirm_booking")
    book.ratio("payment", figures, "hold + begin_payment + confirm_payment", "hold + confirm_booking")
