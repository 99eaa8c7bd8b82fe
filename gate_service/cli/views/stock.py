"""Stock levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table, when
from gate_service.cli.views.parts import SEPARATOR, at_revision

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_ALWAYS = ("on_hand", "held", "committed", "allocated")
_SELDOM = ("picked", "damaged", "quality_control", "suspect", "incoming", "ring_fenced")
_SHORT = {"quality_control": "QC", "ring_fenced": "quotas"}
_DERIVED = ("available", "allocatable")


def levels(rows: Sequence[sdk.StockLevel]) -> Iterator[RenderableType]:
    """Give the table of all buckets; those that are 0 everywhere and seldom used are left out."""
    due = [row.sku for row in rows if row.count_due]
    seldom = [name for name in _SELDOM if any(getattr(row, name) for row in rows) or (due and name == "suspect")]
    shown = [*_ALWAYS, *seldom, *_DERIVED]
    names = [_SHORT.get(name, name.replace("_", " ")) for name in shown]
    yield small_table(
        ["SKU", *names],
        [[row.sku, *(_figure(name, getattr(row, name)) for name in shown)] for row in rows],
        right=names,
    )
    if due:
        yield f"[yellow]A count is due: {', '.join(due)}[/]"
    if on_hold := [row.sku for row in rows if row.stock_holds]:
        yield f"[red]On hold, neither promised nor picked: {', '.join(on_hold)}[/]"


def _figure(name: str, value: int) -> str:
    if name == "available":
        return f"[bold {'red' if value < 0 else 'green' if value else 'yellow'}]{number(value)}[/]"
    return number(value) if value else "[dim]0[/]"


def found(location: str, answer: sdk.GetStockResponse) -> Iterable[RenderableType]:
    """Tell how some SKUs stand."""
    yield at_revision(location, answer.revision)
    if answer.levels:
        yield from levels(answer.levels)
    if answer.unknown_skus:
        yield f"[yellow]Never received here: {', '.join(answer.unknown_skus)}[/]"


def page(location: str, answer: sdk.ListStockResponse, *, first: bool) -> Iterator[RenderableType]:
    """Tell how a page of all SKUs stands."""
    if first:
        yield at_revision(location, answer.revision)
    yield from levels(answer.levels)


def as_of(revision: int, at_ms: int) -> str:
    """Say when figures are true."""
    return f"revision {number(revision)}{SEPARATOR}{when(at_ms)}"
