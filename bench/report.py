"""results.json, report.md and its plots, from a book."""

import json
import os
import re

from goals import GOALS, verdict

WIDTH, BAR, GAP, LEFT = 760, 22, 12, 230
COLOURS = ["#1f6f8b", "#99a8b2", "#d17a22", "#7d5ba6", "#4c9f70", "#b23a48"]


def write(book, facts, folder):
    """Returns the path of the report."""
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name.endswith(".svg"):
            os.unlink(os.path.join(folder, name))
    with open(os.path.join(folder, "results.json"), "w") as out:
        json.dump({"machine": facts, "goals": goal_rows(book), "sections": book.sections}, out,
                  indent=1, ensure_ascii=False)
    path = os.path.join(folder, "report.md")
    with open(path, "w") as out:
        out.write("# Benchmark run\n\n" + machine_text(facts) + "\n## Goals\n\n" + goals_text(book))
        for section in book.sections:
            out.write(f"\n## {section['title']}\n")
            for entry in section["entries"]:
                out.write("\n" + entry_text(entry, folder))
    return path


def machine_text(facts):
    settings = ", ".join(f"{k} = {v}" for k, v in facts["settings"].items())
    flush = ", ".join(f"{k} {us} µs" for k, us in facts["flush_us"].items())
    warning = "**The PL/pgSQL twin stands in for the C commands in this run.**\n\n" if facts["twin"] else ""
    return (f"{warning}{facts['date']}, {facts['processor']}, {facts['cores']} cores, {facts['memory_gb']} GB, "
            f"Linux {facts['kernel']}, PostgreSQL {facts['server']}. Load average before the run: "
            f"{facts['load_before']:.2f}. Server and clients share the cores.\n\n"
            f"pg_test_fsync, one 8 kB write: {flush}.\n\nSettings: {settings}.\n\n"
            f"{facts['rounds']} rounds of {facts['seconds']} s a side, sides in turn, after one that is thrown"
            " away. Ratios are of the same round; median, lowest and highest are given.\n")


# -------- goals --------

def goal_rows(book):
    rows = []
    for goal in GOALS:
        measured = book.goals.get(goal.key)
        value = measured["median"] if measured else None
        rows.append({"key": goal.key, "text": goal.text, "unit": goal.unit, "better": goal.better,
                     "at_least": goal.at_least, "stretch": goal.stretch, "measured": measured,
                     "verdict": verdict(goal, value)})
    return rows


def goals_text(book):
    rows = []
    for row in goal_rows(book):
        bar = "≥" if row["better"] == "higher" else "≤"
        measured = row["measured"]
        rows.append([row["text"], number(measured["median"], row["unit"]) if measured else "–",
                     span(measured, row["unit"]) if measured else "",
                     f"{bar} {number(row['at_least'], row['unit'])}",
                     number(row["stretch"], row["unit"]) if row["stretch"] is not None else "",
                     row["verdict"]])
    return table_text(["goal", "measured", "lowest – highest", "at least", "stretch", ""], rows)


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

def entry_text(entry, folder):
    if entry["kind"] == "note":
        return entry["text"] + "\n"
    if entry["kind"] == "failure":
        return "**Not measured:** " + entry["text"] + "\n"
    if entry["kind"] == "table":
        return f"**{entry['title']}**\n\n" + table_text(entry["heads"], entry["rows"])
    name = re.sub(r"[^a-z0-9]+", "-", entry["title"].lower()).strip("-") + ".svg"
    with open(os.path.join(folder, name), "w") as out:
        out.write(bars(entry) if entry["kind"] == "sides" else curves(entry))
    if entry["kind"] == "lines":
        return f"![{entry['title']}]({name})\n"
    return f"![{entry['title']}]({name})\n\n" + sides_text(entry)


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


def curves(entry):
    import math
    height, bottom, right = 380, 330, WIDTH - 20
    points = [point for series in entry["series"].values() for point in series]
    y_of = (lambda v: math.log10(max(v, 1e-9))) if entry["log_y"] else (lambda v: v)
    x_low, x_high = min(p[0] for p in points), max(p[0] for p in points)
    y_low = min(y_of(p[1]) for p in points) if entry["log_y"] else 0
    y_high = max(y_of(p[1]) for p in points)
    x_scale = (right - 80) / ((x_high - x_low) or 1)
    y_scale = (bottom - 50) / ((y_high - y_low) or 1)
    place = lambda p: (80 + (p[0] - x_low) * x_scale, bottom - (y_of(p[1]) - y_low) * y_scale)
    body = [f'<path d="M80 50V{bottom}H{right}" stroke="#222" fill="none"/>']
    for step in range(5):
        y = y_low + (y_high - y_low) * step / 4
        shown = 10 ** y if entry["log_y"] else y
        body.append(text(74, bottom - (y - y_low) * y_scale + 4, number(shown), "end"))
        x = x_low + (x_high - x_low) * step / 4
        body.append(text(80 + (x - x_low) * x_scale, bottom + 18, number(x), "middle"))
    for index, (name, series) in enumerate(entry["series"].items()):
        colour = COLOURS[index % len(COLOURS)]
        path = "L".join("%.1f %.1f" % place(p) for p in series)
        body.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>')
        body.append(f'<rect x="{100 + index * 200}" y="34" width="12" height="12" fill="{colour}"/>')
        body.append(text(118 + index * 200, 45, name))
    body.append(text(right, bottom + 36, entry["x_label"], "end"))
    body.append(text(8, 45, entry["y_label"]))
    return svg(entry["title"], body, height)


def text(x, y, words, anchor="start"):
    words = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{words}</text>'


def svg(title, body, height):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
            f' viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">\n'
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
            f'<text x="12" y="22" font-size="15" font-weight="bold">{title.replace("&", "&amp;")}</text>\n'
            + "\n".join(body) + "\n</svg>\n")
