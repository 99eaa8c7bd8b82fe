"""A history that moves from one store into another by being told again there; the model says what must come back."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from itertools import cycle
from typing import Any, Final

from gate_service.domain.journal import JournalEntry
from gate_service.domain.lineage import Position
from gate_service.ledger import keys
from gate_service.ledger.journal import Journal
from gate_service.ledger.replay import Replay
from gate_service.store.connect import connect
from gate_service.store.store import Store
from tests.contract.clock import Clock
from tests.contract.side_by_side import Seen, SideBySide
from tests.contract.state import read_entries
from tests.contract.stores import empty, open_ledger
from tests.model.retell import retold

NOT_REBUILT: Final = frozenset({"feeds", "deliveries", "events", "event_times", "retired"})
"""Keys that hold more than the ledger tells; the model says what must stand there."""
_OF_THIS_STORE: Final = frozenset({"barrier", "deliveries"})
"""Fields of `meta` that no entry tells."""
_ABSORBED: Final = " a"


async def read_journal(store_url: str, location_id: str) -> list[JournalEntry]:
    """Read all entries of a location as their exact texts."""
    store = connect(store_url)
    try:
        journal = Journal(store, replicated=False)
        last = (await journal.extent(location_id)).position.revision
        entries: list[JournalEntry] = []
        while len(entries) < last:
            entries += await journal.page(location_id, len(entries) + 1, last)
        return entries
    finally:
        await store.close()


def target_of(entries: Sequence[JournalEntry], epoch: int = 1) -> Position:
    """Give the position that a history comes to."""
    return Position(epoch, entries[-1].revision, entries[-1].chain_hash)


async def restore(
    store_url: str,
    location_id: str,
    entries: Sequence[JournalEntry],
    *,
    epoch: int = 1,
    runs: Sequence[int] = (200,),
    clock: Clock | None = None,
) -> None:
    """Tell a history in runs of so many entries, each by somebody who begins anew."""
    start = 0
    sizes = cycle(runs)
    while True:
        store = connect(store_url)
        try:
            replay = Replay(store, clock)
            fence, _ = await replay.begin(location_id, target_of(entries, epoch))
            size = next(sizes)
            told = await replay.tell(location_id, fence, entries[max(0, start - 1) : start + size])
            assert told.difference is None
            start += size
            if start >= len(entries):
                await replay.end(location_id, fence)
                return
        finally:
            await store.close()


async def everything(store_url: str, location_id: str) -> dict[str, Any]:
    """Read every key of a location, with JSON read, so that the order of its names is no matter."""
    store = connect(store_url)
    try:
        names = zip(keys.LOCATION_KEYS, keys.location_keys(location_id), strict=True)
        return {name: await _content(store, key) for name, key in names}
    finally:
        await store.close()


async def _content(store: Store, key: str) -> object:
    kind = await store.call("TYPE", key)
    if kind == "hash":
        flat = await store.call("HGETALL", key)
        return {field: _read(text) for field, text in zip(flat[::2], flat[1::2], strict=True)}
    if kind == "zset":
        flat = await store.call("ZRANGE", key, 0, -1, "WITHSCORES")
        return dict(zip(flat[::2], flat[1::2], strict=True))
    if kind == "set":
        return set(await store.call("SMEMBERS", key))
    return await store.call("XRANGE", key, "-", "+") if kind == "stream" else None


def _read(text: str) -> Any:  # noqa: ANN401 whatever JSON can hold
    head, newline, rest = text.partition("\n")  # of a permit
    if newline:
        return head, json.loads(rest)
    return json.loads(text) if text[:1] in ("{", "[") else text


def check_moved(lost: dict[str, Any], rebuilt: dict[str, Any]) -> None:
    """See that all came back that a restore promises. Raises AssertionError."""
    for name in lost.keys() - NOT_REBUILT:
        assert _promised(name, rebuilt[name]) == _promised(name, lost[name]), name
    assert lost["events"].items() <= rebuilt["events"].items()
    retired_before = {_print(key) for key in rebuilt["events"].keys() - lost["events"].keys()}
    assert retired_before == lost["retired"] - {""}


def _promised(name: str, content: Any) -> Any:  # noqa: ANN401 whatever a key holds
    """Leave out what no entry tells."""
    if name == "meta":
        return {field: text for field, text in content.items() if field not in _OF_THIS_STORE}
    if name == "operations":
        return {name: marker for name, marker in content.items() if not marker.endswith(_ABSORBED)}
    return content


def _print(event: str) -> str:
    return hashlib.sha1(event.encode(), usedforsecurity=False).hexdigest()[:20]


class Moving(SideBySide):
    """The model and a real ledger that moves to another store now and then."""

    def __init__(self, runner: asyncio.Runner, urls: tuple[str, str], clock: Clock, seen: Seen) -> None:
        """Begin in the first store."""
        self._urls = urls
        self.moves = 0
        runner.run(empty(urls[0]))
        super().__init__(runner, open_ledger(urls[0], clock), clock, seen)

    def move(self, runs: Sequence[int]) -> None:
        """Rebuild all locations in the other store, see that they are the same there, and go on with them there."""
        here, there = self._urls
        self._runner.run(empty(there))
        for location_id in self._opened:
            journal = self._runner.run(read_journal(here, location_id))
            self._runner.run(self._restore(there, location_id, journal, runs))
            check_moved(*(self._runner.run(everything(url, location_id)) for url in self._urls))
        ledgers = {place: self._runner.run(read_entries(self._real, place)) for place in self._opened}
        self._model = retold(self._clock, ledgers)
        self.disconnect()
        self._urls = (there, here)
        self._real = open_ledger(there, self._clock)
        self.moves += 1
        for location_id in self._opened:
            self._runner.run(self._compare_everything(location_id))

    async def _restore(self, url: str, location_id: str, journal: Sequence[JournalEntry], runs: Sequence[int]) -> None:
        epoch = self.snapshot(location_id).epoch
        await restore(url, location_id, journal, epoch=epoch, runs=runs, clock=self._clock)

    def disconnect(self) -> None:
        """Close the connections of the real ledger."""
        self._runner.run(self._real.close())
