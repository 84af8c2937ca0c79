"""results.json, report.md and its plots, from a book."""

import json
import os
import re

from goals import GOALS, verdict, worst

WIDTH, BAR, GAP, LEFT = 760, 22, 12, 270
COLOURS = ["#1f6f8b", "#99a8b2", "#d17a22", "#7d5ba6", "#4c9f70", "#b23a48"]


def read(folder):
    """results.json of the last run, if there was one and it is of this suite's form."""
    path = os.path.join(folder, "results.json")
    if not os.path.exists(path):
        return None
    with open(path) as file:
        run = json.load(file)
    return run if all("turns" in section for section in run["sections"]) else None


def write(book, facts, order, folder):
    """results.json, report.md and the plots, the workloads in that order."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name.endswith(".svg"):
            os.unlink(os.path.join(folder, name))
    book.sections.sort(key=lambda section: order.index(section["name"]))
    with open(os.path.join(folder, "results.json"), "w") as out:
        json.dump({"machine": facts, "measured": book.goals, "goals": goal_rows(book), "sections": book.sections}, out,
                  indent=1, ensure_ascii=False)
    for entry in (entry for section in book.sections for entry in section["entries"]):
        if entry["kind"] == "sides":
            with open(os.path.join(folder, plot_name(entry)), "w") as out:
                out.write(bars(entry))
    with open(os.path.join(folder, "report.md"), "w") as out:
        out.write("# Benchmark run\n\n" + machine_text(facts, book) + "\n## Goals\n\n" + goals_text(book))
        for section in book.sections:
            out.write(f"\n## {section['title']}\n\n" + section_text(section))


def machine_text(facts, book):
    settings = ", ".join(f"{k} = {v}" for k, v in facts["settings"].items())
    flush = ", ".join(f"{k} {us} µs" for k, us in facts["flush_us"].items())
    warning = "**The PL/pgSQL twin stands in for the C commands in this run.**\n\n" if facts["twin"] else ""
    operations = sum(section["operations"] for section in book.sections)
    return (f"{warning}{facts['date']}, {facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB, "
            f"Linux {facts['kernel']}, PostgreSQL {facts['server']}, {facts['compiler']}, {facts['libc']}, "
            f"commit {facts['commit']}. Load average before the run: {facts['load_before']:.2f}; the run took "
            f"{facts['seconds']:,.0f} s. Server and clients share the cores.\n\n"
            f"pg_test_fsync, one 8 kB write: {flush}.\n\nSettings: {settings}.\n\n"
            "Sides take turns, after a round that is thrown away. A round's figure is the mean of a side's turns in it;"
            " ratios are of the same round; median, lowest and highest round are given. A goal is passed when every round"
            f" passes it. The load average before a workload is that of the one before it. All workloads together made {operations:,} calls of the extension's commands;"
            " check_integrity() had no findings after any workload that is not marked as failed.\n")


def section_text(section):
    """A workload's notes, tables and plots, as Markdown beside the plots."""
    rounds = (f"{section['rounds']} rounds, {section['turns']} × {section['turn_seconds']} s a side in each; "
              if section["turn_seconds"] else "")
    facts = (f"*{rounds}{section['when']}, commit {section['commit']}, {section['seconds']:.0f} s in all,"
             f" load average before: {section['load']:.2f}*\n")
    return "\n".join([facts] + [entry_text(entry) for entry in section["entries"]])


# -------- goals --------

def goal_rows(book):
    rows = []
    for goal in GOALS:
        measured = book.goals.get(goal.key)
        rows.append({"key": goal.key, "text": goal.text, "unit": goal.unit, "better": goal.better,
                     "at_least": goal.at_least, "stretch": goal.stretch, "measured": measured,
                     "why": goal.why, "worst": worst(goal, measured) if measured else None,
                     "verdict": verdict(goal, measured)})
    return rows


def goals_text(book, plain=False):
    """The table of goals, why some are missed, and how many were not measured. plain: for the terminal."""
    rows, missed, unmeasured = [], [], 0
    for row in goal_rows(book):
        bar = "≥" if row["better"] == "higher" else "≤"
        measured = row["measured"]
        rows.append([row["text"], number(measured["median"], row["unit"]) if measured else "–",
                     span(measured, row["unit"]) if measured else "",
                     f"{bar} {number(row['at_least'], row['unit'])}",
                     number(row["stretch"], row["unit"]) if row["stretch"] is not None else "",
                     row["verdict"]])
        if row["verdict"] == "MISS":
            missed.append(missed_text(row, bar))
        unmeasured += measured is None
    heads = ["goal", "measured", "lowest – highest", "at least", "stretch", ""]
    text = columns_text([heads] + rows) if plain else table_text(heads, rows)
    text += "\nMissed, and why:\n\n" + "".join(missed) if missed else "\nNo measured goal is missed.\n"
    return text + (f"\nNot measured in this run, and no claim: {unmeasured} of {len(rows)} goals.\n" if unmeasured else "")


def missed_text(row, bar):
    unit, measured = row["unit"], row["measured"]
    found = number(measured["median"], unit)
    if measured["low"] != measured["high"]:
        found += f" (worst round {number(row['worst'], unit)})"
    return (f"- **{row['text']}**: {found} in place of {bar} {number(row['at_least'], unit)}."
            f" {row['why'] or 'The reason is not known yet.'}\n")


def columns_text(rows):
    """A table for the terminal."""
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    return "".join("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip() + "\n"
                   for row in rows)


def table_text(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def number(value, unit=""):
    if unit == "share":
        return f"{value:.4f}"
    if abs(value) >= 100:
        text = f"{value:,.0f}"
    elif value == int(value):
        text = f"{int(value)}"
    else:
        text = f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
    return f"{text}×" if unit == "×" else f"{text} {unit}".strip()


def span(measured, unit):
    if measured["low"] == measured["high"]:
        return ""
    return f"{number(measured['low'], unit)} – {number(measured['high'], unit)}"


# -------- entries --------

def entry_text(entry):
    if entry["kind"] == "note":
        return entry["text"] + "\n"
    if entry["kind"] == "failure":
        return "**Not measured:** " + entry["text"] + "\n"
    if entry["kind"] == "table":
        return f"**{entry['title']}**\n\n" + table_text(entry["heads"], entry["rows"])
    return f"![{entry['title']}]({plot_name(entry)})\n\n" + sides_text(entry)


def plot_name(entry):
    return re.sub(r"[^a-z0-9]+", "-", entry["title"].lower()).strip("-") + ".svg"


def sides_text(entry):
    base = entry["sides"].get(entry["baseline"]) if entry["baseline"] else None
    rows = []
    for name, figure in entry["sides"].items():
        row = [name, number(figure["median"]), f"{number(figure['low'])} – {number(figure['high'])}"]
        if base:
            row.append(f"{figure['median'] / base['median']:.2f}×")
        rows.append(row)
    heads = [entry["title"], entry["unit"], "lowest – highest"]
    return table_text(heads + ([f"÷ {entry['baseline']}"] if base else []), rows)


# -------- plots --------

def bars(entry):
    sides = entry["sides"]
    top = max(figure["high"] for figure in sides.values()) or 1
    scale = (WIDTH - LEFT - 120) / top
    body = []
    for place, (name, figure) in enumerate(sides.items()):
        y = 40 + place * (BAR + GAP)
        x = LEFT + figure["median"] * scale
        colour = COLOURS[place % len(COLOURS)]
        body.append(text(LEFT - 8, y + BAR - 6, name, "end"))
        body.append(f'<rect x="{LEFT}" y="{y}" width="{x - LEFT:.1f}" height="{BAR}" fill="{colour}"/>')
        low, high, middle = LEFT + figure["low"] * scale, LEFT + figure["high"] * scale, y + BAR / 2
        body.append(f'<path d="M{low:.1f} {middle}H{high:.1f}M{low:.1f} {middle - 5}v10M{high:.1f} {middle - 5}v10"'
                    ' stroke="#222" fill="none"/>')
        body.append(text(high + 8, y + BAR - 6, f"{number(figure['median'])} {entry['unit']}"))
    return svg(entry["title"], body, 50 + len(sides) * (BAR + GAP))


def text(x, y, words, anchor="start"):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def svg(title, body, height):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            f' viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">\n'
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
            f'<text x="12" y="22" font-size="15" font-weight="bold">{title.replace("&", "&amp;")}</text>\n'
            + "\n".join(body) + "\n</svg>\n")
