#!/usr/bin/env python3
"""
report.py - what the campaign's ledger says, in docs/internals/test-results.md.

	report.py            puts the table between the markers
	report.py --check    the table is what the ledger says, and the ledger stands to reason; prints TAP

A line of ledger/PART.tsv is one unit, in the order in which they ended, separated by tabs:

	commit  seed  "ok" or "not ok"  what was played  NAME=VALUE ...

A value is a count, "sent/done", or a text. ledger/campaign.tsv has a line for the
campaign itself; the last one names the commit that is reported.
"""

import collections
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
LEDGER = os.path.join(HERE, 'ledger')
DOCUMENT = os.path.join(TOP, 'docs', 'internals', 'test-results.md')
PLACE = re.compile(r'(<!-- campaign -->\n).*?(<!-- /campaign -->)', re.S)

# what a unit is, and what was promised of all of them
TITLES = {
    'history': ('random histories', 'rounds of 25,000 calls'),
    'crash': ('crashes under load', 'rounds of 10 kills and storms'),
    'failover': ('failover to a synchronous standby', 'promotions'),
    'async': ('crashes with asynchronous holds', 'rounds of 10 kills'),
    'payments': ('payments, reconciled with the provider\'s log', 'rounds of 100,000 payments'),
    'fuzz': ('hostile calls, AddressSanitizer and UBSan', 'batches of 10,000 calls'),
    'sqlsmith': ('random queries, server with assertions', 'batches of 5,000 queries'),
    'mutants': ('seeded faults, each to be caught', 'faults and the sources without one'),
    'valgrind': ('memcheck', 'tenths of the files of `test/sql`, with hostile calls'),
    'pg15': ('PostgreSQL 15', 'run'),
    'pg17': ('PostgreSQL 17', 'run'),
    'pg18': ('PostgreSQL 18', 'run'),
    'headers': ('every source compiled for 15, 17, 18', 'run'),
}
# in this order; what has no name here comes after them under its own
NAMES = {
    'charges': 'charges', 'refunds': 'refunds', 'answers': 'webhooks answered', 'answers_once_more': 'of them once more',
    'calls': 'calls', 'queries': 'queries', 'requests': 'requests', 'lost': 'replies lost', 'bookings': 'bookings', 'paid_bookings': 'paid bookings',
    'seat_events_in_order': 'seat events put in order', 'kills': 'kills and storms', 'kill.backend': 'backends by SIGKILL',
    'kill.postmaster': 'postmasters by SIGKILL', 'kill.immediate': 'immediate stops', 'kill.kill': 'times every process by SIGKILL',
    'kill.terminate': 'times half of the connections', 'kill.storm': 'storms of cancels', 'files': 'files as expected',
    'processes': 'processes watched', 'caught': 'faults caught', 'passed': 'tests passed',
}
# of a unit's own ledger: for each kind of call how many were sent and done, in histories only
KINDS = re.compile(r'^(?!audit|begin|savepoint|rollback|commit|prepare|set_)')
LEFT_OUT = ('done', 'refused', 'seconds')

Line = collections.namedtuple('Line', 'commit seed ok what counts')


# ---- the ledger ----


def counts(fields):
    return dict(field.split('=', 1) for field in fields)


def ledger(name):
    path = os.path.join(LEDGER, name + '.tsv')
    if not os.path.exists(path):
        return []
    with open(path) as file:
        rows = [line.rstrip('\n').split('\t') for line in file]
    return [Line(row[0], int(row[1]), {'ok': True, 'not ok': False}[row[2]], row[3], counts(row[4:])) for row in rows]


def add(name, fields):
    os.makedirs(LEDGER, exist_ok=True)
    with open(os.path.join(LEDGER, name + '.tsv'), 'a') as file:
        file.write('\t'.join(fields) + '\n')


def short(path, name):
    """The counts of the last line that the runs of test/long/history and test/long/crash have written."""
    with open(path) as file:
        last = file.read().splitlines()[-1:]
    fields = counts(last[0].split('\t')[4:]) if last else {}
    found = []
    for key, value in fields.items():
        kind, _, which = key.partition('.')
        if which == 'sent':
            if name == 'history' and KINDS.match(kind):
                found.append('%s=%s/%s' % (kind, value, fields.get(kind + '.done', 0)))
        elif which != 'done' and key not in LEFT_OUT:
            found.append('%s=%s' % (key, value))
    return found


def total(lines):
    """{name: number, (sent, done) or text} over all lines."""
    sums = {}
    for line in lines:
        for name, value in line.counts.items():
            if re.fullmatch(r'\d+', value):
                sums[name] = sums.get(name, 0) + int(value)
            elif re.fullmatch(r'\d+/\d+', value):
                sent, done = sums.get(name, (0, 0))
                sums[name] = (sent + int(value.split('/')[0]), done + int(value.split('/')[1]))
            elif name != 'why':
                sums[name] = ', '.join(dict.fromkeys(filter(None, [sums.get(name), value])))
    return sums


# ---- the table ----


def text():
    campaign = ledger('campaign')
    if not campaign:
        return 'No campaign has been played.\n'
    commit = campaign[-1].commit
    notes = [line for line in campaign if line.commit == commit]
    share = int(notes[-1].counts['share'])
    lines = {name: [line for line in ledger(name) if line.commit == commit] for name in TITLES}
    seconds = sum(total(played).get('seconds', 0) for played in lines.values())
    rows = ['| | |', '|---|---|',
            '| commit | `%s` |' % commit,
            '| begun | %s |' % notes[0].what,
            '| share | %s |' % ('the whole' if share == 1 else 'one of %d parts (`SHARE=%d`)' % (share, share)),
            '| machine | %s |' % '; '.join(dict.fromkeys(line.counts['machine'] for line in notes)),
            '| seeds | from %d on |' % notes[0].seed,
            '| time | %d minutes, all parts added up |' % (seconds // 60), '',
            '| part | played | counted | not ok |', '|---|---|---|---|']
    rows += [row(name, lines[name], notes[-1].counts.get(name, '0/0')) for name in TITLES]
    told = [told_failure(name, failed, lines[name]) for name in TITLES for failed in lines[name] if not failed.ok]
    others = [line for name in TITLES for line in ledger(name) if line.commit != commit]
    rows += [''] + ['- ' + line for line in told] if told else []
    if others:
        rows += ['', 'The ledger has %s more of other commits, %s of them not ok; they are not counted.' % (
            number(len(others), 'unit'), number(sum(not line.ok for line in others)))]
    return '\n'.join(rows) + '\n'


def row(name, lines, plan):
    title, unit = TITLES[name]
    planned, whole = (int(n) for n in plan.split('/'))
    good = list(dict.fromkeys((line.seed, line.what) for line in lines if line.ok))
    sums = total([line for line in lines if line.ok])
    if 'violations' in sums:
        sums['violations'] = total(lines)['violations']
    played = '%d of %d %s' % (len(good), whole, unit)
    if whole == 1:
        played = '; '.join(dict.fromkeys(line.what for line in lines)) or 'nothing'
    elif name == 'history' and good:
        kinds = collections.Counter(what for _, what in good)
        played += ': ' + ', '.join('%d %s' % (n, what) for what, n in kinds.items())
    if len(good) < planned:
        played += ' (not finished)'
    return '| %s | %s | %s | %d |' % (title, played, '; '.join(counted(sums)), sum(not line.ok for line in lines))


def counted(sums):
    """Plain counts first, then the calls by kind."""
    for name in [name for name in NAMES if name in sums] + [name for name in sums if name not in NAMES]:
        value, label = sums[name], NAMES.get(name, name.replace('_', ' '))
        if name == 'version':
            yield value
        elif isinstance(value, int) and name not in LEFT_OUT:
            yield number(value) + ' ' + label
        elif isinstance(value, str):
            yield label + ' ' + value
    pairs = ['%s %s/%s' % (name.replace('_', ' '), number(value[0]), number(value[1]))
             for name, value in sums.items() if isinstance(value, tuple)]
    if pairs:
        yield 'calls sent/done: ' + ', '.join(pairs)


def told_failure(name, failed, lines):
    after = lines[lines.index(failed) + 1:]
    again = [line.ok for line in after if (line.seed, line.what) == (failed.seed, failed.what)]
    return '%s, seed %d, %s was not ok: %s; %s' % (
        TITLES[name][0], failed.seed, failed.what, failed.counts.get('why', 'no reason'),
        'not played again' if not again else 'played again: ' + ', '.join('ok' if ok else 'not ok' for ok in again))


def number(value, noun=''):
    return '{:,}'.format(value) + (' %s%s' % (noun, '' if value == 1 else 's') if noun else '')


def write():
    with open(DOCUMENT) as file:
        old = file.read()
    with open(DOCUMENT + '.new', 'w') as file:
        file.write(PLACE.sub(lambda place: place.group(1) + '\n' + text() + '\n' + place.group(2), old))
    os.replace(DOCUMENT + '.new', DOCUMENT)


# ---- the check ----


def git(*arguments):
    """What git says of this tree; None where it is no checkout, or git is missing."""
    command = ['git', '-c', 'safe.directory=*', '-C', TOP]
    try:
        top = subprocess.run(command + ['rev-parse', '--show-toplevel'], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        if top.returncode != 0 or os.path.realpath(top.stdout.strip()) != os.path.realpath(TOP):
            return None
        done = subprocess.run(command + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else 'git %s failed\n' % arguments[0]


def strangers():
    """Reported commits that HEAD does not come from."""
    commits = {ledger('campaign')[-1].commit} if ledger('campaign') else set()
    if git('rev-parse', '--is-shallow-repository') != 'false\n':
        return []                           # no checkout, or not all of its past
    return [commit for commit in sorted(commits) if git('merge-base', '--is-ancestor', commit, 'HEAD') != '']


def doubled():
    """Units that were played again though they were ok."""
    for name in TITLES:
        good = set()
        for line in ledger(name):
            unit = (line.commit, line.seed, line.what)
            if unit in good:
                yield '%s: seed %d' % (name, line.seed)
            if line.ok:
                good.add(unit)


def check():
    with open(DOCUMENT) as file:
        place = PLACE.search(file.read())
    results = [
        ('docs/internals/test-results.md says what the ledger says (make campaign-docs)',
         [] if place and place.group(0) == place.group(1) + '\n' + text() + '\n' + place.group(2) else ['it does not']),
        ('the commit of the campaign is in the past of this one', strangers()),
        ('no unit that was ok was played again', list(doubled())),
        ('the ledger has parts that there are, and no other',
         sorted({name[:-len('.tsv')] for name in os.listdir(LEDGER) if name.endswith('.tsv')} - set(TITLES) - {'campaign'})),
    ]
    for index, (claim, faults) in enumerate(results, 1):
        print('%s %d - %s' % ('not ok' if faults else 'ok', index, claim))
        for fault in faults:
            print('# ' + fault)
    print('1..%d' % len(results))
    return 1 if any(faults for _, faults in results) else 0


if __name__ == '__main__':
    sys.exit(check() if sys.argv[1:] == ['--check'] else write())
