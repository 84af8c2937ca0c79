#!/usr/bin/env python3
"""
languages.py PAGE TRANSLATION - both have the same examples and the same shape.

	languages.py --write PAGE TRANSLATION	copies the examples into the translation

The same are: the code, byte for byte and in the same order; the levels of the
headings; the number of rows of each table, and the names in backquotes in their
first columns. The paragraphs of the translation are in Korean. What a program
writes into one of the two (between "<!-- bench NAME -->" and "<!-- /bench -->")
is left out.
"""

import re
import sys

WRITTEN = re.compile(r"^<!-- bench \w+ -->$.*?^<!-- /bench -->$", re.M | re.S)
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)
HANGUL = re.compile("[\uac00-\ud7a3]")
INDENTED = re.compile(r"(?:^    \S.*\n)+", re.M)


def shape(path):
    with open(path, encoding="utf-8") as file:
        text = WRITTEN.sub("", file.read())
    prose = FENCED.sub("", text)
    rows = re.findall(r"^\|([^|]*)\|", prose, re.M)
    return {
        "blocks of code": FENCED.findall(text),
        "indented lines of code": INDENTED.findall(prose),
        "levels of headings": [len(marks) for marks in re.findall(r"^(#+) ", prose, re.M)],
        "rows of tables": [len(table.splitlines()) for table in re.findall(r"(?:^\|.*\n)+", prose, re.M)],
        "names in first columns": [names for names in (re.findall(r"`[^`]*`", row) for row in rows) if names],
    }


def write(page, translation):
    """Each fenced block of the translation becomes that of the page at the same place"""
    with open(page, encoding="utf-8") as file:
        blocks = FENCED.findall(file.read())
    with open(translation, encoding="utf-8") as file:
        text = file.read()
    if len(blocks) != len(FENCED.findall(text)):
        print("the pages have different numbers of blocks")
        return 1
    following = iter(blocks)
    with open(translation, "w", encoding="utf-8") as file:
        file.write(FENCED.sub(lambda match: next(following), text))
    return 0


def main():
    if sys.argv[1] == "--write":
        return write(*sys.argv[2:])
    page, translation = map(shape, sys.argv[1:])
    different = 0
    for what, wanted in page.items():
        got = translation[what]
        if got == wanted:
            continue
        different += 1
        first = next((i for i, pair in enumerate(zip(wanted, got)) if pair[0] != pair[1]), min(len(wanted), len(got)))
        print("%s: number %d differs\n%s\n---\n%s" % (
            what, first + 1, wanted[first] if first < len(wanted) else None, got[first] if first < len(got) else None))
    with open(sys.argv[2], encoding="utf-8") as file:
        prose = INDENTED.sub("", FENCED.sub("", WRITTEN.sub("", file.read())))
    for paragraph in re.split(r"\n{2,}", prose):
        if re.match(r"\w", paragraph) and not HANGUL.search(paragraph):
            different += 1
            print("not in Korean: %s" % paragraph)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
