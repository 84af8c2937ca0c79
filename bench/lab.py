"""The laboratory: a private server, the world in it, and how to measure.

Everything runs on a throw-away PostgreSQL of scripts/server with fsync on.
Sides of a comparison are run in turn, round by round, on the same server;
a first, short round warms up and is thrown away. In a round each side has several
turns, so that a moment in which the machine is busier falls on all of them. All
figures of one round are compared with each other only, because the machine may be
busier in the next.
"""

import json
import os
import platform
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BENCH = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(BENCH)

# Checkpoints and autovacuum would hit one side and not the other. Tables are
# vacuumed between rounds instead.
SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "shared_buffers": "512MB",
    "max_wal_size": "16GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",
    "max_connections": "400",
    "jit": "off",
    "track_io_timing": "off",
    "concert_booking.hold_duration": "30min",
}


class BenchError(Exception):
    pass


class Lab:
    """A running server with one database, `bench`."""

    def __init__(self, settings=None, hot_seats=50000, cold_schedules=1000, twin=False):
        self.settings = dict(SETTINGS, **(settings or {}))
        self.twin = twin
        self.hot_seats = hot_seats
        self.cold_schedules = cold_schedules
        self.operations = 0

    def __enter__(self):
        # Who is told to stop takes the server along.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        self.parent = tempfile.mkdtemp(prefix="concert_booking_bench.")
        os.chmod(self.parent, 0o755)
        self.dir = os.path.join(self.parent, "server")
        options = []
        for name, value in self.settings.items():
            options += ["-o", f"{name}={value}"]
        try:
            run([os.path.join(TOP, "scripts", "server"), "start", self.dir] + options)
            self._read_env()
            self.started = True
            self._build_world()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        if os.path.isdir(self.dir):
            subprocess.run([os.path.join(TOP, "scripts", "server"), "stop", self.dir],
                           stderr=subprocess.DEVNULL)
        shutil.rmtree(self.parent, ignore_errors=True)

    def _read_env(self):
        out = run(["bash", "-c", f". '{self.dir}/env' && env -0"]).split("\0")
        env = dict(line.split("=", 1) for line in out if "=" in line)
        self.bin = env["SERVER_BIN"]
        self.run_as = env["SERVER_AS"].split()
        self.env = dict(env, PGDATABASE="bench", PGOPTIONS="")

    def _build_world(self):
        self.sql("CREATE DATABASE bench", database="postgres")
        self.sql("SET client_min_messages = warning; CREATE EXTENSION concert_booking CASCADE;"
                 " SELECT concert_booking.create_tables()")
        if self.twin:
            self.sql_path(os.path.join(TOP, "test", "twin", "twin.sql"))
        for seed in ("a", "b"):
            self.sql_path(os.path.join(TOP, "test", "fixtures", "seeds", seed + ".sql"))
        for name in ("seed_a_functions", "world"):
            self.sql_file(name, hot_seats=self.hot_seats, cold_schedules=self.cold_schedules)

    # -------- SQL --------

    def sql(self, text, database="bench", settings=None):
        """Run SQL; the last result as a list of rows of strings."""
        out = run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-F", "\t", "-d", database],
                  env=self.environment(settings), input=text)
        return [line.split("\t") for line in out.splitlines()]

    def value(self, text, **more):
        return self.sql(text, **more)[-1][0]

    def sql_file(self, name, **variables):
        self.sql_path(os.path.join(BENCH, "sql", name + ".sql"), **variables)

    def sql_path(self, path, **variables):
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", path]
        for key, value in variables.items():
            command += ["-v", f"{key}={value}"]
        run(command, env=self.env)

    def environment(self, settings=None):
        options = " ".join(f"-c {k}={v}" for k, v in (settings or {}).items())
        return dict(self.env, PGOPTIONS=options)

    def alter_system(self, **settings):
        """Server-wide settings that a reload applies."""
        text = "".join(f"ALTER SYSTEM SET {k} = '{v}';\n" for k, v in settings.items())
        self.sql(text + "SELECT pg_reload_conf()")
        time.sleep(0.2)

    def reset(self, *sides):
        """Everything free again, dead rows gone; sides: extension, bare, unchecked, seed_a, seed_b, null."""
        tables = {"extension": "concert_booking.seats, concert_booking.concert_schedules",
                  "bare": "bench.bare_seats", "unchecked": "bench.unchecked_seats",
                  "seed_a": "seed_a.seats, seed_a.concert_schedules",
                  "seed_b": "seed_b.seats", "null": "bench.null_seats, bench.null_availability_changes"}
        for side in sides:
            self.sql(f"CALL bench.reset_{side}(); VACUUM {tables[side]};")

    def drift(self):
        """How many findings check_integrity() has; none is right."""
        return int(self.value("SELECT count(*) FROM concert_booking.check_integrity()"))

    # -------- load --------

    def pgbench(self, script, clients, seconds=None, transactions=None, settings=None,
                protocol="prepared", latencies=False, rate=None, where=None, reconnect=False, calls=0, database="bench",
                **variables):
        """One pgbench run. Returns {tps, latency_ms, transactions, samples_us, log}.

        where: (host, port) in place of the server itself. calls: commands of the
        extension in one transaction, for the count of operations.
        """
        command = ["pgbench", "-n", "-M", protocol, "-c", str(clients), "-j", str(min(clients, 2)), "-D", "i=0",
                   "-f", os.path.join(BENCH, "scripts", script + ".sql")]
        command += ["-T", str(seconds)] if seconds else ["-t", str(transactions)]
        for key, value in variables.items():
            command += ["-D", f"{key}={value}"]
        if where:
            command += ["-h", where[0], "-p", str(where[1])]
        if reconnect:
            command += ["-C"]
        if rate:
            command += ["-R", f"{rate:.2f}"]
        log_prefix = os.path.join(self.parent, "latency")
        if latencies:
            command += ["-l", "--log-prefix", log_prefix]
        out = run(command, env=dict(self.environment(settings), PGDATABASE=database))
        if re.search(r"aborted|number of failed transactions: [1-9]", out):
            raise BenchError(f"{script}: pgbench lost transactions\n{out}")
        if not re.search(r"^tps = ", out, re.M):
            raise BenchError(f"{script}: no transaction came to its end\n{out}")
        result = {
            "tps": float(re.search(r"^tps = ([\d.]+)", out, re.M).group(1)),
            "latency_ms": float(re.search(r"latency average = ([\d.]+)", out).group(1)),
            "transactions": int(re.search(r"actually processed: (\d+)", out).group(1)),
        }
        self.operations += result["transactions"] * calls
        if latencies:
            result["log"] = self._read_latencies(log_prefix)
            result["samples_us"] = sorted(us for _, us in result["log"])
        return result

    def _read_latencies(self, prefix):
        """[(when it ended, seconds since the epoch; how long it took, µs)]"""
        samples = []
        folder = os.path.dirname(prefix)
        for name in os.listdir(folder):
            if name.startswith(os.path.basename(prefix) + "."):
                with open(os.path.join(folder, name)) as log:
                    for words in map(str.split, log):
                        samples.append((int(words[4]) + int(words[5]) / 1e6, int(words[2])))
                os.unlink(os.path.join(folder, name))
        return samples

    def sale(self, *words, settings=None, beside=()):
        """One run of sale.c; its JSON answer, and the processor seconds of the server, the clients and the
        processes beside them while the clock ran."""
        program = subprocess.Popen(self._built("sale", words), env=self.environment(settings), text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with open(os.path.join(self.dir, "data", "postmaster.pid")) as file:
            busy = [int(file.readline()), program.pid, *beside]
        line, used = program.stdout.readline(), 0
        if line:
            used -= processor_s(busy)
            program.stdin.write("\n")
            program.stdin.flush()
            line = program.stdout.readline()
            used += processor_s(busy)
        errors = program.communicate()[1]
        if program.returncode != 0:
            raise BenchError(f"sale {words}\nexit {program.returncode}\n{errors}")
        answer = json.loads(line)
        answer["processor_s"] = used
        if words[0] == "repeat":
            self.operations += answer["refusal"]["count"]
        elif words[1] in ("extension", "best"):
            self.operations += sum(answer[what]["count"] for what in ("hold", "refusal", "confirm", "release"))
        return answer

    def web(self, port, clients, seconds, path):
        """One run of web.c with a file of sales, two requests each; its JSON answer."""
        answer = self._program("web", port, clients, seconds, 2, path)
        self.operations += 2 * answer["sales"]
        return answer

    def null_sale(self):
        """The sale without rules: null_sale.c, where the server can read it, and its tables."""
        run(["make", "-s", "-C", TOP, "build/bench/null_sale.so"])
        library = shutil.copy(os.path.join(TOP, "build", "bench", "null_sale.so"), self.parent)
        os.chmod(library, 0o755)
        self.reset("extension")
        self.sql_file("null_sale", library=library)

    def _program(self, name, *words, settings=None):
        return json.loads(run(self._built(name, words), env=self.environment(settings)))

    def _built(self, name, words):
        """The command of a program of ours, after it was built."""
        run(["make", "-s", "-C", TOP, f"build/bench/{name}"])
        return [os.path.join(TOP, "build", "bench", name)] + [str(word) for word in words]

    # -------- one backend --------

    def cpu_us(self, statement, calls, settings=None):
        """CPU microseconds per call of a statement that makes `calls` calls.

        The backend reads its own time on the processor (nanoseconds, kernel
        scheduler) before and after, so that waiting costs nothing.
        """
        clock = "SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)"
        rows = self.sql(f"{clock};\n\\o /dev/null\n{statement};\n\\o\n{clock};", settings=settings)
        return (int(rows[-1][0]) - int(rows[0][0])) / 1000 / calls

    def wal(self, statements, prepare=()):
        """WAL of single statements, each its own transaction; errors are let pass.

        Returns bytes per statement and, per kind of record, (count, bytes).
        Call it with tables that were changed since the last checkpoint, so
        that no full-page image is in it.
        """
        lsn = "SELECT pg_current_wal_insert_lsn()"
        text = "".join(f"{part};\n" for part in ("\\o /dev/null\nSELECT", *prepare, f"\\o\n{lsn}",
                                                 "\\o /dev/null\nSELECT", *statements, f"\\o\n{lsn}"))
        rows = self.sql("\\set ON_ERROR_STOP off\n" + text)
        first, last = rows[0][0], rows[-1][0]
        used = int(self.value(f"SELECT pg_wal_lsn_diff('{last}', '{first}')"))
        return {"bytes": used / len(statements),
                "records": self._wal_records(first, last, len(statements))}

    def _wal_records(self, first, last, calls):
        if first == last:
            return {}
        # A commit that waits for its flush, so that the records are in the file.
        self.sql("SELECT pg_logical_emit_message(true, 'bench', '')", settings={"synchronous_commit": "on"})
        out = run(self.run_as + [os.path.join(self.bin, "pg_waldump"), "--stats=record",
                                 "-p", os.path.join(self.dir, "data", "pg_wal"), "-s", first, "-e", last],
                  cwd="/")
        records = {}
        for line in out.splitlines():
            found = re.match(r"(\S+/\S+)\s+(\d+) \([^)]*\)\s+(\d+) \([^)]*\)\s+(\d+) \(", line)
            if found:
                records[found.group(1)] = {"count": int(found.group(2)) / calls,
                                           "bytes": int(found.group(3)) / calls,
                                           "full_page_bytes": int(found.group(4)) / calls}
        return records


def processor_s(processes):
    """Seconds on the processor of these processes and of their children, gone and living."""
    ticks = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat") as file:
                words = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has just ended
        if int(process) in processes:
            ticks += sum(map(int, words[11:15]))
        elif int(words[1]) in processes:
            ticks += sum(map(int, words[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def run(command, env=None, input=None, cwd=None):
    done = subprocess.run(command, env=env, input=input, cwd=cwd, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command)}\nexit {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


# -------- rounds --------

def interleave(sides, plan):
    """Run every side plan.turns times a round, in alternating order, after a short
    round that warms up and is thrown away. A side's figure of a round is the mean of
    its turns.

    sides: {name: function of seconds}, each returning a number. A side that does
    a fixed piece of work takes no notice of the seconds. Returns {name: [number]}.
    """
    for side in sides.values():
        side(plan.warm_up)
    figures = {name: [] for name in sides}
    for first in range(0, plan.rounds * plan.turns, plan.turns):
        turns = {name: [] for name in sides}
        for turn in range(first, first + plan.turns):
            for name in list(sides) if turn % 2 else reversed(sides):
                turns[name].append(sides[name](plan.seconds))
        for name, each in turns.items():
            figures[name].append(statistics.mean(each))
    return figures


def lesser(plan):
    """For comparisons that no goal is about."""
    return plan._replace(rounds=min(plan.rounds, 2), turns=1)


def ratio(figures, above, below):
    """Ratios of one side to another, round by round, with median and range."""
    each = [a / b for a, b in zip(figures[above], figures[below])]
    return {"median": statistics.median(each), "low": min(each), "high": max(each)}


def percentile(sorted_samples, share):
    """The sample that `share` of all samples do not exceed."""
    place = max(0, min(len(sorted_samples) - 1, int(len(sorted_samples) * share + 0.5) - 1))
    return sorted_samples[place]


# -------- where it ran --------

def machine(lab):
    facts = {
        "processor": cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
        "server": lab.value("SHOW server_version"),
        "compiler": run([os.environ.get("CC", "cc"), "--version"]).splitlines()[0],
        "libc": " ".join(platform.libc_ver()),
        "commit": commit(),
        "date": time.strftime("%Y-%m-%d"),
    }
    facts["settings"] = {name: lab.value(f"SHOW {name}") for name in lab.settings}
    return facts


def commit():
    """What is measured; "+" when files differ from it."""
    try:
        done = subprocess.run(["git", "-C", TOP, "describe", "--always", "--dirty=+"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def cpu_model():
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


def flush_us(lab):
    """What pg_test_fsync says one flush takes on the disk under the server: its
    first table. The rest, which takes a quarter of a minute, is not waited for."""
    path = os.path.join(lab.dir, "data", "pg_test_fsync.out")
    tester = subprocess.Popen(lab.run_as + [os.path.join(lab.bin, "pg_test_fsync"), "-s", "1", "-f", path],
                              cwd="/", text=True, stdout=subprocess.PIPE, bufsize=1)
    found = {}
    for line in tester.stdout:
        method = re.match(r"\s+(\w+)\s+[\d.]+ ops/sec\s+(\d+) usecs/op", line)
        if method:
            found[method.group(1)] = int(method.group(2))
        elif "using two" in line:
            break
    tester.terminate()
    tester.wait()
    return found
