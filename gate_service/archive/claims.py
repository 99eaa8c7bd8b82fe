"""Whether what orders, documents, quotas and holds claim adds up to the stock, while gates go on writing.

All of it is scanned, and then the stock is read; of a SKU that no entry moved meanwhile both must agree. The others,
and those that do not agree, are looked at again, and at last one by one, each at one moment.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from gate_service.archive.findings import Report
from gate_service.archive.source import Source
from gate_service.archive.state import State
from gate_service.domain.journal import JournalEntry
from gate_service.domain.stock import StockLevel

CHECK: Final = "claims add up to the stock"
FIGURES: Final = ("held", "committed", "allocated", "picked", "incoming", "ring_fenced", "stock_holds")
"""The figures of a level that are sums over what stands elsewhere."""
_OF_ORDERS: Final = FIGURES[:4]
_SCANS: Final = 3
_TRIES: Final = 20
_ONE_BY_ONE_MAX: Final = 200

Sums = Mapping[tuple[str, str], int]


class ClaimsCheck:
    """One check of one location."""

    def __init__(self, source: Source, state: State, report: Report, touched: Mapping[str, int]) -> None:
        """Keep them; nothing is read yet. `touched` says which entry moved a SKU last."""
        self._source = source
        self._state = state
        self._report = report
        self._touched = touched
        self._location_id = report.location_id

    async def run(self) -> None:
        """Look, and put what was found into the report."""
        uncertain: set[str] | None = None  # at first: of all
        for _ in range(_SCANS):
            before = (await self._source.extent(self._location_id)).position.revision
            sums = await self._sums(uncertain)
            levels = {level.sku: level async for page in self._state.stock(self._location_id) for level in page.levels}
            moved = await self._moved_since(before)
            apart = _apart(sums, levels, uncertain)
            if uncertain is None:
                uncertain = {*apart, *(moved & levels.keys())}
            else:  # nothing came twice: what did not move either is so
                self._tell({sku: figures for sku, figures in apart.items() if sku not in moved})
                uncertain &= moved
            if not uncertain:
                return
        await self._one_by_one(sorted(uncertain or ()))

    async def _sums(self, of: set[str] | None) -> Sums:
        """Add up all claims, or those of some SKUs, each once; of all what came twice may count twice."""
        sums: Counter[tuple[str, str]] = Counter()
        seen: set[str] = set()
        async for name, units in self._state.claims(self._location_id):
            if units is None:
                if of is None:
                    self._report.add(0, CHECK, "something the gate can read", f"{name} is not")
                continue
            self._report.claims += of is None
            wanted = {key: each for key, each in units.items() if each and (of is None or key[0] in of)}
            if wanted and name not in seen:
                sums.update(wanted)
                if of is not None:
                    seen.add(name)
        return sums

    async def _moved_since(self, revision: int) -> set[str]:
        """Name the SKUs that entries have touched since."""
        moved: set[str] = set()
        through = (await self._source.extent(self._location_id)).position.revision
        while revision < through and (page := await self._source.page(self._location_id, revision + 1, through)):
            moved.update(*(_touched(entry) for entry in page))
            revision = page[-1].revision
        return moved

    async def _one_by_one(self, skus: list[str]) -> None:
        """Look at SKUs that move all the time, each at one revision; of these only what orders claim."""
        for sku in skus[:_ONE_BY_ONE_MAX]:
            why = await self._look_at(sku)
            if why:
                self._report.unchecked.append(f"{CHECK}: {sku} {why}")
        if skus:
            few = min(len(skus), _ONE_BY_ONE_MAX)
            self._report.notes.append(f"{few} SKUs moved all the while; what orders claim of them was looked at apart")
        if len(skus) > _ONE_BY_ONE_MAX:
            more = len(skus) - _ONE_BY_ONE_MAX
            self._report.unchecked.append(f"{CHECK}: {more} SKUs moved all the while")

    async def _look_at(self, sku: str) -> str:
        """Look at one SKU until no entry comes in between; give why that could not be, empty where it could."""
        for _ in range(_TRIES):
            before = (await self._source.extent(self._location_id)).position.revision
            moment = await self._state.of_sku(self._location_id, sku)
            if not moment.revision:
                return "has more open orders than can be read at one moment"
            level = moment.level or StockLevel(sku)
            pairs = {name: (moment.claimed.get(name, 0), int(getattr(level, name))) for name in _OF_ORDERS}
            apart = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
            if not apart:
                return ""
            if sku not in await self._moved_since(before):
                self._tell({sku: apart})
                return ""
        return "moved all the while"

    def _tell(self, apart: Mapping[str, Mapping[str, tuple[int, int]]]) -> None:
        for sku, figures in sorted(apart.items()):
            revision = self._touched.get(sku, 0)
            for figure, (claimed, stands) in figures.items():
                self._report.add(revision, CHECK, f"{claimed} {figure} of {sku}, by what claims it", f"{stands}")


def _apart(
    sums: Sums, levels: Mapping[str, StockLevel], of: Iterable[str] | None
) -> dict[str, dict[str, tuple[int, int]]]:
    """Give, for each SKU of which they differ, what is claimed and what stands, by figure."""
    skus = {*levels, *(sku for sku, _ in sums)} if of is None else set(of)
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for sku in skus:
        level = levels.get(sku, StockLevel(sku))
        pairs = {figure: (sums.get((sku, figure), 0), int(getattr(level, figure))) for figure in FIGURES}
        differing = {figure: pair for figure, pair in pairs.items() if pair[0] != pair[1]}
        if differing:
            found[sku] = differing
    return found


def _touched(entry: JournalEntry) -> set[str]:
    body = json.loads(entry.body)
    named = {str(body[name]) for name in ("sku", "into_sku") if name in body}  # a hold on a SKU changes no bucket
    return named | set(json.loads(entry.changes))
