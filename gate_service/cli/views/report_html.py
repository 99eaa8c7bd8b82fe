"""A report as one HTML page that needs nothing else: light and dark, for a narrow and a wide screen, and for paper.

Whatever people or systems have written is escaped where it goes in; the page has no script and loads nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from gate_service.cli.views import plots
from gate_service.cli.views.html_parts import Column, figure, listed_of, many, number, paragraph, table
from gate_service.cli.views.report_figures import Figures, moment
from gate_service.cli.views.report_style import STYLES

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_BARS_MAX: Final = 12


def page(told: Figures) -> str:
    """Give the page."""
    period = told["period"]
    where = period["location_id"] or many(len(period["locations"]), "location")
    title = f"Drift report, {period['first']} to {period['last']}, {where}"
    parts = (_cards, _drift, _standing, _accuracy, _absorbed, _blocked, _findings, _buffers, _costs, _days)
    body = "\n".join(line for part in parts for line in part(told))
    made = f"Made {moment(period['made_at_ms'])} UTC. Days are days of UTC."
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLES}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(title)}</h1>\n<p class="dim">{escape(made)}</p>\n{body}\n</main>\n</body>\n</html>\n'
    )


def _cards(told: Figures) -> Iterator[str]:
    sums, compared = told["sums"], told["compared"]
    agreed = f"{100 * compared['agreed'] / compared['figures']:.2f} %" if compared["figures"] else "-"
    absorbed = sum(each["absorbed"] for each in told["feeds"].values())
    cards = [
        (number(sums["orders"]), "orders placed"),
        (number(told["drift"]["count"]), f"variances opened, {number(told['drift']['units'])} units"),
        (number(told["standing"]["count"]), "variances stand now"),
        (agreed, f"of {number(compared['figures'])} figures agreed"),
        (number(sums["not_there_lines"]), "sold lines stopped: not there"),
        (number(sums["short_lines"]), "short picks"),
        (number(absorbed), "events told again, absorbed"),
        (number(sum(each["stands"] for each in told["findings"]["findings"])), "findings stand"),
    ]
    yield '<div class="cards">'
    yield from (f'<div class="card"><b>{escape(big)}</b><span>{escape(small)}</span></div>' for big, small in cards)
    yield "</div>"


def _drift(told: Figures) -> Iterator[str]:
    drift, compared = told["drift"], told["compared"]
    yield "<h2>Drift</h2>"
    if not compared["snapshots"] and not drift["count"]:
        yield paragraph("No snapshot was compared.")
        return
    yield paragraph(
        f"{many(compared['snapshots'], 'snapshot')} compared, {compared['refused']:,} refused. "
        f"{many(compared['in_flight'], 'figure')} differed only because the mirror was behind, which is no variance. "
        f"Of {many(drift['count'], 'variance')} people dealt with {drift['dealt_with']:,}, {drift['settled']:,} went "
        f"by themselves, and {drift['untouched']:,} stand untouched."
    )
    if not drift["count"]:
        return
    days = told["days"]
    causes = [each["name"] for each in drift["by_cause"]]
    shown, others = causes[: plots.COLOURS - 1], causes[plots.COLOURS - 1 :]
    series = [plots.Series(cause, [day["causes"].get(cause, 0) for day in days]) for cause in shown]
    if others:
        rest = [sum(day["causes"].get(cause, 0) for cause in others) for day in days]
        series.append(plots.Series("others", rest))
    yield "<h3>Variances opened each day, by cause</h3>"
    yield figure(plots.lines("Variances opened each day, by cause", [day["day"][5:] for day in days], series))
    yield '<div class="two">'
    columns = (Column("variances", "count", "n"), Column("units", "units", "n"))
    for name in ("system", "owner", "cause", "handoff"):
        rows = drift[f"by_{name}"]
        yield f"<section><h3>By {name}</h3>"
        drawn = [(each["name"], each["count"]) for each in rows[:_BARS_MAX]]
        yield figure(plots.bars(f"Variances by {name}", drawn))
        yield table((Column(name, "name"), *columns), rows)
        yield "</section>"
    yield "</div>"


def _standing(told: Figures) -> Iterator[str]:
    standing = told["standing"]
    yield "<h2>Variances that stand</h2>"
    if not standing["count"]:
        yield paragraph("None stands.")
        return
    listed = len(standing["variances"])
    yield paragraph(f"{standing['count']:,} stand now, the largest first" + listed_of(listed, standing["count"]) + ".")
    rows = [{**each, "since": moment(each["opened_at_ms"])[:10]} for each in standing["variances"]]
    columns = (
        Column("variance", "variance_id", "code"),
        Column("location", "location_id"),
        Column("system", "system"),
        Column("SKU", "sku", "code"),
        Column("measure", "measure"),
        Column("gate", "expected", "n"),
        Column("reported", "reported", "n"),
        Column("difference", "difference", "n"),
        Column("cause", "cause", "word"),
        Column("severity", "severity", "severity"),
        Column("owner", "owner"),
        Column("since", "since", "code"),
        Column("note", "note", "long" if any(each["note"] for each in rows) else ""),
    )
    yield table(columns, rows)


def _accuracy(told: Figures) -> Iterator[str]:
    accuracy = told["accuracy"]
    yield "<h2>Accuracy of the record</h2>"
    if not accuracy["groups"]:
        yield paragraph("Nothing was counted.")
        return
    yield paragraph("The share of counts that found what the record said, within the tolerance of the map.")
    days = accuracy["days"]
    if days:
        series = [plots.Series("right, percent", [each["right_percent"] for each in days])]
        title = "Counts that found the record right, in percent"
        yield figure(plots.lines(title, [each["day"][5:] for each in days], series))
    columns = (
        Column("of", "group"),
        Column("name", "name"),
        Column("counted", "counted", "n"),
        Column("right", "right", "n"),
        Column("right, %", "right_percent", "n"),
        Column("corrected", "adjusted", "n"),
    )
    yield table(columns, accuracy["groups"])


def _absorbed(told: Figures) -> Iterator[str]:
    yield "<h2>Events told again, and gaps</h2>"
    if not told["feeds"]:
        yield paragraph("No feed told anything.")
        return
    yield paragraph("Absorbed: told again, and done once. Each would have been applied twice without the gate.")
    rows = [{"system": system, **counts} for system, counts in told["feeds"].items()]
    yield table(
        (
            Column("system", "system"),
            Column("events", "events", "n"),
            Column("absorbed", "absorbed", "n"),
            Column("late", "late", "n"),
            Column("conflicts", "conflicts", "n"),
            Column("repeated numbers", "repeated_numbers", "n"),
            Column("refused", "refused", "n"),
            Column("open gaps at most", "gaps", "n"),
        ),
        rows,
    )


def _blocked(told: Figures) -> Iterator[str]:
    sums, blocked = told["sums"], told["blocked"]
    yield "<h2>Picks</h2>"
    shipped = blocked["median_minutes_to_ship"]
    quick = f" Half of the parcels left within {shipped:,} minutes of their wave." if shipped else ""
    yield paragraph(
        f"{sums['wave_lines']:,} lines were asked for in waves: {sums['wave_pick']:,} to be picked, "
        f"{sums['wave_trim']:,} in part, {sums['wave_block']:,} not at all. {sums['not_there_lines']:,} of them were "
        f"sold and not there ({sums['not_there_units']:,} units), and no picker walked for them. "
        f"{sums['short_lines']:,} picks were short by {sums['short_units']:,} units.{quick}"
    )
    rows = [{"name": name, "count": count} for name, count in blocked["reasons"].items()]
    if rows:
        yield table((Column("why a line was not picked as asked", "name"), Column("lines", "count", "n")), rows)


def _findings(told: Figures) -> Iterator[str]:
    findings = told["findings"]
    yield "<h2>Findings</h2>"
    if not findings["count"]:
        yield paragraph("None.")
        return
    yield paragraph(
        f"{findings['count']:,} were raised or stand" + listed_of(len(findings["findings"]), findings["count"]) + "."
    )
    rows = [
        {**each, "raised": moment(each["raised_at_ms"])[:10], "state": "stands" if each["stands"] else "over"}
        for each in findings["findings"]
    ]
    columns = (
        Column("kind", "kind", "word"),
        Column("severity", "severity", "severity"),
        Column("location", "location_id"),
        Column("about", "subject"),
        Column("owner", "owner"),
        Column("raised", "raised", "code"),
        Column("state", "state"),
        Column("what", "text", "long"),
    )
    yield table(columns, rows)


def _buffers(told: Figures) -> Iterator[str]:
    if not told["buffers"]:
        return
    yield "<h2>What is kept back</h2>"
    yield table(
        (
            Column("channel", "channel"),
            Column("location", "location_id"),
            Column("class", "abc"),
            Column("kept back", "kept_back", "n"),
            Column("why", "explanation", "long"),
        ),
        told["buffers"],
    )


def _costs(told: Figures) -> Iterator[str]:
    costs = told["costs"]
    yield "<h2>What it costs: an estimate</h2>"
    yield paragraph(
        f"Before: what a vendor claims drift to cost per 1,000 orders, times the {costs['orders']:,} orders of these "
        "days. It is a claim that nobody here has checked. After: that, times the part of each trouble that still "
        "happened, of all that would have happened without the gate. Neither is bookkeeping."
    )
    money = costs["currency"]
    drawn = [("Before: the claim", costs["before"]), ("After: what is left of it", costs["after"])]
    yield figure(plots.bars("Cost before and after", drawn, f" {money}"))
    rows = [*costs["lines"], {"title": "All", "before": costs["before"], "after": costs["after"], "sum": True}]
    yield table(
        (
            Column("kind of cost", "title"),
            Column(f"claimed per 1,000 orders, {money}", "per_1000", "n"),
            Column(f"before, {money}", "before", "n"),
            Column(f"after, {money}", "after", "n"),
            Column("by what was measured", "how", "long"),
        ),
        rows,
    )


def _days(told: Figures) -> Iterator[str]:
    days = told["days"]
    yield "<h2>Day by day</h2>"
    names = [day["day"][5:] for day in days]
    series = [
        plots.Series("not there", [day["not_there_lines"] for day in days]),
        plots.Series("short picks", [day["short_lines"] for day in days]),
        plots.Series("absorbed", [day["absorbed"] for day in days]),
        plots.Series("variances", [day["variances"] for day in days]),
    ]
    yield figure(plots.lines("Trouble day by day", names, series))
    columns = (
        Column("day", "day", "code"),
        Column("orders", "orders", "n"),
        Column("refused", "refused_orders", "n"),
        Column("not there", "not_there_lines", "n"),
        Column("short picks", "short_lines", "n"),
        Column("shipments", "shipments", "n"),
        Column("absorbed", "absorbed", "n"),
        Column("variances", "variances", "n"),
    )
    yield table(columns, days)
