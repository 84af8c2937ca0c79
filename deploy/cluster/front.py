"""
front.py - the files of the front: HAProxy's configuration and the maps it looks names up in.

files(cluster) answers {name of the file: text}; description.py says what a cluster is. All
files lie in one folder, cluster.front.folder. HAProxy is started there by
"haproxy -W -f FOLDER/haproxy.cfg" and reads its configuration anew at SIGUSR2, as the
service's own reload does; no connection is lost then.

    routes.map      path of a request -> route (routes.txt says which there are)
    numbers.map     first symbol of a booking number -> number of the shard
    shards.map      number of a shard -> name of the backend that serves it now
    new.map         turn -> number of a shard that takes new schedules
    ready.map       name of a node -> port where its PostgREST says whether it can answer

A shard whose node changed without Patroni is moved by one line on the admin socket,
"set map shards.map 1 shard1-2": reads, writes and the SQL address follow together.
"""

import os

from description import HERE, HUB, template

BUFFER = 65536          # bytes that HAProxy keeps of a request, tune.bufsize
RESERVED = 1024         # of these for headers that it adds, tune.maxrewrite
# What is read of a request whose body says where it goes: its first line, its headers and
# its body. The rest is room for what HAProxy notes of each header.
READ = BUFFER - RESERVED - 1024

SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'            # of Crockford's base 32
READ_AS = {'O': '0', 'I': '1', 'L': '1'}                # what people write for them

# Where the id of a request is looked for; the first that is there counts.
FUNCTION_KEYS = ['seat_id', 'concert_schedule_id', 'to_schedule_id', 'booking_id', 'ticket_code']

# So many requests at a time go to one PostgREST; more of them wait in HAProxy, where waiting
# costs least. A pool of 20 connections serves a thousand calls before the first of them has
# waited for the five seconds after which PostgREST refuses it.
LIMIT = 'maxconn 1000'
# So many requests of one group are under way or wait, at most; the next one is refused at once
# with 503. One that is frozen keeps each of its requests for a minute, and must not take all
# the connections of the front (half its file descriptors, 32,000 as the service starts it).
SHARE = 8000


def routes():
    """{path: route} of routes.txt"""
    found = {}
    with open(os.path.join(HERE, 'routes.txt'), encoding='utf-8') as file:
        for line in file:
            name, *route = line.split('#')[0].split() or ['']
            if name:
                found[name if name.startswith('/') else f'/rpc/{name}'] = route[0]
    return found


def map_text(*lines):
    return ''.join(f'{key} {value}\n' for key, value in lines)


def is_patroni(group):
    return getattr(group, 'patroni', False)


def places(group):
    """[(name of the backend, nodes that may be its primary, nodes to read from)]"""
    if is_patroni(group):
        return [(group.name, group.nodes, group.nodes)]
    first, *others = group.nodes
    readers = [node for node in others if getattr(node, 'reads', True)]
    return [(group.name, [first], readers), *((node.name, [node], []) for node in others)]


# -------- where a request goes, lines of the frontend

UNKNOWN = '!{ var(txn.id) -m found }'


def rules_for_ids():
    """lines that put the id of a call of a function into txn.id; txn.is_ticket says that it is a ticket's code"""
    lines = []
    *keys, ticket = FUNCTION_KEYS
    for arrays, names in ((['seat_ids'], keys), ([], [ticket])):
        if not arrays:
            lines.append(f'set-var(txn.is_ticket) bool(true) if by_id {UNKNOWN}')
        for key in arrays + names:
            # A value with a dot is no argument but a filter of what the function answers.
            lines.append(f'set-var(txn.id) url_param({key}),url_dec(1) if is_read by_id !{{ url_param({key}),url_dec(1) -m sub . }} {UNKNOWN}')
        for key in [f'{array}[0]' for array in arrays] + arrays + names:
            lines.append(f"set-var(txn.id) req.body,json_query('$.{key}') if reads_body by_id !is_form {UNKNOWN}")
        for key in arrays + names:
            lines.append(f'set-var(txn.id) req.body_param({key}),url_dec(1) if reads_body by_id is_form {UNKNOWN}')
    return rules(lines)


def rules_for_numbers():
    """lines that put the booking number of a call into txn.number"""
    key = 'booking_number'
    return rules([
        f'set-var(txn.number) url_param({key}),url_dec(1) if is_read by_id !{{ url_param({key}),url_dec(1) -m sub . }} {UNKNOWN}',
        f"set-var(txn.number) req.body,json_query('$.{key}') if reads_body by_id !is_form {UNKNOWN}",
        f'set-var(txn.number) req.body_param({key}),url_dec(1) if reads_body by_id is_form {UNKNOWN}'])


def rules_for_rows(key):
    """lines that put an id of a request about rows of a table into txn.id"""
    return rules([
        f'set-var(txn.id) url_param({key}),url_dec(1),regsub(^eq[.],) if by_row !METH_POST {{ url_param({key}),url_dec(1) -m beg eq. }} {UNKNOWN}',
        *(f"set-var(txn.id) req.body,json_query('{path}') if by_row reads_body {UNKNOWN}" for path in (f'$.{key}', f'$[0].{key}'))])


def rules_for_old(shards):
    """lines for a house of one machine that became a cluster: what it made has random bits"""
    lines = []
    for group in shards:
        before = getattr(group, 'ids_before', None)
        if before is not None:
            milliseconds = int(before.timestamp() * 1000)
            # The code of a renewed ticket is random but for its shard, wherever it was made.
            lines += [f'set-var(txn.shard) int({group.number}) if has_id !names_shard !is_ticket !has_time',
                      f'set-var(txn.shard) int({group.number}) if has_id !names_shard has_time {{ var(txn.id),bytes(0,12),hex2i lt {milliseconds} }}']
        numbers = getattr(group, 'numbers', None)
        if numbers is not None:
            lines.append(f'set-var(txn.shard) var(txn.number),bytes(0,12),map_str({numbers}) '
                         f'if has_number !has_id !names_shard !{{ var(txn.route) -m str all }} {{ var(txn.number),bytes(0,12),map_str({numbers}) -m found }}')
    return rules(lines)


def rules_for_new(shards):
    """lines that pass a turn on, from a shard that is down to the next one"""
    following = {group.number: after.number for group, after in zip(shards, shards[1:] + shards[:1])}
    once = [f'set-var(txn.shard) int({after}) if is_new !names_shard {{ var(txn.shard) -m str {number} }} '
            f'!{{ nbsrv(shard{number}) gt 0 }}' for number, after in following.items() if after != number]
    # The first time around it comes to one that is up, or at least to the first of all.
    return rules(once * 2)


def rules(lines):
    return ''.join(f'    http-request {line}\n' for line in lines).rstrip('\n')


# -------- the backends

def server(name, host, port, *words):
    return ' '.join(word for word in [f'    server {name} {host}:{port}', *words] if word)


# What the hub answers: from which of its two schemas is nobody's business, and a page in
# a browser may read that a list is incomplete.
HUB_ANSWERS = """\
    http-response del-header Content-Profile
    http-response set-header Access-Control-Expose-Headers "%[res.fhdr(access-control-expose-headers)], Concert-Incomplete" \
if { res.fhdr(concert-incomplete) -m found }
"""
PATRONI_CHECK = """\
    option httpchk OPTIONS {}
    http-check expect status 200
"""
# PostgREST asks the database whether it answers, by PgBouncer, as a call would. It waits at most
# five seconds for a connection of its pool: one that is busy is not taken for one that is down.
READY_CHECK = """\
    option httpchk GET /ready
    http-check expect status 200
    timeout check 6s
"""
# To read from a node, both have to say yes: its Patroni, and its PostgREST.
PATRONI_READY_CHECK = """\
    option httpchk
    http-check connect
    http-check send meth OPTIONS uri /synchronous
    http-check expect status 200
    http-check connect port srv_name,map_str_int(ready.map)
    http-check send meth GET uri /ready
    http-check expect status 200
"""
# PostgreSQL says to an SSLRequest whether it speaks TLS, before it asks who is there, and
# logs nothing of it. One that is frozen says nothing.
SQL_CHECK = """\
    option tcp-check
    tcp-check send-binary 0000000804d2162f
    tcp-check expect rstring ^[NS]
"""
SESSIONS_END = 'on-marked-down shutdown-sessions'


def lines(*parts):
    return ''.join(part if part.endswith('\n') else part + '\n' for part in parts if part)


# One node is the primary, one the synchronous standby. Two that seem to be: HAProxy has just
# started and takes all for up that it has not asked yet, or one does not know better.
ONE_OF_THEM = '    http-request deny deny_status 503 if { nbsrv gt 1 }'
ONE_FOR_SQL = '    tcp-request content reject if { nbsrv gt 1 }'


def share(name):
    return (f'    http-request set-var(txn.reads) be_conn({name}_read)\n'
            f'    http-request deny deny_status 503 if {{ be_conn({name}),add(txn.reads) gt {SHARE} }}')


def backend(group, name, primaries):
    """commands: to the primary"""
    def place(node):
        check = ([f'check port {node.patroni_port} inter 1s fastinter 300ms fall 2 rise 1', SESSIONS_END] if is_patroni(group)
                 else [f'check port {node.rest_admin_port} inter 1s fastinter 300ms fall 3 rise 1'])
        return server(node.name, node.host, node.rest_port, LIMIT, *check)
    return lines(f'backend {name}', HUB_ANSWERS if group.number == HUB else '', share(name),
                 *([PATRONI_CHECK.format('/primary'), ONE_OF_THEM] if is_patroni(group) else [READY_CHECK]), *map(place, primaries))


def backend_read(group, name, primaries, readers):
    """GET and HEAD: to a replica that has what was acknowledged; without one to the primary"""
    def place(node):
        port = node.patroni_port if is_patroni(group) else node.rest_admin_port
        return server(node.name, node.host, node.rest_port, LIMIT,
                      f'check port {port} inter 1s fastinter 300ms fall {1 if is_patroni(group) else 3} rise 1')

    def primary(node):
        return server(f'{node.name}-primary', node.host, node.rest_port, LIMIT, f'track {name}/{node.name}', 'backup' if readers else '')
    check = '' if not readers else PATRONI_READY_CHECK if is_patroni(group) else READY_CHECK
    return lines(f'backend {name}_read', '    balance leastconn', HUB_ANSWERS if group.number == HUB else '', share(name),
                 check, ONE_OF_THEM if is_patroni(group) else '', *map(place, readers), *map(primary, primaries))


def backend_sql(group, name, primaries):
    """SQL: to the primary; who waits for one that does not answer is not kept waiting"""
    def place(node):
        check = [f'track {name}/{node.name}'] if is_patroni(group) else ['check inter 1s fastinter 200ms fall 3 rise 1']
        return server(node.name, node.host, node.port, *check, SESSIONS_END)
    return lines(f'backend {name}_sql', ONE_FOR_SQL if is_patroni(group) else SQL_CHECK, *map(place, primaries))


def backends(group):
    return '\n'.join(text for name, primaries, readers in places(group)
                     for text in (backend(group, name, primaries), backend_read(group, name, primaries, readers)))


def sql(group):
    return '\n'.join([
        lines(f'frontend {group.name}_sql_address', f'    bind {group.cluster.front.host}:{group.sql_port}',
              f'    use_backend %[str({group.number}),map_str(shards.map)]_sql'),
        *(backend_sql(group, name, primaries) for name, primaries, _ in places(group))])


def files(cluster):
    shards = cluster.shards
    lowest = shards[0].number
    taking = [group.number for group in shards if getattr(group, 'takes_new', True)]
    front = cluster.front
    text = template(
        'haproxy.cfg', folder=front.folder, host=front.host, port=front.port, hub=HUB, lowest=lowest,
        buffer=BUFFER, reserved=RESERVED, read=READ, count=len(taking),
        rules_for_ids=rules_for_ids(), rules_for_numbers=rules_for_numbers(),
        rules_for_performances=rules_for_rows('concert_schedule_id'), rules_for_rows=rules_for_rows('id'),
        rules_for_old=rules_for_old(shards), rules_for_new=rules_for_new([g for g in shards if g.number in taking]),
        any=lines(*(server(node.name, node.host, node.rest_port, f'track {group.name}/{node.name}')
                    for group in cluster.groups for node in places(group)[0][1])).rstrip('\n'),
        backends='\n'.join(map(backends, cluster.groups)).rstrip('\n'),
        sql='\n'.join(map(sql, cluster.groups)).rstrip('\n'))
    return {
        'haproxy.cfg': text,
        'routes.map': map_text(*routes().items()),
        'numbers.map': map_text(*((symbol, number) for number, symbol in enumerate(SYMBOLS)),
                                *((symbol, SYMBOLS.index(other)) for symbol, other in READ_AS.items())),
        'shards.map': map_text(*((group.number, group.name) for group in cluster.groups)),
        'new.map': map_text(*enumerate(taking)),
        'ready.map': map_text(*((node.name, node.rest_admin_port) for group in cluster.groups for node in group.nodes)),
    }
