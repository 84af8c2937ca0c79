#!/usr/bin/env python3
"""Buyers who keep ledgers, and the judge of the ledgers: clients of the one address.

  test/cluster/buyers.py open HOUSE SHARD...      one more performance on each of these shards
  test/cluster/buyers.py open HOUSE old           a performance in a house of one machine, to be shard 0
  test/cluster/buyers.py sell HOUSE LEDGER [--patient] [--most SALES]
  test/cluster/buyers.py judge HOUSE LEDGER
  test/cluster/buyers.py token ROLE ID

REST_URL and REST_JWT_SECRET say where (scripts/cluster); the judge asks the databases
themselves too, by CLUSTER_SQL_shardN and CLUSTER_SQL_hub. HOUSE and LEDGER are files.

open: the first time it makes a venue and a concert too. A performance is opened until one
has landed on each shard that was asked for; the cluster chooses where.

sell: goes on where LEDGER ends; a HOUSE has one ledger. One buyer for each performance of it, until SIGTERM (which lets each finish its
sale) or until so many SALES. A buyer sells the pairs of seats of its performance round and
round: as a guest by book_seats(), as a member by hold_seats() and confirm_booking(); reads
the booking back; and gives back by number or by id what it had sold before. So no seat is
wanted by two buyers, and whatever is refused is a failure. What was not answered is asked
for again under the same idempotency key until it is; --patient takes that for granted where
the answer was a 502, 503 or 504, or none, and only notes how long it took.
A line of LEDGER is JSON: what (book, cancel, look, list, failed, waited), shard, began, answered
(seconds of this machine's clock), and what was answered.

judge: what is wrong, a line each, then "judged: N bookings". Every booking of the ledger is
where its id says, with its seats, number and price; there is none besides; each seat is
sold once; no invariant is broken on a shard; and the hub tells the same of each performance.
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

PAIRS = 20
PHONE = "010-1234-5678"


def shard_of(identifier):
    """The number of the shard that made an id: concert_booking.shard_of()."""
    return int(identifier.replace("-", "")[16:18], 16) & 31


def member(schedule, number):
    """The id of the buyer of a performance's sale of that number, the same in each run."""
    digest = hashlib.sha256(f"{schedule} {number}".encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def token(role, subject):
    """A token as an issuer signs it (HS256)."""

    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = {"role": role, "sub": subject, "exp": int(time.time()) + 86400}
    text = f'{part(json.dumps({"alg": "HS256"}).encode())}.{part(json.dumps(claims).encode())}'
    secret = os.environ["REST_JWT_SECRET"].encode()
    return f"{text}.{part(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


class Line:
    """A connection that is kept, as a browser keeps it."""

    def __init__(self):
        address = urllib.parse.urlsplit(os.environ["REST_URL"])
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)

    def request(self, method, path, body, headers):
        """Status, headers and text; OSError or HTTPException where there is no answer."""
        if self.connection.sock and select.select([self.connection.sock], [], [], 0)[0]:
            self.connection.close()  # the other side has hung up since the last answer
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def call(self, path, body=None, jwt=None, headers=None):
        """One request to the API; POST if there is a body."""
        headers = {"Accept": "application/json", **(headers or {})}
        if jwt:
            headers["Authorization"] = f"Bearer {jwt}"
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        return self.request("POST" if body is not None else "GET", path, body, headers)


def get(function, **arguments):
    return f"/rpc/{function}?{urllib.parse.urlencode(arguments)}"


# ---------------------------------------------------------------- open


def made(line, table, row):
    """A row of the catalogue, by a manager."""
    manager = token("web_manager", member("manager", 0))
    status, _, text = line.call(f"/{table}", row, manager, {"Prefer": "return=representation"})
    if status != 201:
        sys.exit(f"{table}: {status} {text}")
    return json.loads(text)[0]


def open_performances(path, shards):
    house = {"schedules": []}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            house = json.load(file)
    line = Line()
    if "concert" not in house:
        venue = made(line, "venues", {"name": "Olympic Hall", "address": "Seoul"})
        house["concert"] = made(line, "concerts", {"venue_id": venue["id"], "title": "Winter Tour"})["id"]
    manager = token("web_manager", member("manager", 0))
    wanted = list(shards)
    for _ in range(100):
        if not wanted:
            break
        day = len(house["schedules"])
        schedule = made(line, "concert_schedules", {
            "concert_id": house["concert"], "concert_date": f"{house.get('year', 2040) + day // 28}-01-{1 + day % 28:02}",
            "concert_time": "19:00"})["id"]
        status, _, text = line.call("/rpc/generate_seats", {
            "concert_schedule_id": schedule, "row_labels": ["A"], "seats_per_row": 2 * PAIRS,
            "seat_grade": "R", "price": 50000}, manager)
        if status != 200:
            sys.exit(f"generate_seats: {status} {text}")
        status, _, text = line.call("/rpc/seat_map", {"concert_schedule_id": schedule})
        seats = [seat["seat_id"] for seat in json.loads(text)]
        shard = 0 if shards == ["old"] else shard_of(schedule)
        assert len(seats) == 2 * PAIRS and (shards == ["old"] or {shard_of(seat) for seat in seats} == {shard})
        house["schedules"].append({"id": schedule, "shard": shard,
                                   "pairs": [seats[i:i + 2] for i in range(0, len(seats), 2)]})
        landed = "old" if shards == ["old"] else shard
        if landed in wanted:
            wanted.remove(landed)
    if wanted:
        sys.exit(f"no performance has landed on these shards: {wanted}")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(house, file)


# ---------------------------------------------------------------- sell


class Ledger:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8", buffering=1)
        self.lock = threading.Lock()

    def note(self, what, shard, began, **answer):
        entry = {"what": what, "shard": shard, "began": began, "answered": time.time(), **answer}
        with self.lock:
            self.file.write(json.dumps(entry) + "\n")


class Buyer(threading.Thread):
    def __init__(self, schedule, ledger, patient, stop, most):
        super().__init__(daemon=True)
        self.schedule, self.ledger, self.patient, self.stop, self.most = schedule, ledger, patient, stop, most
        self.shard = schedule["shard"]
        self.line = Line()
        self.sold, self.number = {}, 0  # place of the pair -> (number of the sale, booking, booker)
        self.error = None

    def resume(self, entries):
        """What the ledger says of this performance was done by this buyer."""
        for entry in entries:
            if entry["what"] == "book" and entry["schedule"] == self.schedule["id"]:
                number = entry["number"]
                self.sold[number % PAIRS] = (number, entry, member(self.schedule["id"], number))
                self.number = number + 1
            elif entry["what"] == "cancel":
                self.sold = {place: sale for place, sale in self.sold.items() if sale[1]["booking_id"] != entry["booking_id"]}

    def ask(self, what, path, body=None, jwt=None, again=(), seen=lambda answer: True):
        """The answer of a call that is repeated until it comes. "again": statuses that say
        to a repeated call that the first one has done it; "seen": whether the answer is
        the one that was to come."""
        began = time.time()
        failures = 0
        while True:
            tried = time.time()
            try:
                status, headers, text = self.line.call(path, body, jwt)
            except (OSError, http.client.HTTPException) as error:
                status, headers, text = 0, {}, repr(error)
            # PostgREST, whose connection broke off under a call, may have a 400 without a code for it.
            if status == 400 and json.loads(text).get("code") == "":
                status = 502
            if failures and status in again:
                status, text = 200, "{}"
            if status == 200 and seen(json.loads(text)):
                if failures:
                    self.ledger.note("waited", self.shard, began, call=what, times=failures)
                return json.loads(text), began
            failures += 1
            if not self.patient or status not in (0, 206, 502, 503, 504):
                self.ledger.note("failed", self.shard, tried, call=what, status=status, text=text[:1000])
            if status not in (0, 206, 500, 502, 503, 504):
                raise AssertionError(f"{what} on shard {self.shard}: {status} {text}")
            # Who is told to come back later does not come back at once.
            self.stop.wait(min(float(headers.get("Retry-After") or 0.05), 1))

    def sale(self, number, pair, booker, key):
        """Two seats sold: the receipt, and when the call began."""
        if number % 2:
            return self.ask("book_seats", "/rpc/book_seats", {
                "seat_ids": pair, "session_id": booker, "customer_name": "Lee Bom", "customer_phone": PHONE,
                "idempotency_key": key})
        jwt = token("web_member", booker)
        self.ask("hold_seats", "/rpc/hold_seats", {"seat_ids": pair}, jwt)
        return self.ask("confirm_booking", "/rpc/confirm_booking", {
            "concert_schedule_id": self.schedule["id"], "idempotency_key": key}, jwt)

    def look(self, number, booking, booker):
        """The booking is read back, as its buyer reads it; now and then in the list of all shards."""
        if number % 2:
            self.ask("find_guest_booking", "/rpc/find_guest_booking", {
                "booking_number": booking["booking_number"], "customer_phone": PHONE})
            return
        jwt = token("web_member", booker)
        # GET may come from a replica, which may be some milliseconds behind; POST does not.
        self.ask("seat_status", get("seat_status", concert_schedule_id=self.schedule["id"]))
        detail, began = self.ask("booking_detail", "/rpc/booking_detail", {"booking_id": booking["booking_id"]}, jwt)
        if detail["status"] != "confirmed":
            self.ledger.note("failed", self.shard, began, call="booking_detail", status=200, text=json.dumps(detail))
        if number % 10 == 0:
            began = time.time()
            self.ask("my_bookings", "/rpc/my_bookings", {}, jwt, seen=lambda rows: [
                row["booking_id"] for row in rows] == [booking["booking_id"]])
            self.ledger.note("list", self.shard, began)

    def cancel(self, number, booking, booker):
        if number % 2:
            _, began = self.ask("cancel_guest_booking", "/rpc/cancel_guest_booking", {
                "booking_number": booking["booking_number"], "customer_phone": PHONE}, again=(409,))
        else:
            _, began = self.ask("cancel_booking", "/rpc/cancel_booking", {
                "booking_id": booking["booking_id"]}, token("web_member", booker), again=(409,))
        self.ledger.note("cancel", self.shard, began, booking_id=booking["booking_id"])

    def run(self):
        try:
            while not self.stop.is_set() and (not self.most or self.number < self.most):
                number = self.number
                place = number % PAIRS
                pair = self.schedule["pairs"][place]
                if place in self.sold:
                    self.cancel(*self.sold.pop(place))
                booker = member(self.schedule["id"], number)
                key = f"{booker} {number}"
                booking, began = self.sale(number, pair, booker, key)
                self.ledger.note("book", self.shard, began, booking_id=booking["booking_id"],
                                 booking_number=booking["booking_number"], total=booking["total_price"],
                                 seats=pair, schedule=self.schedule["id"], number=number)
                self.look(number, booking, booker)
                self.sold[place] = (number, booking, booker)
                self.number += 1
                self.stop.wait(0.005)  # a load, and not all of the machine
        except Exception as error:  # whatever ends a buyer is told by the process's status
            self.error = error


def sell(house, ledger_path, patient, most):
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    ledger = Ledger(ledger_path)
    buyers = [Buyer(schedule, ledger, patient, stop, most) for schedule in house["schedules"]]
    with open(ledger_path, encoding="utf-8") as file:
        entries = [json.loads(text) for text in file]
    for buyer in buyers:
        buyer.resume(entries)
        buyer.start()
    for buyer in buyers:
        while buyer.is_alive():
            buyer.join(0.2)
    errors = [repr(buyer.error) for buyer in buyers if buyer.error]
    if errors:
        sys.exit("\n".join(errors))


# ---------------------------------------------------------------- judge


def rows(group, query):
    """What a database answers, as JSON."""
    text = subprocess.run(
        ["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-d", os.environ[f"CLUSTER_SQL_{group}"],
         "-c", f"SELECT coalesce(json_agg(r), '[]') FROM ({query}) r"],
        check=True, stdout=subprocess.PIPE, text=True, env={**os.environ, "PGOPTIONS": "-c client_min_messages=error"}).stdout
    return json.loads(text)


def quoted(identifiers):
    return "ARRAY[" + ",".join(f"'{identifier}'" for identifier in identifiers) + "]::uuid[]"


BOOKINGS = """
    SELECT b.id, b.booking_number, b.status, b.total_price AS total,
        (SELECT array_agg(bs.seat_id ORDER BY bs.seat_id) FROM concert_booking.booking_seats bs WHERE bs.booking_id = b.id) AS seats,
        (SELECT count(*) FROM concert_booking.booking_seats bs JOIN concert_booking.seats s ON s.id = bs.seat_id
         WHERE bs.booking_id = b.id AND bs.active AND s.status = 'reserved') AS taken
    FROM concert_booking.bookings b WHERE b.concert_schedule_id = ANY ({schedules})"""
AVAILABILITY = """
    SELECT a.concert_schedule_id AS schedule, a.available_seats AS available, a.total_seats AS total
    FROM concert_booking.schedule_availability a WHERE a.concert_schedule_id = ANY ({schedules}) ORDER BY 1"""


def judged_shard(shard, schedules, entries, wrong):
    """The ledger beside the bookings of one shard; how many there are."""
    group = f"shard{shard}"
    found = {row["id"]: row for row in rows(group, BOOKINGS.format(schedules=quoted(schedules)))}
    booked = {entry["booking_id"]: entry for entry in entries if entry["what"] == "book"}
    cancelled = {entry["booking_id"] for entry in entries if entry["what"] == "cancel"}
    taken = {}
    for booking_id, entry in booked.items():
        number = entry["booking_number"]
        row = found.get(booking_id)
        if row is None:
            wrong.append(f"booking {number} of shard {shard} is lost")
            continue
        told = (number, entry["total"], sorted(entry["seats"]))
        if (row["booking_number"], row["total"], row["seats"]) != told:
            wrong.append(f"booking {number} of shard {shard} differs: {row}")
        status = "cancelled" if booking_id in cancelled else "confirmed"
        if row["status"] != status or row["taken"] != (2 if status == "confirmed" else 0):
            wrong.append(f"booking {number} of shard {shard} should be {status}: {row}")
        for seat in entry["seats"] if status == "confirmed" else []:
            if seat in taken:
                wrong.append(f"seat {seat} is sold twice: {taken[seat]}, {number}")
            taken[seat] = number
    for booking_id in found.keys() - booked.keys():
        wrong.append(f"booking {found[booking_id]['booking_number']} of shard {shard}: nobody was told of it")
    for row in rows(group, "SELECT * FROM concert_booking.check_integrity()"):
        wrong.append(f"shard {shard}: {row}")
    return len(booked)


def same_on_hub(shard, schedules, wrong):
    """The hub is given two minutes to have heard of all."""
    query = AVAILABILITY.format(schedules=quoted(schedules))
    here = rows(f"shard{shard}", query)
    for _ in range(600):
        hub = rows("hub", query)
        if hub == here:
            return
        time.sleep(0.2)
    wrong.append(f"the hub tells of shard {shard}: {hub}, the shard: {here}")


def judge(house, ledger_path):
    with open(ledger_path, encoding="utf-8") as file:
        entries = [json.loads(text) for text in file]
    wrong = [f"{entry['call']} on shard {entry['shard']}: {entry['status']} {entry['text']}"
             for entry in entries if entry["what"] == "failed"]
    bookings = 0
    for shard in sorted({schedule["shard"] for schedule in house["schedules"]}):
        schedules = [schedule["id"] for schedule in house["schedules"] if schedule["shard"] == shard]
        sold = judged_shard(shard, schedules, [entry for entry in entries if entry["shard"] == shard], wrong)
        if not sold:
            wrong.append(f"nothing was sold on shard {shard}")
        bookings += sold
        if "CLUSTER_SQL_hub" in os.environ:
            same_on_hub(shard, schedules, wrong)
    for line in wrong[:20]:
        print(line)
    if len(wrong) > 20:
        print(f"and {len(wrong) - 20} more")
    print(f"judged: {bookings} bookings")
    return 1 if wrong else 0


def main():
    arguments = sys.argv[1:]
    if len(arguments) < 2 or arguments[0] not in ("open", "sell", "judge", "token"):
        sys.exit(__doc__)
    what, path, more = arguments[0], arguments[1], arguments[2:]
    if what == "token":
        print(token(path, more[0]))
        return
    if what == "open":
        open_performances(path, more if more == ["old"] else [int(shard) for shard in more])
        return
    with open(path, encoding="utf-8") as file:
        house = json.load(file)
    if what == "sell":
        most = int(more[more.index("--most") + 1]) if "--most" in more else None
        sell(house, more[0], "--patient" in more, most)
    else:
        sys.exit(judge(house, more[0]))


if __name__ == "__main__":
    main()
