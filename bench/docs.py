#!/usr/bin/env python3
"""Put the run of build/bench/ into the documents, tables and plots.

  bench/docs.py           only one whole run of one commit without changes is published
  bench/docs.py --check   what is published is that

Between "<!-- bench NAME -->" and "<!-- /bench -->" stands what the run says of
NAME: machine, goals, summary (README.md's table) or a workload. The text around
it stays. A workload that the run has not, or that no document has a place for,
is an error.
"""

import os
import re
import shutil
import sys

BENCH = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, BENCH)
sys.dont_write_bytecode = True

import report  # noqa: E402
from book import Book  # noqa: E402
from workloads import WORKLOADS  # noqa: E402

TOP = os.path.dirname(BENCH)
FOLDER = os.path.join(TOP, "build", "bench")
PLOTS = os.path.join(TOP, "docs", "performance")
PLACE = re.compile(r"(<!-- bench (\w+) -->\n).*?(<!-- /bench -->)", re.S)
PLACE_NAMED = re.compile(r"<!-- bench (\w+) -->\n(.*?)<!-- /bench -->", re.S)


def main():
    if sys.argv[1:] == ["--check"]:
        return check()
    run = report.read(FOLDER)
    if run is None:
        print("build/bench/ has no run: make bench", file=sys.stderr)
        return 1
    failed = [s["name"] for s in run["sections"] if any(entry["kind"] == "failure" for entry in s["entries"])]
    if failed:
        print(f"not published, a workload failed: {' '.join(failed)}", file=sys.stderr)
        return 1
    if set(WORKLOADS) != {section["name"] for section in run["sections"]} \
            or len({(section.get("run"), section["commit"]) for section in run["sections"]}) > 1:
        print("not published: not all workloads of one run of one commit; make bench", file=sys.stderr)
        return 1
    if not re.fullmatch("[0-9a-f]{7,40}", run["machine"]["commit"]):
        print(f"not published: commit {run['machine']['commit']} is not what was measured", file=sys.stderr)
        return 1
    texts, filled = parts(run), set()
    for path in ("docs/performance.md", "README.md"):
        filled |= fill(os.path.join(TOP, path), texts)
    homeless = set(texts) - filled
    if homeless:
        print(f"no document has a place for {' '.join(sorted(homeless))}", file=sys.stderr)
        return 1
    replace_plots()
    return 0


def check():
    """Prints what is wrong with the published figures; 1 if anything is."""
    with open(os.path.join(TOP, "docs", "performance.md")) as file:
        published = dict(PLACE_NAMED.findall(file.read()))
    commits = {name: re.findall(r", commit (\S+?)[,.]", text) for name, text in published.items()}
    wanted = commits.get("machine", [])
    wrong = [name for name in ["machine", *WORKLOADS] if commits.get(name) != wanted]
    if len(wanted) != 1 or not re.fullmatch("[0-9a-f]{7,40}", wanted[0]) or wrong:
        print(f"docs/performance.md is not one run of one commit: {commits}", file=sys.stderr)
        return 1
    return 0


def parts(run):
    """{name: Markdown}"""
    book = Book(run)
    texts = {section["name"]: "\n" + report.section_text(section).replace("](", "](performance/")
             for section in book.sections}
    texts["machine"] = "\n" + report.machine_text(run["machine"], book)
    texts["goals"] = "\n" + report.goals_text(book)
    texts["summary"] = "\n" + summary(run)
    return texts


def summary(run):
    rows = [[row["text"], report.number(row["measured"]["median"], row["unit"]),
             report.span(row["measured"], row["unit"])] for row in run["goals"] if row["measured"]]
    return report.table_text(["", "median", "lowest – highest"], rows)


def fill(path, texts):
    """Returns the names of the places."""
    with open(path) as file:
        old = file.read()
    names = set(name for _, name, _ in PLACE.findall(old))
    new = PLACE.sub(lambda place: place.group(1) + texts[place.group(2)] + "\n" + place.group(3)
                    if place.group(2) in texts else place.group(0), old)
    with open(path, "w") as file:
        file.write(new)
    return names


def replace_plots():
    """Only those that docs/performance.md shows."""
    os.makedirs(PLOTS, exist_ok=True)
    with open(os.path.join(TOP, "docs", "performance.md")) as file:
        shown = set(re.findall(r"\]\(performance/([^)]+\.svg)\)", file.read()))
    for name in os.listdir(PLOTS):
        if name not in shown:
            os.unlink(os.path.join(PLOTS, name))
    for name in shown:
        if os.path.exists(os.path.join(FOLDER, name)):
            shutil.copy(os.path.join(FOLDER, name), PLOTS)


if __name__ == "__main__":
    sys.exit(main())
