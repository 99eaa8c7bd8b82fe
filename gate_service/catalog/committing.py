"""Puts imports in force. Implements `app.items.ports.Committer`.

A generation is built beside the one in force, round by round: what is found to be wrong in a round is left out of the
next one, until a round finds nothing. Only then one script points at it. Whoever is killed on the way leaves keys that
nobody reads; the next commit throws them away.
"""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Final

from gate_service.app.ports import Call
from gate_service.catalog import codec, keys
from gate_service.catalog.lease import Lease
from gate_service.catalog.link import Link, run
from gate_service.catalog.reading import RETIRED_FOR_MS, RedisItems
from gate_service.catalog.rounds import Round
from gate_service.catalog.rows import ENDED_FOR_MS, Rows
from gate_service.catalog.staging import OPEN_FOR_MS
from gate_service.domain.errors import Unavailable
from gate_service.domain.imports import MERGES_TOLD_MAX, CatalogPointer, Import, ImportState
from gate_service.domain.items import Codes

_LEASE_MS: Final = 5_000
_TICK_S: Final = 1.0
_PASSES: Final = 3
_ROUNDS_MAX: Final = 20
_RETIRED_TOLD_MS: Final = 10 * RETIRED_FOR_MS
"""How long the pointer names a generation that was replaced: every gate sees it when its minute is over."""


class _Ended(Exception):
    """The work is to end: another gate is at it, or the import was aborted."""


class RedisCommitter:
    """Builds generations, one at a time over all gates of the store."""

    def __init__(self, link: Link, codes: Codes) -> None:
        """Keep how to reach the store; nothing is sent."""
        self._link = link
        self._codes = codes
        self._items = RedisItems(link)

    async def commit(self, import_: Import, part_count: int, call: Call, *, skip_bad_rows: bool) -> None:
        """Check an import and put it in force, or note what is wrong with it; see the port."""
        lease = Lease(self._link, keys.COMMITTER, _LEASE_MS)
        if not await lease.take():
            return
        try:
            if await self._begins(import_.import_id, part_count, skip=skip_bad_rows):
                commit = _Commit(self._link, self._codes, import_, part_count, lease, skip=skip_bad_rows)
                await commit.run(codec.compact([call.system, call.actor]))
        finally:
            with suppress(Unavailable):  # it runs out by itself
                await lease.drop()

    async def _begins(self, import_id: str, part_count: int, *, skip: bool) -> bool:
        """Note that it is being committed, with nothing left of an earlier try; False where it has ended."""
        came_from = f"{ImportState.OPEN} {ImportState.HAS_BAD_ROWS} {ImportState.COMMITTING}"
        figures = ("conflicts", 0, "step", 0, "steps", part_count * _PASSES, "skip", int(skip))
        state = await run(
            self._link,
            "change_state",
            (keys.record(import_id),),
            *(ImportState.COMMITTING, OPEN_FOR_MS, came_from, *figures),
        )
        await self._link.call("UNLINK", keys.conflicts(import_id))
        for key in keys.of_import(import_id):
            await self._link.call("PEXPIRE", key, OPEN_FOR_MS)
        return bool(state == ImportState.COMMITTING)


class _Commit:
    """One try to put one import in force."""

    def __init__(self, link: Link, codes: Codes, import_: Import, part_count: int, lease: Lease, *, skip: bool) -> None:
        self._link = link
        self._codes = codes
        self._import = import_
        self._part_count = part_count
        self._lease = lease
        self._skip = skip
        self._items = RedisItems(link)
        self._rows = Rows(link, import_.import_id, part_count, self._tick)
        self._bad_in_themselves = import_.fault_count
        self._generation = ""
        self._by = ""
        self._switching = False
        self._step = 0
        self._next_tick = 0.0

    async def run(self, by: str) -> None:
        """Build until a round finds nothing wrong, and switch; or note what is wrong. `by` is who asks, as JSON."""
        self._by = by
        try:
            if not await self._put_in_force():
                await self._stop()
        except _Ended:
            await self._throw_away(self._generation)
        except Unavailable:
            if not self._switching:  # a store at its memory limit, say: it gets its memory back
                with suppress(Unavailable):
                    await self._throw_away(self._generation)
            raise

    async def _put_in_force(self) -> bool:
        """Build and switch; False where rows are wrong that may not be left out, or nothing is left."""
        for _ in range(_ROUNDS_MAX):
            base = await self._items.current()
            before = self._rows.bad_count
            await self._build(base)
            if self._rows.bad_count > before or self._bad_in_themselves:
                if not self._skip:
                    return False
                if self._rows.bad_count > before:
                    continue
            item_count = await self._link.call("HLEN", keys.items(self._generation))
            if not item_count:  # an empty catalog would know nobody's items
                return False
            if await self._switch(base, item_count):
                return True
        return False

    async def _build(self, base: CatalogPointer) -> None:
        await self._throw_away_leftovers(base)
        self._generation = f"g{await self._link.call('INCR', keys.SERIAL)}"
        await Round(self._link, self._codes, self._rows, base, self._import.mode, self._generation, self._tick).build()

    async def _throw_away_leftovers(self, base: CatalogPointer) -> None:
        """Throw away every generation younger than the one in force: only we, who have the lease, may build one."""
        newest = int(await self._link.call("GET", keys.SERIAL) or 0)
        for number in range(int(base.generation[1:] or 0) + 1, newest + 1):
            await self._throw_away(f"g{number}")

    async def _throw_away(self, generation: str) -> None:
        await self._link.call("UNLINK", *keys.of_generation(generation), keys.new_aliases(generation))

    async def _tick(self, steps: int) -> None:
        """Say now and then how far it is, and keep the lease. Raises `_Ended` where it is lost."""
        self._step += steps
        now = time.monotonic()
        if now < self._next_tick:
            return
        self._next_tick = now + _TICK_S
        if not await self._lease.take():
            raise _Ended
        state = await run(
            self._link,
            "change_state",
            (keys.record(self._import.import_id),),
            *(ImportState.COMMITTING, OPEN_FOR_MS, ImportState.COMMITTING, "step", self._step),
        )
        if state != ImportState.COMMITTING:
            raise _Ended

    async def _switch(self, base: CatalogPointer, item_count: int) -> bool:
        """Put the generation in force; False where another one came into force meanwhile."""
        new, import_id = self._generation, self._import.import_id
        since_ms = base.at_ms - _RETIRED_TOLD_MS
        retired = "".join(codec.compact(each) + "," for each in base.retired if each[1] > since_ms)
        merges, told = await self._merges()
        self._switching = True
        came_to = await run(
            self._link,
            "switch",
            (
                *(keys.CURRENT, keys.COMMITTER, keys.MERGINGS, keys.record(import_id), keys.parts(import_id)),
                *(keys.MERGE_CALLERS, keys.new_aliases(new), keys.items(new), keys.codes(new), keys.kits(new)),
            ),
            *(base.token, self._lease.token, base.version + 1, new, item_count, retired, base.generation),
            *(ENDED_FOR_MS, self._by, "conflicts", self._rows.bad_count, "merges", merges, "merges_told", told),
        )
        if came_to in ("lost", "closed"):
            raise _Ended
        self._switching = False
        if came_to == "switched":
            await self._link.call("UNLINK", keys.seen(new), keys.absorbed(new), keys.staged(import_id))
            await self._link.call("PEXPIRE", keys.faults(import_id), ENDED_FOR_MS)
        return bool(came_to == "switched")

    async def _merges(self) -> tuple[int, str]:
        """Count the SKUs that become an alias, and tell the first."""
        key = keys.absorbed(self._generation)
        count = await self._link.call("HLEN", key)
        pairs: list[tuple[str, str]] = []
        cursor = "0"
        while count and len(pairs) < MERGES_TOLD_MAX:
            cursor, found = await self._link.call("HSCAN", key, cursor, "COUNT", MERGES_TOLD_MAX)
            pairs += zip(found[::2], found[1::2], strict=True)
            if cursor == "0":
                break
        return count, codec.compact(sorted(pairs)[:MERGES_TOLD_MAX])

    async def _stop(self) -> None:
        """Note that it has rows that are wrong, and leave the catalog as it is."""
        await self._throw_away(self._generation)
        await run(
            self._link,
            "change_state",
            (keys.record(self._import.import_id),),
            *(ImportState.HAS_BAD_ROWS, OPEN_FOR_MS, ImportState.COMMITTING, "conflicts", self._rows.bad_count),
        )
