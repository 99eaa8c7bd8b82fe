"""`gate reconcile`: holds what other systems believe against the record, and watches what should happen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.serving_options import with_settings
from gate_service.cli.tooling import ArchiveOption, run, told
from gate_service.settings import Loaded, Settings
from gate_service.settings.kinds import address
from gate_service.settings.model import kinds

if TYPE_CHECKING:
    from gate_service.bootstrap.reconciling import Outcome, Plan

EVERY_S_ENV: Final = "GATE_RECONCILE_EVERY_S"
_TAKEN: Final = ("redis_url", "durability", "store_timeout_ms", "log_level", "log_format")


@with_settings(without=tuple(name for name in kinds() if name not in _TAKEN))
def reconcile(
    loaded: Loaded,
    archive: ArchiveOption = "",
    *,
    once: Annotated[bool, typer.Option("--once", help="End when all is done that can be done now.")] = False,
    every_s: Annotated[
        float, typer.Option(envvar=EVERY_S_ENV, min=0.05, help="How long what is new waits at most.")
    ] = 2.0,
    metrics_listen: Annotated[
        str,
        typer.Option(
            envvar="GATE_METRICS_LISTEN",
            metavar="HOST:PORT",
            help="Where a monitor (Prometheus) reads the figures, over HTTP; else nowhere.",
        ),
    ] = "",
) -> int:
    """Compare snapshots, follow the ledgers and watch the deadlines, until Ctrl-C or SIGTERM.

    Of several that run on one store one works and the others wait to take its place. It may be killed at any time. At
    the end it says what was done, as JSON; with --once it ends with 3 where another one is at work.
    """
    with told():
        from gate_service.bootstrap import ListenFailed, logs  # noqa: PLC0415 it brings the store
        from gate_service.bootstrap.reconciling import AnotherHoldsLease, Plan  # noqa: PLC0415

        logs.configure(loaded.settings.log_level, loaded.settings.log_format)
        if metrics_listen:
            _check_address(metrics_listen)
        try:
            outcome = run(_reconcile(loaded.settings, archive, Plan(once, every_s, metrics_listen)))
        except (AnotherHoldsLease, ListenFailed) as error:
            typer.secho(f"{error}.".capitalize(), err=True, fg="red")
            return ExitCode.UNAVAILABLE
        typer.echo(json.dumps(_summary(outcome), ensure_ascii=False))
        return ExitCode.UNAVAILABLE if once and outcome.troubles else ExitCode.OK


def _check_address(value: str) -> None:
    kind = address("")["kind"]
    try:
        kind.read(value)
    except ValueError as error:
        raise InputError(f"--metrics-listen {value!r}: it must be {kind.allowed}.") from error


async def _reconcile(settings: Settings, archive_url: str, plan: Plan) -> Outcome:
    from gate_service.bootstrap.reconciling import Reconciling  # noqa: PLC0415 it brings the store
    from gate_service.bootstrap.reconciling_parts import means  # noqa: PLC0415

    async with means(settings, archive_url) as opened:
        return await Reconciling(opened, plan).run()


def _summary(outcome: Outcome) -> dict[str, Any]:
    told = {"compared": outcome.compared, "refused": outcome.refused, "rows": outcome.rows}
    ledgers = {
        location_id: {"revision": each.revision, "behind": each.behind, "passed_over": each.passed_over}
        for location_id, each in outcome.ledgers.items()
    }
    return {"snapshots": told, "ledgers": ledgers, "ticks": outcome.ticks, "troubles": outcome.troubles}
