"""What is kept back, and what keeping back costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table, when
from gate_service.cli.views.plots import Point
from gate_service.domain.reconcile.buffers import percent

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk
    from gate_service.domain.reconcile.simulating import Outcome


def listed(found: Sequence[sdk.AdaptiveBuffer], *, explain: bool) -> Iterator[RenderableType]:
    """Tell what is kept back."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    if not found:
        yield "No buffers: no channel of the handoff map is adaptive, or `gate reconcile` has not worked them out yet."
        return
    yield small_table(
        ["channel", "location", "class", "kept back", "drift", "stale", "looks", "bounds", "worked out"],
        [
            [
                escape(each.channel),
                escape(each.location_id),
                escape(each.abc) or "-",
                percent(each.basis_points),
                percent(each.drift_basis_points),
                percent(each.staleness_basis_points),
                number(each.sample_count),
                f"{percent(each.least_basis_points)} to {percent(each.most_basis_points)}",
                when(each.worked_out_at_ms),
            ]
            for each in found
        ],
    )
    if explain:
        yield from (escape(each.explanation) for each in found)
    else:
        yield "[dim]--explain says why.[/]"


def simulated(factor: float, outcomes: Sequence[Outcome]) -> Iterator[RenderableType]:
    """Tell what came of each buffer."""
    none = outcomes[0]
    rows = []
    for each in outcomes:
        avoided, given = none.oversold - each.oversold, each.lost - none.lost
        rows.append(
            [
                each.name,
                number(each.sold),
                number(each.oversold),
                number(each.oversold_lines),
                number(each.lost),
                number(each.lost_lines),
                f"{given / avoided:.1f}" if avoided > 0 else "-",
                ", ".join(f"{abc} {percent(share)}" for abc, share in each.kept_back.items()),
            ]
        )
    yield f"[bold]drift x {factor:g}[/]: {number(none.demanded)} units asked of the gate"
    yield small_table(
        [
            "buffer",
            "sold",
            "oversold",
            "lines",
            "lost",
            "lines",
            "lost for each oversell avoided",
            "kept back at the end",
        ],
        rows,
    )


def points(found: Mapping[float, Sequence[Outcome]]) -> list[Point]:
    """Give what is drawn: each buffer in each drift."""
    return [
        Point(each.name, each.lost, each.oversold, kind)
        for kind, outcomes in enumerate(found.values())
        for each in outcomes
    ]
