"""What a count came to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, signed, small_table
from gate_service.cli.views import stock
from gate_service.cli.views.parts import SEPARATOR, headline, word
from gate_service.cli.views.shortages import shortages

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk
    from fulfillment_gate.wms import LocationCount


def counted(
    location: str, count_id: str, skus: int, answer: sdk.SubmitCountResponse, *, blind: bool
) -> Iterator[RenderableType]:
    """Tell what differs from the record, what is there now, and who is hit. A blind count learns nothing of it."""
    total = skus if blind else len(answer.lines)
    yield headline("counted", f"{_skus(total)} at {location} by {count_id}", answer.applied)
    if blind:
        return
    differ = [line for line in answer.lines if line.variance]
    yield from _variances(differ, total)
    changed = {line.sku for line in differ}
    if changed:
        yield from stock.levels([level for level in answer.levels if level.sku in changed])
    yield from shortages(answer.shortages)


def location_counted(told: LocationCount, *, blind: bool) -> Iterator[RenderableType]:
    """Tell what differs from the record of a whole location, and who is hit."""
    parts = f" in {number(told.part_count)} parts" if told.part_count > 1 else ""
    total = "all of it" if blind else _skus(told.sku_count)
    yield (
        f"{word('counted')} {total} at {told.location_id} by {told.count_id}, as of revision "
        f"{number(told.as_of_revision)}{parts}{SEPARATOR}revision {number(told.revision)}"
    )
    if blind:
        return
    yield from _variances(told.variances, told.sku_count)
    yield from shortages(told.shortages)


def _variances(differ: Sequence[sdk.CountedLine], total: int) -> Iterator[RenderableType]:
    if not differ:
        yield "[green]All as the record said.[/]"
        return
    net = sum(line.variance for line in differ)
    yield f"[yellow]{number(len(differ))} of {number(total)} differ, net {signed(net)}[/]"
    figures = ("counted", "expected", "differs by")
    yield small_table(["SKU", *figures], [_variance(line) for line in differ], right=figures)


def _variance(line: sdk.CountedLine) -> list[str]:
    differs = f"[bold]{signed(line.variance)}[/]"
    return [line.sku, number(line.counted_quantity), number(line.expected_quantity), differs]


def _skus(count: int) -> str:
    return f"{number(count)} {'SKU' if count == 1 else 'SKUs'}"
