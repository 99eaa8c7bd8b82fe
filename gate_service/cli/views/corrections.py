"""Moves, corrections, those that wait, and merges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import signed, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views import stock
from gate_service.cli.views.parts import at_revision, by, headline, units
from gate_service.cli.views.shortages import shortages

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_LINES_MAX = 5


def moved(location: str, total: int, answer: sdk.MoveStockResponse) -> Iterator[RenderableType]:
    """Tell what is there now, and where more is reserved than may be sold."""
    yield headline("moved", f"{units(total)} at {location}", answer.applied)
    yield from stock.levels(answer.levels)
    yield from shortages(answer.shortages)


def adjusted(location: str, reason: str, answer: sdk.AdjustStockResponse) -> Iterator[RenderableType]:
    """Tell what is there now; or that nothing has changed yet, and what the correction is called until it does."""
    about = f"{location}, reason {reason}"
    if answer.proposal_id:
        yield headline("waits", f"{about}: [bold]{answer.proposal_id}[/] needs a second person's yes", answer.applied)
        yield "[yellow]Nothing has changed yet:[/]"
    else:
        yield headline("corrected", about, answer.applied)
    yield from stock.levels(answer.levels)
    yield from shortages(answer.shortages)


def decided(
    location: str, proposal_id: str, answer: sdk.ApproveAdjustmentResponse, *, approved: bool
) -> Iterator[RenderableType]:
    """Tell what is there now, or that the correction was put away."""
    yield headline("approved" if approved else "rejected", f"{proposal_id} at {location}", answer.applied)
    if not approved:
        yield "[dim]It was put away; nothing changed.[/]"
        return
    yield from stock.levels(answer.levels)
    yield from shortages(answer.shortages)


def proposals(location: str, found: Sequence[sdk.Proposal], revision: int) -> Iterator[RenderableType]:
    """Tell what waits, since when, who asked for it, and what it would change."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    from fulfillment_gate import AdjustmentReason  # noqa: PLC0415 it brings grpc

    yield at_revision(location, revision)
    if not found:
        yield "[green]No correction waits.[/]"
        return
    yield small_table(
        ["proposal", "since", "by", "reason", "note", "would change"],
        [
            [
                each.proposal_id,
                when(each.at_ms),
                by(each.system, each.actor),
                short_name(AdjustmentReason.DESCRIPTOR, each.reason).lower(),
                escape(_why(each)),
                _changes(each),
            ]
            for each in found
        ],
    )


def _why(proposal: sdk.Proposal) -> str:
    variance = f"variance {proposal.variance_id}" if proposal.variance_id else ""
    return "; ".join(part for part in (variance, proposal.note) if part)


def _changes(proposal: sdk.Proposal) -> str:
    from fulfillment_gate import Bucket  # noqa: PLC0415 it brings grpc

    told = [
        f"{line.sku} {short_name(Bucket.DESCRIPTOR, line.bucket).lower().replace('_', ' ')} {signed(line.delta)}"
        for line in proposal.lines
    ]
    more = f"; … {len(told) - _LINES_MAX:,} more lines" if len(told) > _LINES_MAX else ""
    return "; ".join(told[:_LINES_MAX]) + more


def merged(location: str, sku: str, into_sku: str, answer: sdk.MergeSkuResponse) -> Iterator[RenderableType]:
    """Tell how the SKU stands that goes on."""
    yield headline("merged", f"{sku} into {into_sku} at {location}", answer.applied)
    if not answer.changed:
        yield "[dim]They were one already; nothing changed.[/]"
    yield from stock.levels([answer.level])
