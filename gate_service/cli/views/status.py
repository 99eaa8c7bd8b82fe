"""How sure a gate is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.markup import escape

from gate_service.cli.console import number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.doctor import verdict
from gate_service.cli.views.parts import SEPARATOR
from gate_service.domain.findings import Check, Finding, Inspection, Severity

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_HASH_SHOWN: Final = 10


def state(told: sdk.GetStatusResponse) -> Iterator[RenderableType]:
    """Say whether it serves, what it promises and where it writes; then what is wrong."""
    serving = "[bold green]SERVING[/]" if told.serving else "[bold red]NOT SERVING[/]"
    mode = "production" if told.production else "development"
    yield SEPARATOR.join((serving, f"version {told.version}", mode, f"since {when(told.started_at_ms)}"))
    yield _promise(told)
    if told.accepted_risk:
        yield f"[yellow]A store that cannot keep it is used all the same:[/] {escape(told.accepted_risk)}"
    yield ""
    rows = [[escape(each.address), "[bold red]AWAY[/]" if each.away else "answers"] for each in told.servers]
    yield small_table(("store", ""), rows)
    if told.fenced:
        yield ""
        yield "[bold red]FENCED[/]: nothing is written there, and no wave released (gate recover LOCATION)"
        yield _fenced(told)
    yield ""
    if told.inspected_at_ms:
        yield f"[dim]The store as it was looked at last, {when(told.inspected_at_ms)}:[/]"
        found = _inspection(told)
        if unseen := _away_since(told, found):
            yield f"[yellow]These findings are older[/] than the absence of {escape(', '.join(unseen))}."
        yield from verdict(found, stale=bool(unseen))
    else:
        yield "The store has not been looked at yet."


def _away_since(told: sdk.GetStatusResponse, found: Inspection) -> list[str]:
    """Name the servers that are away and answered when they were looked at last."""
    missed = {each.server for each in found.errors if each.check == Check.REACHABLE}
    return [each.address for each in told.servers if each.away and each.address not in missed]


def _promise(told: sdk.GetStatusResponse) -> str:
    from fulfillment_gate import Fsync  # noqa: PLC0415 it brings grpc

    promise = told.durability
    parts = [f"fsync {short_name(Fsync.DESCRIPTOR, promise.fsync).lower()}"]
    if promise.replicas:
        parts.append(f"on {promise.replicas} replica{'s'[: promise.replicas != 1]} within {number(promise.wait_ms)} ms")
    return f"Promised of a write before it is answered: {', '.join(parts)}"


def _fenced(told: sdk.GetStatusResponse) -> RenderableType:
    rows = [
        [escape(each.location_id), when(each.since_ms), _position(each.remembered), _position(each.found)]
        for each in told.fenced
    ]
    return small_table(("location", "since", "remembered", "found"), rows)


def _position(value: sdk.Position) -> str:
    if not value.revision:
        return "nothing"
    return f"revision {number(value.revision)} of epoch {value.epoch}, {value.chain_hash[:_HASH_SHOWN]}…"


def _inspection(told: sdk.GetStatusResponse) -> Inspection:
    from fulfillment_gate import Severity as Told  # noqa: PLC0415 it brings grpc

    findings = [
        Finding(
            each.check,  # type: ignore[arg-type] # a newer gate may look at more than this knows
            Severity(short_name(Told.DESCRIPTOR, each.severity).lower()),
            each.server,
            each.found,
            each.consequence,
            each.remedy,
        )
        for each in told.findings
    ]
    return Inspection.of(findings, told.inspected_at_ms)
