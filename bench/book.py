"""The book that workloads write into: figures of sides, values for goals, and
notes. It becomes results.json and the report."""

import statistics

from lab import ratio


class Book:
    """earlier: results.json of an earlier run, of which this one measures parts anew."""

    def __init__(self, earlier=None):
        self.sections = earlier["sections"] if earlier else []
        self.goals = earlier["measured"] if earlier else {}
        self.now = None

    def start(self, name, title):
        for section in [section for section in self.sections if section["name"] == name]:
            self.sections.remove(section)
            for key in section["goals"]:
                self.goals.pop(key, None)
        self.now = {"name": name, "title": title, "entries": [], "goals": []}
        self.sections.append(self.now)

    def end(self, **facts):
        """How long it took, the load before, and so on."""
        self.now.update(facts)

    def sides(self, title, figures, unit, baseline=None, lower=False):
        """One comparison: {side: [a figure a round]}."""
        self._add({"kind": "sides", "title": title, "unit": unit, "baseline": baseline,
                   "lower_is_better": lower,
                   "sides": {name: spread(values) for name, values in figures.items()}})

    def table(self, title, heads, rows):
        self._add({"kind": "table", "title": title, "heads": heads, "rows": rows})

    def note(self, text):
        self._add({"kind": "note", "text": text})

    def failure(self, text):
        self._add({"kind": "failure", "text": text})

    def ratio(self, key, figures, above, below):
        self._goal(key, ratio(figures, above, below))

    def figure(self, key, values):
        self._goal(key, spread(values))

    def _goal(self, key, measured):
        self.goals[key] = measured
        self.now["goals"].append(key)

    def _add(self, entry):
        self.now["entries"].append(entry)


def spread(values):
    return {"median": statistics.median(values), "low": min(values), "high": max(values),
            "rounds": len(values)}
