"""
routing_limits.py - sizes, faults, rushes, hostile requests, reloads and moves, for routing.

check() uses the stand of test/cluster/routing; check_patroni() has one of its own.
"""

import asyncio
import datetime
import http.client
import json
import os
import socket
import threading

from routing_stand import Stand, front, wait_until

HOLD = '/rpc/hold_seats'


def padded(seat_id, length):
    """JSON of so many bytes whose id comes last"""
    body = json.dumps({'reason': '', 'seat_id': seat_id})
    return body.replace('""', '"' + 'x' * (length - len(body)) + '"', 1)


class Raw:
    """Bytes to the front and back, for what no client would send."""

    def __init__(self, port):
        self.socket = socket.create_connection(('127.0.0.1', port), timeout=60)

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode('latin-1'))
        return self

    def all(self):
        """what comes until the front closes"""
        try:
            return b''.join(iter(lambda: self.socket.recv(65536), b'')).decode('latin-1')
        except ConnectionResetError:
            return ''

    def answers(self, count):
        """the bodies of so many answers"""
        file, bodies = self.socket.makefile('rb'), []
        for _ in range(count):
            length = 0
            file.readline()
            while line := file.readline().strip():
                if line.lower().startswith(b'content-length:'):
                    length = int(line.split(b':')[1])
            bodies.append(json.loads(file.read(length)))
        return bodies


def request(method, path, body='', *headers):
    return f'{method} {path} HTTP/1.1\r\nHost: x\r\n' + ''.join(f'{one}\r\n' for one in headers) + f'Content-Length: {len(body)}\r\n\r\n{body}'


class Limits:
    def __init__(self, tap, stand, client, uuid):
        self.tap, self.stand, self.new_client, self.uuid = tap, stand, client, uuid

    def ask(self, *asked, **more):
        """with a connection of its own: an error may close it"""
        return self.new_client(self.stand.port).ask(*asked, **more)

    def same(self, title, pairs):
        """pairs: (what is got, what is expected)"""
        self.tap.is_so(title, [f'{expected!r} expected, got {got!r}'[:600] for got, expected in pairs if got != expected], len(pairs))


# -------- sizes

def sizes(see):
    uuid, ask = see.uuid, see.ask
    small = front.READ - 2000
    got = [ask('POST', HOLD, padded(uuid(2), size), chunked=chunked) for size in (100, 5000, small) for chunked in (False, True)]
    see.same('a body as large as is read', [((said.get('server'), said.get('length')), ('shard2-1', size))
                                            for (_, _, said), size in zip(got, (100, 100, 5000, 5000, small, small), strict=True)])
    pieces = Raw(see.stand.port).send(f'POST {HOLD} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
    pieces.send(''.join(f'1\r\n{letter}\r\n' for letter in padded(uuid(2), small)) + '0\r\n\r\n')
    see.same('in chunks of one byte', [(pieces.answers(1)[0].get('length'), small)])
    got = [ask('POST', path, padded(uuid(2), size), headers, chunked=chunked)
           for path in (HOLD, '/rpc/release_seats', '/concert_schedules') for size in (front.READ, front.READ + 9000, 2000000)
           for chunked in (False, True) for headers in ({}, {'Expect': '100-continue'} if not chunked else {})]
    see.same('a larger one is refused, with its length or in chunks', [((status, said.get('code')), (413, 'PT413')) for status, _, said in got])
    see.same('so are headers and an address that leave no room', [(ask('POST', path, padded(uuid(2), size), headers)[2].get('code'), 'PT413') for path, size, headers in (
        (HOLD, front.READ - 6000, {'X': 'x' * 6000}), (HOLD + '?select=' + 'x' * 6000, front.READ - 6000, {}),
        (HOLD, front.READ - 10000, {f'X-{n}': 'x' * 200 for n in range(50)}))])
    got = [ask('POST', path, padded(uuid(9), 2000000), {'Concert-Shard': '2'}, chunked=chunked)[2] for path in (HOLD, '/rpc/import_seats') for chunked in (False, True)]
    see.same('Concert-Shard leaves the body unread, however large it is', [((said.get('server'), said.get('length')), ('shard2-1', 2000000)) for said in got])
    got = [ask('POST', '/rpc/search_concerts', padded(uuid(9), 2000000)), ask('POST', '/concerts', padded(uuid(9), 2000000)),
           ask('PATCH', f'/seats?id=eq.{uuid(9)}', padded(uuid(2), 2000000))]
    see.same('so does what needs no look into it', [((said.get('server'), said.get('length')), (name, 2000000))
                                                    for (_, _, said), name in zip(got, ('hub-1', 'hub-1', 'shard9-1'), strict=True)])


def named_shards(see):
    uuid, ask = see.uuid, see.ask
    bodies = [('POST', HOLD, {'seat_id': uuid(9)}), ('POST', '/rpc/uuid_v7', {}), ('POST', '/concert_schedules', {}),
              ('POST', '/price_types', {'concert_id': uuid(31)}), ('PATCH', '/seats', {}), ('DELETE', f'/price_types?id=eq.{uuid(9)}'),
              ('POST', '/rpc/cancel_guest_booking', {'booking_number': '9ABC'})]
    reads = [('GET', f'/rpc/seat_map?concert_schedule_id={uuid(9)}'), ('GET', '/seats'), ('GET', '/schedule_prices')]

    def named(one, shard):
        return ask(*one, *([None] if len(one) == 2 else []), {'Concert-Shard': shard})[2].get('server')
    see.same('Concert-Shard counts before everything else',
             [(named(one, '2'), 'shard2-1') for one in bodies + reads] + [(named(one, '31'), 'hub-1') for one in bodies + reads]
             + [(named(one, '1'), 'shard1-1') for one in bodies] + [(named(one, '1'), 'shard1-2') for one in reads])
    see.same('but not for what is the hub\'s', [(named(one, '2'), 'hub-1') for one in (
        ('POST', '/rpc/search_concerts', {}), ('GET', '/venues'), ('POST', '/concerts', {}), ('GET', '/'), ('POST', '/rpc/nothing', {}))])
    asking_all = [path for path, route in front.routes().items() if route == 'all']
    see.same('nor for what asks all shards: one answer would pass for that of all', [
        (ask(method, path, {} if method == 'POST' else None, {'Concert-Shard': shard})[2].get('server'), 'hub-1')
        for path in asking_all for method in ('GET', 'POST') for shard in ('2', '31', 'x')])
    see.same('there an id counts, and a body has to fit', [
        (ask('POST', '/rpc/release_seats', {'seat_ids': [uuid(9)]}, {'Concert-Shard': '2'})[2].get('server'), 'shard9-1'),
        *((ask('POST', '/rpc/release_seats', padded(uuid(2), 2000000), {'Concert-Shard': '2'}, chunked=chunked)[2].get('code'), 'PT413') for chunked in (False, True))])
    wrong = ['0', '7', '32', '-1', '02', '2 ', '2,9', '2, 9', '9, 2', 'shard2', 'x', '', '2\t', '2\x00', '2;9', '2 9', '%32', '٢', '2.0', '0x2', 'hub']
    got = [(Raw(see.stand.port).send(request('POST', HOLD, '{}', f'Concert-Shard: {value}'.encode().decode('latin-1'), 'Connection: close')).all(), value) for value in wrong]
    # spaces around a value are no part of it
    see.same('a value that is no number of a shard is refused', [(('PT400' in text and '400 Bad' in text, value), (value.strip() != '2', value)) for text, value in got])
    got = Raw(see.stand.port).send(request('POST', HOLD, '{}', 'Concert-Shard: 2', 'concert-shard: 9', 'Connection: close')).all()
    see.same('so is a second header', [('PT400' in got, True)])
    got = Raw(see.stand.port).send(request('POST', HOLD, json.dumps({'seat_id': uuid(9)}), 'Concert_Shard: 2', 'X-Concert-Shard: 2', 'Connection: close')).all()
    see.same('a header of a similar name is none', [('"server": "shard9-1"' in got, True), ('Concert_Shard' in got, False)])


# -------- what is passed on, and what comes back

def untouched(see):
    uuid, ask = see.uuid, see.ask
    body = padded(uuid(2), 200)
    _, headers, said = ask('POST', HOLD + '?select=seat_id%2Cprice&seat_number=eq.A%20-1', body, {'Authorization': 'Bearer a.b.c', 'Prefer': 'tx=rollback', 'apikey': 'k'})
    sent = {name.lower(): value for name, value in said['headers']}
    see.same('address, headers and body reach the shard as they were sent', [
        ((said['method'], said['path'], said['body']), ('POST', HOLD + '?select=seat_id%2Cprice&seat_number=eq.A%20-1', body)),
        ([sent.get(name) for name in ('authorization', 'prefer', 'apikey', 'content-type')], ['Bearer a.b.c', 'tx=rollback', 'k', 'application/json'])])
    see.same('and its headers the client', [([headers.get(name) for name in ('Cache-Control', 'ETag', 'Location', 'Content-Type')],
                                             ['public, max-age=1', '"abc"', '/seats?id=eq.1', 'application/json; charset=utf-8'])])
    sent = {name.lower(): value for name, value in ask('POST', HOLD, body, {
        'X-Forwarded-For': '1.2.3.4', 'Forwarded': 'for=1.2.3.4', 'X_Forwarded_For': '1.2.3.4'})[2]['headers']}
    see.same('who asks is what HAProxy sees, not what the client says', [
        (sent.get('x-forwarded-for'), '127.0.0.1'), (sent.get('forwarded'), None), (sent.get('x_forwarded_for'), None)])
    status, headers, _ = ask('POST', '/rpc/my_bookings', {}, {'Stand-In': 'incomplete'})
    see.same('that a list is incomplete, a page in a browser may read', [
        ((status, headers['Concert-Incomplete'], headers['Access-Control-Expose-Headers']), (206, '1', 'Content-Range, Concert-Incomplete'))])
    see.same('a large answer arrives whole', [(len(ask('GET', f'/rpc/seat_map?seat_id={uuid(shard)}', None, {'Stand-In': 'large'})[2]['text']), 100000) for shard in (1, 2, 9)])
    preflight = {'Origin': 'https://x', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'concert-shard'}
    got = [ask('OPTIONS', path, None, preflight)[2].get('server') for path in (HOLD, '/rpc/my_bookings', '/seats', '/rpc/uuid_v7', '/') for _ in range(4)]
    see.same('what a browser asks before it calls, any node answers', [(set(got), {'shard1-1', 'shard2-1', 'shard9-1', 'hub-1'})])


def on_one_connection(see):
    uuid = see.uuid
    order = [1, 2, 9, 2, 1, 9, 9, 1] * 5
    client = see.new_client(see.stand.port)
    got = []
    for shard in order:
        got.append(client.ask('POST', HOLD, {'seat_id': uuid(shard)})[2]['server'])
    see.same('requests to different shards on one connection', list(zip(got, [f'shard{shard}-1' for shard in order], strict=True)))
    bodies = Raw(see.stand.port).send(''.join(request('POST', HOLD, json.dumps({'seat_id': uuid(shard)})) for shard in order)).answers(len(order))
    see.same('sent without waiting for an answer, they are answered in order', list(zip([said['server'] for said in bodies], [f'shard{shard}-1' for shard in order])))
    text = Raw(see.stand.port).send(request('POST', HOLD, padded(uuid(2), front.READ + 9000)) + request('POST', HOLD, json.dumps({'seat_id': uuid(9)}))).all()
    see.same('after a body that was refused the connection ends: nothing of it is taken for a request', [(text.count('HTTP/1.1 '), 1), ('PT413' in text, True)])


def hostile(see):
    uuid, count = see.uuid, len(see.stand.seen)
    inner = f'GET /rpc/seat_map?seat_id={uuid(9)} HTTP/1.1\r\nHost: x\r\nX: '
    head = f'POST {HOLD} HTTP/1.1\r\nHost: x\r\n'
    body = json.dumps({'seat_id': uuid(2)})
    chunked = f'{len(body):x}\r\n{body}\r\n0\r\n\r\n'
    refused = {
        'two lengths': head + f'Content-Length: {len(body)}\r\nContent-Length: 5\r\n\r\n{body}',
        'a list of lengths': head + f'Content-Length: {len(body)}, 5\r\n\r\n{body}',
        'a length with a sign': head + f'Content-Length: +{len(body)}\r\n\r\n{body}',
        'a length that is no number': head + f'Content-Length: 0x10\r\n\r\n{body}',
        'an unknown encoding after chunks': head + f'Transfer-Encoding: chunked, x\r\n\r\n{chunked}',
        'chunks twice': head + f'Transfer-Encoding: chunked, chunked\r\n\r\n{chunked}',
        'a space before the colon': head + f'Content-Length : {len(body)}\r\n\r\n{body}',
        'a chunk of a strange size': head + 'Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n0\r\n\r\n',
        'a chunk size that overflows': head + 'Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n',
        'a header without a name': head + ': 2\r\n\r\n',
        'a first line of another protocol': 'SSH-2.0-x\r\n\r\n',
        'a body of HTTP/1.0 without a length': f'GET {HOLD} HTTP/1.0\r\nContent-Length: {len(body)}\r\n\r\n{body}',
    }
    got = {name: Raw(see.stand.port).send(text).send('').all() for name, text in refused.items()}
    # By the parser of HAProxy, in HTML: this is not the place of PostgREST's words.
    see.same('what two servers could read in two ways is refused', [((name, text[:10]), (name, 'HTTP/1.1 4')) for name, text in got.items()])
    see.same('and no shard heard of it', [(see.stand.seen[count:], [])])
    both = head + f'Content-Length: {len(chunked) + len(inner)}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunked}{inner}'
    text = Raw(see.stand.port).send(both).all()
    see.same('of a length and chunks the chunks count, and what follows is no second request', [
        (text.count('HTTP/1.1 '), 1), ('"server": "shard2-1"' in text, True), ('"content-length"' in text.lower().split('\r\n\r\n', 1)[1], False)])
    text = Raw(see.stand.port).send(request('POST', HOLD, body, 'Connection: close, Content-Type, Authorization, Content-Profile', 'Authorization: Bearer x')).all()
    see.same('Connection: takes no header away', [('Bearer x' in text, True)])
    text = Raw(see.stand.port).send(request('POST', '/rpc/my_bookings', '{}', 'Connection: close, Content-Profile')).all()
    see.same('nor the one that is set here', [('concert_hub' in text.split('\r\n\r\n', 1)[1], True)])
    text = Raw(see.stand.port).send(request('POST', '/rpc/my_bookings', '{}', 'Content_Profile: concert_hub', 'Content-Profile : concert_hub', 'Connection: close')).all()
    see.same('a name with a space in it ends the request', [('HTTP/1.1 400' in text, True)])
    text = Raw(see.stand.port).send(request('POST', f'http://x{HOLD}', body, 'Connection: close')).all()
    see.same('an address with a host in it counts by its path', [('"server": "shard2-1"' in text, True)])
    deep = '{"x":' + '[' * 5000 + ']' * 5000 + f',"seat_id":"{uuid(2)}"}}'
    got = see.ask('POST', HOLD, deep)[2].get('server')
    see.same('JSON of great depth is not read: the lowest shard refuses it', [(got, 'shard1-1')])


# -------- faults

def faults(see):
    uuid, ask, stand = see.uuid, see.ask, see.stand
    count = len(stand.seen)
    status, headers, said = ask('POST', HOLD, {'seat_id': uuid(2)}, {'Stand-In': 'drop'})
    see.same('a shard that breaks off: 502, and the request was sent once', [
        ((status, said['code'], said['details'], headers['Access-Control-Allow-Origin']), (502, 'PT502', '{"shard": 2}', '*')), (len(stand.seen) - count, 1)])
    client = see.new_client(stand.port)
    client.ask('POST', HOLD, {'seat_id': uuid(2)})
    count = len(stand.seen)
    for _ in range(5):
        ask('POST', HOLD, {'seat_id': uuid(2)})
    try:
        status = client.ask('POST', HOLD, {'seat_id': uuid(2)}, {'Stand-In': 'drop'})[0]
    except http.client.RemoteDisconnected:
        status = 'closed'
    see.same('not the first request on a connection: HAProxy closes it without an answer, and has sent it once', [
        (status, 'closed'), (len(stand.seen) - count, 6)])
    stand.down('shard2-1')
    wait_until(lambda: stand.state('shard2/shard2-1') == 'DOWN', 'shard 2 is seen to be down')
    down = [ask('POST', HOLD, {'seat_id': uuid(2)}), ask('GET', f'/rpc/seat_map?seat_id={uuid(2)}'), ask('PATCH', f'/seats?id=eq.{uuid(2)}', {}),
            ask('POST', '/rpc/find_guest_booking', {'booking_number': '2ABC'}), ask('POST', HOLD, {}, {'Concert-Shard': '2'})]
    see.same('a shard that is down: 503 names it, in the words of PostgREST', [
        ((status, sorted(said), said['code'], said['details'], said['message'], headers['Content-Type'], headers['Access-Control-Allow-Origin'], headers['Retry-After']),
         (503, ['code', 'details', 'hint', 'message'], 'PT503', '{"shard": 2}', 'shard cannot be reached', 'application/json; charset=utf-8', '*', '1'))
        for status, headers, said in down])
    ask('GET', '/rpc/find_guest_booking?booking_number=2ABC&customer_phone=01012345678')
    wait_until(lambda: 'find_guest_booking 503' in stand.logged(), 'the log has the error')
    see.same('the log has the error, without what was asked', [('01012345678' in stand.logged(), False), (' 200 ' in stand.logged(), False)])
    see.same('the others sell', [(ask('POST', HOLD, {'seat_id': uuid(shard)})[2].get('server'), name) for shard, name in ((1, 'shard1-1'), (9, 'shard9-1'), (31, 'hub-1'))])
    got = [ask('POST', '/rpc/uuid_v7', {})[2].get('server') for _ in range(9)]
    see.same('and take what is new', [(set(got), {'shard1-1', 'shard9-1'})])
    got = [ask('OPTIONS', HOLD)[2].get('server') for _ in range(9)]
    see.same('and answer browsers', [(set(got), {'shard1-1', 'shard9-1', 'hub-1'})])
    stand.up(stand.node('shard2-1'))
    wait_until(lambda: {stand.state('shard2/shard2-1'), stand.state('shard2_sql/shard2-1')} == {'UP'}, 'shard 2 is seen to be up')
    see.same('it comes back', [(ask('POST', HOLD, {'seat_id': uuid(2)})[2].get('server'), 'shard2-1')])
    stand.down('shard9-1', ['admin'])
    stand.down('shard1-1')
    wait_until(lambda: {stand.state('shard9/shard9-1'), stand.state('shard1/shard1-1')} == {'DOWN'}, 'shards 1 and 9 are seen to be down')
    count = len(stand.seen)
    got = [ask('POST', HOLD, {'seat_id': uuid(9)}), ask('GET', f'/rpc/seat_map?seat_id={uuid(9)}')]
    see.same('a primary that takes connections and is not ready gets nothing', [
        *(((status, said.get('code'), said.get('details')), (503, 'PT503', '{"shard": 9}')) for status, _, said in got), (stand.seen[count:], [])])
    see.same('with the first and the last of three shards down the one between takes what is new', [
        (ask('POST', '/rpc/uuid_v7', {})[2].get('server'), 'shard2-1') for _ in range(6)])
    stand.up(stand.node('shard9-1'), ['admin'])
    stand.up(stand.node('shard1-1'))
    wait_until(lambda: {stand.state(f'{name}/{name[:6]}-1') for name in ('shard9', 'shard1', 'shard1_sql')} == {'UP'}, 'shards 1 and 9 are seen to be up')
    stand.down('shard9-1', ['rest'])
    count = len(stand.seen)
    late = threading.Timer(0.5, stand.up, (stand.node('shard9-1'), ['rest']))
    late.start()
    got = ask('POST', HOLD, {'seat_id': uuid(9)})
    late.join()
    see.same('a restart of half a second is waited out, and the request is sent once', [(got[2].get('server'), 'shard9-1'), (len(stand.seen) - count, 1)])
    stand.down('shard1-2', ['admin'])
    wait_until(lambda: stand.state('shard1_read/shard1-2') == 'DOWN', 'the replica is seen not to be ready')
    see.same('without its replica the primary serves reads', [(ask('GET', f'/rpc/seat_map?seat_id={uuid(1)}')[2].get('server'), 'shard1-1')])
    stand.up(stand.node('shard1-2'), ['admin'])
    wait_until(lambda: stand.state('shard1_read/shard1-2') == 'UP', 'the replica is seen to be ready')
    see.same('until it is ready again', [(ask('GET', f'/rpc/seat_map?seat_id={uuid(1)}')[2].get('server'), 'shard1-2')])


async def rush(port, count, body, headers):
    """so many requests at once: the answers' first lines"""
    async def one():
        reader, writer = await asyncio.open_connection('127.0.0.1', port)
        writer.write(request('POST', HOLD, body, 'Connection: close', *headers).encode())
        text = await reader.read()
        writer.close()
        return text.split(b'\r\n', 1)[0].decode()
    return await asyncio.gather(*(one() for _ in range(count)))


def rushes(see):
    see.stand.most_at_once = 0
    got = see.stand.run(rush(see.stand.port, 1200, json.dumps({'seat_id': see.uuid(2)}), ['Stand-In: wait']))
    see.same('a rush is refused nothing: it waits', [(set(got), {'HTTP/1.1 200 OK'}), (len(got), 1200)])
    see.same('while a shard has 1000 requests at a time at most', [(see.stand.most_at_once <= 1000, True)])


# -------- reloads and moves

def sql_name(port):
    with socket.create_connection(('127.0.0.1', port), timeout=60) as one:
        one.sendall(b'who is i')
        return one.recv(100).decode()


def moves(see):
    uuid, ask, stand = see.uuid, see.ask, see.stand
    ports = {group.name: group.sql_port for group in stand.cluster.groups}
    see.same('the SQL address of a group is its primary\'s', [(sql_name(ports[name]), f'{name}-1') for name in ports])
    client = see.new_client(stand.port)

    def places():
        return [client.ask('POST', HOLD, {'seat_id': uuid(1)})[2].get('server'), client.ask('GET', f'/rpc/seat_map?seat_id={uuid(1)}')[2].get('server'),
                client.ask('POST', '/rpc/cancel_guest_booking', {'booking_number': '1ABC'})[2].get('server'), sql_name(ports['shard1'])]
    worker = stand.worker()
    for place in ('shard1_read/shard1-2', 'shard1-2/shard1-2', 'shard1-2_sql/shard1-2'):
        wait_until(lambda place=place: stand.state(place) == 'UP', f'{place} is up')
    see.same('before a move', [(places(), ['shard1-1', 'shard1-2', 'shard1-1', 'shard1-1'])])
    see.same('it is one line, which is answered with nothing', [(stand.admin('set map shards.map 1 shard1-2'), '')])
    see.same('commands, reads and SQL follow, on the same connection and without a reload', [(places(), ['shard1-2'] * 4), (stand.worker(), worker)])
    stand.admin('set map shards.map 1 nothing')
    status, _, said = ask('POST', HOLD, {'seat_id': uuid(1)})
    see.same('a name that is no backend: 503, and no other shard', [((status, said['code'], said['details']), (503, 'PT503', '{"shard": 1}'))])
    stand.admin('set map shards.map 1 shard1')
    see.same('and back', [(places(), ['shard1-1', 'shard1-2', 'shard1-1', 'shard1-1'])])


def reloads(see):
    uuid, stand = see.uuid, see.stand
    idle = see.new_client(stand.port)
    idle.ask('GET', '/')
    stop, wrong, served = threading.Event(), [], []

    def buyer(shard):
        client, count = see.new_client(stand.port), 0
        while not stop.is_set():
            # An answer that says "Connection: close" is one: the client opens another connection then.
            try:
                got = client.ask('POST', HOLD, {'seat_id': uuid(shard)})[2].get('server')
            except OSError as error:
                got = repr(error)
            if got != f'shard{shard}-1':
                wrong.append(got)
                break
            count += 1
        served.append(count)
    buyers = [threading.Thread(target=buyer, args=(shard,)) for shard in (1, 2, 9) * 3]
    for one in buyers:
        one.start()
    for _ in range(2):
        stand.reload()
    stop.set()
    for one in buyers:
        one.join()
    see.same('two reloads while nine clients call: no call is lost', [(wrong, []), (sum(served) > 0, True)])
    see.same('a connection that was idle meanwhile serves one more', [(idle.ask('GET', '/')[2].get('server'), 'hub-1')])
    stand.admin('set map shards.map 1 shard1-2')
    stand.reload()
    see.same('a reload reads the maps anew', [(see.ask('POST', HOLD, {'seat_id': uuid(1)})[2].get('server'), 'shard1-1')])


def slow_clients(see):
    """a function that waits for their answers; ten seconds pass meanwhile"""
    head = f'POST {{}} HTTP/1.1\r\nHost: x\r\n{{}}Content-Length: 100\r\nX-Slow: 1\r\n\r\n{{{{"seat_id": "{see.uuid(2)}"'
    count = len(see.stand.seen)
    slow = [Raw(see.stand.port).send(head.format(path, named)) for path, named in ((HOLD, ''), (HOLD, 'Concert-Shard: 2\r\n'), ('/rpc/search_concerts', ''))]

    def end():
        see.same('a body that does not arrive: 408', [(('408' in text[:12], 'PT408' in text), (True, True)) for text in (one.all() for one in slow)])
    see.same('who sends slowly has no place at a shard', [(see.stand.seen[count:], [])])
    return end


def check(tap, stand, client, uuid):
    see = Limits(tap, stand, client, uuid)
    end = slow_clients(see)
    for part in (sizes, named_shards, untouched, on_one_connection, hostile, faults, rushes, moves):
        part(see)
    end()
    reloads(see)


# -------- with Patroni, and a house that was one machine before

def check_patroni(tap, client, uuid):
    def written(free_block):
        ports = free_block(34)
        node = '{{ host = "127.0.0.1", port = {} }}'.format
        return (f'[front]\nhost = "127.0.0.1"\nport = {ports}\nsql_port = {ports + 1}\n[hub]\nnodes = [{node(free_block(10))}]\n'
                f'[[shard]]\nnumber = 0\nnodes = [{", ".join(node(free_block(10)) for _ in range(3))}]\n'
                f'[[shard]]\nnumber = 1\nnodes = [{node(free_block(10))}]\n')
    before = datetime.datetime.fromisoformat('2024-07-15T00:00:00Z')     # uuid() has 2024-07-15T14:23
    stand = Stand(written, patroni=['shard0'], attributes={'shard1': {'numbers': 'old.map', 'ids_before': before}},
                  changed=lambda text: text.replace('timeout server 60s', 'timeout server 10s'))
    with open(os.path.join(stand.cluster.front.folder, 'old.map'), 'w', encoding='utf-8') as file:
        file.write('0ABCDEFGH1JK 1\n')
    stand.roles.update({'shard0-1': 'primary', 'shard0-2': 'synchronous', 'shard0-3': 'replica'})
    with stand:
        see = Limits(tap, stand, client, uuid)
        sql_port = stand.cluster.shards[0].sql_port

        def states(*expected):
            wait_until(lambda: [stand.state(f'shard0/shard0-{n}') for n in (1, 2, 3)]
                       + [stand.state(f'shard0_read/shard0-{n}') for n in (1, 2, 3)] == list(expected), f'states {expected}')

        def places():
            return [see.ask('POST', HOLD, {'seat_id': uuid(0)})[2].get('server'), see.ask('GET', f'/rpc/seat_map?seat_id={uuid(0)}')[2].get('server'), sql_name(sql_port)]
        states('UP', 'DOWN', 'DOWN', 'DOWN', 'UP', 'DOWN')
        silent = Raw(stand.port).send(request('POST', HOLD, json.dumps({'seat_id': uuid(1)}), 'Stand-In: silent', 'Connection: close'))
        old, random = '0190b2c0-7d3a-7abc', '0190b6c8-7d3a-4abc'

        def to(shard, body):
            return see.ask('POST', '/rpc/check_in', body)[2].get('server'), f'shard{shard}-1'
        see.same('what a house of one machine had made is its shard\'s, whatever its bits', [
            to(1, {'seat_ids': [uuid(bits, old)]}) for bits in range(32)] + [to(1, {'seat_ids': [uuid(0, random)]}),
            *(to(1, {'booking_number': number}) for number in ('0ABC-DEFG-H1JK-*', 'oabc defg hljk', '0ABCDEFGHIJKU'))])
        see.same('but the code of a renewed ticket is the shard\'s that made it, also where it looks old', [
            (see.ask('POST', path, {'ticket_code': uuid(shard, first)})[2].get('server'), f'shard{shard}-1')
            for path in ('/rpc/check_in', '/rpc/undo_check_in') for shard in (0, 1) for first in (random, '00000000-7d3a-4abc', 'ffffffff-7d3a-4abc')]
            + [(see.ask('GET', f'/rpc/check_in?ticket_code={uuid(0, random)}')[2].get('server'), 'shard0-2'),
               to(0, {'ticket_code': uuid(0)}), to(1, {'ticket_code': uuid(0, old)}), to(1, {'seat_ids': [uuid(0, random)], 'ticket_code': uuid(0)}),
               (see.ask('POST', '/rpc/check_in', f'ticket_code={uuid(0, random)}', {'Content-Type': 'application/x-www-form-urlencoded'})[2].get('server'), 'shard0-1')])
        see.same('what was made later goes by its bits', [to(0, {'seat_ids': [uuid(0)]}), to(1, {'seat_ids': [uuid(1)]}), to(0, {'booking_number': '0ABC-DEFG-H1JL-*'}),
                                                           to(0, {'seat_ids': [uuid(0)], 'booking_number': '0ABC-DEFG-H1JK-*'})])
        see.same('Patroni says who takes commands and SQL, and which replica has what was acknowledged', [(places(), ['shard0-1', 'shard0-2', 'shard0-1'])])
        stand.down('shard0-2', ['admin'])
        states('UP', 'DOWN', 'DOWN', 'DOWN', 'DOWN', 'DOWN')
        see.same('while its PostgREST cannot answer the primary serves reads', [(places(), ['shard0-1'] * 3)])
        stand.up(stand.node('shard0-2'), ['admin'])
        states('UP', 'DOWN', 'DOWN', 'DOWN', 'UP', 'DOWN')
        see.same('until it can', [(places(), ['shard0-1', 'shard0-2', 'shard0-1'])])
        idle = Raw(sql_port).send('who is i')
        stand.roles.update({'shard0-1': 'replica', 'shard0-2': 'primary', 'shard0-3': 'synchronous'})
        states('DOWN', 'UP', 'DOWN', 'DOWN', 'DOWN', 'UP')
        see.same('after a failover another one', [(places(), ['shard0-2', 'shard0-3', 'shard0-2'])])
        see.same('and the SQL sessions of the old one have ended', [(idle.all(), 'shard0-1')])
        stand.roles.update({'shard0-3': 'replica'})
        states('DOWN', 'UP', 'DOWN', 'DOWN', 'DOWN', 'DOWN')
        see.same('without such a replica the primary serves reads', [(places(), ['shard0-2'] * 3)])
        stand.roles.update({'shard0-2': 'replica'})
        states('DOWN', 'DOWN', 'DOWN', 'DOWN', 'DOWN', 'DOWN')
        see.same('without a primary: 503', [(see.ask('POST', HOLD, {'seat_id': uuid(0)})[2].get('code'), 'PT503'),
                                            (see.ask('GET', f'/rpc/seat_map?seat_id={uuid(0)}')[2].get('code'), 'PT503')])
        text = silent.all()
        see.same('a shard that does not answer in time (ten seconds, here): 504', [
            (('HTTP/1.1 504' in text, '"code":"PT504"' in text, '{\\"shard\\": 1}' in text), (True, True, True))])


# -------- a shard that answers nothing and is not seen to be down

def check_share(tap, client, uuid):
    def written(free_block):
        ports = free_block(34)
        node = '{{ host = "127.0.0.1", port = {} }}'.format
        return (f'[front]\nhost = "127.0.0.1"\nport = {ports}\nsql_port = {ports + 1}\n[hub]\nnodes = [{node(free_block(10))}]\n'
                + ''.join(f'[[shard]]\nnumber = {number}\nnodes = [{node(free_block(10))}]\n' for number in (0, 1)))
    most = 40
    stand = Stand(written, changed=lambda text: text.replace(f' gt {front.SHARE} ', f' gt {most} ').replace('timeout server 60s', 'timeout server 1h'))
    with stand:
        see = Limits(tap, stand, client, uuid)
        waiting = [Raw(stand.port).send(request('POST', HOLD, json.dumps({'seat_id': uuid(1)}), 'Stand-In: silent') if n % 2 else
                                     request('GET', f'/rpc/seat_map?seat_id={uuid(1)}', '', 'Stand-In: silent')) for n in range(most)]
        wait_until(lambda: len(stand.seen) == len(waiting), 'all of them wait for shard 1')
        got = [answer for _ in range(3) for answer in (see.ask('POST', HOLD, {'seat_id': uuid(1)}), see.ask('GET', f'/rpc/seat_map?seat_id={uuid(1)}'))]
        see.same('where a shard has its share of the front\'s connections, reads and commands together, one more is refused at once', [
            ((status, said.get('code'), said.get('details'), headers['Retry-After']), (503, 'PT503', '{"shard": 1}', '1')) for status, headers, said in got])
        see.same('the others have theirs', [(see.ask('POST', HOLD, {'seat_id': uuid(0)})[2].get('server'), 'shard0-1'),
                                            (see.ask('GET', '/rpc/search_concerts')[2].get('server'), 'hub-1')])
