#!/usr/bin/env python3
"""Put the run of build/bench/ into the documents: tables, drawings and the box of the
READMEs.

  bench/docs.py [FOLDER]     only one whole run of one commit without changes is published
  bench/docs.py --check      what is published is that, and the same in each language
  bench/docs.py --self-test  runs, pages and verdicts that are not, and must be refused

Between "<!-- bench NAME -->" and "<!-- /bench -->" stands what the run says of
NAME: machine, goals, summary (the box) or a workload. The text around it stays. A
workload that the run has not, or that no document has a place for, is an error; a
new one gets its place with the words "Not measured yet.", until the next run.
"""

import os
import re
import shutil
import sys

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import goals  # noqa: E402
import report  # noqa: E402
import summary  # noqa: E402
from book import Book, spread  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

TOP = os.path.dirname(BENCH)
PAGE = "docs/internals/benchmarks.md"
BOXES = {"README.md": "en", "README.ko.md": "ko"}
BOX_LINES = 14
DRAWINGS = "docs/internals/drawings"
# the drawings that are published; each makes a point, the others only repeat their table
DRAWN = (
    "holds-a-second-32-clients-synchronous-commit-on.svg",
    "confirms-a-second-30-clients-a-flush-of-2-ms.svg",
    "seats-sold-a-second-64-clients-50-000-seats-of-one-schedule.svg",
    "p99-of-a-hold.svg",
)
# what stands in the place of a workload that is newer than the published run
NOT_YET = "\nNot measured yet.\n\n"
PLACE = re.compile(r"(<!-- bench (\w+) -->\n)(.*?)(<!-- /bench -->)", re.S)
COMMIT = re.compile(r", (?:commit|커밋) (\S+?)[,.]")


def main():
    if sys.argv[1:] == ["--check"]:
        return say(faults(documents()))
    if sys.argv[1:] == ["--self-test"]:
        return say(self_test())
    folder = sys.argv[1] if sys.argv[1:] else os.path.join(TOP, "build", "bench")
    run = report.read(folder)
    if run is None:
        return say([f"{folder} has no run: make bench"])
    why_not = refusal(run)
    if why_not:
        return say([f"not published: {why_not}"])
    run["sections"] = [section for section in run["sections"] if section["name"] in WORKLOADS]
    old = documents()
    new = {path: filled(text, parts(run, BOXES.get(path))) for path, text in old.items()}
    homeless = set(parts(run)) - {name for text in old.values() for name in places(text)}
    if homeless:
        return say([f"no document has a place for {' '.join(sorted(homeless))}"])
    for path, text in new.items():
        with open(os.path.join(TOP, path), "w") as file:
            file.write(text)
    for name in DRAWN:
        shutil.copy(os.path.join(folder, name), os.path.join(TOP, DRAWINGS))
    return 0


def say(faults):
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def documents():
    """{path: text} of those that there are."""
    found = {}
    for path in (PAGE, *BOXES):
        if os.path.exists(os.path.join(TOP, path)):
            with open(os.path.join(TOP, path)) as file:
                found[path] = file.read()
    return found


def places(text):
    """{name: what stands there}"""
    return {name: said for _, name, said, _ in PLACE.findall(text)}


# -------- publish --------

def refusal(run):
    """Why this run is not to be published; None if it is. A workload that is no longer
    among ours does no harm, but belongs to the same run."""
    failed = [s["name"] for s in run["sections"] if any(entry["kind"] == "failure" for entry in s["entries"])]
    if failed:
        return f"a workload failed: {' '.join(failed)}"
    missing = set(WORKLOADS) - {section["name"] for section in run["sections"]}
    if missing:
        return f"the run has not all workloads: {' '.join(sorted(missing))}; make bench"
    if len({(section.get("run"), section["commit"]) for section in run["sections"]}) > 1:
        return "the workloads are not of one run of one commit; make bench"
    commit = run["machine"]["commit"]
    if not re.fullmatch("[0-9a-f]{7,40}", commit) or commit != run["sections"][0]["commit"]:
        return f"commit {commit} is not what was measured"
    return None


def parts(run, language="en"):
    """{name: Markdown}"""
    book = Book(run)
    texts = {section["name"]: "\n" + drawn(report.section_text(section)) for section in book.sections}
    texts["machine"] = "\n" + report.machine_text(run["machine"], book)
    texts["goals"] = "\n" + report.goals_text(book)
    texts["summary"] = "\n" + summary.box(run, language or "en")
    return texts


def drawn(text):
    """Without the drawings that are not published."""
    def drawing(found):
        return f"![{found.group(1)}](drawings/{found.group(2)})\n\n" if found.group(2) in DRAWN else ""
    return re.sub(r"^!\[(.*)\]\((.*)\)\n\n", drawing, text, flags=re.M)


def filled(text, texts):
    return PLACE.sub(lambda place: place.group(1) + texts[place.group(2)] + "\n" + place.group(4)
                     if place.group(2) in texts else place.group(0), text)


# -------- check --------

def faults(pages):
    """What is wrong with the published figures of these documents, {path: text}."""
    published = places(pages[PAGE])
    commits = {name: COMMIT.findall(text) for name, text in published.items() if text != NOT_YET}
    wanted = commits.get("machine", [])
    wrong = [name for name in ["machine", *WORKLOADS]
             if commits.get(name) != wanted and published.get(name) != NOT_YET]
    if len(wanted) != 1 or not re.fullmatch("[0-9a-f]{7,40}", wanted[0]) or wrong:
        return [f"{PAGE} is not one run of one commit: {commits}"]
    found = [f"{PAGE} has what is not measured any more: {name}"
             for name in set(published) - {"machine", "goals", *WORKLOADS}]
    boxes = {path: places(pages[path]).get("summary") for path in BOXES if path in pages}
    for path, box in boxes.items():
        if box is None:
            found.append(f"{path} has no place for the summary")
        elif COMMIT.findall(box) != wanted:
            found.append(f"{path} is of another commit than {PAGE}")
        elif len(box.splitlines()) > BOX_LINES:
            found.append(f"the summary of {path} has more than {BOX_LINES} lines")
    if len({tuple(summary.figures(box or "")) for box in boxes.values()}) > 1:
        found.append("the figures of the READMEs differ")
    shown = set(re.findall(r"\]\(drawings/([^)]+)\)", pages[PAGE]))
    if shown != set(DRAWN) or shown != set(os.listdir(os.path.join(TOP, DRAWINGS))):
        found.append(f"{DRAWINGS} has other drawings than {PAGE} shows")
    return found


# -------- self-test --------

def self_test():
    """What was not found out, or found fault with for nothing."""
    def run(**change):
        sections = [{"name": name, "entries": [], "run": "today", "commit": "1234567", **change.get(name, {})}
                    for name in [*WORKLOADS, *change.get("more", [])] if change.get(name) != {}]
        return {"machine": {"commit": change.get("commit", "1234567")}, "sections": sections}

    good = [run(), run(more=["gone"])]
    bad = [run(hold={}), run(hold={"commit": "7654321"}), run(hold={"run": "yesterday"}), run(commit="1234567+"),
           run(more=["gone"], gone={"run": "yesterday"}), run(commit="7654321"), run(more=["gone"], wal={}),
           run(hold={"entries": [{"kind": "failure"}]})]
    missed = [f"refused: {refusal(each)}" for each in good if refusal(each)]
    missed += [f"not refused: run {number}" for number, each in enumerate(bad) if not refusal(each)]
    now = documents()
    missed += faults(now)
    stale = {"a figure of another run": (PAGE, r"commit [0-9a-f]{7}, (\d+) s", r"commit 7777777, \1 s"),
             "a drawing": (PAGE, r"\(drawings/\S+\)", "(drawings/other.svg)"),
             "a box of another run": ("README.md", r"commit [0-9a-f]{7}\.", "commit 7777777."),
             "no box": ("README.md", "<!-- bench summary -->", ""),
             "no machine": (PAGE, r"(?s)(?<=<!-- bench machine -->\n).*?(?=<!-- /bench)", NOT_YET),
             "a claim without a run": (PAGE, r"(?s)(?<=<!-- bench wal -->\n).*?(?=<!-- /bench)", NOT_YET + "12×\n"),
             "no place": (PAGE, "<!-- bench payment -->", "")}
    for what, (path, pattern, text) in stale.items():
        if not faults({**now, path: re.sub(pattern, text, now[path], count=1)}):
            missed.append(f"not found: {what}")
    box = places(now["README.md"])["summary"]
    other = {**now, "README.ko.md": f"<!-- bench summary -->\n{box.replace('1', '2', 1)}<!-- /bench -->\n"}
    missed += ["not found: other figures in another language"] if not faults(other) else []
    return missed + [f"{what} is no {verdict}" for what, verdict in verdicts().items() if what[-1] != verdict]


def verdicts():
    """{(better, rounds and what they are): what the suite says}, bar 3, stretch 5."""
    return {(better, rounds, right): goals.verdict(goals.goal("key", "text", *bars, better=better), rounds and spread(rounds))
            for better, bars, rounds, right in (
                ("higher", (3, 5), (2.9, 3.1, 9), "MISS"), ("higher", (3, 5), (3, 5, 9), "pass"),
                ("higher", (3, 5), (5, 6), "stretch"), ("lower", (3, 1), (1, 1, 3.1), "MISS"),
                ("lower", (3, 1), (0, 0, 3), "pass"), ("lower", (3, 1), (1, 0), "stretch"),
                ("higher", (3,), (3,), "pass"), ("lower", (3, 1), None, "not measured"))}


if __name__ == "__main__":
    sys.exit(main())
