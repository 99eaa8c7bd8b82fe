"""The buffers that were worked out, as a serving gate has them: it tells of them, and keeps back by them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping

from gate_service.app.access import Access
from gate_service.app.handoffs import Handoffs
from gate_service.app.ports import Call
from gate_service.app.reconcile.buffers.making import kept_buffers
from gate_service.app.reconcile.ports import Records
from gate_service.domain.adaptive import BuffersByClass
from gate_service.domain.errors import Unavailable
from gate_service.domain.reconcile.buffers import Buffer


class BufferDesk:
    """Where buffers are looked at."""

    def __init__(self, records: Records, access: Access) -> None:
        """Keep the records, and who decides who may see what."""
        self._records = records
        self._access = access

    async def of(self, channel: str, location_id: str, call: Call) -> list[Buffer]:
        """Give those of a channel and a location, each "" for any that the caller may ask about.

        They are in the order of channel, location and class. Raises `Denied` for a location that it may not see.
        """
        if location_id:
            self._access.read(call, location_id)
        stand = [each for _, each in (await kept_buffers(self._records)).values()]
        visible = set(self._access.narrowed(call, sorted({each.location_id for each in stand})))
        fits = [
            each
            for each in stand
            if each.location_id in visible
            and (not channel or each.channel == channel)
            and (not location_id or each.location_id == location_id)
        ]
        return sorted(fits, key=lambda each: (each.channel, each.location_id, each.abc))


class BuffersInForce:
    """Takes over what another process has worked out."""

    def __init__(
        self, records: Records, handoffs: Handoffs, classes: Callable[[], Awaitable[Mapping[str, str]]]
    ) -> None:
        """Keep them; nothing is read yet."""
        self._records = records
        self._handoffs = handoffs
        self._classes = classes
        self._measured: dict[str, dict[tuple[str, str], int]] = {}
        self._by_class: Mapping[str, str] = {}

    async def refresh(self) -> bool:
        """Look once; True where something else is kept back from now on. Raises `Unavailable`."""
        if not self._handoffs.reconcile.buffers and not self._measured:
            return False
        measured: dict[str, dict[tuple[str, str], int]] = {}
        for _, each in (await kept_buffers(self._records)).values():
            measured.setdefault(each.channel, {})[each.location_id, each.abc] = each.basis_points
        # Who has a class matters only where some class has a buffer of its own: a catalog may have a million items.
        wanted = any(abc for of_channel in measured.values() for _, abc in of_channel)
        by_class = await self._classes() if wanted else {}
        if measured == self._measured and by_class is self._by_class:
            return False
        tables = {channel: BuffersByClass(of_channel, by_class) for channel, of_channel in measured.items()}
        self._handoffs.keep_back_by(tables)
        changed = (measured, by_class) != (self._measured, self._by_class)
        self._measured, self._by_class = measured, by_class
        return changed

    async def follow_for_ever(self, interval_ms: int) -> None:
        """Look again every `interval_ms`; a store that is away is waited for, and what was known counts meanwhile."""
        while True:
            with contextlib.suppress(Unavailable):  # the watch on the store tells it
                await self.refresh()
            await asyncio.sleep(interval_ms / 1000)
