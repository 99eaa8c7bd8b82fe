"""SKUs that became one: the stock that still stands under an alias moves to its SKU, by an entry in each ledger.

An import says which aliases are new. In the background they are looked for in every ledger, again and again until
every gate has heard of the import: until then one might still book goods in under the old name. Each move is an
operation whose id is made of the catalog's version and the SKU, so that several gates, or one that was killed in
between, do it once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final, Protocol

from gate_service.app.items.lookup import Catalog
from gate_service.app.items.ports import MergeStore
from gate_service.app.ports import Call
from gate_service.domain.errors import GateError, Refused, Unavailable
from gate_service.domain.operations import MergeSku, Operation
from gate_service.domain.policy import Policy
from gate_service.domain.stock import StockAnswer
from gate_service.domain.vocabulary import Reason

MERGING: Final = Call(method="merging", own=True)
"""What the gate asks on its way; what it changes it does for who committed the import."""
_AT_ONCE: Final = 500
_FIRST_PAUSE_S: Final = 30.0
_LAST_PAUSE_S: Final = 3_600.0
_GONE: Final = frozenset({Reason.UNKNOWN_SKU, Reason.SKU_MERGED, Reason.UNKNOWN_LOCATION})
"""Refusals that leave nothing to do: somebody else was first, or there is nothing."""


class Ledgers(Protocol):
    """What merging needs of the record; see `app.ports.Ledger`."""

    async def apply(self, operation: Operation[object], policy: Policy, call: Call) -> object:
        """Do it once."""
        ...

    async def stock(self, location_id: str, skus: Sequence[str], call: Call) -> StockAnswer:
        """Read some SKUs."""
        ...

    async def locations(self, call: Call) -> Sequence[str]:
        """Name every location."""
        ...


class Merging:
    """Moves stock from aliases to their SKUs."""

    def __init__(
        self,
        store: MergeStore,
        catalog: Catalog,
        ledgers: Ledgers,
        settled_after_ms: int,
        on_failure: Callable[[str, str, Exception], None] = lambda _location, _sku, _error: None,
    ) -> None:
        """Keep the parts.

        `settled_after_ms` after an import every gate has heard of it. `on_failure` hears of each SKU that could not be
        merged at a location; it is tried again later.
        """
        self._store = store
        self._catalog = catalog
        self._ledgers = ledgers
        self._settled_after_ms = settled_after_ms
        self._on_failure = on_failure
        self._merged: set[tuple[str, str]] = set()
        self._not_before: dict[str, float] = {}
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look at once: there is a new catalog."""
        self._wake.set()

    async def run_for_ever(self, interval_ms: int) -> None:
        """Look every `interval_ms`, or as soon as it is woken; a store that is away is waited for."""
        while True:
            self._wake.clear()
            try:
                await self.run_once()
            except Unavailable:
                pass  # the watch on the store tells it
            except GateError as error:
                self._on_failure("", "", error)
            try:
                async with asyncio.timeout(interval_ms / 1000):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def run_once(self) -> bool:
        """Look for the new aliases of one import in every ledger; False where there are none. Raises `Unavailable`."""
        pending = await self._store.pending()
        if pending is None:
            return False
        left: list[str] = []
        call = replace(MERGING, system=pending.system, actor=pending.actor)
        async for aliases in self._store.aliases(pending):
            left += await self._merge(aliases, call)
        if pending.age_ms >= self._settled_after_ms:
            await self._store.settle(pending, left)
            self._merged.clear()
        return True

    async def _merge(self, aliases: Sequence[str], call: Call) -> list[str]:
        """Merge aliases wherever they have stock; give those that have to be tried again."""
        now = time.monotonic()
        left = {alias for alias in aliases if self._not_before.get(alias, 0.0) > now}
        meant = await self._catalog.resolve([alias for alias in aliases if alias not in left], remember=False)
        pairs = {
            alias: found.sku
            for alias, found in meant.items()
            if found.sku != alias and not found.unit and found.item is not None and found.item.has_stock
        }
        failed: dict[str, None] = {}
        for location_id in await self._ledgers.locations(MERGING) if pairs else ():
            for some in _parts([alias for alias in pairs if (location_id, alias) not in self._merged]):
                for alias in await self._standing(location_id, some):
                    if not await self._move(location_id, alias, pairs[alias], call):
                        failed[alias] = None
        for alias in failed:
            await self._put_off(alias)
        return [*left, *failed]

    async def _standing(self, location_id: str, aliases: Collection[str]) -> list[str]:
        """Give the aliases that have a record of their own at a location."""
        asked = [*aliases]
        while asked:
            try:
                answer = await self._ledgers.stock(location_id, asked, MERGING)
            except Refused as no:
                gone = no.metadata.get("sku", "")
                if no.reason is not Reason.SKU_MERGED or gone not in asked:
                    return []  # a location that was never opened
                asked.remove(gone)
                self._merged.add((location_id, gone))
            else:
                return [level.sku for level in answer.levels]
        return []

    async def _move(self, location_id: str, alias: str, sku: str, call: Call) -> bool:
        """Move the stock of an alias at a location; False where the ledger does not take it now."""
        tries = await self._store.attempts(alias)
        name = f"~merge/{self._catalog.version}/{alias}" + (f"/{tries}" if tries else "")
        try:
            await self._ledgers.apply(MergeSku(name, location_id, alias, sku), Policy(), call)
        except Refused as no:
            if no.reason not in _GONE:
                self._on_failure(location_id, alias, no)
                return False
        else:
            await self._store.merged(alias, sku)
        self._merged.add((location_id, alias))
        return True

    async def _put_off(self, alias: str) -> None:
        """Try an alias again later, and later each time: every try stands in the ledger."""
        tries = await self._store.refused(alias)
        self._not_before[alias] = time.monotonic() + min(_FIRST_PAUSE_S * 2 ** (tries - 1), _LAST_PAUSE_S)


def _parts(aliases: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(aliases), _AT_ONCE):
        yield aliases[start : start + _AT_ONCE]
