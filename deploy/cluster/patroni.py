"""The configurations of Patroni and of etcd, for groups that fail over by themselves."""

from description import template

HUB = 31
# Equal on all nodes of a group, and therefore Patroni's. A hub has a connection from and to
# each shard: with 31 of them, slots and workers for all and for their initial copies.
SHARED = {
    'max_connections': 100,
    'max_worker_processes': 80,
    'max_wal_senders': 80,
    'max_replication_slots': 80,
    'max_prepared_transactions': 10,
}


def slots(group):
    """The logical slots that others' subscriptions have on this group."""
    if group.number != HUB:
        return ['concert_sales_%d' % group.number]
    return ['concert_catalogue_%d' % shard.number for shard in group.cluster.shards]


def files(node):
    cluster = node.cluster
    entry = '      %s: {type: logical, database: %s, plugin: pgoutput}'
    nodes = node.group.nodes
    names = ', '.join('"%s"' % each.name for each in nodes)
    files = {'patroni.conf': template('patroni.conf', node=node.name, nodes=names, others=len(nodes) - 1)}
    files['patroni.yml'] = template(
        'patroni.yml',
        node=node.name, scope=node.group.name, host=node.host, port=node.port,
        patroni_port=node.patroni_port, folder=node.folder, data=node.data,
        bin=cluster.programs['postgresql'], database=cluster.database,
        etcd_hosts=', '.join('"%s:%d"' % (member.host, member.port) for member in cluster.etcd),
        slots='\n'.join(entry % (slot, cluster.database) for slot in slots(node.group)),
        **SHARED)
    return files


def etcd_files(member):
    cluster = member.cluster
    return {'etcd.yml': template(
        'etcd.yml',
        member=member.name, host=member.host, port=member.port, peer_port=member.peer_port,
        folder=member.folder, token=cluster.database,
        members=','.join('%s=http://%s:%d' % (each.name, each.host, each.peer_port)
                         for each in cluster.etcd))}
