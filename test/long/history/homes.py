"""
Where things are, in a world that several servers have together: homes.tsv, which
gather.py has written, says on which of them each schedule, seat and booking lay.

  - a seat lies where its schedule does, and so does a booking of it
  - an id says where it lies (the low five bits of its ninth byte), and so does a
    booking number (its first symbol), but for what was made by hand: ids of another
    version than 7
"""

import os
import uuid

SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'


def read_homes(folder):
    """{(kind, id): number of a server}, None where one server had all."""
    path = os.path.join(folder, 'homes.tsv')
    if not os.path.exists(path):
        return None
    with open(path, encoding='utf-8') as file:
        rows = [line.rstrip('\n').split('\t') for line in file]
    return {(kind, name): int(number) for kind, name, number in rows}


def told_by(text):
    """The server that an id names, None where it names none."""
    number = uuid.UUID(text)
    return number.bytes[8] & 31 if number.version == 7 else None


class Homes:
    def __init__(self, checker, homes):
        self.checker, self.homes = checker, homes

    def check_id(self, kind, name, home):
        if self.homes.get((kind, name)) != home:
            self.checker.complain('%s %s lies on server %s, its schedule on server %d' % (
                kind, name, self.homes.get((kind, name)), home))
        if told_by(name) not in (None, home):
            self.checker.complain('%s %s lies on server %d, and names server %d' % (kind, name, home, told_by(name)))

    def check(self):
        database = self.checker.db
        for schedule in database.schedules:
            self.check_id('schedule', schedule.id, self.homes[('schedule', schedule.id)])
        for seat in database.seats:
            self.check_id('seat', seat.id, self.homes[('schedule', seat.schedule.id)])
        for booking in database.bookings.values():
            home = self.homes[('schedule', booking.schedule.id)]
            self.check_id('booking', booking.id, home)
            if SYMBOLS.find(booking.number[0]) != home:
                self.checker.complain('booking number %s of server %d begins with another one\'s symbol' % (booking.number, home))
            for seat, _, _ in booking.seats:
                if self.homes[('schedule', seat.schedule.id)] != home:
                    self.checker.complain('booking %s of server %d has a seat of another server' % (booking.id, home))
        self.checker.counts['homes'] = len(set(self.homes.values()))
