"""The figures of bench/cluster.py as tables, in English and in Korean, and their places in
docs/cluster.md and docs/ko/cluster.md: between "<!-- bench cluster_NAME -->" and
"<!-- /bench -->". The text around them is nobody's but the reader's."""

import json
import math
import os
import re
import statistics
import sys

from cluster_lab import KINDS
from report import number, table_text

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGES = {"docs/cluster.md": "en", "docs/ko/cluster.md": "ko"}
PLACE = re.compile(r"(<!-- bench (cluster_\w+) -->\n)(.*?)(<!-- /bench -->)", re.S)
BUYERS, SECONDS, CORES, SHARE = 1000000, 60, 8, 0.5

WORDS = {
    "en": {
        "machine": "{date}, {processor}, {cores} cores, {memory_gb} GB, PostgreSQL {server}, commit {commit}; fsync = {fsync}. Load"
                   " average before the run: {load_before:.2f}; it took {seconds:,.0f} s. {rounds} rounds of {sales:,} sales or"
                   " {requests:,} requests a side; medians, and ratios with their range. All of the cluster and its clients share the"
                   " cores. `check_integrity()` had {findings} findings afterwards.",
        "us": "µs", "shards": "{} shards", "shard": "1 shard",
        "ways": {"hold": "`hold_seats()` + `confirm_booking()`, two requests", "book": "`book_seats()`, one request"},
        "sale": "Processor time of a sale of two seats, µs, {clients} clients: {way}",
        "kinds": {"front": "HAProxy", "postgrest": "PostgREST of the shards", "pgbouncer": "PgBouncer of the shards",
                  "postgres": "PostgreSQL of the shards", "decoding": "of the shards, decoding for the hub",
                  "hub": "all of the hub", "all": "all", "ratio": "all ÷ 1 shard, the same round"},
        "wal": "WAL of the shards, bytes", "rate": "sales a second, clients on the same cores",
        "idle": "nobody asks, µs a second",
        "route": "A request of one client, {requests:,} a round",
        "route_heads": ["what routes it", "PostgREST itself, ms", "through HAProxy, ms", "more, µs", "HAProxy's processor time, µs",
                        "of all processes, µs"],
        "requests": {"url": "a schedule's id in the URL (GET `seat_grades`)", "body": "the same id in a JSON body (POST)",
                     "number": "a booking number in a JSON body (`find_guest_booking`)"},
        "list": "A list that is asked of all shards: `my_bookings`, one client",
        "list_heads": ["", "one shard's PostgREST, ms", "through HAProxy and the hub, ms", "one shard in SQL, ms",
                       "the hub in SQL, ms", "of all processes, µs"],
        "lag": "From the answer to a sale until the hub's availability has it, ms",
        "lag_heads": ["", "sales timed", "median", "99 %", "longest"],
        "quiet": "nobody else sells", "load": "{clients} clients sell as well, {rate} sales a second",
        "size": "Memory after the run, MB (what processes share is divided among them), and start",
        "size_heads": ["", "a shard's node", "of it PostgreSQL", "of it PostgREST", "the hub's node", "HAProxy", "all", "start, s"],
        "paper": "{buyers:,} buyers in {seconds} seconds, two seats each: {rate:,.0f} sales a second",
        "paper_heads": ["", "µs a sale", "cores"],
        "further": "each further request of a buyer that no cache answers (GET `seat_grades`)",
        "machines": "With {cores} cores each and at most half of them busy, that is {front} for HAProxy, {nodes} for the shards"
                    " and {hub} for the hub. Each shard writes {wal:.1f} MB of WAL a second.",
    },
    "ko": {
        "machine": "{date}, {processor}, 코어 {cores}개, {memory_gb} GB, PostgreSQL {server}, 커밋 {commit}; fsync = {fsync}. 실행 전"
                   " 부하 평균: {load_before:.2f}, 걸린 시간: {seconds:,.0f}초. 한쪽에 {rounds}라운드, 라운드마다 판매 {sales:,}건 또는"
                   " 요청 {requests:,}건. 중앙값이며 비율에는 범위가 있습니다. 클러스터 전체와 클라이언트가 코어를 함께 씁니다."
                   " 그 뒤 `check_integrity()`의 행: {findings}개.",
        "us": "µs", "shards": "샤드 {}개", "shard": "샤드 1개",
        "ways": {"hold": "`hold_seats()` + `confirm_booking()`, 요청 둘", "book": "`book_seats()`, 요청 하나"},
        "sale": "두 좌석 판매 한 건의 프로세서 시간(µs), 클라이언트 {clients}개: {way}",
        "kinds": {"front": "HAProxy", "postgrest": "샤드의 PostgREST", "pgbouncer": "샤드의 PgBouncer",
                  "postgres": "샤드의 PostgreSQL", "decoding": "샤드가 허브를 위해 하는 디코딩", "hub": "허브 전체",
                  "all": "모두", "ratio": "모두 ÷ 샤드 1개, 같은 라운드"},
        "wal": "샤드의 WAL(바이트)", "rate": "초당 판매, 클라이언트도 같은 코어에서",
        "idle": "아무도 요청하지 않을 때 초당 µs",
        "route": "클라이언트 하나의 요청, 라운드마다 {requests:,}건",
        "route_heads": ["무엇으로 길을 정하는가", "PostgREST에 직접(ms)", "HAProxy를 거쳐(ms)", "더 걸린 시간(µs)",
                        "HAProxy의 프로세서 시간(µs)", "모든 프로세스(µs)"],
        "requests": {"url": "URL에 있는 회차 id(GET `seat_grades`)", "body": "JSON 본문에 있는 같은 id(POST)",
                     "number": "JSON 본문에 있는 예매 번호(`find_guest_booking`)"},
        "list": "모든 샤드에 묻는 목록: `my_bookings`, 클라이언트 하나",
        "list_heads": ["", "샤드 하나의 PostgREST(ms)", "HAProxy와 허브를 거쳐(ms)", "샤드 하나에 SQL로(ms)", "허브에 SQL로(ms)",
                       "모든 프로세스(µs)"],
        "lag": "판매의 응답부터 허브의 잔여 좌석에 나타날 때까지(ms)",
        "lag_heads": ["", "잰 판매", "중앙값", "99 %", "가장 긴 것"],
        "quiet": "다른 판매가 없을 때", "load": "클라이언트 {clients}개가 함께 팔 때, 초당 {rate}건",
        "size": "실행 뒤의 메모리(MB, 여러 프로세스가 함께 쓰는 것은 나누어 셉니다)와 시작 시간",
        "size_heads": ["", "샤드의 노드", "그중 PostgreSQL", "그중 PostgREST", "허브의 노드", "HAProxy", "모두", "시작(초)"],
        "paper": "{seconds}초 동안 구매자 {buyers:,}명, 두 좌석씩: 초당 판매 {rate:,.0f}건",
        "paper_heads": ["", "판매 한 건에 µs", "코어"],
        "further": "캐시가 답하지 않는 구매자의 요청이 하나 늘 때마다(GET `seat_grades`)",
        "machines": "코어가 {cores}개씩이고 많아야 절반을 쓴다면 HAProxy에 {front}대, 샤드에 {nodes}대, 허브에 {hub}대입니다."
                    " 샤드마다 초당 WAL {wal:.1f} MB를 씁니다.",
    },
}


# -------- tables --------

def report(figures):
    texts = parts(figures, "en")
    return "# Cluster run\n\n" + "\n".join(texts.values())


def parts(figures, language):
    """{name of a place: Markdown}"""
    figures = json.loads(json.dumps(figures))
    words = WORDS[language]
    return {"cluster_machine": words["machine"].format(**figures["facts"], findings=figures["findings"]) + "\n",
            "cluster_sale": "\n".join(sale_text(figures, words, way) for way in figures["sale"]),
            "cluster_route": route_text(figures, words) + "\n" + list_text(figures, words),
            "cluster_lag": lag_text(figures, words),
            "cluster_size": size_text(figures, words),
            "cluster_paper": paper_text(figures, words)}


def titled(title, heads, rows):
    return f"{title}:\n\n" + table_text(heads, rows)


def middle(rounds, *path):
    """The median of a figure of each round."""
    return statistics.median(figure(each, path) for each in rounds)


def figure(each, path):
    for step in path:
        each = sum(each.values()) if step == "all" else each[step]
    return each


def ratio_text(above, below):
    each = [figure(a, ("us", "all")) / figure(b, ("us", "all")) for a, b in zip(above, below)]
    return f"{statistics.median(each):.3f} ({min(each):.3f} – {max(each):.3f})"


def shards_text(words, count):
    return words["shard"] if count == "1" else words["shards"].format(count)


def sale_text(figures, words, way):
    sides = figures["sale"][way]
    first = next(iter(sides.values()))
    rows = [[words["kinds"][kind], *(f"{middle(rounds, 'us', kind):,.0f}" for rounds in sides.values())] for kind in [*KINDS, "all"]]
    rows.append([words["kinds"]["ratio"], *(ratio_text(rounds, first) for rounds in sides.values())])
    rows.append([words["wal"], *(f"{middle(rounds, 'wal'):,.0f}" for rounds in sides.values())])
    rows.append([words["rate"], *(f"{middle(rounds, 'a_second'):,.0f}" for rounds in sides.values())])
    rows.append([words["idle"], *(f"{sum(figures['idle'][count].values()):,.0f}" for count in sides)])
    return titled(words["sale"].format(clients=figures["facts"]["clients"], way=words["ways"][way]),
                  ["", *(shards_text(words, count) for count in sides)], rows)


def ms(us):
    return number(us / 1000)


def route_text(figures, words):
    rows = []
    for name, sides in figures["route"].items():
        direct, front = (middle(sides[side], "latency_us", "50") for side in ("direct", "front"))
        rows.append([words["requests"][name], ms(direct), ms(front), f"{front - direct:,.0f}",
                     f"{middle(sides['front'], 'us', 'front'):,.0f}", f"{middle(sides['front'], 'us', 'all'):,.0f}"])
    return titled(words["route"].format(requests=figures["facts"]["requests"]), words["route_heads"], rows)


def list_text(figures, words):
    rows = [[shards_text(words, count), ms(middle(sides["direct"], "latency_us", "50")),
             ms(middle(sides["front"], "latency_us", "50")), ms(middle(sides["shard_sql"], "latency_us")),
             ms(middle(sides["hub_sql"], "latency_us")), f"{middle(sides['front'], 'us', 'all'):,.0f}"]
            for count, sides in figures["list"].items()]
    return titled(words["list"], words["list_heads"], rows)


def lag_text(figures, words):
    rows = []
    for name, found in figures["lag"].items():
        title = words[name].format(clients=figures["facts"]["clients"], rate=f"{found['sales_a_second']:,.0f}")
        rows.append([title, found["probes"], *(number(found[key]) for key in ("p50_ms", "p99_ms", "max_ms"))])
    return titled(words["lag"], words["lag_heads"], rows)


def size_text(figures, words):
    rows = []
    for count, size in figures["size"].items():
        memory = size["memory_mb"]

        def of(beginning, memory=memory):
            return sum(mb for name, mb in memory.items() if name.startswith(beginning))
        rows.append([shards_text(words, count), *(f"{mb:,.0f}" for mb in (
            of("shard0-1-"), memory["shard0-1-postgres"], memory["shard0-1-postgrest"], of("hub-"), memory["front"], of(""))),
            f"{size['started_s']:.1f}"])
    return titled(words["size"], words["size_heads"], rows)


def paper_text(figures, words):
    """What the largest cluster's sale comes to."""
    count, rounds = list(figures["sale"]["hold"].items())[-1]
    rate = BUYERS / SECONDS
    us = {kind: middle(rounds, "us", kind) for kind in [*KINDS, "all"]}
    cores = {kind: rate * each / 1e6 for kind, each in us.items()}
    rows = [[words["kinds"][kind], f"{us[kind]:,.0f}", f"{cores[kind]:.1f}"] for kind in us]
    further = middle(figures["route"]["url"]["front"], "us", "all")
    rows.append([words["further"], f"{further:,.0f}", f"{rate * further / 1e6:.1f}"])
    machines = {"front": cores["front"], "hub": cores["hub"],
                "nodes": sum(cores[kind] for kind in ("postgrest", "pgbouncer", "postgres", "decoding"))}
    machines = {name: math.ceil(each / (CORES * SHARE)) for name, each in machines.items()}
    wal = middle(rounds, "wal") * rate / machines["nodes"] / 1e6
    return (titled(words["paper"].format(buyers=BUYERS, seconds=SECONDS, rate=rate), words["paper_heads"], rows)
            + "\n" + words["machines"].format(cores=CORES, wal=wal, **machines) + "\n")


# -------- publish and check --------

def pages():
    found = {}
    for path in PAGES:
        with open(os.path.join(TOP, path), encoding="utf-8") as file:
            found[path] = file.read()
    return found


def say(faults):
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def publish(path):
    """Only figures of one commit without changes, with no finding."""
    if not os.path.exists(path):
        return say([f"there is no {path}: make bench-cluster"])
    with open(path, encoding="utf-8") as file:
        figures = json.load(file)
    commit = figures["facts"]["commit"]
    if not re.fullmatch("[0-9a-f]{7,40}", commit) or figures["findings"]:
        return say([f"not published: commit {commit}, {figures['findings']} findings of check_integrity()"])
    for page, text in pages().items():
        texts = parts(figures, PAGES[page])
        with open(os.path.join(TOP, page), "w", encoding="utf-8") as file:
            file.write(PLACE.sub(lambda place: f"{place[1]}\n{texts[place[2]]}\n{place[4]}", text))
    return 0


def faults(texts):
    """What is wrong with the published figures of these pages, {path: text}."""
    places = {path: {name: said for _, name, said, _ in PLACE.findall(text)} for path, text in texts.items()}
    wanted = ["cluster_machine", "cluster_sale", "cluster_route", "cluster_lag", "cluster_size", "cluster_paper"]
    for path, found in places.items():
        if list(found) != wanted:
            yield f"{path} has places for {list(found)}, not for {wanted}"
        elif not re.search(r"(commit|커밋) [0-9a-f]{7,40};", found["cluster_machine"]):
            yield f"{path} tells no commit of which its figures are"
    said = [{name: figures_of(text) for name, text in found.items()} for found in places.values()]
    for name in wanted:
        if said[0].get(name) != said[1].get(name):
            yield f"the figures of {name} are not the same in both languages"


def figures_of(text):
    """All numbers of a text, sorted: the languages order them each in its way."""
    return sorted(re.findall(r"\d[\d,.]*\d|\d", re.sub(r"(commit|커밋) \w+", "", text)))


def check():
    return say(list(faults(pages())))


def self_test():
    now = pages()
    missed = [f"not right: {fault}" for fault in faults(now)]
    first, second = PAGES
    place = PLACE.search(now[second])
    wrong = {"no commit": {first: re.sub(r"commit [0-9a-f]{7,}", "commit 1234567+", now[first], count=1)},
             "other figures in another language": {second: now[second].replace(place[3], place[3] + "\n4711\n", 1)},
             "a place that is gone": {second: now[second].replace("<!-- bench cluster_lag -->", "", 1)}}
    return say(missed + [f"not found: {what}" for what, change in wrong.items() if not list(faults({**now, **change}))])
