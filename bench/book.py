"""The book that workloads write into: figures of sides, values for goals, and
notes. It becomes results.json and the report."""

import statistics

from lab import ratio


class Book:
    def __init__(self):
        self.sections = []
        self.goals = {}

    def start(self, title):
        self.sections.append({"title": title, "entries": []})

    def sides(self, title, figures, unit, baseline=None, lower=False):
        """One comparison: {side: [a figure a round]}."""
        self._add({"kind": "sides", "title": title, "unit": unit, "baseline": baseline,
                   "lower_is_better": lower,
                   "sides": {name: spread(values) for name, values in figures.items()}})

    def table(self, title, heads, rows):
        self._add({"kind": "table", "title": title, "heads": heads, "rows": rows})

    def lines(self, title, series, x_label, y_label, log_y=False):
        """A plot: {name: [(x, y)]}."""
        self._add({"kind": "lines", "title": title, "series": series, "x_label": x_label,
                   "y_label": y_label, "log_y": log_y})

    def note(self, text):
        self._add({"kind": "note", "text": text})

    def failure(self, text):
        self._add({"kind": "failure", "text": text})

    def ratio(self, key, figures, above, below):
        self.goals[key] = ratio(figures, above, below)

    def figure(self, key, values):
        self.goals[key] = spread(values)

    def _add(self, entry):
        self.sections[-1]["entries"].append(entry)


def spread(values):
    return {"median": statistics.median(values), "low": min(values), "high": max(values),
            "rounds": len(values)}
