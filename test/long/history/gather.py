#!/usr/bin/env python3
"""
gather.py FOLDER NUMBER=DUMP...

One record of a world that several servers have together: reads what dump.sql wrote
of each server (NUMBER is the shard's, DUMP its folder) and writes into FOLDER the
same tables of all of them, schedules and seats in the order in which the driver
counts them. homes.tsv says which server had what, for homes.py.
"""

import os
import sys

TABLES = ('holds', 'bookings', 'booking_seats', 'payments', 'refunds_due', 'events', 'other_events')
SHOW = -1                               # the column of schedules.tsv that says when the show begins


def read(folder, name):
    with open(os.path.join(folder, name + '.tsv'), encoding='utf-8') as file:
        return [line.rstrip('\n').split('\t') for line in file]


def write(folder, name, rows):
    with open(os.path.join(folder, name + '.tsv'), 'w', encoding='utf-8') as file:
        file.writelines('\t'.join(row) + '\n' for row in rows)


def main():
    folder, dumps = sys.argv[1], [arg.split('=', 1) for arg in sys.argv[2:]]
    of_all = {name: [(number, row) for number, dump in dumps for row in read(dump, name)]
              for name in ('schedules', 'seats', 'plan') + TABLES}

    schedules = sorted(of_all['schedules'], key=lambda s: int(s[1][SHOW]))
    place = {row[0]: i for i, (_, row) in enumerate(schedules)}
    write(folder, 'schedules', [row for _, row in schedules])

    # within a schedule each dump is in seat order already
    seats = sorted(of_all['seats'], key=lambda s: place[s[1][1]])
    schedule_of = {row[0]: row[1] for _, row in seats}
    write(folder, 'seats', [row for _, row in seats])
    write(folder, 'plan', [row for _, row in sorted(of_all['plan'], key=lambda s: place[schedule_of[s[1][0]]])])
    for name in TABLES:
        write(folder, name, [row for _, row in of_all[name]])

    write(folder, 'homes', [[kind, row[0], number] for kind, rows in (
        ('schedule', schedules), ('seat', seats), ('booking', of_all['bookings'])) for number, row in rows])


if __name__ == '__main__':
    main()
