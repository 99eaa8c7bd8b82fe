"""Verdicts and picks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table
from gate_service.cli.plain import short_name
from gate_service.cli.units import base_units
from gate_service.cli.views.parts import SEPARATOR, headline, units, until, word

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk


def verdicts(
    location: str, wave_id: str, answer: sdk.AuthorizeWaveResponse, *, dry_run: bool
) -> Iterable[RenderableType]:
    """Tell each verdict, and what the permit allows."""
    from fulfillment_gate import Verdict, VerdictReason  # noqa: PLC0415 it brings grpc

    given = sum(line.authorized_quantity for line in answer.lines)
    asked = sum(line.quantity for line in answer.lines)
    did = "dry run" if dry_run else "permit" if answer.permit_id else "denied"
    permit = f"[bold]{answer.permit_id}[/] for " if answer.permit_id else ""
    yield headline(did, f"{permit}wave {wave_id} at {location}", answer.applied)
    if answer.permit_expires_at_ms:
        yield f"until {until(answer.permit_expires_at_ms, answer.applied.at_ms)}"
    counts = Counter(short_name(Verdict.DESCRIPTOR, line.verdict) for line in answer.lines)
    told = SEPARATOR.join(f"{word(name)} {number(counts[name])}" for name in ("PICK", "TRIM", "BLOCK"))
    would = "could" if dry_run else "may"
    yield f"{told}{SEPARATOR}{number(given)} of {units(asked)} {would} be picked"
    yield small_table(
        ["verdict", "order", "line", "SKU", "asked", "may pick", "reason"],
        [
            [
                word(short_name(Verdict.DESCRIPTOR, line.verdict)),
                line.order_id,
                line.line_id,
                line.sku,
                number(line.quantity),
                number(line.authorized_quantity),
                short_name(VerdictReason.DESCRIPTOR, line.reason),
            ]
            for line in answer.lines
        ],
        right=("asked", "may pick"),
    )


def picked(permit_id: str, asked: Sequence[sdk.PickLine], answer: sdk.ReportPickResponse) -> Iterator[RenderableType]:
    """Tell what is in the ledger now, and which stock a short pick put in doubt."""
    taken, short = (base_units(asked, answer.conversions, figure) for figure in ("picked_quantity", "short_quantity"))
    told = f"{units(taken)} under {permit_id}" + (f"{SEPARATOR}[yellow]{number(short)} short[/]" if short else "")
    yield headline("picked", told, answer.applied)
    for suspect in answer.suspects:
        others = f"; other permits rest on it: {', '.join(suspect.permit_ids)}" if suspect.permit_ids else ""
        yield (
            f"[yellow]{suspect.sku}: {units(suspect.suspect_quantity)} now suspect, a count is due{others}.[/] "
            "[dim]Once counted:[/]"
        )
        yield from _ways_to_settle(suspect.sku, suspect.suspect_quantity)


def _ways_to_settle(sku: str, doubted: int) -> Iterator[str]:
    """Give the commands that free doubted units or write them off; to lower on_hand alone would keep the doubt."""
    if not doubted:
        yield f"[dim]  gate stock adjust {sku}:DELTA --reason count[/]"
        return
    free, gone = f"{sku}:suspect:-{doubted}", f"{sku}:-{doubted}"
    yield f"[dim]  all there:  gate stock adjust {free} --reason count[/]"
    yield f"[dim]  all gone:   gate stock adjust {free} {gone} --reason count[/]"
