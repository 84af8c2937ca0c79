#!/usr/bin/env python3
"""
reconcile.py - does the ledger say what the provider did?

	reconcile.py FOLDER

Reads the provider's own log (FOLDER/provider.log, see provider.c) and what the database
says of money: the tables payments and refunds_due, and in kept.tsv what the house keeps of
each paid booking: the prices of its active seats, and the fees of the cancelled ones.
Nothing that the driver believes is looked at. Exits with 1 when a won was lost or counted
twice. Prints each violation, up to twenty of a kind, and at the end what was compared.
"""

import collections
import os
import sys

MOST = 20


class Judgement:
    def __init__(self):
        self.violations = collections.Counter()

    def find(self, kind, *facts):
        self.violations[kind] += 1
        if self.violations[kind] <= MOST:
            print('# VIOLATION %s: %s' % (kind, ' '.join(str(fact) for fact in facts)))


def rows(folder, name):
    with open(os.path.join(folder, name)) as file:
        for line in file:
            yield line.rstrip('\n').split('\t')


class Log:
    """What the provider has done, and what it was answered."""

    def __init__(self, folder, judge):
        self.moved = {'C': {}, 'R': {}}      # {provider and reference: (booking, amount)}
        self.answers = {}                   # {provider and reference: (outcome, refund_due)}
        self.answered = self.again = 0
        for kind, provider, reference, third, fourth in rows(folder, 'provider.log'):
            key = provider + ' ' + reference
            if kind == 'A':
                self.answer(key, (third, fourth), judge)
            elif key in self.moved[kind]:
                judge.find('the log is forged', kind, key)
            else:
                self.moved[kind][key] = (sys.intern(third), int(fourth))

    def answer(self, key, answer, judge):
        self.answered += 1
        first = self.answers.setdefault(key, answer)
        if first is answer:
            return
        self.again += 1
        if first != answer:
            judge.find('two answers for one charge', key, first, answer)


def compare(kind, letter, log, ledger, judge):
    """Each movement of money is in the ledger once, as it was, and no other is."""
    moved = log.moved[letter]
    for key, (booking, amount) in moved.items():
        found = ledger.get(key)
        if found is None:
            judge.find('%s is not in the ledger' % kind, key, booking, amount)
        elif found[:2] != (booking, amount):
            judge.find('%s is another in the ledger' % kind, key, (booking, amount), found[:2])
    for key in ledger.keys() - moved.keys():
        judge.find('%s that never was' % kind, key, *ledger[key][:2])


def compare_answers(log, ledger, judge):
    for key in log.moved['C']:
        if key not in log.answers:
            judge.find('charge without an answer', key)
        elif key in ledger and ledger[key][2:] != log.answers[key]:
            judge.find('answer is another than in the ledger', key, log.answers[key], ledger[key][2:])
    for key in log.answers.keys() - log.moved['C'].keys():
        judge.find('answer for a charge that never was', key)


def read_ledger(folder, judge):
    found = {'charge': {}, 'refund': {}}
    for kind, provider, reference, booking, amount, outcome, refund_due in rows(folder, 'payments.tsv'):
        key = provider + ' ' + reference
        if key in found[kind]:
            judge.find('%s is in the ledger twice' % kind, key)
        found[kind][key] = (sys.intern(booking), int(amount), outcome, refund_due)
    return found


def read_amounts(folder, name, judge):
    found = {}
    for booking, amount in rows(folder, name):
        if booking in found:
            judge.find('two rows in %s' % name, booking)
        found[booking] = found.get(booking, 0) + int(amount)
    return found


def balance(log, due, kept, judge):
    """Of each booking, by what the provider moved: charges - refunds = kept + due."""
    credit, refunded = collections.Counter(), collections.Counter()
    for booking, amount in log.moved['C'].values():
        credit[booking] += amount
    for booking, amount in log.moved['R'].values():
        refunded[booking] += amount
    for booking in credit.keys() | refunded.keys() | due.keys() | kept.keys():
        left = credit[booking] - refunded[booking]
        if left != due.get(booking, 0) + kept.get(booking, 0):
            judge.find('the account of a booking', booking, 'charged', credit[booking], 'refunded', refunded[booking],
                       'due', due.get(booking, 0), 'kept', kept.get(booking, 0))
    sums = sum(credit.values()), sum(refunded.values()), sum(due.values()), sum(kept.values())
    if sums[0] - sums[1] != sums[2] + sums[3]:
        judge.find('the account of the house', *sums)
    return sums


def reconcile(folder):
    judge = Judgement()
    log = Log(folder, judge)
    ledger = read_ledger(folder, judge)
    compare('charge', 'C', log, ledger['charge'], judge)
    compare('refund', 'R', log, ledger['refund'], judge)
    compare_answers(log, ledger['charge'], judge)
    due, kept = read_amounts(folder, 'refunds_due.tsv', judge), read_amounts(folder, 'kept.tsv', judge)
    charged, refunded, due_sum, kept_sum = balance(log, due, kept, judge)
    outcomes = collections.Counter(row[2] for row in ledger['charge'].values())
    for outcome, count in sorted(outcomes.items()):
        print('outcome: %s=%d' % (outcome, count))
    print('reconcile: %d won charged = %d refunded + %d due + %d kept' % (charged, refunded, due_sum, kept_sum))
    print('check: %d charges, %d refunds, %d answers, %d answers once more, %d paid bookings, %d violations' % (
        len(log.moved['C']), len(log.moved['R']), log.answered, log.again, len(kept), sum(judge.violations.values())))
    return 1 if judge.violations else 0


if __name__ == '__main__':
    sys.exit(reconcile(sys.argv[1]))
