#!/usr/bin/env python3
"""forged.py - forged ledgers and databases in which judge.py must find a fault, or none. Prints TAP."""

import copy
import sys

from judge import judge


def story():
    """Two bookings, the second one of a seat that the first one has given back."""
    def book(name, t, seats):
        return {'k': 'book', 't': t, 't0': t - 0.1, 'shard': 0, 'tries': 1, 'how': 'book_seats', 'session': 's' + name,
                'key': 'k' + name, 'seats': seats, 'booking': name, 'number': 'n' + name, 'total': 100}
    lines = [book('a', 1.0, ['1', '2']), {'k': 'read', 't': 1.1, 'shard': 0, 'booking': 'a', 'got': 'confirmed'},
             {'k': 'replay', 't': 1.2, 'shard': 0, 'booking': 'a', 'got': 'a'},
             {'k': 'cancelling', 't': 2.0, 'shard': 0, 'booking': 'a'},
             {'k': 'cancel', 't': 2.2, 't0': 2.0, 'shard': 0, 'tries': 1, 'booking': 'a', 'status': 'cancelled'},
             {'k': 'hold', 't': 2.0, 't0': 1.9, 'shard': 0, 'tries': 1, 'session': 'sb', 'seats': ['2']},
             book('b', 2.1, ['2']), {'k': 'refused', 't': 3.0, 'shard': 0, 'code': 'PT409', 'how': 'hold_seats', 'session': 'sc'}]
    rows = [[0, 'a', 'cancelled', 'sa', 'ka', 'na', 100, ['1', '2'], []],
            [0, 'b', 'confirmed', 'sb', 'kb', 'nb', 100, ['2'], ['2']]]
    return lines, rows


def change(lines, rows, **what):
    for place, value in what.items():
        kind, index, field = place.split('_')
        target = (lines if kind == 'line' else rows)[int(index)]
        target[int(field) if kind == 'row' else field] = value


CASES = [
    ('nothing is wrong', None, lambda lines, rows: None),
    ('an acknowledged booking is not there', 'lost', lambda lines, rows: rows.pop()),
    ('a line of a booking that never was', 'lost', lambda lines, rows: lines.append(lines[0] | {'booking': 'x', 'seats': ['9']})),
    ('an acknowledged booking was undone', 'lost', lambda lines, rows: change(lines, rows, row_1_2='cancelled', row_1_8=[])),
    ('an acknowledged cancellation was undone', 'lost', lambda lines, rows: change(lines, rows, row_0_2='confirmed', row_0_8=['1', '2'])),
    ('an acknowledged hold was lost', 'lost', lambda lines, rows: lines.append(
        {'k': 'refused', 't': 3.0, 'shard': 0, 'code': 'PT410', 'how': 'confirm_booking', 'session': 'sb'})),
    ('a seat of a booking is another one', 'other', lambda lines, rows: change(lines, rows, row_0_7=['1', '3'])),
    ('the sum is another one', 'other', lambda lines, rows: change(lines, rows, row_1_6=99)),
    ('it is on another shard', 'other', lambda lines, rows: change(lines, rows, row_1_0=1)),
    ('a call made two bookings', 'twice', lambda lines, rows: rows.append([0, 'c', 'confirmed', 'sb', 'kb', 'nc', 100, ['3'], ['3']])),
    ('a booking that nobody was told of', 'unknown', lambda lines, rows: rows.append([0, 'c', 'confirmed', 'sc', 'kc', 'nc', 1, ['3'], ['3']])),
    ('a seat belongs to two bookings', 'sold twice', lambda lines, rows: change(lines, rows, row_0_8=['2'])),
    ('a seat was sold before it was given up', 'sold twice', lambda lines, rows: change(lines, rows, line_6_t=1.5)),
    ('a key answers with another booking', 'replay', lambda lines, rows: change(lines, rows, line_2_got='b')),
    ('a GET has not seen what was acknowledged', 'stale', lambda lines, rows: change(lines, rows, line_1_got='PT404')),
    ('a shard refuses its own seat', 'refused', lambda lines, rows: change(lines, rows, line_7_code='PT404')),
]


def main():
    failed = 0
    for number, (name, expected, forge) in enumerate(CASES, 1):
        lines, rows = copy.deepcopy(story())
        forge(lines, rows)
        kinds = {kind for kind, _ in judge(lines, rows)}
        good = expected in kinds if expected else not kinds
        failed += not good
        print(f'{"ok" if good else "not ok"} {number} - forged: {name}' + ('' if good else f': found {kinds}'))
    print(f'1..{len(CASES)}')
    sys.exit(failed > 0)


if __name__ == '__main__':
    main()
