"""
faults.py - what is done to the cluster. Each fault is a function of the cluster that does
it and answers how it is undone: a function that is called when sales are steady again, or
None. KILLS says how many processes (with their children) it kills.
"""

import http.client
import json
import signal
import time

from stage import NET, Trouble, family, run, say, send, wait_for

FROZEN_SECONDS = 30             # longer than Patroni's ttl
CHOICE_SECONDS = 8              # Patroni looks twice, and has chosen a synchronous standby


def postmaster(cluster):
    """The primary's PostgreSQL dies; its Patroni lives."""
    send([cluster.wait_leader().postmaster()], signal.SIGKILL)


def patroni(cluster):
    """The primary's Patroni and PostgreSQL die at once, as with their machine; it comes back when another one sells."""
    leader = cluster.wait_leader()
    process = cluster.pid(f'{leader.name}-patroni')
    send([leader.postmaster(), process], signal.SIGKILL)
    return lambda: cluster.up(f'{leader.name}-patroni')


def patroni_alone(cluster):
    """The primary's Patroni dies, its PostgreSQL goes on; Patroni is started again after a second."""
    leader = cluster.wait_leader()
    cluster.kill(f'{leader.name}-patroni')
    time.sleep(1)
    cluster.up(f'{leader.name}-patroni')


def replica(cluster):
    """The PostgreSQL of the synchronous standby dies."""
    send([wait_for('a synchronous standby', cluster.synchronous).postmaster()], signal.SIGKILL)


def etcd(cluster):
    """A member of etcd dies: its leader."""
    def leads(member):
        connection = http.client.HTTPConnection(member['host'], member['port'], timeout=3)
        try:
            connection.request('POST', '/v3/maintenance/status', '{}')
            said = json.loads(connection.getresponse().read())
            return said['leader'] == said['header']['member_id']
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return False
        finally:
            connection.close()
    members = [f'etcd-{index}' for index, member in enumerate(cluster.said['etcd']['members'], 1) if leads(member)]
    if len(members) != 1:
        raise Trouble(f'these members of etcd lead: {members}')
    cluster.kill(members[0])
    return lambda: cluster.up(members[0])


def again(process):
    """The process of that name dies; its supervisor starts it again."""
    def strike(cluster):
        name = process if process == 'front' else f'{cluster.wait_leader().name}-{process}'
        cluster.kill(name)
        cluster.up(name)
    return strike


def switchover(cluster):
    """A planned one, to the synchronous standby."""
    leader, target = cluster.wait_leader(), wait_for('a synchronous standby', cluster.synchronous)
    status, said = leader.patroni('POST', '/switchover', {'leader': leader.name, 'candidate': target.name}, timeout=60)
    if status != 200:
        raise Trouble(f'the switchover to {target.name}: {status} {said}')


def cut(*how):
    """The primary's host is cut off; with "all" from the front too."""
    def strike(cluster):
        leader = cluster.wait_leader()
        run(NET, 'cut', leader.host, *how)
        return lambda: run(NET, 'heal', leader.host)
    return strike


def restart(cluster):
    """The primary's Patroni is started again, and then dies with its PostgreSQL."""
    leader = cluster.wait_leader()
    cluster.kill(f'{leader.name}-patroni')
    cluster.up(f'{leader.name}-patroni')
    # For two seconds of a choice no standby may take over: whoever loses the primary then has
    # to start it again, or "patronictl failover". That is no fault of this campaign.
    time.sleep(CHOICE_SECONDS)
    wait_for('a synchronous standby', cluster.is_whole)
    return patroni(cluster)


def freeze(cluster):
    """The primary's Patroni and PostgreSQL stand still for longer than ttl, and wake up."""
    leader = cluster.wait_leader()
    process = cluster.pid(f'{leader.name}-patroni')
    began = time.monotonic()
    frozen = [*family(process), *family(leader.postmaster())]
    send(frozen, signal.SIGSTOP)

    def wake():
        time.sleep(max(0, began + FROZEN_SECONDS - time.monotonic()))
        send(frozen, signal.SIGCONT)
        say(f'{leader.name} woke up after {time.monotonic() - began:.0f} s')
    return wake


# name: (what the table says, function, kills)
FAULTS = {
    'postmaster': ('SIGKILL of the primary\'s postmaster', postmaster, 1),
    'patroni': ('SIGKILL of Patroni and its postmaster', patroni, 1),
    'patroni alone': ('SIGKILL of the primary\'s Patroni', patroni_alone, 1),
    'patroni twice': ('SIGKILL of Patroni, and after its start of both', restart, 2),
    'standby': ('SIGKILL of the synchronous standby', replica, 1),
    'etcd': ('SIGKILL of etcd\'s leader', etcd, 1),
    'front': ('SIGKILL of HAProxy', again('front'), 1),
    'pgbouncer': ('SIGKILL of the primary\'s PgBouncer', again('pgbouncer'), 1),
    'postgrest': ('SIGKILL of the primary\'s PostgREST', again('postgrest'), 1),
    'switchover': ('planned switchover', switchover, 0),
    'cut': ('primary cut off, but not from the front', cut(), 0),
    'cut all': ('primary cut off from everything', cut('all'), 0),
    'freeze': (f'primary frozen for {FROZEN_SECONDS} s', freeze, 0),
}

# how often in a whole campaign
TIMES = {'postmaster': 5, 'patroni': 3, 'patroni alone': 2, 'patroni twice': 2, 'standby': 5, 'etcd': 5, 'front': 4,
         'pgbouncer': 3, 'postgrest': 2, 'switchover': 2, 'cut': 2, 'cut all': 1, 'freeze': 2}


def order(random, count=None):
    """One of each kind first, then the rest, each part shuffled."""
    first = list(FAULTS)
    rest = [name for name, times in TIMES.items() for _ in range(times - 1)]
    random.shuffle(first)
    random.shuffle(rest)
    return (first + rest)[:count]
