"""What was turned away, counted in the store: implements `app.denials.DenialStore`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from gate_service.app.denials import Tried
from gate_service.domain.denials import Cause, CountedDenial, Denial, DenialPage
from gate_service.domain.limits import VIOLATIONS_KEPT
from gate_service.ledger import keys, scripts
from gate_service.store.connect import connect
from gate_service.store.store import Store

_OTHERS: Final = Denial("", "", "", Cause.OTHERS)


class RedisDenials:
    """Adds up what several gates tell, under one key (docs/store.md)."""

    def __init__(self, store: Store) -> None:
        """Keep the store; nothing is sent."""
        self._store = store

    @classmethod
    def connect(cls, url: str, timeout_ms: int) -> RedisDenials:
        """Make it on a store by its URL; the first call connects."""
        return cls(connect(url, timeout_ms))

    async def add(self, tried: Sequence[Tried]) -> None:
        """Count these; see the port."""
        arguments = ["", str(VIOLATIONS_KEPT), _field(_OTHERS)]
        for denial, times, actor in tried:
            arguments += (_field(denial), str(times), actor)
        await self._store.run(scripts.load("violations"), (keys.VIOLATIONS,), arguments)

    async def list(self, system: str, limit: int) -> DenialPage:
        """Read them; see the port."""
        flat: list[str] = await self._store.call("HGETALL", keys.VIOLATIONS)
        rows = [_counted(field, value) for field, value in zip(flat[::2], flat[1::2], strict=True)]
        asked = [row for row in rows if system in ("", row.denial.system)]
        asked.sort(key=lambda row: (-row.last_at_ms, row.denial))
        return DenialPage(asked[:limit], len(asked))

    async def close(self) -> None:
        """Close the connections."""
        await self._store.close()


def _field(denial: Denial) -> str:
    return json.dumps(denial, separators=(",", ":"))


def _counted(field: str, value: str) -> CountedDenial:
    system, operation, location_id, cause = json.loads(field)
    times, first_at_ms, last_at_ms, actor = value.split(" ", 3)
    denial = Denial(system, operation, location_id, Cause(cause))
    return CountedDenial(denial, int(times), int(first_at_ms), int(last_at_ms), actor)
