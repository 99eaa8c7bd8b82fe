"""What may be promised, and why not more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gate_service.cli.console import how_long, number, small_table
from gate_service.cli.explain import Explanation, Term, explain_location
from gate_service.cli.views.parts import SEPARATOR, word
from gate_service.cli.views.stock import as_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_TAKEN = ("held", "committed", "allocated", "unsellable", "kept back", "for others", "on hold")
_NOTHING = "[dim]-[/]"
_FIRST = "on_hand"
_AFTER_AVAILABLE = "safety_stock"
_SELDOM = ("ring_fenced_for_others", "stock_hold")
_NAMES = {"ring_fenced_for_others": "quotas of others", "stock_hold": "hold on the SKU"}


def answer(told: sdk.CheckAvailabilityResponse) -> Iterator[RenderableType]:
    """Tell for each location and line what may be promised; what is 0 everywhere is left out."""
    if not told.locations:
        yield "[yellow]The gate knows no location yet; the first `gate stock receive` opens one.[/]"
    for location in told.locations:
        yield _head(location)
        rows = [(line, _taken(line)) for line in location.lines]
        shown = [name for name in _TAKEN if any(taken.get(name) for _, taken in rows)]
        figures = ["wanted", "promise", "on hand", *shown]
        yield small_table(
            ["SKU", "wanted", "promise", "", "on hand", *shown], [_row(*row, shown) for row in rows], right=figures
        )


def _head(location: sdk.LocationAvailability) -> str:
    wanted = any(line.quantity for line in location.lines)
    verdict = word("enough" if location.sufficient else "denied") if wanted else "[bold]FIGURES[/]"
    stale = f"[bold red]STALE[/] [red]seen {how_long(location.age_ms)} ago[/]{SEPARATOR}" if location.stale else ""
    return f"{stale}{verdict} {location.location_id}{SEPARATOR}{as_of(location.revision, location.as_of_ms)}"


def _taken(line: sdk.LineAvailability) -> dict[str, int]:
    level = line.level
    kept_back = line.safety_stock + line.buffer
    return {
        "held": level.held,
        "committed": level.committed,
        "allocated": level.allocated,
        "unsellable": level.damaged + level.quality_control + level.suspect,
        "kept back": kept_back,
        "for others": line.ring_fenced_for_others,
        "on hold": max(0, level.available - kept_back - line.ring_fenced_for_others) if level.stock_holds else 0,
    }


def _row(line: sdk.LineAvailability, taken: dict[str, int], shown: list[str]) -> list[str]:
    asked = [line.sku, number(line.quantity) if line.quantity else _NOTHING]
    nothing = [_NOTHING] * (1 + len(shown))
    if line.non_stock:
        return [*asked, "[bold]any[/]", "[green]needs no stock[/]", *nothing]
    if not line.known and not line.components:
        return [*asked, "0", "[red]never received here[/]", *nothing]
    verdict = "[green]enough[/]" if line.sufficient else "[red]too few[/]"
    promise = [f"[bold]{number(line.promise)}[/]", verdict if line.quantity else ""]
    if line.components:
        kit = f"{promise[1]} [dim]kit of {len(line.components)}[/]".strip()
        return [*asked, promise[0], kit, *nothing]
    figures = (number(taken[name]) if taken[name] else "[dim]0[/]" for name in shown)
    return [*asked, *promise, number(line.level.on_hand), *figures]


def explained(told: sdk.CheckAvailabilityResponse, channel: str) -> Iterator[RenderableType]:
    """Tell the arithmetic of each SKU, and where it fell short."""
    for location in told.locations:
        yield _head(location)
        for explanation in explain_location(location):
            yield ""
            yield from _explanation(explanation, channel)


def _explanation(told: Explanation, channel: str, of: str = "") -> Iterable[RenderableType]:
    yield f"[bold]{told.sku}[/]{f' [dim]in {of}[/]' if of else ''}{SEPARATOR}{_sentence(told)}"
    for component in told.components:
        yield ""
        yield from _explanation(component, channel, told.sku)
    if not told.known or not told.terms:
        return
    rows = []
    for term in told.terms:
        if term.name in _SELDOM and not term.units:
            continue
        if term.name == _AFTER_AVAILABLE:
            rows.append(["= available", number(told.available), "", ""])
        name = f"buffer of {channel}" if term.name == "buffer" and channel else _name(term)
        sign = " " if term.name == _FIRST else "-"
        units, rest = (number(term.units), number(term.rest)) if term.units else ("[dim]0[/]", "")
        rows.append([f"{sign} {name}", units, rest, _mark(told, term)])
    own = f"[dim]{number(told.own_quota)} of its quota left[/]" if told.own_quota else ""
    rows.append(["= promise", f"[bold]{number(told.promise)}[/]", "", own])
    yield small_table(["", "units", "leaves", ""], rows, right=("units", "leaves"))


def _name(term: Term) -> str:
    return _NAMES.get(term.name, term.name.replace("_", " "))


def _sentence(told: Explanation) -> str:
    if told.non_stock:
        return "[green]a code without stock: it may always be promised[/]"
    if not told.wanted and not told.known:
        return "[red]this SKU was never received here[/]"
    if not told.wanted:
        return f"{number(told.promise)} may be promised"
    wanted = f"{number(told.wanted)} wanted, {number(told.promise)} may be promised"
    if not told.known:
        return f"{wanted}: [red]this SKU was never received here[/]"
    if not told.missing:
        return f"{wanted}: [green]enough[/]"
    return f"{wanted}: [red]{number(told.missing)} too few, denied by {_by(told)}[/]"


def _by(told: Explanation) -> str:
    if told.components:
        short = [component for component in told.components if component.missing]
        return " and ".join(f"its component {component.sku}" for component in short) or "its components"
    return " and ".join(
        f"too little on hand ({number(term.denied)})"
        if term.name == _FIRST
        else f"{_name(term)} ({number(term.denied)})"
        for term in told.denied_by
    )


def _mark(told: Explanation, term: Term) -> str:
    if not term.denied:
        return ""
    return f"[red]← denies {number(term.denied)} of the {number(told.wanted)} wanted[/]"
