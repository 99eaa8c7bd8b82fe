"""Tells how right the record was found, and how often it had to be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from gate_service.app.access import Access
from gate_service.app.ports import Call
from gate_service.app.reconcile.counting.tallying import at
from gate_service.app.reconcile.ports import Collection, Records
from gate_service.domain.reconcile.accuracy import LOCATION, Sums, Tally, total
from gate_service.domain.reconcile.days import day_of
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.policy import DAY_MS

_PAGE = 200


class Locations(Protocol):
    """Who knows all locations."""

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location that was ever opened, sorted."""
        ...


class Accuracy(NamedTuple):
    """How right the record was found, by (group, name), and by day, oldest first."""

    groups: dict[tuple[str, str], Sums]
    days: list[tuple[int, Sums]]


class CountAccuracy:
    """Adds up what was counted."""

    def __init__(self, records: Records, ledger: Locations, access: Access) -> None:
        """Keep them; nothing is read."""
        self._records = records
        self._ledger = ledger
        self._access = access

    async def of(self, location_id: str, days: int, call: Call) -> Accuracy:
        """Add up the last days of a location, or of all that the caller may ask about. Raises `Denied`."""
        if location_id:
            self._access.read(call, location_id)
            places: Sequence[str] = [location_id]
        else:
            places = self._access.narrowed(call, await self._ledger.locations(call))
        first = day_of(await self._records.now_ms() - (days - 1) * DAY_MS)
        tallies = [tally for place in places for tally in await self._tallies(place, first)]
        by_day: dict[int, Sums] = {}
        for tally in tallies:
            of_location = tally.sums.get(f"{LOCATION} {tally.location_id}", Sums())
            by_day[tally.day] = by_day.get(tally.day, Sums()).plus(of_location)
        return Accuracy(total(tallies), sorted(by_day.items()))

    async def _tallies(self, location_id: str, first: int) -> list[Tally]:
        found: list[Tally] = []
        token = ""
        while True:
            page = await self._records.page(Collection.TALLIES, at(location_id), _PAGE, token, descending=True)
            tallies = [load(Tally, kept.text) for kept in page.records]
            found += [tally for tally in tallies if tally.day >= first]
            token = page.next_token
            if not token or (tallies and tallies[-1].day < first):
                return found
