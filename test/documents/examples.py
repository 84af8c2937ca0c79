#!/usr/bin/env python3
"""
examples.py [OPTION...] DATABASE FILE[:FIRST[-LAST]]... - the examples of the documents, run as they stand.

	--session WORD     run the blocks ```sql WORD and ```sh WORD ('': those without a word)
	--folder FOLDER    where blocks of sh are run ($SUITE_DIR)
	--as COMMAND       what they are run with, before "bash"
	EXAMPLES_WRITE=1   in the environment: write what is printed into the files

FILE:1 runs the first block only, FILE:2- all others.

Without --session every ```sql block is one session of psql, in Seoul's time zone, as the role of its
first line, if that is "-- as ROLE". What it prints must be told, and nothing else: rows, or the error of a block that is to be refused, in a ```text block under
it; or one value a line behind "-- gives " in the block itself. Instants, generated ids and booking
numbers differ from run to run and are not compared, nor is the width of a column.

With --session, blocks of sql with no block of sh between them are one session, and each must succeed.
What is told is compared to the letter, in psql's usual form. A block of which nothing is told may print
anything, but of one at least something must be told. In a block of sh a database "concerts" is
DATABASE, and /srv is FOLDER/srv.
"""

import argparse
import itertools
import os
import re
import shlex
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BLOCK = r"^(```%s\n(?P<statements>.*?)^```\n)(?:(?P<gap>\n*)```text\n(?P<told>.*?)^```\n)?"
GIVES = re.compile(r"-- gives (.*)$", re.M)
ROLE = re.compile(r"-- as (\w+)$", re.M)
NEXT = "--next-block--\n"
VARYING = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:\d\d)?)?"), "INSTANT"),
    (re.compile(r"\b0[0-9a-f]{7}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z*~$=]"), "NUMBER"),
)


def comparable(text):
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    text = re.sub(r"-{2,}", "--", text)
    lines = (re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def is_sql(block):
    return block[0].startswith("```sql")


class Page:
    def __init__(self, options, argument):
        self.options, self.in_session = options, options.session is not None
        self.name, _, limits = argument.partition(":")
        first, dash, last = (limits or "1-").partition("-")
        self.wanted = slice(int(first) - 1, None if dash and not last else int(last or first))
        self.path = os.path.join(TOP, self.name)
        with open(self.path, encoding="utf-8") as file:
            self.text = file.read()
        self.wrong = self.compared = 0

    def sessions(self):
        """The blocks that are run, those of one session together"""
        fence = ("(?:sql|sh) " + re.escape(self.options.session or "")).rstrip() if self.in_session else "sql"
        blocks = list(re.finditer(BLOCK % fence, self.text, re.M | re.S))[self.wanted]
        shared = (lambda block: is_sql(block) or block.start()) if self.in_session else re.Match.start
        return [list(session) for _, session in itertools.groupby(blocks, shared)]

    def command(self, session):
        """What runs these blocks"""
        if is_sql(session[0]):
            form = ["-At"] if GIVES.search(session[0]["statements"]) else ["-P", "footer=off"]
            form = [] if self.in_session else form
            return ["psql", *form, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v", "SHOW_CONTEXT=never", "-d", self.options.database]
        script = re.sub(r"\bconcerts", self.options.database, session[0]["statements"])
        return [*shlex.split(self.options.run_as), "bash", "-e", "-c", script.replace("/srv/", f"{self.options.folder}/srv/")]

    def run(self, session):
        """Of each of these blocks its status, and what it printed"""
        sql = is_sql(session[0])
        environment = {**os.environ, "PGOPTIONS": "-c client_min_messages=warning " + os.environ.get("PGOPTIONS", "")}
        if not self.in_session:
            environment["PGTZ"] = "Asia/Seoul"
            role = ROLE.match(session[0]["statements"])
            if role:
                environment["PGUSER"] = role[1]
        result = subprocess.run(
            self.command(session), input=f"\\echo {NEXT}".join(block["statements"] for block in session) if sql else "",
            cwd=None if sql else self.options.folder, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        printed = re.sub(r"^psql:<stdin>:\d+: ", "", result.stdout, flags=re.M)
        printed = [re.sub(r" +$", "", each, flags=re.M).rstrip("\n") for each in printed.split(NEXT)]
        statuses = [0] * (len(printed) - 1) + [result.returncode]
        return itertools.zip_longest(session, statuses, printed, fillvalue="not run")

    def is_right(self, block, status, printed, wanted):
        if self.in_session:
            return status == 0 and (block["told"] is None or printed == wanted)
        return (status != 0) == ("ERROR:  " in wanted) and comparable(printed) == comparable(wanted)

    def judge(self, block, status, printed):
        """Tell what is wrong with a block; give it as it should stand there"""
        gives = GIVES.findall(block["statements"])
        wanted = (block["told"] or "\n".join(gives)).rstrip("\n")
        self.compared += not self.in_session or block["told"] is not None
        if self.is_right(block, status, printed, wanted):
            return block[0]
        self.wrong += 1
        print(f"{self.name}:\n{block['statements']}\nprints (status {status}):\n{printed}\n\nand not:\n{wanted}")
        return block[1] + (f"{block['gap'] or ''}```text\n{printed}\n```\n" if printed and not gives else "")

    def check(self):
        """Run the blocks; with EXAMPLES_WRITE write what they print into the page"""
        as_run, end = "", 0
        for session in self.sessions():
            for block, status, printed in self.run(session):
                as_run += self.text[end:block.start()] + self.judge(block, status, printed)
                end = block.end()
        as_run += self.text[end:]
        if os.environ.get("EXAMPLES_WRITE") and as_run != self.text:
            with open(self.path, "w", encoding="utf-8") as file:
                file.write(as_run)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--session")
    parser.add_argument("--folder", default=os.environ.get("SUITE_DIR", "."))
    parser.add_argument("--as", dest="run_as", default="")
    parser.add_argument("database")
    parser.add_argument("pages", nargs="+")
    options = parser.parse_args()
    pages = [Page(options, argument) for argument in options.pages]
    for page in pages:
        page.check()
    if not any(page.compared for page in pages):
        print("no example was compared")
        return 1
    return 1 if any(page.wrong for page in pages) else 0


if __name__ == "__main__":
    sys.exit(main())
