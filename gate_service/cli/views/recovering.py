"""How a fenced location is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from rich.console import RenderableType
from rich.markup import escape

from gate_service.cli.columns import Columns
from gate_service.cli.console import number, small_table, when

if TYPE_CHECKING:
    from gate_service.bootstrap.looking import Archived, Drift, Finding, Revisions
    from gate_service.bootstrap.recovering import Outcome
    from gate_service.domain.lineage import Fence, Position
    from gate_service.ledger.fences import Fences

_DRIFT_SHOWN: Final = 20
_HASH_SHOWN: Final = 10


def fences(found: Fences) -> Iterator[RenderableType]:
    """List fenced locations."""
    if not found.standing:
        yield "No location is fenced." if found.complete else "No location is fenced that could be asked."
        return
    rows = [
        (escape(location_id), when(fence.since_ms), _position(fence.remembered), _position(fence.found), _why(fence))
        for location_id, fence in found.standing.items()
    ]
    yield small_table(("location", "fenced since", "remembered", "found", ""), rows)


def _why(fence: Fence) -> str:
    return "being restored" if fence.restoring else ""


def _position(position: Position) -> str:
    if not position.revision:
        return "nothing"
    return f"revision {number(position.revision)} of epoch {position.epoch}, {position.chain_hash[:_HASH_SHOWN]}…"


def outcome(told: Outcome) -> Iterator[RenderableType]:
    """Say what was found, what was done, and what is left to do."""
    finding = told.finding
    if finding.fence is None:
        yield f"{escape(finding.location_id)} is not fenced. It stands at {_position(finding.position)}."
        return
    yield Columns(("", ""), _facts(finding, finding.fence), head=False)
    if finding.drift:
        yield _drift(finding)
    if told.taken:
        yield f"{number(told.taken)} entries were taken from the archive."
    if told.problem:
        yield f"[red]It went no further: {escape(told.problem)}[/]"
    yield from _next_step(told, finding)


def _facts(finding: Finding, fence: Fence) -> list[tuple[str, str]]:
    facts = [
        ("location", escape(finding.location_id)),
        ("fenced since", when(fence.since_ms) + (", being restored" if fence.restoring else "")),
        ("remembered by a gate", _position(fence.remembered)),
        ("found then", _position(fence.found)),
        ("stands now at", _position(finding.position) + (f", of {when(finding.at_ms)}" if finding.at_ms else "")),
        ("lost, as far as known", _lost(finding.lost)),
        (
            "ledger",
            f"[red]{escape(finding.broken)}[/]" if finding.broken else f"{number(finding.entries)} entries, sound",
        ),
        ("stock", _stock(finding)),
    ]
    return [*facts, ("archive", _archive(finding.archived))]


def _lost(lost: Revisions) -> str:
    if not lost.last:
        return "nothing"
    return f"revisions {number(lost.first)} to {number(lost.last)}" if lost.how_many > 1 else f"revision {lost.last}"


def _stock(finding: Finding) -> str:
    if not finding.state_checked:
        return "not compared: the older entries are in an archive; name it with --archive"
    if finding.broken:
        return "not compared: the ledger is not whole"
    return f"[red]{number(len(finding.drift))} buckets differ from it[/]" if finding.drift else "agrees with the ledger"


def _archive(archived: Archived | None) -> str:
    if archived is None:
        return "not named"
    told = f"ends at {_position(archived.head)}, and is the same up to revision {number(archived.shared)}"
    if archived.missing.last:
        told += f"; it has {_lost(archived.missing)} that are not here"
    return told


def _drift(finding: Finding) -> RenderableType:
    def row(drift: Drift) -> tuple[str, ...]:
        return escape(drift.sku), drift.bucket, number(drift.stored), number(drift.summed)

    columns = ("SKU", "bucket", "stored", "by the ledger")
    return small_table(columns, [row(each) for each in finding.drift[:_DRIFT_SHOWN]], right=columns[2:])


def _next_step(told: Outcome, finding: Finding) -> Iterator[str]:
    command = f"gate recover {escape(finding.location_id)}"
    if told.epoch:
        yield f"Accepted: it is open again, and epoch {told.epoch} begins."
    elif told.fence is None:
        yield "All that is remembered is there again: it is open, and nothing known is lost."
    elif told.fence.restoring:
        yield "Ask for the restore again: gate restore goes on where it stopped."
    elif finding.archived and finding.archived.missing.last:
        reaches = "all that is remembered" if finding.archived.has_remembered else "a part of what is missing"
        yield f"The archive has {reaches}: {command} --archive URL --from-archive --accept --operator NAME"
    elif not finding.position.revision:
        yield "Nothing is left here: rebuild it with gate restore."
    else:
        yield f"To go on with what is left: {command} --accept --operator NAME --note TEXT"


def plain_fence(location_id: str, fence: Fence) -> dict[str, Any]:
    """Say to programs why a location is fenced."""
    return {
        "location_id": location_id,
        "fenced_since_ms": fence.since_ms,
        "remembered": fence.remembered._asdict(),
        "found": fence.found._asdict(),
        "restoring": fence.restoring,
    }


def plain_outcome(told: Outcome) -> dict[str, Any]:
    """Say the same as `outcome` to programs."""
    finding, archived = told.finding, told.finding.archived
    return {
        "location_id": finding.location_id,
        "fenced": told.fence is not None,
        "fence": plain_fence(finding.location_id, finding.fence) if finding.fence else None,
        "position": finding.position._asdict(),
        "at_ms": finding.at_ms,
        "lost_from": finding.lost.first,
        "lost_to": finding.lost.last,
        "ledger": {"entries": finding.entries, "first_in_store": finding.trimmed + 1, "broken": finding.broken},
        "stock": {"compared": finding.state_checked, "drift": [each._asdict() for each in finding.drift]},
        "archive": {
            "head": archived.head._asdict(),
            "shared_revision": archived.shared,
            "missing_from": archived.missing.first,
            "missing_to": archived.missing.last,
            "has_remembered": archived.has_remembered,
        }
        if archived
        else None,
        "taken": told.taken,
        "epoch": told.epoch,
        "problem": told.problem,
    }
