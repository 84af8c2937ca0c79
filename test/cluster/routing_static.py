"""
routing_static.py - routes.txt names each function of access_matrix() once.
"""

import os
import re


def matrix_of_levels(text):
    """{function: levels} of access_matrix() as sql/office/levels.sql writes it"""
    body = text[text.index('FUNCTION concert_booking.access_matrix()'):]
    body = body[body.index('(VALUES'):body.index('AS m (level, function_names)')]
    found = {}
    for level, names in re.findall(r"\('(\w+)', ARRAY\[(.*?)\]\)", body, re.S):
        for name in re.findall(r"'(\w+)'", names):
            found.setdefault(name, set()).add(level)
    return found


def lines_of_routes(text):
    return [line.split() for line in text.splitlines() if line.strip() and not line.startswith('#')]


def faults(levels, lines):
    """what routes.txt says wrongly"""
    routed = [name for name, *_ in lines]
    granted = {name for name, has in levels.items() if has != {'owner'}}
    for line in lines:
        if len(line) != 2 or line[1] not in (('hub', 'rows') if line[0].startswith('/') else ('shard', 'all', 'hub', 'new')):
            yield f'no route: {" ".join(line)}'
    for name in sorted({name for name in routed if routed.count(name) > 1}):
        yield f'{name} is there {routed.count(name)} times'
    for name in sorted(granted - set(routed)):
        yield f'{name} has no route'
    for name in routed:
        if not name.startswith('/') and name not in granted:
            yield f'{name} is ' + ('the owner\'s: no client reaches it' if name in levels else 'no function of access_matrix()')


def check(tap, top):
    def read(*path):
        with open(os.path.join(top, *path), encoding='utf-8') as file:
            return file.read()
    levels = matrix_of_levels(read('sql', 'office', 'levels.sql'))
    lines = lines_of_routes(read('deploy', 'cluster', 'routes.txt'))
    tap.is_so('routes.txt says of each function that a client may call where it goes, once', list(faults(levels, lines)))
    wrong = [*lines[1:], lines[-1], ['grant_access', 'hub'], ['no_function', 'hub'], ['hold_seat', 'anywhere'], ['x', 'hub', 'shard']]
    wrong = [line for line in wrong if line[0] != 'search_concerts']
    missed = {f'{lines[-1][0]} is there 2 times', "grant_access is the owner's: no client reaches it", 'no_function is no function of access_matrix()',
              'no route: hold_seat anywhere', 'no route: x hub shard', 'search_concerts has no route'} - set(faults(levels, wrong))
    tap.is_so('and it would be noticed if it did not', sorted(missed))
