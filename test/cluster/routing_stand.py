"""
routing_stand.py - the front of a cluster with stand-ins behind it, for test/cluster/routing.

HAProxy runs with the files that deploy/cluster/front.py makes of a description. In place of
each PostgREST a stand-in answers what it was asked: its name, method, path, headers, body.
A request tells it to behave otherwise by the header Stand-In:

    drop        read the request, then close the connection
    wait        answer after 20 ms
    silent      never answer
    incomplete  answer 206 with Concert-Incomplete, as the hub does when a shard is down
    large       answer 100,000 bytes
"""

import asyncio
import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TOP, 'deploy', 'cluster'))
import description      # noqa: E402
import front            # noqa: E402

PATIENCE = 120          # seconds that a condition may take: the machine may be busy


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f'never happened: {what}')
        time.sleep(0.02)


GIVEN = set()           # ports of blocks that were handed out


def free_block(length):
    """the first of so many free ports in a row, below those of outgoing connections"""
    while True:
        first = random.randrange(20000, 32000 - length)
        block = set(range(first, first + length))
        if block & GIVEN:
            continue
        with contextlib.ExitStack() as held:
            try:
                for port in block:
                    one = held.enter_context(socket.socket())
                    one.bind(('127.0.0.1', port))
                GIVEN.update(block)
                return first
            except OSError:
                continue


class Stand:
    """description: function of a function that gives free blocks of ports -> text of cluster.toml"""

    def __init__(self, written, patroni=(), attributes=None, changed=lambda text: text):
        self.folder = tempfile.mkdtemp(prefix='concert_routing.', dir='/tmp')
        path = os.path.join(self.folder, 'cluster.toml')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(written(free_block))
        self.cluster = description.read(path, self.folder)
        for group in self.cluster.groups:
            group.patroni = group.name in patroni
            for name, value in (attributes or {}).get(group.name, {}).items():
                setattr(group, name, value)
        self.port = self.cluster.front.port
        self.changed = changed              # what a test changes of haproxy.cfg
        self.seen = []                      # (name, path) of each request that arrived
        self.at_once = self.most_at_once = 0
        self.roles = {}                     # name of a node -> what its Patroni says it is
        self.servers = {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        for node in self.cluster.nodes:
            self.up(node)
        os.makedirs(self.cluster.front.folder)
        self.write()
        self.process = None

    # -------- HAProxy

    def write(self):
        files = front.files(self.cluster)
        # A busy machine is not a server that is down, nor a rush that lasts too long.
        text = re.sub(r'timeout (check|connect|queue) +\w+', r'timeout \1 2m', files['haproxy.cfg'])
        files['haproxy.cfg'] = self.changed(text)
        for name, text in files.items():
            with open(os.path.join(self.cluster.front.folder, name), 'w', encoding='utf-8') as file:
                file.write(text)

    def start(self):
        self.log = open(os.path.join(self.folder, 'log'), 'wb')
        self.process = subprocess.Popen(
            [shutil.which('haproxy', path=os.environ.get('PATH', '') + ':/usr/sbin'), '-W', '-f',
             os.path.join(self.cluster.front.folder, 'haproxy.cfg')], stdout=self.log, stderr=self.log)
        wait_until(lambda: self.process.poll() is not None or self.answers(), 'HAProxy answers')
        if self.process.poll() is not None:
            raise RuntimeError(f'HAProxy ended:\n{self.logged()}')
        return self

    def answers(self):
        try:
            return bool(self.admin('show info'))
        except OSError:
            return False

    def reload(self):
        before, sent = self.worker(), 0

        def is_done():
            # The master starts itself anew when its worker runs, and loses a signal meanwhile.
            nonlocal sent
            if time.monotonic() - sent > 1:
                self.process.send_signal(signal.SIGUSR2)
                sent = time.monotonic()
            return self.answers() and self.worker() != before
        wait_until(is_done, 'HAProxy has a new worker')

    def worker(self):
        return next(line for line in self.admin('show info').splitlines() if line.startswith('Pid:'))

    def admin(self, command):
        with socket.socket(socket.AF_UNIX) as admin:
            admin.settimeout(PATIENCE)
            admin.connect(os.path.join(self.cluster.front.folder, 'admin.sock'))
            admin.sendall(command.encode() + b'\n')
            return b''.join(iter(lambda: admin.recv(65536), b'')).decode().strip()

    def state(self, place):
        """UP, DOWN ... of backend/server"""
        for line in self.admin('show stat').splitlines():
            column = line.split(',')
            if place == '/'.join(column[:2]):
                return column[17].split()[0]
        return None

    def logged(self):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8') as file:
            return file.read()

    # -------- the stand-ins

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def node(self, name):
        return next(node for node in self.cluster.nodes if node.name == name)

    def up(self, node, parts=('rest', 'admin', 'patroni', 'sql')):
        for part in parts:
            port, answer = {'rest': (node.rest_port, self.rest), 'admin': (node.rest_admin_port, self.ready),
                            'patroni': (node.patroni_port, self.patroni), 'sql': (node.port, self.sql)}[part]
            self.servers[node.name, part] = self.run(self.serve(node.name, port, answer))

    async def serve(self, name, port, answer):
        open_ones = set()

        async def talk(reader, writer):
            open_ones.add(writer)
            try:
                await answer(name, reader, writer)
            except (OSError, asyncio.IncompleteReadError, ValueError):
                pass
            finally:
                open_ones.discard(writer)
                writer.close()
        server = await asyncio.start_server(talk, '127.0.0.1', port, limit=1 << 20, backlog=4096)
        server.open_ones = open_ones
        return server

    def down(self, name, parts=('rest', 'admin', 'patroni', 'sql')):
        async def close(server):
            server.close()
            for writer in list(server.open_ones):
                writer.transport.abort()
        for part in parts:
            self.run(close(self.servers.pop((name, part))))

    @staticmethod
    async def read_body(reader, headers):
        asked = {name.lower(): value for name, value in headers}
        if 'chunked' in asked.get('transfer-encoding', ''):
            body = b''
            while size := int((await reader.readline()).split(b';')[0], 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
            return body
        return await reader.readexactly(int(asked.get('content-length', 0)))

    @staticmethod
    async def read_head(reader):
        """method, path, [[name, value]], or None at the end"""
        line = await reader.readline()
        if not line:
            return None
        headers = []
        while field := (await reader.readline()).decode('latin-1').strip():
            name, value = field.split(':', 1)
            headers.append([name, value.strip()])
        method, path, _ = line.decode('latin-1').split(' ', 2)
        return method, path, headers

    async def rest(self, name, reader, writer):
        while head := await self.read_head(reader):
            method, path, headers = head
            body = await self.read_body(reader, headers)
            told = dict(headers).get('stand-in', '')
            self.seen.append((name, path))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            if told in ('wait', 'silent'):
                await asyncio.sleep(0.02 if told == 'wait' else 3600)
            self.at_once -= 1
            if told == 'drop':
                return
            answer = 'x' * 100000 if told == 'large' else json.dumps(
                {'server': name, 'method': method, 'path': path, 'headers': headers, 'body': body[:200].decode('latin-1'), 'length': len(body)})
            extra = 'Content-Profile: concert_hub\r\n' if name.startswith('hub') else ''
            if told == 'incomplete':
                extra += 'Concert-Incomplete: 1\r\nAccess-Control-Expose-Headers: Content-Range\r\n'
            writer.write((f'HTTP/1.1 {"206 Partial Content" if told == "incomplete" else "200 OK"}\r\nContent-Type: application/json; charset=utf-8\r\n'
                          f'Cache-Control: public, max-age=1\r\nETag: "abc"\r\nLocation: /seats?id=eq.1\r\n{extra}'
                          f'Content-Length: {len(answer)}\r\n\r\n' + ('' if method == 'HEAD' else answer)).encode('latin-1'))
            await writer.drain()

    async def ready(self, _name, reader, writer):
        await self.read_head(reader)
        writer.write(b'HTTP/1.0 200 OK\r\n\r\n')

    async def patroni(self, name, reader, writer):
        _, path, _ = await self.read_head(reader)
        is_so = path.lstrip('/') == self.roles.get(name)
        writer.write(f'HTTP/1.0 {"200 OK" if is_so else "503 Service Unavailable"}\r\n\r\n'.encode())

    async def sql(self, name, reader, writer):
        """PostgreSQL's answer to HAProxy's question whether it is there; its name to any other one"""
        while asked := await reader.readexactly(8):
            writer.write(b'N' if asked == bytes.fromhex('0000000804d2162f') else name.encode())

    # -------- the end

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
