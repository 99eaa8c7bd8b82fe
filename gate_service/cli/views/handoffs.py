"""The handoff map, its holes, its changes, and what it turned away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from gate_service.cli.console import number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR
from gate_service.domain.handoff_holes import Hole
from gate_service.domain.handoffs import HandoffMap, Scope, System

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk
    from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb2

_SHORT = 12


def systems(handoffs: HandoffMap) -> Iterator[RenderableType]:
    """Give every system with what it may do where."""
    yield f"[bold]version {handoffs.version}[/]{SEPARATOR}[dim]sha256 {handoffs.sha256[:_SHORT]}[/]"
    rows = [_system(each) for _, each in sorted(handoffs.systems.items())]
    yield small_table(("system", "role", "owner", "known by", "locations", "channels", "may"), rows)


def _system(system: System) -> list[str]:
    known = [f"{len(system.tokens)} token{'s'[: len(system.tokens) != 1]}"] if system.tokens else []
    known += system.certificates
    may = ", ".join(system.operations) or ("[dim]reads[/]" if system.reads else "[red]nothing[/]")
    return [
        system.system_id,
        system.role,
        escape(system.owner.name) if system.owner else "[yellow]none[/]",
        escape(", ".join(known)) or "[yellow]nothing[/]",
        _scope(system.locations),
        _scope(system.channels),
        may,
    ]


def _scope(scope: Scope) -> str:
    return "all" if scope.everything else ", ".join(sorted(scope.ids)) or "[dim]none[/]"


def holes(found: Sequence[Hole]) -> Iterator[RenderableType]:
    """Give each hole, or say that there is none."""
    if not found:
        yield "[green]No holes.[/]"
        return
    yield f"[bold yellow]{number(len(found))} {'hole' if len(found) == 1 else 'holes'}[/]"
    yield small_table(
        ("hole", "where", "what"), [[each.kind, escape(each.subject), escape(each.what)] for each in found]
    )


def applied(answer: handoff_pb2.ApplyHandoffsResponse) -> Iterator[RenderableType]:
    """Tell what is in force now, and what that changed."""
    if not answer.changes:
        yield f"[bold]version {answer.version}[/] is in force already; nothing changed."
        return
    yield f"[bold green]IN FORCE[/] version {answer.version}{SEPARATOR}revision {number(answer.applied.revision)}"
    for each in answer.changes:
        yield f"  {escape(each)}"


def changes(found: Sequence[handoff_pb2.HandoffChange]) -> Iterator[RenderableType]:
    """Give each change with who made it."""
    if not found:
        yield "[dim]The map was never changed.[/]"
        return
    rows: list[list[str]] = []
    for each in found:
        who = f"{each.system}/{each.actor}" if each.actor else each.system
        told = [f"[red]{each.refusal}[/]"] if each.refusal else [escape(one) for one in each.changes]
        first = [number(each.revision), when(each.at_ms), str(each.version), escape(who)]
        rows += [[*(first if place == 0 else [""] * len(first)), one] for place, one in enumerate(told or [""])]
    yield small_table(("rev", "UTC", "version", "by", "what"), rows, right=("rev", "version"))


def violations(answer: sdk.ListViolationsResponse) -> Iterable[RenderableType]:
    """Give who tried what, how often, and when."""
    if not answer.violations:
        yield "[green]Nobody tried anything that the map does not allow.[/]"
        return
    rows = [
        [
            each.system,
            each.operation,
            each.location_id,
            _cause(each.cause),
            number(each.count),
            when(each.first_at_ms),
            when(each.last_at_ms),
            escape(each.last_actor),
        ]
        for each in answer.violations
    ]
    names = ("system", "tried", "location", "cause", "times", "first", "last", "by")
    yield small_table(names, rows, right=("times",))
    if answer.total > len(answer.violations):
        yield f"[dim]… and {number(answer.total - len(answer.violations))} more kinds.[/]"


def _cause(cause: handoff_pb2.ViolationCause) -> str:
    from fulfillment_gate.v1 import handoff_service_pb2  # noqa: PLC0415 it brings protobuf

    return short_name(handoff_service_pb2.ViolationCause.DESCRIPTOR, cause).lower()
