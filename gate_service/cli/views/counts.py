"""What a count came to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gate_service.cli.console import number, signed, small_table
from gate_service.cli.views import stock
from gate_service.cli.views.parts import headline
from gate_service.cli.views.shortages import shortages

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk


def counted(
    location: str, count_id: str, skus: int, answer: sdk.SubmitCountResponse, *, blind: bool
) -> Iterator[RenderableType]:
    """Tell what differs from the record, what is there now, and who is hit. A blind count learns nothing of it."""
    total = skus if blind else len(answer.lines)
    yield headline(
        "counted", f"{number(total)} {'SKU' if total == 1 else 'SKUs'} at {location} by {count_id}", answer.applied
    )
    if blind:
        return
    differ = [line for line in answer.lines if line.variance]
    net = sum(line.variance for line in differ)
    if not differ:
        yield "[green]All as the record said.[/]"
    else:
        yield f"[yellow]{number(len(differ))} of {number(total)} differ, net {signed(net)}[/]"
        yield small_table(
            ["SKU", "counted", "expected", "differs by"],
            [
                [
                    line.sku,
                    number(line.counted_quantity),
                    number(line.expected_quantity),
                    f"[bold]{signed(line.variance)}[/]",
                ]
                for line in differ
            ],
            right=("counted", "expected", "differs by"),
        )
        changed = {line.sku for line in differ}
        yield from stock.levels([level for level in answer.levels if level.sku in changed])
    yield from shortages(answer.shortages)
