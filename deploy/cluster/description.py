"""
description.py - what a description of a cluster (cluster.toml) says, as objects.

read(path) answers a Cluster, or raises Mistake with a sentence about the first thing that
is wrong. The words: a group is a shard or the hub, a node is one PostgreSQL of a group
with its PgBouncer and its PostgREST, the front is HAProxy.
"""

import datetime
import os
import re
import string
import sys

try:
    import tomllib
except ImportError:
    sys.exit('a description of a cluster is read by Python 3.11 or later')

HUB = 31                        # the hub's number; shards have 0 to 30
NODE_PORTS = 10                 # a node has so many ports, from its "port" on
NOW = datetime.datetime.now(datetime.timezone.utc)
HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT = os.path.join(HERE, 'cluster.toml')

# What a program is called where the description does not say: Debian 12's places.
PROGRAMS = {
    'postgresql': '/usr/lib/postgresql/15/bin',     # the folder of postgres, initdb and so on
    'haproxy': '/usr/sbin/haproxy',
    'pgbouncer': '/usr/sbin/pgbouncer',
    'postgrest': '/usr/local/bin/postgrest',
    'patroni': '/usr/bin/patroni',
    'etcd': '/usr/bin/etcd',
}


class Mistake(Exception):
    """The description cannot be used; the text says why."""


class Template(string.Template):
    """@{name} is filled in; "$" and "@" alone mean nothing here, for SQL and HAProxy use them."""
    delimiter = '@'


def fill(text, /, **values):
    filled = Template(text).safe_substitute(values)
    left = re.search(r'@\{\w*\}', filled)
    if left:
        raise KeyError(f'nothing is known to fill in for {left[0]}')
    return filled


def template(name, /, **values):
    """deploy/cluster/templates/NAME with @{...} filled in"""
    with open(os.path.join(HERE, 'templates', name), encoding='utf-8') as file:
        return fill(file.read(), **values)


class Front:
    def __init__(self, cluster, said):
        self.cluster = cluster
        self.name = 'front'
        self.host, self.port, self.sql_port = said['host'], said['port'], said['sql_port']


class Group:
    def __init__(self, cluster, number, said):
        self.cluster = cluster
        self.number = number
        self.is_hub = number == HUB
        self.name = 'hub' if self.is_hub else f'shard{number}'
        self.takes_new = said.get('new', not self.is_hub)   # schedules that are made now
        self.ids_before = said.get('ids_before')            # a house of one machine that became a cluster:
        self.numbers = said.get('numbers')                  # ids and booking numbers of then are here
        self.sql_port = cluster.front.sql_port + number     # of the front
        self.nodes = [Node(self, index, node) for index, node in enumerate(said['nodes'], 1)]
        self.first, self.replicas = self.nodes[0], self.nodes[1:]
        self.synchronous_replica = said.get('synchronous_replica', False)
        self.patroni = 'etcd' in cluster.said and len(self.nodes) > 1       # it fails over by itself

    @property
    def connection(self):
        """to whichever node is the primary"""
        return connection(self.cluster, self.cluster.front.host, self.sql_port)


class Node:
    def __init__(self, group, index, said):
        self.cluster, self.group = group.cluster, group
        self.index = said.get('number', index)
        self.name = f'{group.name}-{self.index}'
        self.slot = self.name.replace('-', '_')             # PostgreSQL's word for its place
        self.host, self.port = said['host'], said['port']
        self.pool_port, self.rest_port, self.rest_admin_port, self.patroni_port = range(self.port + 1, self.port + 5)
        self.first = index == 1
        self.reads = said.get('reads', True)                # false: a copy in the making, for a move

    @property
    def connection(self):
        return connection(self.cluster, self.host, self.port)


class Member:
    def __init__(self, cluster, index, said):
        self.cluster, self.index = cluster, index
        self.name = f'etcd-{index}'
        self.host, self.port, self.peer_port = said['host'], said['port'], said['port'] + 1


class Cluster:
    def __init__(self, said, out):
        """said: the checked description; out: where generated files go, for want of "folder" """
        self.said = said
        self.database = said.get('database', 'concerts')
        self.authentication = said.get('authentication', 'scram-sha-256')
        self.settings = said.get('postgresql', {})          # more lines of postgresql.conf
        self.programs = PROGRAMS | said.get('programs', {})
        self.front = Front(self, said['front'])
        self.hub = Group(self, HUB, said['hub'])
        self.shards = sorted((Group(self, shard['number'], shard) for shard in said['shard']), key=lambda group: group.number)
        self.groups = [*self.shards, self.hub]
        self.nodes = [node for group in self.groups for node in group.nodes]
        self.etcd = [Member(self, index, member) for index, member in enumerate(said.get('etcd', {}).get('members', []), 1)]
        self.processes = [self.front, *self.nodes, *self.etcd]
        self.hosts = sorted({process.host for process in self.processes})
        for process in self.processes:
            folder = said.get('folder') or os.path.join(os.path.abspath(out), process.host)
            process.folder = os.path.join(folder, process.name)
            process.data = os.path.join(process.folder, 'data')

    def ports(self):
        """(host, port, whose) of every port that is taken, those for shards to come too"""
        front = self.front
        yield front.host, front.port, "the front's port"
        for number in range(HUB + 1):
            yield front.host, front.sql_port + number, f"the front's SQL port of number {number} (sql_port + {number})"
        for node in self.nodes:
            for port in range(node.port, node.port + NODE_PORTS):
                yield node.host, port, f'{node.name} (a node takes {NODE_PORTS} ports from {node.port} on)'
        for member in self.etcd:
            yield member.host, member.port, f'{member.name} (clients)'
            yield member.host, member.peer_port, f'{member.name} (other members: port + 1)'


def connection(cluster, host, port):
    return f'host={host} port={port} dbname={cluster.database} user=postgres'


# -------- what may be said

def check_keys(where, said, needed, optional=()):
    if not isinstance(said, dict):
        raise Mistake(f'{where} is no table of keys')
    for key in said:
        if key not in (*needed, *optional):
            raise Mistake(f'{where}: there is no key "{key}"; there are {", ".join((*needed, *optional))}')
    for key in needed:
        if key not in said:
            raise Mistake(f'{where}: "{key}" is missing')


def check_text(where, value, pattern, meant):
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise Mistake(f'{where} is {value!r}: {meant} is needed')


def check_place(where, said, *keys):
    check_text(f'{where}: host', said['host'], r'[0-9A-Za-z][0-9A-Za-z.:-]*', 'an address or a name of a host')
    for key in keys:
        if type(said[key]) is not int or not 1024 <= said[key] <= 65000:
            raise Mistake(f'{where}: {key} is {said[key]!r}: a port from 1024 to 65000 is needed')


def check_nodes(where, said):
    wanted = said.get('synchronous_replica', False)
    if type(wanted) is not bool:
        raise Mistake(f'{where}: synchronous_replica is {wanted!r}: true or false is needed')
    if not isinstance(said['nodes'], list) or not said['nodes']:
        raise Mistake(f'{where}: it has no node; nodes = [{{ host = "...", port = ... }}]')
    for index, node in enumerate(said['nodes'], 1):
        check_keys(f'{where}, node {index}', node, ['host', 'port'], ['number', 'reads'])
        check_place(f'{where}, node {index}', node, 'port')
        number = node.setdefault('number', index)
        if type(number) is not int or not 1 <= number <= 99:
            raise Mistake(f'{where}, node {index}: number is {number!r}: a number from 1 to 99 is needed')
        if type(node.setdefault('reads', True)) is not bool:
            raise Mistake(f'{where}, node {index}: reads is {node["reads"]!r}: true or false is needed')
    if wanted and not any(node['reads'] for node in said['nodes'][1:]):
        raise Mistake(f'{where}: synchronous_replica = true, and it has no replica')
    if len({node['number'] for node in said['nodes']}) < len(said['nodes']):
        raise Mistake(f'{where}: two nodes have the same number')


def check_shards(shards):
    if not isinstance(shards, list) or not shards:
        raise Mistake('there is no shard; a [[shard]] is needed')
    numbers = set()
    for shard in shards:
        check_keys('[[shard]]', shard, ['number', 'nodes'], ['new', 'synchronous_replica', 'ids_before', 'numbers'])
        number = shard['number']
        if type(number) is not int or not 0 <= number < HUB:
            raise Mistake(f'[[shard]]: number is {number!r}: a shard has a number from 0 to {HUB - 1}'
                          + (', for 31 is the hub' if number == HUB else ''))
        if number in numbers:
            raise Mistake(f'two shards have the number {number}; an id must name one of them')
        numbers.add(number)
        if type(shard.get('new', True)) is not bool:
            raise Mistake(f'shard {number}: new is {shard["new"]!r}: true or false is needed')
        if not isinstance(shard.get('ids_before'), (datetime.datetime, type(None))) or shard.get('ids_before', NOW).tzinfo is None:
            raise Mistake(f'shard {number}: ids_before is {shard["ids_before"]}: a time with a zone is needed, 2026-12-01T00:00:00Z')
        check_text(f'shard {number}: numbers', shard.get('numbers', '/old.map'), r'[\w./+-]+', 'the path of a file')
        check_nodes(f'shard {number}', shard)
    if not any(shard.get('new', True) for shard in shards):
        raise Mistake('no shard takes new schedules; one needs new = true')


def check(said):
    check_keys('the description', said, ['front', 'hub', 'shard'],
               ['database', 'authentication', 'folder', 'programs', 'postgresql', 'etcd'])
    check_text('database', said.get('database', 'concerts'), r'[a-z_][a-z0-9_]{0,62}', 'a name of small letters, digits and _')
    check_text('authentication', said.get('authentication', 'trust'), r'trust|scram-sha-256', '"scram-sha-256" or, for tests, "trust"')
    check_text('folder', said.get('folder', '/srv'), r'/[\w./+-]*', 'an absolute path of letters, digits and . _ + - /')
    check_keys('[programs]', said.get('programs', {}), [], PROGRAMS)
    for name, path in said.get('programs', {}).items():
        check_text(f'[programs]: {name}', path, r'/[\w./+-]*', 'an absolute path of letters, digits and . _ + - /')
    if not isinstance(said.get('postgresql', {}), dict):
        raise Mistake('[postgresql] is no table of settings')
    for name, value in said.get('postgresql', {}).items():
        check_text('[postgresql]: a name of a setting', name, r'[a-z_]+(\.[a-z_]+)?', 'a name such as shared_buffers')
        if not isinstance(value, (str, int, float)) or '\n' in str(value):
            raise Mistake(f'[postgresql]: {name} is {value!r}: one text or number is needed')
    check_keys('[front]', said['front'], ['host', 'port', 'sql_port'])
    check_place('[front]', said['front'], 'port', 'sql_port')
    check_keys('[hub]', said['hub'], ['nodes'], ['synchronous_replica'])
    check_nodes('the hub', said['hub'])
    check_shards(said['shard'])
    if 'etcd' in said:
        check_keys('[etcd]', said['etcd'], ['members'])
        members = said['etcd']['members']
        if not isinstance(members, list) or len(members) not in (1, 3, 5):
            raise Mistake('[etcd]: 3 or 5 members are needed (1 fails over no more when it is down)')
        for index, member in enumerate(members, 1):
            check_keys(f'[etcd], member {index}', member, ['host', 'port'])
            check_place(f'[etcd], member {index}', member, 'port')
        for where, group in (('the hub', said['hub']), *((f'shard {shard["number"]}', shard) for shard in said['shard'])):
            if len(group['nodes']) == 2:
                raise Mistake(f'{where} has two nodes: with [etcd] a group has one, and no failover, or three')


def check_ports(cluster):
    taken = {}
    for host, port, whose in cluster.ports():
        if (host, port) in taken:
            raise Mistake(f'port {port} of {host} is taken twice: by {taken[host, port]} and by {whose}')
        taken[host, port] = whose


def read(path, out='.'):
    try:
        with open(path, 'rb') as file:
            said = tomllib.load(file)
    except OSError as error:
        raise Mistake(f'it cannot be read: {error.strerror}') from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Mistake(f'it is no TOML: {error}') from None
    check(said)
    cluster = Cluster(said, out)
    check_ports(cluster)
    return cluster
