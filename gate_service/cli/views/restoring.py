"""How restoring and recovering are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.markup import escape

from gate_service.cli.console import number, small_table, when

if TYPE_CHECKING:
    from gate_service.bootstrap.restoring import Planned, Restored


def planned(locations: Sequence[Planned]) -> RenderableType:
    """Say what is there to restore."""
    rows = [
        (escape(each.history.location_id), number(each.history.head.revision), each.standing.value)
        for each in locations
    ]
    return small_table(("location", "entries", "now"), rows, right=("entries",))


def restored(locations: Sequence[Restored]) -> Iterator[RenderableType]:
    """Say what came of each location, and what is left to do."""
    rows = [
        (
            escape(each.location_id),
            number(each.entries),
            number(_per_second(each.entries, each.duration_s)),
            number(each.position.revision),
            when(each.at_ms) if each.at_ms else "",
            each.became.value,
            _open(each),
        )
        for each in locations
    ]
    columns = ("location", "entries", "entries/s", "revision", "of", "", "")
    yield small_table(columns, rows, right=("entries", "entries/s", "revision"))
    for each in locations:
        if each.problem:
            yield f"[red]{escape(each.location_id)} {each.became.value}: {escape(each.problem)}[/]"
        if each.fence and each.fence.restoring:
            yield f"{escape(each.location_id)} is closed: a restore of it has begun and did not end."
        elif each.fence:
            yield (
                f"{escape(each.location_id)} is closed: revision {number(each.fence.remembered.revision)} was "
                f"acknowledged, and it ends at {number(each.position.revision)}. "
                f"Look at it with: gate recover {escape(each.location_id)}"
            )


def _open(restored: Restored) -> str:
    if restored.fence:
        return "closed"
    return "open" if restored.position.revision else "empty"


def plain_restored(locations: Sequence[Restored]) -> dict[str, Any]:
    """Say the same to programs."""
    entries, duration_s = sum(each.entries for each in locations), sum(each.duration_s for each in locations)
    return {
        "entries": entries,
        "entries_per_s": _per_second(entries, duration_s),
        "locations": [
            {
                "location_id": each.location_id,
                "entries": each.entries,
                "entries_per_s": _per_second(each.entries, each.duration_s),
                "epoch": each.position.epoch,
                "revision": each.position.revision,
                "chain_hash": each.position.chain_hash,
                "at_ms": each.at_ms,
                "fenced": each.fence is not None,
                "remembered_revision": each.fence.remembered.revision if each.fence else each.position.revision,
                "became": each.became.value,
                "as_asked": each.as_asked,
                "problem": each.problem,
            }
            for each in locations
        ],
    }


def _per_second(entries: int, duration_s: float) -> int:
    return round(entries / duration_s) if entries and duration_s > 0 else 0
