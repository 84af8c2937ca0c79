"""
stage.py - what the campaign plays on: the network, the cluster, its nodes as Patroni sees
them, and the buyers with their ledgers.
"""

import http.client
import json
import os
import shlex
import signal
import subprocess
import sys
import time
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
NET = os.path.join(HERE, 'net')
CLUSTER = os.path.join(TOP, 'scripts/cluster')
PATIENCE = 240                  # seconds for what must happen sooner or later


class Trouble(Exception):
    """Something that must happen did not, or the machine cannot do it."""


def say(text):
    print('# ' + text, flush=True)


def wait_for(what, condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise Trouble(f'{what}: not within {patience} seconds')
        time.sleep(0.1)


def run(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise Trouble(f'{shlex.join(words)}: {done.stderr.strip() or done.stdout.strip()}')
    return done.stdout


def stat(pid):
    with open(f'/proc/{pid}/stat', encoding='utf-8') as file:
        text = file.read()
    return text[text.rindex(')') + 2:].split()


def family(pid):
    """The process and all that descend from it."""
    children = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            try:
                children.setdefault(int(stat(name)[1]), []).append(int(name))
            except (OSError, ValueError):
                pass
    found = [pid]
    for each in found:
        found += children.get(each, [])
    return found


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


class Network:
    """A network of namespaces, made for this campaign."""

    def __init__(self, hosts):
        self.number = run(NET, 'free').strip()
        run(NET, 'up', self.number, *hosts)

    def down(self):
        subprocess.run([NET, 'down', self.number], check=False)


class Node:
    def __init__(self, cluster, name, host, port):
        self.cluster, self.name, self.host, self.port = cluster, name, host, port
        self.patroni_port = port + 4
        self.data = os.path.join(cluster.folder, host, name, 'data')

    def patroni(self, method, path, body=None, timeout=3):
        """(status, answer) of Patroni's own API; (0, None) where there is none"""
        connection = http.client.HTTPConnection(self.host, self.patroni_port, timeout=timeout)
        try:
            connection.request(method, path, None if body is None else json.dumps(body))
            answer = connection.getresponse()
            text = answer.read().decode()
            return answer.status, json.loads(text) if text.startswith('{') else text
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()

    def postmaster(self):
        with open(os.path.join(self.data, 'postmaster.pid'), encoding='utf-8') as file:
            return int(file.readline())

    @property
    def connection(self):
        return f'host={self.host} port={self.port} dbname=concerts user=postgres connect_timeout=5'


class Cluster:
    """A running scripts/cluster; shard 0 is Patroni's."""

    def __init__(self, folder, network, settings):
        self.folder, self.network = folder, network
        os.environ['CLUSTER_ENTER'] = NET + '-enter'
        with open(os.path.join(HERE, 'cluster.toml'), encoding='utf-8') as file:
            text = file.read().replace('10.77.0.', f'10.77.{network.number}.')
        path = folder + '.toml'
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text + '\n[postgresql]\n' + ''.join(f'{key} = "{value}"\n' for key, value in settings.items()))
        run(CLUSTER, 'start', folder, path)
        with open(os.path.join(folder, 'cluster.toml'), 'rb') as file:
            self.said = tomllib.load(file)
        with open(os.path.join(folder, 'env'), encoding='utf-8') as file:
            self.env = dict(shlex.split(line)[1].split('=', 1) for line in file if line.startswith('export ') and '$PATH' not in line)
        self.url = self.env['REST_URL']
        self.nodes = [Node(self, f'shard0-{index}', node['host'], node['port'])
                      for index, node in enumerate(self.said['shard'][0]['nodes'], 1)]

    def stop(self):
        # what was frozen must be able to end
        subprocess.run([CLUSTER, 'stop', self.folder], check=False)

    def psql(self, connection, *words):
        done = subprocess.run([self.env['SERVER_BIN'] + '/psql', '-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', connection, *words],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise Trouble(f'{connection}: {done.stderr.strip()}')
        return done.stdout.strip()

    def group(self, name, *words):
        return self.psql(self.env[f'CLUSTER_SQL_{name}'], *words)

    # -------- processes

    def kill(self, process, number='KILL'):
        run(CLUSTER, 'kill', self.folder, process, number)

    def up(self, process):
        run(CLUSTER, 'up', self.folder, process)

    def pid(self, process):
        with open(os.path.join(self.folder, 'pid', process), encoding='utf-8') as file:
            return int(file.read().split()[0])

    # -------- shard 0 as Patroni sees it

    def members(self):
        """{name: what Patroni says} as the node that claims to lead tells it, else any"""
        for node in sorted(self.nodes, key=lambda node: node.patroni('GET', '/primary', timeout=1)[0] != 200):
            status, said = node.patroni('GET', '/cluster')
            if status == 200:
                return {member['name']: member for member in said['members']}
        return {}

    def leader(self):
        """The one node that takes writes, or None."""
        leading = [node for node in self.nodes if node.patroni('GET', '/primary', timeout=1)[0] == 200]
        return leading[0] if len(leading) == 1 else None

    def wait_leader(self):
        return wait_for('a leader of shard 0', self.leader)

    def synchronous(self):
        names = [name for name, member in self.members().items() if member['role'] == 'sync_standby']
        return next((node for node in self.nodes if node.name in names), None)

    def is_whole(self):
        members = self.members()
        roles = sorted(member['role'] for member in members.values())
        return roles == ['leader', 'replica', 'sync_standby'] and all(
            member['state'] in ('running', 'streaming') and member.get('lag', 0) in (0, *range(1 << 20)) for member in members.values()) \
            and len({member['timeline'] for member in members.values()}) == 1

    def configure(self, **settings):
        status, said = self.wait_leader().patroni('PATCH', '/config', settings)
        if status != 200:
            raise Trouble(f'Patroni refused {settings}: {said}')


class Buyers:
    """Processes of buyer.py, each fourth on shard 1, and all lines of their ledgers so far."""

    def __init__(self, cluster, folder, halls, count, seed):
        os.makedirs(folder)
        self.ledgers = [os.path.join(folder, f'{n}.jsonl') for n in range(count)]
        self.offsets = [0] * count
        self.lines = []
        paths = [os.path.join(folder, f'halls.{shard}.json') for shard in (0, 1)]
        for shard, path in enumerate(paths):
            with open(path, 'w', encoding='utf-8') as file:
                json.dump([hall for hall in halls if hall['shard'] == shard], file)
        with open(os.path.join(folder, 'errors'), 'w', encoding='utf-8') as errors:
            self.processes = [subprocess.Popen([sys.executable, os.path.join(HERE, 'buyer.py'), cluster.url, paths[n % 4 == 3], ledger,
                                                str(seed * 1000 + n)], stdin=subprocess.DEVNULL, stderr=errors)
                              for n, ledger in enumerate(self.ledgers)]

    def read(self):
        """New lines of all ledgers, by time."""
        new = []
        for n, ledger in enumerate(self.ledgers):
            if not os.path.exists(ledger):
                continue
            with open(ledger, 'rb') as file:
                file.seek(self.offsets[n])
                data = file.read()
            whole = data[:data.rfind(b'\n') + 1]
            self.offsets[n] += len(whole)
            new += [json.loads(line) | {'buyer': n} for line in whole.splitlines()]
        self.lines += sorted(new, key=lambda line: line['t'])
        return self.lines

    def check(self):
        for process in self.processes:
            if process.poll() is not None:
                raise Trouble('a buyer ended by himself; see "errors" beside the ledgers')

    def last(self):
        return {line['buyer']: line['k'] for line in self.read() if line['k'] in ('paused', 'on', 'ended')}

    def pause(self):
        """Until each has an answer to his last call, and makes no other one."""
        self.check()
        send([process.pid for process in self.processes], signal.SIGUSR1)
        wait_for('the answers to all calls', lambda: list(self.last().values()).count('paused') == len(self.processes))

    def go_on(self):
        send([process.pid for process in self.processes], signal.SIGUSR2)
        wait_for('the buyers', lambda: 'paused' not in self.last().values())

    def end(self):
        send([process.pid for process in self.processes], signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
