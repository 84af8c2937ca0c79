#!/usr/bin/env python3
"""
forged.py - the reconciliation passes books that are right and finds each lie.

A small pair of books is written, one thing in it is changed, and reconcile.py has to
name it. Prints TAP.
"""

import contextlib
import io
import os
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import reconcile  # noqa: E402

ONE, TWO, THREE = ('00000000-0000-4000-b000-%012d' % n for n in (1, 2, 3))

# One booking is paid in two parts; of the second a seat was cancelled, with a fee; the third is unknown.
BOOKS = {
    'provider.log': [
        'C card charge-1 %s 20000' % ONE, 'A card charge-1 amount_short 0',
        'C transfer charge-1 %s 30000' % ONE, 'A transfer charge-1 confirmed 0', 'A transfer charge-1 confirmed 0',
        'C card charge-2 %s 80000' % TWO, 'A card charge-2 confirmed 0',
        'C card charge-3 %s 7000' % THREE, 'A card charge-3 refund_due 7000',
        'R card %s+0 %s 30000' % (TWO, TWO), 'R card %s+0 %s 5000' % (THREE, THREE)],
    'payments.tsv': [
        'charge card charge-1 %s 20000 amount_short 0' % ONE, 'charge transfer charge-1 %s 30000 confirmed 0' % ONE,
        'charge card charge-2 %s 80000 confirmed 0' % TWO, 'charge card charge-3 %s 7000 refund_due 7000' % THREE,
        'refund card %s+0 %s 30000 recorded 0' % (TWO, TWO), 'refund card %s+0 %s 5000 recorded 0' % (THREE, THREE)],
    'refunds_due.tsv': ['%s 2000' % THREE],
    'kept.tsv': ['%s 50000' % ONE, '%s 50000' % TWO],
}


def drop(name, place):
    return lambda books: books[name].pop(place)


def again(name, place):
    return lambda books: books[name].append(books[name][place])


def change(name, place, old, new):
    def forge(books):
        assert old in books[name][place]
        books[name][place] = books[name][place].replace(old, new)
    return forge


def add(name, line):
    return lambda books: books[name].append(line)


def both(*forgeries):
    return lambda books: [forge(books) for forge in forgeries]


# what is done to the books, and what has to be said of it
FORGERIES = [
    ('a charge is missing in the ledger', drop('payments.tsv', 2), 'charge is not in the ledger: card charge-2'),
    ('a charge is missing in the log', drop('provider.log', 5), 'charge that never was: card charge-2'),
    ('a charge stands in the ledger twice', again('payments.tsv', 0), 'charge is in the ledger twice: card charge-1'),
    ('a charge stands in the ledger twice, under another reference',
     add('payments.tsv', 'charge card charge-9 %s 80000 refund_due 80000' % TWO), 'charge that never was: card charge-9'),
    ('a charge differs by one won', change('payments.tsv', 2, '80000', '79999'), 'charge is another in the ledger: card charge-2'),
    ('a charge is for another booking', change('payments.tsv', 0, ONE, TWO), 'charge is another in the ledger: card charge-1'),
    ('a charge is of another provider', change('payments.tsv', 2, 'card', 'transfer'), 'charge is not in the ledger: card charge-2'),
    ('a refund is missing in the ledger', drop('payments.tsv', 4), 'refund is not in the ledger'),
    ('a refund is missing in the log', drop('provider.log', 9), 'refund that never was'),
    ('a refund stands in the ledger twice', again('payments.tsv', 5), 'refund is in the ledger twice'),
    ('a refund was made twice',
     both(add('provider.log', 'R card %s+30000 %s 30000' % (TWO, TWO)), add('payments.tsv', 'refund card %s+30000 %s 30000 recorded 0' % (TWO, TWO))),
     'the account of a booking: %s' % TWO),
    ('a refund differs by one won', change('payments.tsv', 4, '30000', '30001'), 'refund is another in the ledger'),
    ('a charge was never answered', drop('provider.log', 6), 'charge without an answer: card charge-2'),
    ('a charge was answered in two ways', change('provider.log', 4, 'confirmed 0', 'refund_due 30000'), 'two answers for one charge: transfer charge-1'),
    ('a charge was answered otherwise than the ledger says', change('provider.log', 6, 'confirmed 0', 'refund_due 80000'),
     'answer is another than in the ledger: card charge-2'),
    ('what is due was forgotten', drop('refunds_due.tsv', 0), 'the account of a booking: %s' % THREE),
    ('a won too much is due', change('refunds_due.tsv', 0, '2000', '2001'), 'the account of a booking: %s' % THREE),
    ('a paid booking has lost its seat', drop('kept.tsv', 0), 'the account of a booking: %s' % ONE),
    ('two errors of one won cancel each other out', both(change('kept.tsv', 0, '50000', '49999'), change('kept.tsv', 1, '50000', '50001')),
     'the account of a booking: %s' % ONE),
]


def judged(books):
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in books.items():
            with open(os.path.join(folder, name), 'w') as file:
                file.writelines(line.replace(' ', '\t') + '\n' for line in lines)
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = reconcile.reconcile(folder)
    return status, said.getvalue()


def main():
    status, said = judged(BOOKS)
    results = [('books that are right are passed', status == 0 and ', 0 violations' in said, said)]
    for claim, forge, wanted in FORGERIES:
        books = {name: list(lines) for name, lines in BOOKS.items()}
        forge(books)
        status, said = judged(books)
        results.append((claim, status == 1 and '# VIOLATION ' + wanted in said, said))
    for number, (claim, good, said) in enumerate(results, 1):
        print('%s %d - %s' % ('ok' if good else 'not ok', number, claim))
        if not good:
            print(''.join('# ' + line + '\n' for line in said.splitlines()), end='')
    print('1..%d' % len(results))
    return 0 if all(good for _, good, _ in results) else 1


if __name__ == '__main__':
    sys.exit(main())
