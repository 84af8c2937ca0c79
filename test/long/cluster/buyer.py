#!/usr/bin/env python3
"""
buyer.py URL HALLS LEDGER SEED - a buyer who sells himself tickets until SIGTERM.

He knows one address only. Each acknowledged answer is a line of his ledger before he
makes the next call; a call without an answer (a broken connection, a status that says
"not now") is repeated unchanged, with its idempotency key, until it has one. SIGUSR1
makes him stop between two calls (a line "paused"), SIGUSR2 lets him go on.

HALLS is JSON: [{"shard": 0, "schedule": id, "seats": [id, ...]}, ...].
Each line of the ledger is a JSON object; "k" is its kind, "t" when it was written,
"t0" when its first try began (seconds of the monotonic clock, the same for all buyers).
"""

import http.client
import json
import os
import random
import signal
import socket
import sys
import time
import urllib.parse
import uuid

KEEP = 60               # bookings that stand; from then on the oldest are cancelled
TRY_SECONDS = 10        # for one try; the call is repeated then
THINK_SECONDS = 0.06    # between two calls, on the average

# The database has refused what it was asked, for good; all else is tried again.
REFUSED = ('PT4', '22', '42501', '54')


class Connection(http.client.HTTPConnection):
    def connect(self):
        super().connect()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Buyer:
    def __init__(self, url, halls, ledger, seed):
        place = urllib.parse.urlsplit(url)
        self.place = (place.hostname, place.port)
        self.halls = halls
        self.ledger = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        self.random = random.Random(seed)
        self.connection = None
        self.standing = []              # lines "book" that are not cancelled
        self.paused = self.ended = False

    def note(self, kind, **what):
        line = {'k': kind, 't': round(time.monotonic(), 4)} | what
        os.write(self.ledger, (json.dumps(line, separators=(',', ':')) + '\n').encode())
        return line

    def try_once(self, method, path, body):
        if self.connection is None:
            self.connection = Connection(*self.place, timeout=TRY_SECONDS)
        data = None if body is None else json.dumps(body)
        self.connection.request(method, path, data, {'Content-Type': 'application/json'} if data else {})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.will_close:
            self.drop()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {}

    def drop(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def ask(self, shard, method, path, body=None):
        """(rows or None, refusal or None, when the first try began, tries)"""
        began, tries = time.monotonic(), 0
        while True:
            tries += 1
            try:
                status, said = self.try_once(method, path, body)
                code = said.get('code', '') if isinstance(said, dict) else ''
                if 200 <= status < 300:
                    return said, None, round(began, 4), tries
                if code.startswith(REFUSED):
                    return None, code, round(began, 4), tries
                why = f'{status} {code} {said.get("message", "")[:80] if code else ""}'.strip()
            except (OSError, http.client.HTTPException) as error:
                why = type(error).__name__
                self.drop()
            self.note('none', shard=shard, why=why)
            time.sleep(self.random.uniform(0.05, 0.25))

    def call(self, shard, function, **arguments):
        return self.ask(shard, 'POST', '/rpc/' + function, arguments)

    def choose(self):
        hall = self.random.choice(self.halls)
        seats = hall['seats']
        if self.random.random() < 0.2:          # many want the first row
            seats = seats[:100]
        return hall, self.random.sample(seats, self.random.choice((1, 1, 2, 2, 3)))

    def booked(self, hall, session, key, seats, answer, how):
        said, refusal, began, tries = answer
        if refusal:
            self.note('refused', shard=hall['shard'], t0=began, code=refusal, how=how, session=session)
            return None
        line = self.note('book', shard=hall['shard'], t0=began, tries=tries, how=how, session=session, key=key,
                         seats=sorted(seats), booking=said['booking_id'], number=said['booking_number'],
                         total=said['total_price'])
        self.standing.append(line)
        return line

    def book(self):
        hall, seats = self.choose()
        session, key = str(uuid.uuid4()), str(uuid.uuid4())
        order = dict(seat_ids=seats, session_id=session, customer_name='Kim', customer_phone='01012345678',
                     idempotency_key=key)
        return self.booked(hall, session, key, seats, self.call(hall['shard'], 'book_seats', **order), 'book_seats')

    def hold_and_confirm(self):
        hall, seats = self.choose()
        session, key = str(uuid.uuid4()), str(uuid.uuid4())
        held, refusal, began, tries = self.call(hall['shard'], 'hold_seats', seat_ids=seats, session_id=session)
        if refusal:
            self.note('refused', shard=hall['shard'], t0=began, code=refusal, how='hold_seats', session=session)
            return None
        self.note('hold', shard=hall['shard'], t0=began, tries=tries, session=session, seats=sorted(seats))
        answer = self.call(hall['shard'], 'confirm_booking', concert_schedule_id=hall['schedule'], session_id=session,
                           customer_name='Kim', customer_phone='01012345678', idempotency_key=key)
        return self.booked(hall, session, key, seats, answer, 'confirm_booking')

    def cancel(self):
        line = self.standing.pop(0)
        # whoever finds the seat sold to somebody else from here on finds nothing wrong
        self.note('cancelling', booking=line['booking'], shard=line['shard'])
        said, refusal, began, tries = self.call(line['shard'], 'cancel_booking', booking_id=line['booking'],
                                                session_id=line['session'])
        if refusal:
            self.note('wrong', shard=line['shard'], t0=began, code=refusal, how='cancel_booking', booking=line['booking'])
        else:
            self.note('cancel', shard=line['shard'], t0=began, tries=tries, booking=said['booking_id'], status=said['status'])

    def replay(self, line):
        """The same call with the same key: the same booking."""
        said, refusal, began, _ = self.call(
            line['shard'], 'book_seats', seat_ids=line['seats'], session_id=line['session'], customer_name='Kim',
            customer_phone='01012345678', idempotency_key=line['key'])
        self.note('replay', shard=line['shard'], t0=began, booking=line['booking'], got=said['booking_id'] if said else refusal)

    def read(self, line):
        """By GET, which a replica may answer: it has seen what was acknowledged."""
        said, refusal, began, _ = self.ask(
            line['shard'], 'GET', f"/rpc/booking_detail?booking_id={line['booking']}&session_id={line['session']}")
        self.note('read', shard=line['shard'], t0=began, booking=line['booking'], got=said['status'] if said else refusal)

    def step(self):
        chance = self.random.random()
        line = self.book() if chance < 0.7 else self.hold_and_confirm()
        if line and self.random.random() < 0.3:
            self.read(line)
        if self.standing and self.random.random() < 0.05:
            line = self.random.choice(self.standing)
            if line['how'] == 'book_seats':
                self.replay(line)
        if len(self.standing) > KEEP:
            self.cancel()

    def run(self):
        while not self.ended:
            if self.paused:
                self.note('paused')
                while self.paused and not self.ended:
                    time.sleep(0.05)
                self.note('on')
                continue
            self.step()
            time.sleep(self.random.uniform(0, 2 * THINK_SECONDS))
        self.note('ended')


def main():
    url, halls, ledger, seed = sys.argv[1:]
    with open(halls, encoding='utf-8') as file:
        buyer = Buyer(url, json.load(file), ledger, int(seed))
    signal.signal(signal.SIGTERM, lambda *_: setattr(buyer, 'ended', True))
    signal.signal(signal.SIGUSR1, lambda *_: setattr(buyer, 'paused', True))
    signal.signal(signal.SIGUSR2, lambda *_: setattr(buyer, 'paused', False))
    buyer.run()


if __name__ == '__main__':
    main()
