"""Quotas: what only one channel may have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table
from gate_service.cli.views import stock
from gate_service.cli.views.parts import at_revision, headline

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk


def were_set(location: str, channel: str, answer: sdk.SetQuotaResponse) -> Iterator[RenderableType]:
    """Tell what is there, and what of it is ring-fenced."""
    yield headline("quota", f"of {channel} at {location}", answer.applied)
    yield from stock.levels(answer.levels)


def listed(location: str, found: Sequence[sdk.Quota], revision: int) -> Iterator[RenderableType]:
    """Tell what is left of each."""
    yield at_revision(location, revision)
    if not found:
        yield "No channel has a quota here."
        return
    yield small_table(
        ["SKU", "channel", "left"], [[each.sku, each.channel, number(each.quantity)] for each in found], right=("left",)
    )
