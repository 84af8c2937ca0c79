#!/usr/bin/env python3
"""Whether bookings should be partitioned: the statements that matter, measured.

Four ways to keep the same bookings of sixty months, five hundred a schedule, with
the columns, checks and indexes of the tables that create_tables() has made:

  one      all of them in one table: archive off
  archive  the last three months in bookings, the rest in archived_bookings
  month    partitioned by the month of the schedule's date
  hash     partitioned by a hash of the id, sixteen partitions

Each way is built, measured and dropped. Measured is what a session pays for a
statement: its time, the pages that it touches, the bytes of WAL that it writes,
and the locks that its transaction holds; then vacuum, and the sizes.

  bench/partition.py [--bookings N] [--lines N] [--calls N] [--ways one,archive,month,hash] [--stay]

It works in the database that the environment names (PGHOST, PGDATABASE, ...), in
a schema of its own, part; the extension and its tables have to be there. All is
made from the number of a booking: two runs build the same rows. A table of the
figures goes to the output, and build/bench/partition-WAY.json has them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

BENCH = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(BENCH)
WAYS = ("one", "archive", "month", "hash")
MONTHS = 60
HASHES = 16

# What the way of keeping them changes in a statement. date: the statement knows the
# schedule, hence its date, which chooses the partition.
HEAD = {"one": {}, "hash": {}, "archive": {"archive": True},
        "month": {"date": " AND b.concert_date = schedule_date", "column": ", concert_date",
                  "value": ", schedule_date", "guard": True}}


def functions(way):
    """One PL/pgSQL function for each statement; n is the number of a booking."""
    head = HEAD[way]
    date = head.get("date", "")

    def both(columns, condition, archived=None):
        text = f"SELECT {columns} FROM part.bookings b WHERE {condition}"
        if head.get("archive"):
            text += f" UNION ALL SELECT {columns} FROM part.archived_bookings b WHERE {archived or condition}"
        return text

    def read(columns, condition):
        return f"FOR found IN {both(columns, condition)} LOOP NULL; END LOOP;"

    guard = ("INSERT INTO part.numbers (booking_number, user_id, idempotency_key) VALUES (number, member, key);"
             if head.get("guard") else "")
    row = "b.id, b.status, b.created_at, b.seat_count, b.total_price"
    bodies = {
        "by_id": read(row, "b.id = booking"),
        "by_number": read(row, "b.booking_number = number"),
        "by_member": read(row, "b.user_id = member"),
        "by_phone": read(row, "concert_booking.normalize_phone(b.customer_phone) = phone"),
        "by_schedule": f"FOR found IN SELECT {row} FROM part.bookings b WHERE b.concert_schedule_id = schedule{date}"
                       " LOOP NULL; END LOOP;",
        "by_key": ("FOR found IN SELECT k.booking_number FROM part.numbers k"
                   " WHERE k.user_id = member AND k.idempotency_key = key LOOP NULL; END LOOP;"
                   if head.get("guard") else
                   "FOR found IN SELECT b.id FROM part.bookings b WHERE b.user_id = member"
                   " AND b.idempotency_key = key LOOP NULL; END LOOP;"),
        "limit": "SELECT count(*) INTO found FROM part.bookings b JOIN part.booking_seats bs ON bs.booking_id = b.id"
                 " AND bs.active WHERE b.user_id = member AND b.status = 'confirmed'"
                 f" AND b.concert_schedule_id = schedule{date};",
        "sale": guard + "INSERT INTO part.bookings (id, user_id, concert_schedule_id, booking_number, seat_count,"
                f" total_price, idempotency_key{head.get('column', '')})"
                f" VALUES (booking, member, schedule, number, 2, 120000, key{head.get('value', '')});"
                " INSERT INTO part.booking_seats (id, booking_id, seat_id, price)"
                " SELECT part.ordered_id(n * 2 + i, 13), booking, part.ordered_id(n * 2 + i, 14), 60000"
                " FROM generate_series(0, 1) i;",
        "cancel": "UPDATE part.bookings b SET status = 'cancelled', cancelled_at = now(), cancellation_reason = 'bench'"
                  " WHERE b.id = booking AND b.status = 'confirmed';"
                  " UPDATE part.booking_seats bs SET active = false WHERE bs.booking_id = booking AND bs.active;",
    }
    return "".join(f"""
CREATE OR REPLACE FUNCTION part.call_{name}(n bigint) RETURNS void LANGUAGE plpgsql AS $fn$
#variable_conflict use_variable
DECLARE
	world record;
	found record;
	booking uuid := part.ordered_id(n, 1);
	number text := part.booking_number(n);
	member uuid;
	key text := part.digits(n, 7);
	phone text := concert_booking.normalize_phone('010' || (10000000 + n % 89999999));
	schedule uuid;
	schedule_date date;
BEGIN
	SELECT * INTO world FROM part.world;
	member := part.random_id(part.user_number(n, world.users), 2);
	SELECT cs.id, cs.concert_date INTO schedule, schedule_date FROM part.concert_schedules cs
	WHERE cs.id = part.ordered_id(least(n, world.bookings - 1) * world.schedules / world.bookings, 9);
	{body}
END $fn$;""" for name, body in bodies.items()) + """
CREATE OR REPLACE FUNCTION part.call_nothing(n bigint) RETURNS void LANGUAGE plpgsql AS $fn$
#variable_conflict use_variable
DECLARE
	world record;
	member uuid;
	schedule record;
	booking uuid := part.ordered_id(n, 1);
	number text := part.booking_number(n);
	key text := part.digits(n, 7);
	phone text := concert_booking.normalize_phone('010' || (10000000 + n % 89999999));
BEGIN
	SELECT * INTO world FROM part.world;
	member := part.random_id(part.user_number(n, world.users), 2);
	SELECT cs.id, cs.concert_date INTO schedule FROM part.concert_schedules cs
	WHERE cs.id = part.ordered_id(least(n, world.bookings - 1) * world.schedules / world.bookings, 9);
END $fn$;"""


STATEMENTS = {
    "nothing": "nothing: finding what to ask for",
    "by_id": "look-up by id",
    "by_number": "look-up by booking number",
    "by_member": "all bookings of a member",
    "by_phone": "look-up by phone number",
    "by_schedule": "all bookings of a schedule",
    "by_key": "look-up by idempotency key",
    "limit": "count for the limit of a booker",
    "sale": "a sale of two seats",
    "cancel": "a cancellation",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bookings", type=int, default=300000)
    parser.add_argument("--lines", type=int, default=22000000, help="of the last bookings only, one each")
    parser.add_argument("--calls", type=int, default=200, help="of each statement")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--into", default=os.path.join(TOP, "build", "bench"), help="the folder of the figures")
    parser.add_argument("--built", action="store_true", help="the one way named is there: measure it only")
    parser.add_argument("--stay", action="store_true", help="do not drop the last way")
    args = parser.parse_args()
    wanted = args.ways.split(",")
    for way in wanted:
        figures = {"way": way, "bookings": args.bookings, "calls": args.calls}
        if not args.built:
            figures["build_s"] = build(way, args)
        figures["sizes"] = sizes()
        figures["vacuum"] = vacuum(way, args)
        figures["statements"] = measure(way, args)
        if not (args.stay and way == wanted[-1]):
            sql("DROP SCHEMA part CASCADE")
        os.makedirs(args.into, exist_ok=True)
        with open(os.path.join(args.into, f"partition-{way}.json"), "w") as out:
            json.dump(figures, out, indent=1)
        print(report(figures), flush=True)


def sql(text, **variables):
    command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-F", "\t"]
    for name, value in variables.items():
        command += ["-v", f"{name}={value}"]
    done = subprocess.run(command, input="SET client_min_messages = warning; SET timezone = 'UTC';\n" + text,
                          capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench/partition.py: psql: {done.stderr.strip()}\n{text[:2000]}")
    return [line.split("\t") for line in done.stdout.splitlines()]


# -------- build --------

def build(way, args):
    started = time.monotonic()
    path = os.path.join(BENCH, "sql", "partition_world.sql")
    sql(f"DROP SCHEMA IF EXISTS part CASCADE;\n\\i {path}", bookings=args.bookings, users=max(1, args.bookings // 20))
    {"one": build_one, "archive": build_archive, "month": build_month, "hash": build_hash}[way](args)
    build_lines(args)
    sql("ALTER TABLE part.bookings ADD FOREIGN KEY (concert_schedule_id) REFERENCES part.concert_schedules (id)"
        + (" NOT VALID" if way in ("one", "archive") else ""))
    if way != "month":
        # A key to the partitions of the months would need the date in each line.
        sql("ALTER TABLE part.booking_seats ADD FOREIGN KEY (booking_id) REFERENCES part.bookings (id)"
            " ON DELETE CASCADE" + (" NOT VALID" if way != "hash" else ""))
    return round(time.monotonic() - started)


def build_one(args):
    sql(f"""BEGIN;
SELECT part.make('part.bookings', 'concert_booking.bookings', '', 'WITH (fillfactor = 80)');
SELECT part.fill('part.bookings', 'part.numbered', 'true');
COMMIT;
SELECT * FROM part.make_indexes('part.bookings', 'concert_booking.bookings');""")


def build_archive(args):
    kept = args.bookings * 3 // MONTHS
    sql(f"""BEGIN;
SELECT part.make('part.bookings', 'concert_booking.bookings', '', 'WITH (fillfactor = 80)');
SELECT part.fill('part.bookings', 'part.numbered', 'n >= {args.bookings - kept}');
COMMIT;
SELECT * FROM part.make_indexes('part.bookings', 'concert_booking.bookings');
BEGIN;
SELECT part.make('part.archived_bookings', 'concert_booking.archived_bookings');
INSERT INTO part.archived_bookings (id, concert_schedule_id, user_id, session_id, booking_number, status,
    customer_phone, seat_count, total_price, cancelled_at, created_at, booking, seats)
SELECT id, concert_schedule_id, user_id, session_id, booking_number, status,
    customer_phone, seat_count, total_price, cancelled_at, created_at, '{{}}', '[]'
FROM part.numbered WHERE n < {args.bookings - kept};
COMMIT;
SELECT * FROM part.make_indexes('part.archived_bookings', 'concert_booking.archived_bookings');""")


def build_month(args):
    """Each partition is filled and gets its indexes, and is attached then."""
    sql("SELECT part.make('part.bookings', 'concert_booking.bookings', ', concert_date date NOT NULL',"
        " 'PARTITION BY RANGE (concert_date)');"
        "SELECT * FROM part.make_indexes('part.bookings', 'concert_booking.bookings', ', concert_date');")
    for month in range(MONTHS):
        bounds = f"date '2022-01-01' + interval '{month} months'", f"date '2022-01-01' + interval '{month + 1} months'"
        condition = f"concert_date >= {bounds[0]} AND concert_date < {bounds[1]}"
        sql(f"""BEGIN;
SELECT part.make('part.bookings_{month}', 'concert_booking.bookings', ', concert_date date NOT NULL',
    'WITH (fillfactor = 80)');
SELECT part.fill('part.bookings_{month}', 'part.numbered', $$ {condition} $$, ', concert_date');
COMMIT;
SELECT * FROM part.make_indexes('part.bookings_{month}', 'concert_booking.bookings', ', concert_date');
SELECT format('ALTER TABLE part.bookings ATTACH PARTITION part.bookings_{month} FOR VALUES FROM (%L) TO (%L)',
    ({bounds[0]})::date, ({bounds[1]})::date) \\gexec""")
    # What is unique in all partitions needs a table of its own. It has a part of the rows: as many as
    # its indexes need to be as deep as with all of them.
    sql(f"""BEGIN;
CREATE TABLE part.numbers (booking_number varchar(50) NOT NULL, user_id uuid, idempotency_key varchar(255));
INSERT INTO part.numbers
SELECT part.booking_number(n), CASE WHEN n % 5 = 1 THEN part.random_id(part.user_number(n, w.users), 2) END,
    CASE WHEN n % 5 = 1 THEN part.digits(n, 7) END
FROM part.world w, generate_series(w.bookings - least(w.bookings, {args.lines}), w.bookings - 1) n;
COMMIT;
ALTER TABLE part.numbers ADD PRIMARY KEY (booking_number);
CREATE UNIQUE INDEX ON part.numbers (user_id, idempotency_key) WHERE user_id IS NOT NULL AND idempotency_key IS NOT NULL;
VACUUM ANALYZE part.numbers""")


def build_hash(args):
    partitions = "".join(f"CREATE TABLE part.bookings_{i} PARTITION OF part.bookings"
                         f" FOR VALUES WITH (MODULUS {HASHES}, REMAINDER {i}) WITH (fillfactor = 80);\n"
                         for i in range(HASHES))
    sql(f"""BEGIN;
SELECT part.make('part.bookings', 'concert_booking.bookings', '', 'PARTITION BY HASH (id)');
{partitions}SELECT part.fill('part.bookings', 'part.numbered', 'true');
COMMIT""")
    # An index of the number cannot be unique here either: it does not contain the id.
    sql("SELECT * FROM part.make_indexes('part.bookings', 'concert_booking.bookings', ', id')")


def build_lines(args):
    sql(f"\\i {os.path.join(BENCH, 'sql', 'partition_lines.sql')}", lines=args.lines)


# -------- measure --------

def sizes():
    rows = sql("""SELECT t.name, sum(pg_table_size(c.oid)), sum(pg_indexes_size(c.oid)), count(*)
FROM (VALUES ('bookings'), ('archived_bookings'), ('booking_seats'), ('numbers')) t (name)
JOIN pg_class c ON c.relnamespace = 'part'::regnamespace AND c.relkind = 'r' AND c.relname ~ ('^' || t.name || '(_[0-9]+)?$')
GROUP BY 1 ORDER BY 1""")
    return {name: {"table": int(table), "indexes": int(indexes), "partitions": int(count)}
            for name, table, indexes, count in rows}


def timed(text):
    started = time.monotonic()
    sql(text)
    return round(time.monotonic() - started, 1)


def vacuum(way, args):
    """The first one reads all; the second one comes after a day that changed every thousandth row."""
    first = timed("VACUUM (ANALYZE) part.bookings; VACUUM (ANALYZE) part.booking_seats;"
                  + ("VACUUM (ANALYZE) part.archived_bookings;" if way == "archive" else ""))
    recent = args.bookings * 3 // MONTHS
    date = f" AND b.concert_date >= date '2022-01-01' + interval '{MONTHS - 3} months'" if way == "month" else ""
    changed = sql(f"""WITH done AS (UPDATE part.bookings b SET status = 'cancelled', cancelled_at = now()
    FROM generate_series({args.bookings - recent}, {args.bookings - 1}, 50) n
    WHERE b.id = part.ordered_id(n, 1) AND b.status = 'confirmed'{date} RETURNING 1) SELECT count(*) FROM done""")[0][0]
    sql("CHECKPOINT")
    # Only what has changed: the three last partitions. A hash changes all of them.
    targets = [f"part.bookings_{month}" for month in range(MONTHS - 3, MONTHS)] if way == "month" else ["part.bookings"]
    seconds = timed("".join(f"VACUUM (INDEX_CLEANUP ON) {target};" for target in targets))
    return {"first_s": first, "changed_rows": int(changed), "second_s": seconds}


def measure(way, args):
    sql(functions(way))
    found = {}
    for name in STATEMENTS:
        found[name] = one_statement(name, args)
    return found


def one_statement(name, args):
    """Bookings of the last three months, a different one each time, spread over them."""
    recent = args.bookings * 3 // MONTHS
    step = recent // (args.calls + 20)
    first = args.bookings - recent
    number = {"sale": "{bookings} + i", "by_phone": "({first} + i * {step}) / 5 * 5",
              "by_key": "({first} + i * {step}) / 5 * 5 + 1", "by_member": "({first} + i * {step}) / 5 * 5 + 2",
              "limit": "({first} + i * {step}) / 5 * 5 + 3",
              "cancel": "({first} + i * {step}) / 20 * 20 + 3"}.get(name, "{first} + i * {step}").format(
                  bookings=args.bookings, first=first, step=step)
    rows = sql(f"""
CREATE TEMP TABLE found (i integer, plan jsonb);
SET statement_timeout = '10min';
DO $do$
DECLARE answer json;
BEGIN
	FOR i IN 0..{args.calls + 9} LOOP
		EXECUTE format('EXPLAIN (ANALYZE, BUFFERS, WAL, FORMAT JSON) SELECT part.call_{name}(%s::bigint)', {number}) INTO answer;
		INSERT INTO found VALUES (i, answer);
	END LOOP;
END $do$;
SELECT plan -> 0 ->> 'Execution Time', (plan #>> '{{0,Plan,Shared Hit Blocks}}')::bigint + (plan #>> '{{0,Plan,Shared Read Blocks}}')::bigint,
       plan #>> '{{0,Plan,Shared Read Blocks}}', plan #>> '{{0,Plan,WAL Bytes}}'
FROM found ORDER BY i;
BEGIN;
SELECT part.call_{name}(({number.replace("i", "(%d)" % (args.calls + 15)) if name != "sale" else args.bookings + args.calls + 15})::bigint);
SELECT 'locks', count(*) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation';
ROLLBACK""")
    calls = [row for row in rows if len(row) == 4]
    locks = [int(row[1]) for row in rows if row[0] == "locks"][0]
    kept = calls[10:]
    times = [float(row[0]) for row in kept]
    return {"first_ms": float(calls[0][0]), "ms": statistics.median(times),
            "p95_ms": sorted(times)[int(len(times) * 0.95)],
            "pages": statistics.median(int(row[1]) for row in kept),
            "read": statistics.mean(int(row[2]) for row in kept),
            "wal": statistics.median(int(row[3]) for row in kept), "locks": locks}


# -------- report --------

def report(figures):
    nothing = figures["statements"]["nothing"]
    lines = [f"way {figures['way']}, {figures['bookings']:,} bookings, medians of {figures['calls']} calls,"
             " less what it takes to find out what to ask for", "",
             "| statement | ms | 95 % ms | first call of a session, ms | pages | of these read | WAL bytes | locks |",
             "|---|---|---|---|---|---|---|---|"]
    for name, title in STATEMENTS.items():
        found = figures["statements"][name]
        if name == "nothing":
            continue
        lines.append(f"| {title} | {found['ms'] - nothing['ms']:.3f} | {found['p95_ms']:.3f} | {found['first_ms']:.1f} |"
                     f" {found['pages'] - nothing['pages']:.0f} | {found['read']:.1f} | {found['wal']:.0f} | {found['locks'] - nothing['locks']} |")
    lines.append("")
    for name, size in figures["sizes"].items():
        lines.append(f"{name}: {size['partitions']} tables, {size['table'] / 1e9:.2f} GB, indexes {size['indexes'] / 1e9:.2f} GB")
    found = figures["vacuum"]
    lines.append(f"vacuum: first {found['first_s']} s; after {found['changed_rows']} changed rows {found['second_s']} s")
    lines.append(f"built in {figures.get('build_s', '-')} s\n")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
