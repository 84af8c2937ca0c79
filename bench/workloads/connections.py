"""Ways to the server: direct, through PgBouncer in transaction mode, a new
connection for every sale, and PostgREST."""

import json
import os
import re
import subprocess
import time

from lab import TOP, BenchError, interleave, lesser, run as run_command

TITLE = "Direct, PgBouncer, PostgREST"
CLIENTS = 30
WHERE = {"first_seat": 0, "first_schedule": 0, "schedule_seats": 1000000}


def run(lab, plan, book):
    pool = Pool(lab)
    try:
        through_pool(lab, plan, book, pool)
    finally:
        pool.stop()
    through_web(lab, plan, book)


class Pool:
    """PgBouncer with the configuration of deploy/, on a socket of its own."""

    def __init__(self, lab):
        self.folder = os.path.join(lab.parent, "pool")
        os.mkdir(self.folder)
        os.chmod(self.folder, 0o777)
        with open(os.path.join(TOP, "deploy", "postgrest", "pgbouncer.ini")) as file:
            text = file.read()
        for name, value in (("concerts", f"host={lab.env['PGHOST']} port={lab.env['PGPORT']} dbname=bench"),
                            ("listen_addr", ""), ("auth_type", "any"), ("auth_file", ""),
                            ("listen_port", f"6432\nunix_socket_dir = {self.folder}")):
            text = re.sub(rf"(?m)^{name} = .*", f"{name} = {value}", text)
        text = text.replace("dbname=bench", "dbname=bench user=postgres").replace("concerts =", "bench =")
        path = os.path.join(self.folder, "pgbouncer.ini")
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, 0o644)
        self.log = open(os.path.join(self.folder, "log"), "w+")
        self.process = subprocess.Popen(lab.run_as + ["/usr/sbin/pgbouncer", "-q", path], cwd="/",
                                        stdout=self.log, stderr=self.log)
        self.where = (self.folder, 6432)
        for _ in range(100):
            if os.path.exists(os.path.join(self.folder, ".s.PGSQL.6432")):
                return
            time.sleep(0.05)
        self.stop()
        raise BenchError("PgBouncer did not start: " + open(self.log.name).read()[-500:])

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
