#!/usr/bin/env python3
"""
judge.py - what the suite monitoring finds out of a scrape, the alert rules and the board.

	judge.py listen PID		the port that a process listens on, once it does
	judge.py scrape PORT		what the exporter answers
	judge.py compare SCRAPE BEFORE AFTER	metrics() beside the scrape between two readings of it
						(lines of name, labels as JSON and value, by tabs)
	judge.py series SCRAPE		the names that the scrape has
	judge.py unknown SCRAPE		expressions of rules and board that name a series or label it has not
	judge.py firing SCRAPE [EARLIER]	the alerts whose condition holds now; EARLIER is a scrape of some
						minutes ago (none: all was the same then)

Conditions are computed from the scrape alone, by the part of PromQL that the rules use:
series with label matchers, numbers, increase() of a counter, + - * / and comparisons.
Anything else in a rule is an error here.
"""

import json
import operator
import os
import re
import sys
import time
import urllib.request

import yaml

RULES, BOARD = "deploy/monitoring/alerts.yaml", "deploy/monitoring/board.json"
SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
TOKEN = re.compile(r'\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<matchers>[^}]*)\})?(?P<range>\[\w+\])?|(?P<sign>[<>=!]=|[-+*/<>()]))')
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"((?:[^"\\]|\\.)*)"')
SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
         "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge, "==": operator.eq, "!=": operator.ne}
FUNCTIONS = {"rate", "increase", "label_values"}


# -------- the exporter


def listening_port(pid):
    """The exporter was told port 0: the kernel has chosen one"""
    while True:
        os.kill(int(pid), 0)
        links = (os.path.join("/proc", pid, "fd", fd) for fd in os.listdir("/proc/%s/fd" % pid))
        sockets = {os.readlink(link) for link in links if os.path.islink(link)}
        for table in ("tcp", "tcp6"):
            with open("/proc/%s/net/%s" % (pid, table), encoding="ascii") as file:
                for line in file.readlines()[1:]:
                    fields = line.split()
                    if fields[3] == "0A" and "socket:[%s]" % fields[9] in sockets:
                        return int(fields[1].split(":")[-1], 16)
        time.sleep(0.05)


def samples(path):
    """[(name, labels, value)] of a scrape"""
    found = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                name, labels, value = SAMPLE.match(line).groups()
                labels = dict(LABEL.findall(labels or ""))
                found.append((name, {k: v for k, v in labels.items() if v}, float(value)))
    return found


# -------- the figures


def figures(path):
    with open(path, encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return {(name, tuple(sorted(json.loads(labels).items()))): float(value) for name, labels, value in rows}


def compare(scrape, before, after):
    """A figure that moves is scraped between its two readings"""
    before, after = figures(before), figures(after)
    if not before:
        yield "there are no figures"
    scraped = {}
    for name, labels, value in samples(scrape):
        labels = {"job" if label == "job_name" else label: value for label, value in labels.items() if label != "server"}
        scraped[name, tuple(sorted(labels.items()))] = value
    for figure in sorted(before.keys() | after.keys()):
        if figure not in before or figure not in after or figure not in scraped:
            yield "%s %s is not in all of them" % figure
        elif not min(before[figure], after[figure]) - 0.001 <= scraped[figure] <= max(before[figure], after[figure]) + 0.001:
            yield "%s %s is %s, not between %s and %s" % (*figure, scraped[figure], before[figure], after[figure])


# -------- rules and board


def rules():
    with open(RULES, encoding="utf-8") as file:
        return [(rule["alert"], rule["expr"]) for group in yaml.safe_load(file)["groups"] for rule in group["rules"]]


def targets():
    with open(BOARD, encoding="utf-8") as file:
        board = json.load(file)
    for variable in board["templating"]["list"]:
        if variable["type"] == "query":
            yield "variable " + variable["name"], re.sub(r", \w+\)$", ")", variable["query"])
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            yield "panel " + panel["title"], target["expr"]


def tokens(expression):
    at, found = 0, []
    while at < len(expression.rstrip()):
        token = TOKEN.match(expression, at)
        if not token:
            raise ValueError("cannot read %r" % expression[at:])
        found.append(token)
        at = token.end()
    return found


def matches(labels, matcher):
    label, sign, wanted = matcher
    value = labels.get(label, "")
    equal = bool(re.fullmatch(wanted.replace("$server", ".*"), value)) if "~" in sign else value == wanted
    return equal != sign.startswith("!")


def select(token, scrape):
    matchers = MATCHER.findall(token["matchers"] or "")
    return {tuple(sorted(labels.items())): value for name, labels, value in scrape
            if name == token["name"] and all(matches(labels, matcher) for matcher in matchers)}


def unknown(scrape):
    for where, expression in rules() + list(targets()):
        named = [token for token in tokens(expression) if token["name"] and token["name"] not in FUNCTIONS]
        if not named:
            yield "%s names no series" % where
        for token in named:
            if not select(token, scrape):
                yield "%s: %s has no sample" % (where, token.group().strip())


class Condition:
    """An expression of a rule, computed on a scrape, and on an earlier one for what has increased since"""

    def __init__(self, expression, scrape, earlier):
        self.tokens, self.scrape, self.earlier, self.at = tokens(expression), scrape, earlier, 0

    def sign(self, choice):
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token and token["sign"] and token["sign"] in choice:
            self.at += 1
            return token["sign"]
        return None

    def compute(self):
        result = self.binary((("<", ">", "<=", ">=", "==", "!="), ("+", "-"), ("*", "/")))
        if self.at < len(self.tokens) or not isinstance(result, dict):
            raise ValueError("not a condition that is understood here")
        return result

    def binary(self, levels):
        if not levels:
            return self.atom()
        left = self.binary(levels[1:])
        while sign := self.sign(levels[0]):
            left = self.apply(sign, left, self.binary(levels[1:]))
        return left

    def atom(self):
        if self.sign("("):
            inner = self.binary((("+", "-"), ("*", "/")))
            if not self.sign(")"):
                raise ValueError("a parenthesis is open")
            return inner
        token = self.tokens[self.at]
        self.at += 1
        if token["number"]:
            return float(token["number"])
        if token["name"] == "increase":
            return self.increase()
        if not token["name"] or token["range"] or token["name"] in FUNCTIONS:
            raise ValueError("%r is not understood here" % token.group())
        return select(token, self.scrape)

    def increase(self):
        """Of a series with a range, in parentheses"""
        opened, token, closed = self.sign("("), self.tokens[self.at], self.tokens[self.at + 1]
        if not opened or not token["range"] or closed["sign"] != ")":
            raise ValueError("increase() of what?")
        self.at += 2
        before = select(token, self.earlier)
        return {labels: max(0.0, value - before.get(labels, value)) for labels, value in select(token, self.scrape).items()}

    @staticmethod
    def apply(sign, left, right):
        """Samples of two series meet by equal labels; a comparison keeps the samples for which it holds"""
        pairs = ((labels, value, right if isinstance(right, float) else right.get(labels)) for labels, value in left.items())
        pairs = [pair for pair in pairs if pair[2] is not None]
        if sign in "+-*/":
            return {labels: SIGNS[sign](a, b) for labels, a, b in pairs}
        return {labels: a for labels, a, b in pairs if SIGNS[sign](a, b)}


def tell(findings, nothing):
    """Nothing found is said in words: a judge that broke off says nothing"""
    print(*(list(findings) or [nothing]), sep="\n")


def main():
    command, *arguments = sys.argv[1:]
    if command == "listen":
        print(listening_port(*arguments))
    elif command == "scrape":
        with urllib.request.urlopen("http://127.0.0.1:%s/metrics" % arguments[0]) as answer:
            sys.stdout.write(answer.read().decode())
    elif command == "compare":
        tell(compare(*arguments), "all the same")
    elif command == "series":
        print(*sorted({name for name, _, _ in samples(arguments[0])}), sep="\n")
    elif command == "unknown":
        tell(unknown(samples(arguments[0])), "all known")
    elif command == "firing":
        now, earlier = samples(arguments[0]), samples(arguments[-1])
        tell((alert for alert, expression in rules() if Condition(expression, now, earlier).compute()), "none")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
