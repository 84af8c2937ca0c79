#!/usr/bin/env python3
"""What a cluster costs: a sale against the number of shards, the route, the hub's lag, memory.

  bench/cluster.py [--rounds N] [--sales N] [--clients N] [--probes N] [--shards 1,2,4] [--into FOLDER]
  bench/cluster.py --docs [FOLDER]    put the figures into docs/cluster.md and docs/ko/cluster.md
  bench/cluster.py --check            what is published is of one commit, the same in both languages
  bench/cluster.py --self-test        pages that are not are found out

Clusters of 1, 2 and 4 shards stand side by side on this machine, and take turns, round
by round; the first round is thrown away. What is compared is processor time, of which
each process tells its own: absolute rates say nothing where all share two cores.

  sale   processor time of a sale of two seats through the one address, by kind of process;
         the same sales by the same clients on the same number of schedules
  route  latency and processor time of a request through HAProxy, and to PostgREST itself
  list   the same of a list that is asked of all shards, and of the hub's PL/Proxy in SQL
  lag    from the answer to a sale until the hub's availability has it
  size   memory of a node, and how long a cluster takes to start

build/bench/cluster.json has the figures of each round, build/bench/cluster.md the tables.
"""

import argparse
import contextlib
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import cluster_docs  # noqa: E402
import lab as laboratory  # noqa: E402
from cluster_lab import GUEST, KINDS, SCHEDULES, Cluster, post, write_requests  # noqa: E402

TOP = os.path.dirname(BENCH)
# Requests of a sale, by the way of selling.
WAYS = {"hold": 2, "book": 1}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--sales", type=int, default=2000, help="of a side in a round")
    parser.add_argument("--requests", type=int, default=600, help="of a side in a round, for the route")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--probes", type=int, default=400, help="sales whose way to the hub is timed")
    parser.add_argument("--shards", default="1,2,4")
    parser.add_argument("--into", default=os.path.join(TOP, "build", "bench"), help="the folder of the figures")
    parser.add_argument("--docs", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    args = parser.parse_args()
    if args.docs:
        return cluster_docs.publish(os.path.join(args.into, "cluster.json"))
    if args.check or args.self_test:
        return cluster_docs.self_test() if args.self_test else cluster_docs.check()
    laboratory.run(["make", "-s", "-C", TOP, "build/bench/web"])
    figures = measure(args, [int(count) for count in args.shards.split(",")])
    os.makedirs(args.into, exist_ok=True)
    with open(os.path.join(args.into, "cluster.json"), "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1)
    text = cluster_docs.report(figures)
    with open(os.path.join(args.into, "cluster.md"), "w", encoding="utf-8") as file:
        file.write(text)
    print(text)
    return 0


def measure(args, counts):
    began, load = time.time(), os.getloadavg()[0]
    # Who is told to stop takes the clusters along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with contextlib.ExitStack() as stack:
        clusters = {}
        for count in counts:
            clusters[count] = stack.enter_context(Cluster(count))
            say(f"{count} shards: started in {clusters[count].started_s:.1f} s")
        for cluster in clusters.values():
            cluster.build(seats_needed(args))
        figures = {"facts": facts(args, clusters, load), "sale": sales(args, clusters)}
        figures["idle"] = {count: idle(cluster) for count, cluster in clusters.items()}
        pair = clusters.get(2, clusters[max(counts)])
        figures["route"] = routes(args, pair)
        figures["list"] = {count: lists(args, cluster) for count, cluster in clusters.items()}
        figures["lag"] = {name: lag(args, pair, clients) for name, clients in (("quiet", 0), ("load", args.clients))}
        figures["size"] = {count: {"started_s": cluster.started_s, "memory_mb": cluster.memory_mb()}
                           for count, cluster in clusters.items()}
        figures["findings"] = findings(clusters)
    figures["facts"]["seconds"] = time.time() - began
    return figures


def seats_needed(args):
    """Two of each sale: the rounds and the one before, and what is sold beside the probes."""
    return 2 * (len(WAYS) * (args.rounds + 1) * args.sales + 40 * args.probes + args.requests) + 100 * SCHEDULES


def say(text):
    print(f"bench/cluster.py: {text}", file=sys.stderr, flush=True)


def facts(args, clusters, load):
    cluster = next(iter(clusters.values()))
    return {"commit": laboratory.commit(), "date": time.strftime("%Y-%m-%d"), "load_before": load,
            "processor": laboratory.cpu_model(), "cores": os.cpu_count(),
            "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "server": cluster.sql("hub", "SHOW server_version")[0], "fsync": cluster.sql("shard0", "SHOW fsync")[0],
            "shared_buffers": cluster.sql("shard0", "SHOW shared_buffers")[0],
            "rounds": args.rounds, "sales": args.sales, "requests": args.requests, "clients": args.clients}


def findings(clusters):
    """Rows of check_integrity() of all shards: none is expected."""
    return sum(int(cluster.sql(group, "SELECT count(*) FROM concert_booking.check_integrity()")[0])
               for cluster in clusters.values() for group in cluster.groups() if group != "hub")


def turns(rounds, sides):
    """{side: [what it gave a round]}: in turn, after a first round that is thrown away."""
    found = {name: [] for name in sides}
    for number in range(rounds + 1):
        for name in list(sides) if number % 2 == 0 else reversed(list(sides)):
            figure = sides[name]()
            if number > 0:
                found[name].append(figure)
    return found


# -------- sale --------

def sale(way, schedule, seats, session):
    """The requests of one sale of two seats."""
    if way == "book":
        return [post("book_seats", seat_ids=seats, session_id=session, **GUEST)]
    return [post("hold_seats", seat_ids=seats, session_id=session),
            post("confirm_booking", concert_schedule_id=schedule, session_id=session, **GUEST)]


def sell(args, cluster, way):
    """A round: processor time by kind, WAL of the shards and rate."""
    requests = [request for party in cluster.parties(args.sales) for request in sale(way, *party)]
    wal = cluster.wal_bytes()
    spent, answer = cluster.spent_us(lambda: cluster.ask(requests, WAYS[way], args.clients), args.sales)
    return {"us": spent, "wal": (cluster.wal_bytes() - wal) / args.sales, "a_second": answer["sales"] / answer["seconds"],
            "latency_us": answer["us"]}


def sales(args, clusters):
    found = {}
    for way in WAYS:
        say(f"sales: {way}")
        found[way] = turns(args.rounds, {count: lambda c=cluster: sell(args, c, way)
                                         for count, cluster in clusters.items()})
    return found


def idle(cluster, seconds=10):
    """Processor time by kind of a second in which nobody asks."""
    return cluster.spent_us(lambda: time.sleep(seconds), seconds)[0]


# -------- route --------

def routes(args, cluster):
    """{kind of request: {side: [a round]}}: what one client asks of shard 0, directly and through HAProxy."""
    schedule, seats, session = next(party for party in cluster.parties(SCHEDULES) if party[0] == list(cluster.seats)[0])
    direct = cluster.rest_port("shard0")
    cluster.ask([post("book_seats", seat_ids=seats, session_id=session, **GUEST)])
    number = cluster.sql("shard0", f"SELECT booking_number FROM concert_booking.bookings WHERE session_id = '{session}'")[0]
    requests = {"url": f"GET /rpc/seat_grades?concert_schedule_id={schedule}",
                "body": post("seat_grades", concert_schedule_id=schedule),
                "number": post("find_guest_booking", booking_number=number, customer_phone=GUEST["customer_phone"])}
    found = {}
    for name, request in requests.items():
        say(f"route: {name}")
        found[name] = turns(args.rounds, {"direct": lambda r=request: asked(args, cluster, r, direct),
                                          "front": lambda r=request: asked(args, cluster, r, None)})
    return found


def asked(args, cluster, request, port):
    spent, answer = cluster.spent_us(lambda: cluster.ask([request] * args.requests, port=port), args.requests)
    return {"us": spent, "latency_us": answer["us"]}


def lists(args, cluster):
    """my_bookings of a guest: of one shard, of all by HTTP; and in SQL, as PL/Proxy asks them."""
    _, seats, session = cluster.parties(1)[0]
    cluster.ask([post("book_seats", seat_ids=seats, session_id=session, **GUEST)])
    request, direct = post("my_bookings", session_id=session), cluster.rest_port("shard0")
    statement = "SELECT * FROM {}.my_bookings(session_id => '" + session + "')"
    say(f"list: {cluster.count} shards")
    return turns(args.rounds, {
        "direct": lambda: asked(args, cluster, request, direct),
        "front": lambda: asked(args, cluster, request, None),
        "shard_sql": lambda: in_sql(args, cluster, "shard0", statement.format("concert_booking")),
        "hub_sql": lambda: in_sql(args, cluster, "hub", statement.format("concert_hub"))})


def in_sql(args, cluster, group, statement):
    """Microseconds of a statement of one session, by pgbench."""
    path = os.path.join(cluster.folder, "statement.sql")
    write_requests(path, [statement + ";"])
    told = laboratory.run(["pgbench", "-n", "-M", "prepared", "-t", str(args.requests), "-f", path, cluster.node(group)],
                          env=cluster.env)
    return {"latency_us": float(told.split("latency average = ")[1].split()[0]) * 1000}


# -------- lag --------

class Session:
    """psql, which answers each statement by a line."""

    def __init__(self, cluster, group):
        self.psql = subprocess.Popen(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", cluster.node(group)], env=cluster.env,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def send(self, statement):
        self.psql.stdin.write(statement + ";\n")

    def answer(self):
        line = self.psql.stdout.readline()
        if line == "":
            raise laboratory.BenchError("psql has ended")
        return line.strip()

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()


# Looks until the schedule has so few free seats; every fifth of a millisecond, so that it takes little time.
WAIT = """CREATE FUNCTION pg_temp.wait_for(schedule uuid, seats integer) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
	LOOP
		PERFORM FROM concert_booking.schedule_availability v WHERE v.concert_schedule_id = schedule AND v.available_seats <= seats;
		EXIT WHEN found;
		PERFORM pg_sleep(0.0002);
	END LOOP;
	RETURN clock_timestamp();
END $$"""


def lag(args, cluster, clients):
    """Milliseconds from the answer to a sale on shard 0 until the hub shows it; clients sell meanwhile."""
    say(f"lag: {clients} clients beside it")
    schedule = probe_schedule(cluster, args.probes)
    seats = cluster.sql("shard0", f"SELECT id FROM concert_booking.seats WHERE concert_schedule_id = '{schedule}'")
    shard, hub = Session(cluster, "shard0"), Session(cluster, "hub")
    hub.send(WAIT)
    load = Load(args, cluster, clients)
    found = []
    try:
        for number, seat in enumerate(seats):
            hub.send(f"SELECT extract(epoch FROM pg_temp.wait_for('{schedule}', {len(seats) - number - 1}))")
            shard.send(f"SELECT booking_number FROM concert_booking.book_seats('{{{seat}}}',"
                       f" user_id => 'a11ce000-0000-4000-8000-{number:012d}')")
            shard.answer()
            sold = time.time()
            found.append(max(0.0, float(hub.answer()) - sold) * 1000)
    finally:
        asked_for = load.stop()
        shard.close()
        hub.close()
    found.sort()
    return {"probes": len(found), "p50_ms": statistics.median(found), "p99_ms": laboratory.percentile(found, 0.99),
            "max_ms": found[-1], "sales_a_second": asked_for}


def probe_schedule(cluster, seats):
    schedule = cluster.sql("shard0", """
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time)
SELECT c.id, date '2041-01-01' + (SELECT count(*)::integer FROM concert_booking.concert_schedules), '19:00'
FROM concert_booking.concerts c WHERE c.title = 'Benchmark concert' RETURNING id""")[0]
    cluster.sql("shard0", f"SELECT concert_booking.generate_seats('{schedule}', '{{P}}', {seats}, 'R', 150000)")
    cluster.until("hub", "SELECT coalesce((SELECT v.available_seats FROM concert_booking.schedule_availability v"
                         f" WHERE v.concert_schedule_id = '{schedule}'), 0) = {seats}")
    return schedule


class Load:
    """Sales through the one address, until it is told to stop."""

    def __init__(self, args, cluster, clients):
        self.cluster, self.clients, self.size = cluster, clients, 4 * args.probes
        self.rates, self.stopping = [], False
        self.thread = threading.Thread(target=self.sell) if clients else None
        if self.thread:
            self.thread.start()
            time.sleep(1)

    def sell(self):
        for _ in range(9):
            if self.stopping:
                return
            requests = [request for party in self.cluster.parties(self.size) for request in sale("hold", *party)]
            answer = self.cluster.ask(requests, WAYS["hold"], self.clients)
            self.rates.append(answer["sales"] / answer["seconds"])

    def stop(self):
        """The sales a second that there were."""
        self.stopping = True
        if self.thread is None:
            return 0
        self.thread.join()
        return statistics.median(self.rates)


if __name__ == "__main__":
    sys.exit(main())
