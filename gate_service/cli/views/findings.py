"""Findings and events: what stands, and what happened."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import how_long, number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR, by, word

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_SEVERITIES = {"critical": "bold white on red", "high": "bold red", "medium": "yellow", "low": "dim"}


def listed(found: Sequence[sdk.DriftFinding]) -> Iterator[RenderableType]:
    """Tell what is listed."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    if not found:
        yield "[green]No findings.[/]"
        return
    yield small_table(
        ["finding", "", "location", "what", "state", "for", "owner", ""],
        [
            [
                each.finding_id,
                _severity(each),
                escape(each.location_id),
                _kind(each),
                _state(each),
                _age(each),
                escape(each.owner),
                escape(each.text),
            ]
            for each in found
        ],
    )
    yield "[dim]gate finding ack FINDING says that you look after it.[/]"


def one(told: sdk.DriftFinding) -> Iterator[RenderableType]:
    """Tell all of one."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    severity = _severity(told)
    yield (
        f"{_state(told)} [bold]{told.finding_id}[/]{SEPARATOR}{severity}{SEPARATOR}{_kind(told)}{SEPARATOR}"
        f"{escape(told.location_id)}"
    )
    yield escape(told.text)
    ends = f"cleared {when(told.cleared_at_ms)}" if told.cleared_at_ms else f"owner {escape(told.owner)}"
    revision = f"{SEPARATOR}revision {number(told.revision)}" if told.revision else ""
    yield f"raised {when(told.raised_at_ms)}{SEPARATOR}{_age(told)}{SEPARATOR}{ends}{revision}"
    if told.history:
        yield small_table(
            ["time", "step", "by", "note"],
            [
                [
                    when(each.at_ms),
                    each.step,
                    by(each.system, each.actor) if each.system or each.actor else "[dim]gate[/]",
                    escape(each.note),
                ]
                for each in told.history
            ],
        )


def event(told: sdk.DriftEvent) -> Iterator[RenderableType]:
    """Tell one event on a line, with the sentence of its record where it has one."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    sentence = str(json.loads(told.json).get("text", ""))
    after = f"{SEPARATOR}{escape(sentence)}" if sentence else ""
    yield f"[dim]{when(told.at_ms)}[/] {told.type} [bold]{told.subject_id}[/] at {escape(told.location_id)}{after}"


def _age(told: sdk.DriftFinding) -> str:
    """Say how long it has been so, or was, as of now: the text of a finding tells times only."""
    if not told.since_ms:
        return ""
    until_ms = told.cleared_at_ms or time.time() * 1000
    return how_long(round(until_ms) - told.since_ms)


def _kind(told: sdk.DriftFinding) -> str:
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return short_name(sdk.FindingKind.DESCRIPTOR, told.kind).replace("_", " ")


def _state(told: sdk.DriftFinding) -> str:
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    return word(short_name(sdk.FindingState.DESCRIPTOR, told.state))


def _severity(told: sdk.DriftFinding) -> str:
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    name = short_name(sdk.DriftSeverity.DESCRIPTOR, told.severity).lower()
    return f"[{_SEVERITIES.get(name, 'dim')}]{name.upper()}[/]"
