"""`gate buffers`, `gate buffer simulate`: what is kept back as the record may be wrong, and what that costs."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate_service.cli.answers import for_people, plainly
from gate_service.cli.console import Output
from gate_service.cli.options import Caller, with_options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gate_service.domain.reconcile.simulating import Drift, Ordered, Outcome

app = typer.Typer(help="What is kept back because the record may be wrong.")


@with_options
def buffers(
    options: Caller,
    *,
    location: Annotated[str, typer.Option("--location", "-l", metavar="LOCATION", help="Only there.")] = "",
    channel: Annotated[str, typer.Option(metavar="CHANNEL", help="Only of this channel.")] = "",
    explain: Annotated[bool, typer.Option("--explain", help="What each was worked out from, in a sentence.")] = False,
) -> None:
    """Show what is kept back from adaptive channels, by location and class of SKU."""
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import buffers as view  # noqa: PLC0415

    with options.gate() as gate:
        found = gate.list_buffers(channel=channel, location_id=location).buffers
    if options.output is Output.JSONL:
        for each in found:
            typer.echo(compact(plain(each)))
    elif options.output is Output.JSON:
        plainly(Output.JSON, {"buffers": [plain(each) for each in found]})
    else:
        for_people(view.listed(found, explain=explain))


@app.callback()
def _group() -> None:
    """Stay a group, though it has one command yet."""


@app.command("simulate")
def simulate(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="An order history, as `gate replay` takes.")
    ],
    *,
    seed: Annotated[int, typer.Option(help="Another one drifts at other places.")] = 1,
    stock_factor: Annotated[
        float, typer.Option(min=0.05, help="The opening stock, as a part of what the history asks for.")
    ] = 0.9,
    drift: Annotated[
        list[float] | None, typer.Option(min=0, help="How much drift, 1 for the usual; may be said several times.")
    ] = None,
    quantile: Annotated[int, typer.Option(min=50, max=99, help="Of the adaptive buffer, in percent.")] = 95,
    most: Annotated[float, typer.Option(min=0, max=100, help="What it keeps back at most, in percent.")] = 5.0,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="Draw it into this SVG.")] = None,
) -> None:
    """Try fixed and adaptive buffers on real orders with drift made up: lost sales against oversells.

    Nothing is read but the file, and no gate is needed. The last line is JSON.
    """
    from gate_service.cli.views import buffers as view  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import plots  # noqa: PLC0415
    from gate_service.domain.reconcile.policy import BufferRules  # noqa: PLC0415
    from gate_service.domain.reconcile.simulating import Drift, simulate, usual_rules  # noqa: PLC0415

    orders = _orders(file)
    opening = _opening(orders, stock_factor)
    rules = usual_rules(BufferRules(quantile, 0, round(most * 100)))
    found: dict[float, list[Outcome]] = {}
    for factor in drift or [0.1, 1.0]:
        found[factor] = list(simulate(orders, opening, _scaled(Drift(seed), factor), rules))
        for_people(view.simulated(factor, found[factor]))
    points = view.points(found)
    if out:
        kinds = [f"drift x {factor:g}" for factor in found]
        names = ("Lost sales against oversells", "units refused though there", "units oversold")
        drawing = plots.scatter(*names, points, kinds)
        out.write_text(plots.standalone(drawing), encoding="utf-8")
    typer.echo(json.dumps(_summary(seed, stock_factor, found), separators=(",", ":")))


def _orders(file: Path) -> list[Ordered]:
    from gate_service.cli.replaying.kinds import RowKind, kind_of  # noqa: PLC0415 what only this command needs
    from gate_service.cli.replaying.rows import Row, read_rows  # noqa: PLC0415
    from gate_service.domain.reconcile.simulating import Ordered  # noqa: PLC0415

    rows = [each for each in read_rows(file, 0) if isinstance(each, Row) and kind_of(each) is RowKind.ORDERED]
    rows.sort(key=lambda each: (each.at, each.number))
    return [Ordered(each.at, each.code, each.quantity) for each in rows]


def _opening(orders: Sequence[Ordered], factor: float) -> dict[str, int]:
    asked: dict[str, int] = {}
    for each in orders:
        asked[each.sku] = asked.get(each.sku, 0) + each.units
    return {sku: math.ceil(units * factor) for sku, units in asked.items()}


def _scaled(drift: Drift, factor: float) -> Drift:
    from dataclasses import replace  # noqa: PLC0415 what only this command needs

    return replace(drift, chances={abc: min(1.0, chance * factor) for abc, chance in drift.chances.items()})


def _summary(seed: int, stock_factor: float, found: dict[float, list[Outcome]]) -> dict[str, Any]:
    runs = [{"drift": factor, "rules": [asdict(each) for each in outcomes]} for factor, outcomes in found.items()]
    return {"seed": seed, "stock_factor": stock_factor, "runs": runs}
