#!/usr/bin/env python3
"""
links.py FILE... - every link, path and make target of these documents is there.

A link is relative to its document, a path in backquotes to the project; an anchor
is a heading of the document that it leads to. Prints what is not there.
"""

import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FENCED = re.compile(r"^```.*?^```$", re.M | re.S)


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as file:
        return file.read()


def anchors(path):
    """The headings of a document as GitHub spells them"""
    headings = re.findall(r"^#+ (.*)$", FENCED.sub("", read(path)), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def targets():
    printed = subprocess.run(["make", "-pnq"], cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return set(" ".join(re.findall(r"^\.PHONY:(.*)$", printed, re.M)).split())


def missing(path, known_targets):
    text = read(path)
    for link, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", FENCED.sub("", text)):
        target = os.path.normpath(os.path.join(os.path.dirname(path), link)) if link else path
        if not os.path.exists(os.path.join(TOP, target)):
            yield "the link %s" % link
        elif anchor and anchor not in anchors(target):
            yield "the heading of %s#%s" % (link, anchor)
    for name in re.findall(r"`((?:src|sql|test|docs|scripts|mk|expected|bench|deploy|examples)/[a-z0-9_./-]*)`", text):
        if not os.path.exists(os.path.join(TOP, name)):
            yield "the path %s" % name
    for name in re.findall(r"^    ((?:scripts|deploy|test)/[\w./-]+)", text, re.M):
        if not os.path.exists(os.path.join(TOP, name)):
            yield "the program %s" % name
    for name in re.findall(r"(?:`|^    (?:sudo )?)make ([a-z][a-z0-9-]*)\b(?!=)", text, re.M):
        if name not in known_targets:
            yield "the target of make %s" % name


def main():
    known_targets, wrong = targets(), 0
    for path in sys.argv[1:]:
        for what in sorted(set(missing(path, known_targets))):
            print("%s: %s is not there" % (path, what))
            wrong += 1
    return 1 if wrong or len(known_targets) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
