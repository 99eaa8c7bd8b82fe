"""`gate demo`: what the gate is for, told in a few scenes on a gate and a store of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate_service.cli.answers import for_people, plainly
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, reported

if TYPE_CHECKING:
    from gate_service.cli.storytelling.stage import Scene

Tell = Callable[[int, "Scene"], None]


def demo(
    *,
    output: Annotated[Output, typer.Option("--output", "-o", help="For people or for programs.")] = Output.TABLE,
) -> None:
    """Tell the story in a few seconds: checkouts race, a webhook stutters, systems contradict each other and drift."""
    from gate_service.cli.own_gate import own_gate  # noqa: PLC0415 what only this command needs
    from gate_service.cli.replaying.execute import run_async  # noqa: PLC0415
    from gate_service.cli.storytelling.stage import HANDOFFS  # noqa: PLC0415

    began_s = time.monotonic()
    with reported(output):
        with own_gate(HANDOFFS) as address:
            scenes = run_async(_play(address, _tell if output is Output.TABLE else _say_nothing))
        facts = {scene.name: scene.facts for scene in scenes}
        seconds = round(time.monotonic() - began_s, 2)
        passed = bool(scenes[-1].facts["audit_ok"])
        if output is Output.TABLE:
            for_people([f"\n[dim]{seconds:.1f} s, on a store that is gone again. Go on with:[/] gate dev"])
        else:
            plainly(output, {"scenes": facts, "audit_ok": passed, "seconds": seconds})
    if not passed:
        raise typer.Exit(ExitCode.DRIFT)


async def _play(address: str, tell: Tell) -> list[Scene]:
    from gate_service.cli.storytelling import checkouts, handoffs, mirrors, record, shelves  # noqa: PLC0415 slow to import
    from gate_service.cli.storytelling.stage import stage_at  # noqa: PLC0415

    acts = (
        checkouts.goods_come_in,
        checkouts.race_for_the_last_one,
        checkouts.webhook_fires_twice,
        checkouts.shopper_walks_away,
        shelves.wave_is_asked,
        shelves.shelf_is_empty,
        shelves.parcel_is_told_twice,
        handoffs.receipt_never_arrives,
        handoffs.webhook_has_two_names,
        handoffs.parcel_of_a_3pl,
        mirrors.mirrors_are_compared,
        mirrors.drift_is_closed,
        mirrors.shelf_is_counted,
        record.ledger_is_audited,
    )
    played: list[Scene] = []
    async with stage_at(address) as stage:
        for number, act in enumerate(acts, start=1):
            scene = await act(stage)
            tell(number, scene)
            played.append(scene)
    return played


def _tell(number: int, scene: Scene) -> None:
    from rich.padding import Padding  # noqa: PLC0415 slow to import

    parts: list[Any] = [f"\n[bold cyan]{number}  {scene.title}[/]"]
    parts += [Padding(part, (0, 0, 0, 3), expand=False) for part in scene.shown]
    parts.append(Padding(f"[italic]{scene.moral}[/]", (0, 0, 0, 3), expand=False))
    for_people(parts)


def _say_nothing(_number: int, _scene: Scene) -> None:
    return
