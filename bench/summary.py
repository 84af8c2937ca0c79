"""The box of README.md and README.ko.md: a run in words that a buyer of software
understands. The figures are the same in both; the words stand here."""

import re

from report import number, table_text

SALE = "Seats sold a second, 64 clients, 50,000 seats of one schedule"
LATENCY = "Latency in the last turn, milliseconds"
SOLD_OUT = "Until all 50,000 seats are sold"
MAP = "A map of 50,000 seats, inside the server"
OURS, A, B = "extension, chosen seats", "system A's statements", "Redis + SQL (system B)"

WORDS = {
    "en": {
        "heads": ["2 cores, 64 buyers at once", "this extension", "system A: status and counter columns",
                  "system B: holds in Redis"],
        "sold": "seats sold a second",
        "p99": "99 of 100 holds are answered within",
        "sold_out": "all 50,000 seats are sold after",
        "map": "a map of 50,000 seats",
        "states": "only the states of 50,000 seats",
        "search": "eight searches over 1,000,000 seats, fastest to slowest",
        "s": "{} s", "ms": "{} ms",
        "machine": "Server and buyers on one machine: {processor}, {cores} cores, {memory_gb} GB, PostgreSQL {version};"
                   " {date}, commit {commit}.",
        "missed": "{missed} of {all} goals are missed, among them: {which}.",
        "none": "No goal of {all} is missed.",
        "which": "{label} {measured} (goal {goal})",
        "goals": {"flash_seed": "seats sold against system A", "flash_redis": "against system B",
                  "hold_32_on": "holds of 32 clients against an UPDATE of one row",
                  "seat_status": "states of the seats against system A's map",
                  "pollers": "the slowest 1 % of the holds while others poll"},
        "all": "[All goals, and why](docs/internals/benchmarks.md#goals)",
    },
    "ko": {
        "heads": ["코어 2개, 동시 구매자 64명", "이 확장", "시스템 A: 상태 열과 카운터 열", "시스템 B: Redis 임시 예약"],
        "sold": "초당 판매 좌석",
        "p99": "임시 예약 100건 중 99건의 응답 시간",
        "sold_out": "50,000석이 모두 팔릴 때까지",
        "map": "50,000석의 좌석 배치도",
        "states": "50,000석의 상태만",
        "search": "1,000,000석에서 여덟 가지 검색, 가장 빠른 것부터 가장 느린 것까지",
        "s": "{}초", "ms": "{} ms",
        "machine": "서버와 구매자가 한 대에 있습니다: {processor}, 코어 {cores}개, {memory_gb} GB, PostgreSQL {version},"
                   " {date}, 커밋 {commit}.",
        "missed": "목표 {all}개 가운데 {missed}개를 이루지 못했습니다. 그중: {which}.",
        "none": "목표 {all}개를 모두 이루었습니다.",
        "which": "{label} {measured} (목표 {goal})",
        "goals": {"flash_seed": "시스템 A 대비 판매 좌석", "flash_redis": "시스템 B 대비",
                  "hold_32_on": "한 행 UPDATE 대비 클라이언트 32개의 임시 예약",
                  "seat_status": "시스템 A의 배치도 대비 좌석 상태",
                  "pollers": "다른 클라이언트가 상태를 계속 읽을 때 가장 느린 1 % 임시 예약"},
        "all": "[모든 목표와 이유](docs/internals/benchmarks.md#goals)",
    },
}


def box(run, language):
    words = WORDS[language]
    return table_text(words["heads"], rows(run, words)) + "\n" + machine(run, words) + "\n" + missed(run, words) + "\n"


def rows(run, words):
    sold, maps = sides(run, SALE), sides(run, MAP)
    latency = {row[0]: row[5] for row in entry(run, LATENCY)["rows"] if row[1] == "hold"}
    searches = [found["sides"] for found in entries(run) if found["title"].startswith("Search, ")]

    def ms(*values):
        return words["ms"].format(" – ".join(number(value) for value in values))

    def range_of(side):
        each = [found[side]["median"] for found in searches]
        return ms(min(each), max(each))
    return [
        [words["sold"]] + [number(sold[side]) for side in (OURS, A, B)],
        [words["p99"]] + [ms(float(str(latency[side]).replace(",", ""))) for side in (OURS, A, B)],
        [words["sold_out"], words["s"].format(number(sides(run, SOLD_OUT)[OURS])), "", ""],
        [words["map"], ms(maps["seat_map rows"]), ms(maps["system A's map as JSON"]), ""],
        [words["states"], ms(maps["seat_status"]), "", ""],
        [words["search"], range_of("search_concerts"), range_of("system A's statement"), ""],
    ]


def machine(run, words):
    facts = run["machine"]
    return words["machine"].format(**facts, version=facts["server"].split()[0])


def missed(run, words):
    missing = {goal["key"]: goal for goal in run["goals"] if goal["verdict"] == "MISS"}
    named = [words["which"].format(label=label, measured=number(missing[key]["measured"]["median"], "×"),
                                   goal=number(missing[key]["at_least"], "×"))
             for key, label in words["goals"].items() if key in missing]
    text = words["missed"] if named else words["none"]
    measured = [goal for goal in run["goals"] if goal["measured"]]
    return text.format(missed=len(missing), all=len(measured), which="; ".join(named)) + f" {words['all']}."


def entries(run):
    return [found for section in run["sections"] for found in section["entries"] if "title" in found]


def entry(run, title):
    return next(found for found in entries(run) if found["title"] == title)


def sides(run, title):
    return {name: figure["median"] for name, figure in entry(run, title)["sides"].items()}


def figures(text):
    """The numbers of a box, in whatever order its language has them."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text))
