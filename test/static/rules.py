#!/usr/bin/env python3
"""
rules.py - the rules of the code that no compiler knows.

	rules.py [FOLDER]		judges a tree (default: this one), prints TAP
	rules.py --self-test	plants one offence for each rule and must find it

Each rule is a function from the tree's files to the offences against it.
"""

import json
import os
import re
import sys

# Which module may know which: only those of a lower number. A new module gets
# its place here first.
LEVELS = {
    'compat': 0,
    'settings': 1, 'shard': 2, 'seat_version': 2,
    'random_bytes': 2, 'deadline': 2, 'seat_choice': 2, 'errors': 3, 'errors_tables': 3, 'errors_arguments': 4, 'errors_payment': 4,
    'same': 3, 'seat_look': 3, 'uuid_v7': 3, 'booking_number': 3, 'plain': 3,
    'clock': 4, 'lock': 4, 'phone': 4, 'bigrams': 4, 'log': 4, 'async_holds': 4, 'arguments': 4, 'tables_definition': 4,
    'tables_schema': 5, 'tables_shape': 5, 'shared_area': 5,
    'tables_writing': 6, 'shared_look': 6, 'row_types': 6, 'statement': 6, 'booker': 6,
    'tables': 7, 'http': 7, 'sale_request': 7, 'search_question': 7,
    'row': 8, 'seat_walk': 8, 'search_condition': 8, 'search_tables': 8,
    'row_read': 9, 'search_statement': 9,
    'row_lock': 10, 'search_plan': 10,
    'row_plain': 11, 'search_walk': 11,
    'row_write': 12, 'search_page': 12,
    'row_event': 13, 'notify': 13, 'availability': 13, 'hold_row': 13, 'seat_windows': 13,
    'best_wish': 13,
    'event': 14, 'seat': 14, 'schedule': 14,
    'ledger': 15, 'seat_set': 15, 'best_window': 15,
    'hold': 16, 'sweep': 16, 'booking': 16, 'price_type': 16,
    'best_block': 17, 'best_search': 17, 'pending': 17, 'receipt': 17, 'refund': 17, 'seat_map': 17, 'seat_status': 17, 'search': 17,
    'best_seats': 18, 'idempotency_key': 18, 'cancellation': 18, 'payment': 18,
    'sale': 19,
    'concert_booking': 20,
}
LONGEST_FUNCTION = 70
LONGEST_FILE = 500
LONGEST_LINE = 100          # of src, a tab being four columns
MOST_PARAMETERS = 6
# Errors that a mistake of the test itself produces, as a server or psql prints them ...
MISTAKES = (
    r'syntax error', r'unterminated', r'invalid command', r'missing FROM-clause entry', r'\bdoes not exist\b',
    r'already exists', r'is ambiguous', r'is not unique', r'is aborted', r'invalid input syntax', r'invalid reference to',
    r'malformed (array|record|range) literal', r'must appear in the GROUP BY', r'has no field', r'has no destination',
    r'is not assigned yet', r'cannot be cast', r'could not determine', r'cannot be matched', r'subquery (must|has)',
    r'returned by a subquery', r'more (target columns|expressions) than', r'same number of columns', r'is specified more than once',
    r'returned more than one row', r'a column definition list', r'no parameter \$', r'rows? returned for \\', r'not in a function',
)
# ... and their codes, where nothing else is printed.
MISTAKEN_CODES = r'42601|42P01|42P02|42702|42703|42725|42803|42883|22P02|25P02'
UNSAFE = r'\b(strcpy|strcat|sprintf|vsprintf|gets|alloca|malloc|realloc|strtok|atoi|atol)\s*\('


class Tree:
    def __init__(self, files):
        self.files = files                      # path: text

    @classmethod
    def read(cls, top):
        files = {}
        modules = [os.path.join('sql', name) for name in sorted(os.listdir(os.path.join(top, 'sql')))]
        for folder in ('src', *(m for m in modules if os.path.isdir(os.path.join(top, m))), '.'):
            for name in sorted(os.listdir(os.path.join(top, folder))):
                path = os.path.normpath(os.path.join(folder, name))
                if name.endswith(('.c', '.h', '.sql', '.json', '.control', '.md')) and os.path.isfile(os.path.join(top, path)):
                    if folder == '.' and name.endswith('.sql'):
                        continue                # built
                    with open(os.path.join(top, path), encoding='utf-8') as file:
                        files[path] = file.read()
        for folder, _, names in list(os.walk(os.path.join(top, 'test'))) + list(os.walk(os.path.join(top, 'expected'))):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), top)
                if re.search(r'^test/(sql|specs)/|(^|/)expected/', path):
                    with open(os.path.join(top, path), encoding='utf-8') as file:
                        files[path] = file.read()
        return cls(files)

    def sources(self, *endings):
        return {p: t for p, t in self.files.items() if p.startswith('src/') and p.endswith(endings)}

    def modules(self):
        return {p: t for p, t in self.files.items() if p.startswith('sql/') and '--' not in p}


def without_comments(text):
    def blank(match):
        return re.sub(r'[^\n]', ' ', match.group(0))
    return re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def module_of(path):
    return os.path.splitext(os.path.basename(path))[0]


# ---- the rules ----


def includes_point_down(tree):
    """A module includes only modules below it"""
    for path, text in tree.sources('.c', '.h').items():
        module = module_of(path)
        if module not in LEVELS:
            yield '%s has no place in LEVELS' % path
            continue
        for other in re.findall(r'^#include "(\w+)\.h"', text, re.M):
            if other == module or 'src/%s.h' % other not in tree.files:
                continue
            if LEVELS.get(other, 99) >= LEVELS[module]:
                yield '%s (level %d) includes %s.h (level %s)' % (path, LEVELS[module], other, LEVELS.get(other))


def headers_leave_out_postgres_h(tree):
    """No header includes postgres.h; every source does, first"""
    for path, text in tree.sources('.h').items():
        if '#include "postgres.h"' in text:
            yield '%s includes postgres.h' % path
    for path, text in tree.sources('.c').items():
        first = re.search(r'^#include\s+(\S+)', text, re.M)
        if not first or first.group(1) != '"postgres.h"':
            yield '%s does not include postgres.h first' % path


def headers_are_guarded(tree):
    """Every header has the guard that its name asks for"""
    for path, text in tree.sources('.h').items():
        guard = (module_of(path) if module_of(path).startswith('concert_booking')
                 else 'concert_booking_' + module_of(path)).upper() + '_H'
        if not re.search(r'^#ifndef %s\n#define %s$' % (guard, guard), text, re.M):
            yield '%s has no guard %s' % (path, guard)


def versions_in_compat_only(tree):
    """PG_VERSION_NUM stands in compat.h only"""
    for path, text in tree.sources('.c', '.h').items():
        if 'PG_VERSION_NUM' in text and path != 'src/compat.h':
            yield '%s asks for the version' % path


def ereport_in_errors_only(tree):
    """What users can cause is raised in errors*.c only"""
    for path, text in tree.sources('.c', '.h').items():
        # compat.h has a copy of a server function, with the server's own error
        if path not in ('src/errors.c', 'src/errors_arguments.c', 'src/errors_payment.c', 'src/errors_tables.c', 'src/compat.h') and re.search(r'\b(ereport|errmsg|errcode)\s*\(', without_comments(text)):
            yield '%s raises by itself' % path


def no_unsafe_calls(tree):
    """No function that knows no bounds, no memory outside of contexts"""
    for path, text in tree.sources('.c', '.h').items():
        for match in re.finditer(UNSAFE, without_comments(text)):
            yield '%s calls %s()' % (path, match.group(1))


def functions_are_short(tree):
    """No function is longer than 70 lines or has more than six parameters"""
    for path, text in tree.sources('.c').items():
        code = without_comments(text)
        for match in re.finditer(r'^(\w+)\(([^;{}]*)\)\n\{\n(.*?)^\}', code, re.M | re.S):
            name, parameters, body = match.groups()
            if body.count('\n') > LONGEST_FUNCTION:
                yield '%s: %s() has %d lines' % (path, name, body.count('\n'))
            if parameters.count(',') + 1 > MOST_PARAMETERS:
                yield '%s: %s() has %d parameters' % (path, name, parameters.count(',') + 1)


def files_are_short(tree):
    """No file of src or sql is longer than 500 lines"""
    for path, text in tree.files.items():
        if path.startswith(('src/', 'sql/')) and '--' not in path \
                and text.count('\n') > LONGEST_FILE:
            yield '%s has %d lines' % (path, text.count('\n'))


def lines_are_short(tree):
    """No line of src is wider than 100 columns"""
    for path, text in tree.sources('.c', '.h').items():
        for number, line in enumerate(text.split('\n'), 1):
            if len(line.expandtabs(4)) > LONGEST_LINE:
                yield '%s:%d has %d columns' % (path, number, len(line.expandtabs(4)))


def files_say_what_they_are_for(tree):
    """Every source begins with a comment that names it"""
    for path, text in tree.sources('.c', '.h').items():
        if not re.match(r'/\*\n \* %s - \S' % re.escape(os.path.basename(path)), text):
            yield '%s does not begin with its purpose' % path


def messages_follow_the_style(tree):
    """Primary messages are lower case without full stop; details and hints are sentences"""
    for path, text in tree.sources('.c', '.h').items():
        for message in re.findall(r'errmsg\("((?:\\.|[^"\\])*)"', text):
            if re.match(r'[A-Z][a-z]', message) or message.endswith('.'):
                yield '%s: errmsg "%s"' % (path, message)
        # a name may begin a sentence
        for sentence in re.findall(r'err(?:detail|hint)\("((?:\\.|[^"\\])*)"[,)]', re.sub(r'"\n\s*"', '', text)):
            if not re.match(r'[A-Z%\\]|[a-z]+[._]', sentence) or not sentence.endswith(('.', '%s', '%s)')):
                yield '%s: detail or hint "%s"' % (path, sentence)
    for path, text in tree.modules().items():
        for message in re.findall(r"RAISE EXCEPTION '((?:''|[^'])*)'", text) + \
                re.findall(r"\brefuse\('\w{5}',\s*'((?:''|[^'])*)'", text):
            if re.match(r'[A-Z][a-z]', message) or message.endswith('.'):
                yield "%s: message '%s'" % (path, message)


def definers_fix_their_path(tree):
    """SECURITY DEFINER comes with SET search_path = pg_catalog, pg_temp"""
    for path, text in tree.modules().items():
        for head in re.findall(r'CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE).*?\bAS \$', text, re.S):
            head = re.sub(r'/\*.*?\*/', '', head, flags=re.S)
            if 'SECURITY DEFINER' in head and 'SET search_path = pg_catalog, pg_temp' not in head:
                yield '%s: %s' % (path, head.split('\n')[0])


def versions_agree(tree):
    """The control file, META.json and CHANGELOG.md name the same version"""
    control = re.search(r"^default_version *= *'([^']*)'", tree.files.get('concert_booking.control', ''), re.M)
    if not control:
        yield 'the control file has no version'
        return
    version = control.group(1)
    try:
        meta = json.loads(tree.files['META.json'])
    except (KeyError, ValueError) as error:
        yield 'META.json cannot be read: %s' % error
        return
    for name, stated in (('META.json', meta.get('version')),
                         ('META.json, provides', meta.get('provides', {}).get('concert_booking', {}).get('version'))):
        # PGXN wants three numbers
        if stated not in (version, version + '.0'):
            yield '%s says %s, the control file %s' % (name, stated, version)
    first = re.search(r'^## (\S+)', tree.files.get('CHANGELOG.md', ''), re.M)
    if not first or first.group(1) != version:
        yield 'CHANGELOG.md begins with %s, the control file says %s' % (first and first.group(1), version)


def expected_errors_are_meant(tree):
    """No expected file holds the error of a mistaken test, unless the test announces it ("-- meant: ...")"""
    tests = {module_of(p): t for p, t in tree.files.items() if p.startswith(('test/sql/', 'test/specs/'))}
    for path, text in tree.files.items():
        if not re.search(r'(^|/)expected/', path):
            continue
        # a comment line of the test: "-- meant: message", in a specification "# meant: message"
        meant = {m: False for m in re.findall(r'^(?:--|#) meant: (.+)$', tests.get(module_of(path), ''), re.M)}
        for number, line in enumerate(text.split('\n'), 1):
            error = re.search(r'(?:^|[ |:])(?:(?:ERROR|FATAL|PANIC): +|[0-9A-Z]{5}:? )(.*)'
                              r'|^((?:invalid command|unterminated|no rows|more than one row|\\).*)', line)
            # a variable of psql that was never set prints its name
            if not (error and any(re.search(m, error.group(1) or error.group(2)) for m in MISTAKES)
                    or re.search(r'(^|[ |])(%s)(:|$)' % MISTAKEN_CODES, line) or re.match(r':\w+$', line)) \
                    or re.match(r'(?:--|#|\\echo\b|\\set\b|\\i\b)', line):
                continue
            announced = [m for m in meant if m in line]
            meant.update((m, True) for m in announced)
            if not announced:
                yield '%s:%d: %s' % (path, number, line)
        for message in (m for m, met in meant.items() if not met):
            yield '%s: what is meant never comes: %s' % (path, message)


RULES = [includes_point_down, headers_leave_out_postgres_h, headers_are_guarded, versions_in_compat_only,
         ereport_in_errors_only, no_unsafe_calls, functions_are_short, files_are_short,
         lines_are_short, files_say_what_they_are_for,
         messages_follow_the_style, definers_fix_their_path, versions_agree, expected_errors_are_meant]

# ---- one offence for each rule ----

OFFENCES = {
    includes_point_down: {'src/row.h': '#include "booking.h"\n', 'src/booking.h': ''},
    headers_leave_out_postgres_h: {'src/row.h': '#include "postgres.h"\n'},
    headers_are_guarded: {'src/row.h': '#ifndef ROW_H\n#define ROW_H\n#endif\n'},
    versions_in_compat_only: {'src/row.c': '#if PG_VERSION_NUM >= 160000\n'},
    ereport_in_errors_only: {'src/row.c': 'ereport(ERROR, (errmsg("no")));\n'},
    no_unsafe_calls: {'src/row.c': 'strcpy(a, b);\n'},
    functions_are_short: {'src/row.c': 'static void\nlong_one(int a)\n{\n' + '\ta++;\n' * 71 + '}\n'},
    files_are_short: {'sql/tables/long.sql': 'SELECT 1;\n' * 501},
    lines_are_short: {'src/row.c': '\t' * 25 + 'a;\n'},
    files_say_what_they_are_for: {'src/row.c': '#include "postgres.h"\n'},
    messages_follow_the_style: {'src/errors.c': 'errmsg("Not this way.")\n'},
    definers_fix_their_path: {'sql/base/1.sql': 'CREATE FUNCTION f() RETURNS void LANGUAGE sql\nSECURITY DEFINER\nAS $fn$ SELECT $fn$;\n'},
    expected_errors_are_meant: {'test/sql/a.sql': '-- nothing is meant\n',
                                'expected/a.out': 'ERROR:  missing FROM-clause entry for table "journey"\n'},
    versions_agree: {'concert_booking.control': "default_version = '9'\n", 'META.json': '{"version": "8"}'},
}


def main():
    results = []
    if sys.argv[1:] == ['--self-test']:
        for rule in RULES:
            found = list(rule(Tree(OFFENCES[rule])))
            results.append((bool(found), 'found out: the opposite of "%s"' % rule.__doc__, []))
    else:
        tree = Tree.read(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(__file__), '..', '..'))
        results = [(not found, rule.__doc__, found) for rule, found in ((r, list(r(tree))) for r in RULES)]
    for number, (good, text, notes) in enumerate(results, 1):
        print('%s %d - %s' % ('ok' if good else 'not ok', number, text))
        for note in notes:
            print('# ' + note)
    print('1..%d' % len(results))
    return 0 if all(result[0] for result in results) else 1


if __name__ == '__main__':
    sys.exit(main())
