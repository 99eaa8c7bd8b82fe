"""The report for people: what came in, what became of it, and whether everything that must hold held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gate_service.cli.console import number, small_table
from gate_service.cli.replaying.show_arrivals import arrivals, compared

if TYPE_CHECKING:
    from rich.console import RenderableType

_CODES_SHOWN = 12


def table_of(
    report: Mapping[str, Any], *, list_non_stock: bool = False, list_deliveries: bool = False
) -> Iterator[RenderableType]:
    """Give the report part by part, the verdict last."""
    yield _head(report)
    yield _side_by_side(_rows(report), _orders(report))
    yield ""
    yield _side_by_side(_waves(report), _calls(report))
    yield ""
    yield from arrivals(report, listed=list_deliveries)
    yield from _left_out(report, list_non_stock=list_non_stock)
    yield ""
    yield _invariants(report)
    yield from _verdict(report)


def _head(report: Mapping[str, Any]) -> str:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    how = [f"{report['duplicate']:.0%} of the rows sent twice"] if report["duplicate"] else []
    how += [f"{report['short']:.0%} of the wave lines picked short"] if report["short"] else []
    how += [f"{report['redeliver']:.0%} of the events told again"] if report["redeliver"] else []
    how += [f"{report['reorder']:.0%} of them overtaken"] if report["reorder"] else []
    how += [f"{report['late']:.0%} dropped at first"] if report["late"] else []
    how += ["racing"] if report["racing"] else []
    how += ["resumed"] if report["resumed"] else []
    told = f"{', '.join(how)}\n" if how else ""
    return (
        f"[bold]{number(report['lines'])} lines[/] of {escape(report['file'])} "
        f"(seed {report['seed']}, stock factor {report['stock_factor']:g})\n{told}"
        f"in {report['seconds']:.1f} s: [bold]{number(report['lines_per_s'])} lines/s[/], "
        f"{number(report['ledger_entries'])} ledger entries\n"
    )


def _side_by_side(left: RenderableType, right: RenderableType) -> RenderableType:
    from rich.table import Table  # noqa: PLC0415 slow to import

    grid = Table.grid(padding=(0, 5, 0, 0))
    grid.add_row(left, right)
    return grid


def _figures(title: str, figures: Mapping[str, int]) -> RenderableType:
    rows = [
        [name if name.isupper() else name.replace("_", " "), number(count)] for name, count in figures.items() if count
    ]
    return small_table([title, ""], rows, right=("",))


def _rows(report: Mapping[str, Any]) -> RenderableType:
    return _figures("what became of each line", {**report["rows"], "[bold]all lines[/]": report["lines"]})


def _orders(report: Mapping[str, Any]) -> RenderableType:
    ends = {f"orders {end}": count for end, count in report["orders"].items()}
    units = {f"units {what}": count for what, count in report["units"].items()}
    return _figures("orders and units", {**ends, "races lost": report["races_lost"], **units})


def _waves(report: Mapping[str, Any]) -> RenderableType:
    waves = report["waves"]
    reasons = {f"  {reason}": count for reason, count in waves["reasons"].items()}
    counted = {"waves": waves["count"], "wave lines": waves["lines"], **waves["verdicts"], **reasons}
    return _figures("waves", {**counted, "parcels": waves["parcels"]})


def _calls(report: Mapping[str, Any]) -> RenderableType:
    rows = [
        [kind, number(took["count"]), f"{took['p50_ms']:.1f}", f"{took['p99_ms']:.1f}"]
        for kind, took in report["calls"].items()
    ]
    return small_table(["call", "count", "p50 ms", "p99 ms"], rows, right=("count", "p50 ms", "p99 ms"))


def _left_out(report: Mapping[str, Any], *, list_non_stock: bool) -> Iterator[RenderableType]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    not_stock = report["not_stock"]
    if not_stock["rows"] and list_non_stock:
        names = ("row", "invoice", "code", "description", "quantity")
        rows = [[escape(str(each[name])) for name in names] for each in not_stock["list"]]
        yield small_table(names, rows, right=("row", "quantity"))
    elif not_stock["rows"]:
        codes = list(not_stock["by_code"].items())
        told = ", ".join(f"{escape(code)} {number(count)}" for code, count in codes[:_CODES_SHOWN])
        more = f", and {len(codes) - _CODES_SHOWN} codes more" if len(codes) > _CODES_SHOWN else ""
        yield f"\nNot stock (--list-non-stock lists them): {told}{more}."
    for each in report["unusable"]:
        yield f"[yellow]Row {each['number']} cannot be used[/]: {escape(each['why'])}"


def _invariants(report: Mapping[str, Any]) -> RenderableType:
    rows = [
        [
            _word_for(each),
            each["invariant"],
            each["name"],
            number(each["checked"]),
        ]
        for each in report["invariants"]
    ]
    return small_table(["", "", "what must always hold", "checked"], rows, right=("checked",))


def _word_for(invariant: Mapping[str, Any]) -> str:
    if invariant["violations"]:
        return f"[red]{number(invariant['violations'])} violations[/]"
    return "[green]held[/]" if invariant["checked"] else "[dim]not tried[/]"


def _verdict(report: Mapping[str, Any]) -> Iterator[RenderableType]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    for each in report["invariants"]:
        if each["first"]:
            first = each["first"]
            where = f"entry {first['revision']} {first['operation_id']}: " if first["operation_id"] else ""
            yield f"[red]{each['name']}[/]: {escape(where + first['what'])}"
    if report["location_shared"]:
        yield "[yellow]Others wrote to this location too: the replay's own books were not compared with its stock.[/]"
    yield ""
    if report["duplicate"]:
        sent, absorbed = report["duplicates_sent"], report["duplicates_absorbed"]
        yield f"duplicates absorbed: [bold]{number(absorbed)}[/] of {number(sent)} sent"
    if without := report["duplicates_without_a_call"]:
        yield f"  ({number(without)} more rows came twice that no call carries: not stock, or nothing was granted)"
    yield from compared(report)
    colour = "red" if report["oversold"] else "green"
    yield f"oversold: [bold {colour}]{number(report['oversold'])}[/]"
    yield "invariants: " + ("[bold green]all held[/]" if report["invariants_ok"] else "[bold red]VIOLATED[/]")
