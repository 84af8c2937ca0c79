"""A cluster under measurement: started by scripts/cluster, its processes' time, memory and WAL.

Time is read from /proc: what each living process has used, to the nanosecond where the
kernel tells it, and what its children had used when they ended. All processes belong to
one KIND, so that the sum of the kinds is the whole cluster.
"""

import json
import os
import shutil
import subprocess
import time

from lab import TOP, BenchError, run

# the order of the tables
KINDS = ("front", "postgrest", "pgbouncer", "postgres", "decoding", "hub")
TICK_NS = 10**9 // os.sysconf("SC_CLK_TCK")
# Upkeep in the middle of a round would hit one side and not the other.
QUIET = {"fsync": "on", "autovacuum": "off", "checkpoint_timeout": "1h", "max_wal_size": "8GB", "jit": "off"}
GUEST = {"customer_name": "Hong Gildong", "customer_phone": "010-1234-5678"}
VENUE = "0e000000-0000-7000-9f00-000000000001"
CONCERT = "c0000000-0000-7000-9f00-000000000001"
SCHEDULES = 4


class Cluster:
    """A hub and so many shards, without replicas: those would be read by GET."""

    def __init__(self, shard_count):
        self.count = shard_count
        self.folder = run([os.path.join(TOP, "scripts", "server"), "folder", "concert_bench", "30"]).strip()
        self.dir = os.path.join(self.folder, "c")
        self.started_s = None
        self.seats, self.used = {}, 0

    # -------- start and stop --------

    def __enter__(self):
        description = os.path.join(self.folder, "cluster.toml")
        with open(description, "w", encoding="utf-8") as file:
            file.write(self.description())
        began = time.monotonic()
        try:
            run([os.path.join(TOP, "scripts", "cluster"), "start", self.dir, description], cwd=TOP)
            self.started_s = time.monotonic() - began
            told = run(["bash", "-c", f". '{self.dir}/env' && env -0"]).split("\0")
            self.env = dict(line.split("=", 1) for line in told if "=" in line)
            self.port = self.env["REST_URL"].rpartition(":")[2].strip("/")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if os.path.isdir(self.dir):
            subprocess.run([os.path.join(TOP, "scripts", "cluster"), "stop", self.dir], cwd=TOP, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def description(self):
        settings = "".join(f'{name} = "{value}"\n' for name, value in QUIET.items())
        text = (f'database = "concerts"\n[postgresql]\n{settings}[front]\nhost = "127.0.0.1"\nport = 8800\nsql_port = 8810\n'
                '[hub]\nnodes = [{ host = "127.0.0.1", port = 8900 }]\n')
        for number in range(self.count):
            text += f'[[shard]]\nnumber = {number}\nnodes = [{{ host = "127.0.0.1", port = {9000 + 100 * number} }}]\n'
        return text

    def groups(self):
        return [f"shard{number}" for number in range(self.count)] + ["hub"]

    # -------- SQL --------

    def node(self, group):
        """The connection string of a group's first node, not through the front."""
        return self.env[f"CLUSTER_NODE_{group}_1"]

    def sql(self, group, text):
        out = run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.node(group)], env=self.env, input=text)
        return out.splitlines()

    def until(self, group, text):
        """Until a statement gives t; what the other side publishes takes a moment."""
        for _ in range(1200):
            if self.sql(group, text) == ["t"]:
                return
            time.sleep(0.1)
        raise BenchError(f"{group} never had: {text}")

    # -------- the world --------

    def build(self, seats):
        """One concert, and four schedules spread over the shards with as many seats in all."""
        self.sql("hub", f"""SET client_min_messages = warning;
INSERT INTO concert_booking.venues (id, name, address) VALUES ('{VENUE}', 'Olympic Hall', 'Seoul');
INSERT INTO concert_booking.concerts (id, venue_id, title) VALUES ('{CONCERT}', '{VENUE}', 'Benchmark concert')""")
        rows = -(-seats // SCHEDULES // 100)
        for number in range(SCHEDULES):
            group = f"shard{number % self.count}"
            self.until(group, f"SELECT EXISTS (SELECT FROM concert_booking.concerts WHERE id = '{CONCERT}')")
            schedule = self.sql(group, f"""
INSERT INTO concert_booking.concert_schedules (concert_id, concert_date, concert_time)
VALUES ('{CONCERT}', date '2040-01-01' + {number}, '19:00') RETURNING id""")[0]
            found = self.sql(group, f"""
SELECT * FROM concert_booking.generate_seats('{schedule}', concert_booking.row_labels({rows}), 100, 'R', 150000) \\gset
SELECT s.id FROM concert_booking.seats s WHERE s.concert_schedule_id = '{schedule}' ORDER BY s.ordinal""")
            self.seats[schedule] = found
            self.until("hub", f"SELECT EXISTS (SELECT FROM concert_booking.concert_schedules WHERE id = '{schedule}')")
        for group in self.groups():
            self.sql(group, "VACUUM ANALYZE; CHECKPOINT")

    def parties(self, count):
        """[(schedule, two seats, session)]: the next ones that are free, of each schedule in turn."""
        found = []
        for number in range(self.used, self.used + count):
            schedule = list(self.seats)[number % SCHEDULES]
            place = number // SCHEDULES * 2
            pair = self.seats[schedule][place:place + 2]
            if len(pair) < 2:
                raise BenchError("the seats are sold out: build() was told too few")
            found.append((schedule, pair, f"5e000000-0000-4000-8000-{number:012d}"))
        self.used += count
        return found

    # -------- requests --------

    def ask(self, requests, steps=1, clients=1, port=None):
        """Asks for them all; what web.c says."""
        path = os.path.join(self.folder, "requests")
        write_requests(path, requests)
        return json.loads(run([os.path.join(TOP, "build", "bench", "web"), str(port or self.port), str(clients), "3600",
                               str(steps), path]))

    def rest_port(self, group):
        return self.env[f"CLUSTER_REST_{group}_1"].rpartition(":")[2].strip("/")

    # -------- processes --------

    def processes(self):
        """[(process id, name in the Procfile, kind)], children with their parents."""
        children = {}
        for entry in filter(str.isdigit, os.listdir("/proc")):
            parent = stat_of(entry)
            if parent:
                children.setdefault(parent[1], []).append(entry)
        found = []
        for name in sorted(os.listdir(os.path.join(self.dir, "pid"))):
            with open(os.path.join(self.dir, "pid", name), encoding="ascii") as file:
                waiting = file.read().split()[:1]
            if stat_of(waiting[0]) is None:
                raise BenchError(f"{name} has ended; its log is in {self.dir}/log")
            while waiting:
                pid = waiting.pop()
                found.append((pid, name, kind_of(name, pid)))
                waiting += children.get(pid, [])
        return found

    def cpu_ns(self):
        """{kind: nanoseconds of processor time until now}"""
        total = dict.fromkeys(KINDS, 0)
        for pid, _, kind in self.processes():
            total[kind] += time_of(pid)
        return total

    def spent_us(self, work, count):
        """{kind: microseconds of processor time} for each of so many, and what the work gave."""
        before = self.cpu_ns()
        result = work()
        after = self.cpu_ns()
        return {kind: (after[kind] - before[kind]) / 1000 / count for kind in KINDS}, result

    def wal_bytes(self):
        """WAL that the shards have written until now."""
        return sum(int(self.sql(group, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint")[0])
                   for group in self.groups() if group != "hub")

    def memory_mb(self):
        """{process of the Procfile: megabytes}; what several processes share is divided among them."""
        total = {}
        for pid, name, _ in self.processes():
            total[name] = total.get(name, 0) + resident_kb(pid) / 1024
        return total


def write_requests(path, requests):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(request + "\n" for request in requests)


def post(function, **arguments):
    return f"POST /rpc/{function} {json.dumps(arguments)}"


# -------- /proc --------

def stat_of(pid):
    """The fields of /proc/PID/stat behind the name, from the state on; None where it has ended."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def time_of(pid):
    """Nanoseconds of a process and of its children that have ended. The kernel tells a thread's time to
    the nanosecond, a process's to the tick; the latter has what ended threads have used."""
    fields = stat_of(pid)
    if fields is None:
        return 0
    own, ended = (int(fields[11]) + int(fields[12])) * TICK_NS, (int(fields[13]) + int(fields[14])) * TICK_NS
    exact = 0
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="ascii") as file:
                exact += int(file.read().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return max(own, exact) + ended


def kind_of(name, pid):
    """The kind of a process of the Procfile, or of a child of it."""
    if name == "front":
        return "front"
    if name.startswith("hub-"):
        return "hub"
    kind = name.rpartition("-")[2]
    if kind == "postgres":
        try:
            with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
                return "decoding" if "walsender" in file.read() else "postgres"
        except (FileNotFoundError, ProcessLookupError):
            return "postgres"
    return kind


def resident_kb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
    except (FileNotFoundError, ProcessLookupError):
        return 0
