"""Ways to the server: direct, through PgBouncer in transaction mode, a new
connection for every sale, and PostgREST; and how many of them: 64, 300, 1,000."""

import json
import os
import re
import resource
import subprocess
import time

from lab import TOP, BenchError, interleave, lesser, run as run_command

TITLE = "Direct, PgBouncer, PostgREST"
CLIENTS = 30
WHERE = {"first_seat": 0, "first_schedule": 0, "schedule_seats": 1000000}
WARM_UP = 6  # seconds in which hundreds of backends load what they need


def run(lab, plan, book):
    with Pool(lab, "/usr/sbin/pgbouncer") as pool:
        through_pool(lab, plan, book, pool)
    crowd(lab, plan, book)
    memory(lab, book)
    through_web(lab, plan, book)


class Pool:
    """PgBouncer with the configuration of deploy/, on a socket of its own, and these settings changed."""

    def __init__(self, lab, program, **settings):
        self.folder = os.path.join(lab.parent, "pool")
        os.makedirs(self.folder, exist_ok=True)
        os.chmod(self.folder, 0o777)
        with open(os.path.join(TOP, "deploy", "postgrest", "pgbouncer.ini")) as file:
            text = file.read()
        for name, value in (("concerts", f"host={lab.env['PGHOST']} port={lab.env['PGPORT']} dbname=bench"),
                            ("listen_addr", ""), ("auth_type", "any"), ("auth_file", ""),
                            ("listen_port", f"6432\nunix_socket_dir = {self.folder}")):
            text = re.sub(rf"(?m)^{name} = .*", f"{name} = {value}", text)
        text = text.replace("dbname=bench", "dbname=bench user=postgres").replace("concerts =", "bench =")
        for name, value in settings.items():
            text = re.sub(rf"(?m)^{name} = .*\n", "", text) + f"{name} = {value}\n"
        path = os.path.join(self.folder, "pgbouncer.ini")
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        self.log = open(os.path.join(self.folder, "log"), "w+")
        self.process = subprocess.Popen(lab.run_as + [program, "-q", path], cwd="/",
                                        stdout=self.log, stderr=self.log)
        self.where = (self.folder, 6432)
        for _ in range(100):
            if os.path.exists(os.path.join(self.folder, ".s.PGSQL.6432")):
                return
            time.sleep(0.05)
        self.stop()
        raise BenchError("PgBouncer did not start: " + open(self.log.name).read()[-500:])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


def through_pool(lab, plan, book, pool):
    """Hold + confirm + cancel. PgBouncer 1.18 knows no prepared statements in
    transaction mode, so that none are used on any side."""
    def side(**way):
        def once(seconds):
            lab.reset("extension")
            return lab.pgbench("cycle_extension", CLIENTS, seconds=seconds, protocol="extended", calls=3,
                               slice=lab.hot_seats // CLIENTS, **WHERE, **way)["tps"]
        return once

    figures = interleave({
        "direct, persistent": side(), "PgBouncer, persistent": side(where=pool.where),
        "PgBouncer, a connection a sale (pgbench -C)": side(where=pool.where, reconnect=True),
        "direct, a connection a sale (pgbench -C)": side(reconnect=True)}, plan)
    book.sides(f"Hold + confirm + cancel a second, {CLIENTS} clients, no prepared statements", figures, "cycles/s",
               baseline="direct, persistent")
    book.ratio("pgbouncer", figures, "PgBouncer, a connection a sale (pgbench -C)", "PgBouncer, persistent")
    book.ratio("pgbouncer_direct", figures, "PgBouncer, a connection a sale (pgbench -C)", "direct, persistent")


# -------- hundreds of them --------

def crowd(lab, plan, book):
    """Hold + confirm + cancel with prepared statements: 64 connections, 300, and 1,000
    that share 64 through a PgBouncer that knows prepared statements (since 1.21)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard if soft < 4096 else soft, hard))
    program = subprocess.run([os.path.join(TOP, "scripts", "pgbouncer")], text=True, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    sides = {"64 direct": after_warm_up(lab, 64), "300 direct": after_warm_up(lab, 300)}
    few = plan._replace(rounds=min(plan.rounds, 3), turns=1, seconds=2 * plan.seconds)
    if program.returncode == 0:
        with Pool(lab, program.stdout.strip(), max_client_conn=1100, default_pool_size=64, max_prepared_statements=200) as pool:
            sides["1,000 through PgBouncer"] = after_warm_up(lab, 1000, where=pool.where)
            figures = interleave(sides, few)
        book.ratio("crowd_pool", figures, "1,000 through PgBouncer", "64 direct")
    else:
        figures = interleave(sides, few)
        book.note(f"1,000 connections through PgBouncer are not measured: {program.stderr.strip()}.")
    book.sides("Hold + confirm + cancel a second, prepared statements", figures, "cycles/s", baseline="64 direct")
    book.ratio("crowd_direct", figures, "300 direct", "64 direct")


def after_warm_up(lab, clients, **way):
    """Cycles a second, without the first seconds of the connections."""
    def once(seconds):
        lab.reset("extension")
        ends = sorted(when for when, _ in lab.pgbench(
            "cycle_extension", clients, seconds=WARM_UP + seconds, calls=3, latencies=True,
            slice=lab.hot_seats // clients, **WHERE, **way)["log"])
        counted = [when for when in ends if when > ends[-1] - seconds]
        return len(counted) / seconds
    return once


# -------- the memory of one --------

# A visit: eleven calls. $1 is its number: it decides about the schedule, seat and booker.
VISIT = {
    "latest": "SELECT count(*) FROM concert_booking.search_concerts()",
    "word": "SELECT count(*) FROM concert_booking.search_concerts(search_text => 'bench', sort_by => 'price')",
    "day": "SELECT count(*) FROM concert_booking.schedules_on(bench.schedule(0), current_date + 30 + ($1 % 1000)::integer)",
    "map": "SELECT count(*) FROM concert_booking.seat_map(bench.schedule(1 + $1 % 1000))",
    "status": "SELECT concert_booking.seat_status(bench.schedule(1 + $1 % 1000))",
    "grades": "SELECT count(*) FROM concert_booking.seat_grades(bench.schedule(1 + $1 % 1000))",
    "hold": "SELECT concert_booking.hold_seat(bench.seat(100000 + $1 % 50000), bench.booker($1))",
    "sell": "SELECT concert_booking.cancel_booking((concert_booking.confirm_booking("
            "bench.schedule(1 + $1 % 50000 / 50), bench.booker($1))).booking_id, NULL, bench.booker($1))",
    "mine": "SELECT count(*) FROM concert_booking.my_bookings(bench.booker($1))",
    "held": "SELECT count(*) FROM concert_booking.my_holds(bench.booker($1))",
}
CALLS_A_VISIT = 11


def memory(lab, book):
    """What one backend has for itself after so many calls of eleven kinds, by prepared
    statements: what its system says (anonymous pages), and its own contexts."""
    lab.reset("extension")
    psql = subprocess.Popen(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-F", "\t"], env=lab.environment(), text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    psql.stdin.write("".join(f"PREPARE {name} (bigint) AS {text};\n" for name, text in VISIT.items()))
    rows, done = [], 0
    for calls in (CALLS_A_VISIT, 1000, 10000, 100000):
        until = -(-calls // CALLS_A_VISIT)
        psql.stdin.write("\\o /dev/null\n" + "".join(
            f"EXECUTE {name} ({visit});\n" for visit in range(done, until) for name in VISIT) + "\\o\n")
        psql.stdin.write("SELECT pg_backend_pid(), sum(total_bytes) FROM pg_backend_memory_contexts;\n")
        psql.stdin.flush()
        words = psql.stdout.readline().split()
        if not words:
            raise BenchError(psql.communicate()[1][-1000:])
        rows.append((until * CALLS_A_VISIT, anonymous_kb(words[0]), int(words[1]) / 1024))
        done = until
    psql.communicate()
    lab.operations += done * CALLS_A_VISIT
    book.table("Memory of one backend, kB", ["after calls", "of its own", "of it PostgreSQL's memory contexts"],
               [[f"{calls:,}", f"{own:,}", f"{contexts:,.0f}"] for calls, own, contexts in rows])
    book.figure("backend_memory", [rows[-1][1] / 1024])
    book.figure("backend_growth", [rows[-1][1] / rows[-2][1]])


def anonymous_kb(pid):
    """Pages that this process has for itself; shared buffers are none of them."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return int(re.search(r"(?m)^Anonymous:\s+(\d+) kB", file.read()).group(1))


# -------- PostgREST --------

def sale(number):
    """A guest's two requests for a seat of the hot schedule."""
    booker = f"00000000-0000-4000-8000-{100000000000 + number}"
    hold = {"seat_id": f"00000000-0000-7000-8000-{100000000000 + number}", "session_id": booker}
    confirm = {"concert_schedule_id": "00000000-0000-7000-9000-100000000000", "session_id": booker,
               "customer_name": "Hong Gildong", "customer_phone": "010-1234-5678"}
    return f"POST /rpc/hold_seat {json.dumps(hold)}\nPOST /rpc/confirm_booking {json.dumps(confirm)}\n"


def through_web(lab, plan, book):
    """Hold + confirm by a guest: two POST requests on a kept connection, or two
    statements on a connection to PostgreSQL."""
    lab.sql_path(os.path.join(TOP, "deploy", "postgrest", "roles.sql"))
    folder = os.path.join(lab.parent, "web")
    stack = os.path.join(TOP, "scripts", "web-stack")
    env = lab.environment()
    run_command([stack, "start", folder, "--database", "bench"], env=env, cwd=TOP)
    try:
        with open(os.path.join(folder, "env")) as file:
            port = re.search(r"REST_URL=http://127.0.0.1:(\d+)", file.read()).group(1)
        path = os.path.join(folder, "sales")
        with open(path, "w") as file:
            file.writelines(sale(number) for number in range(lab.hot_seats))
        last = {}

        def web(seconds):
            lab.reset("extension")
            last["web"] = lab.web(port, CLIENTS, seconds, path)
            return last["web"]["sales"] / last["web"]["seconds"]

        def direct(seconds):
            lab.reset("extension")
            return lab.pgbench("sale_extension", CLIENTS, transactions=seconds * 100, calls=2,
                               slice=lab.hot_seats // CLIENTS)["tps"]

        figures = interleave({"PostgREST": web, "direct": direct}, lesser(plan))
    finally:
        run_command([stack, "stop", folder], env=env, cwd=TOP)
    book.sides(f"Hold + confirm by guests a second, {CLIENTS} clients", figures, "sales/s", baseline="direct")
    us = last["web"]["us"]
    book.note("A request to PostgREST takes " + ", ".join(
        f"{us[share] / 1000:.1f} ms (p{share})" for share in ("50", "95", "99")) + ", in the last round.")
