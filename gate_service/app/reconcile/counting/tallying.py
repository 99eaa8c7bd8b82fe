"""How right counts were found to be, kept by location and day."""

from __future__ import annotations

from typing import Final

from gate_service.app.reconcile.ports import Change, Collection, Records
from gate_service.domain.reconcile.accuracy import Results, Tally
from gate_service.domain.reconcile.days import day_of
from gate_service.domain.reconcile.forms import dump, load

TASKS: Final = "tasks"
OTHERS: Final = "others"
KEPT_DAYS: Final = 400


def at(location_id: str) -> str:
    """Name the index of a location's tallies, by day."""
    return f"at {location_id}"


def tally_change(tally: Tally, version: int) -> Change:
    """Give the change that keeps a tally."""
    places = {at(tally.location_id): tally.day, "all": tally.day}
    return Change(Collection.TALLIES, tally.record_id, version, dump(tally), places)


async def added(records: Records, location_id: str, at_ms: int, by: str, results: Results) -> Change:
    """Give the change that adds results to their day. Raises `Unavailable`."""
    empty = Tally(location_id, day_of(at_ms), by)
    (kept,) = await records.get(Collection.TALLIES, [empty.record_id])
    tally = load(Tally, kept.text) if kept else empty
    return tally_change(results.onto(tally), kept.version if kept else 0)
