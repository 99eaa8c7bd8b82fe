"""Takes out of a location's ledger what stands in an archive, by `lua/trim.lua`, in steps that hold nobody up."""

from __future__ import annotations

import json
from typing import Any, Final

from gate_service.domain.journal import Swept, TrimRefused
from gate_service.domain.lineage import Position
from gate_service.ledger import keys, scripts
from gate_service.store.store import Store

ENTRIES_PER_CALL: Final = 200
"""As in `lua/trim.lua`: such a call takes about a millisecond of the store."""
_MARKERS_PER_CALL: Final = 500


class Trimming:
    """Trims the ledgers of a store. Any method raises `Unavailable` where the store is; asked again it does no harm."""

    def __init__(self, store: Store, clock_ms: str = "") -> None:
        """Keep the store; nothing is sent. `clock_ms` is for tests."""
        self._store = store
        self._clock_ms = clock_ms

    async def trim(self, location_id: str, archived: Position, through: int, chain_hash: str, keep: int) -> int:
        """Let the oldest entries go, up to and with `through`, at most `ENTRIES_PER_CALL`; give how many went.

        `archived` is the newest position in the archive, `chain_hash` what the archive has at `through`; the newest
        `keep` stay in any case. Raises `TrimRefused` where the store has something else there: nothing went.
        """
        found = await self._run(location_id, archived, "entries", str(through), chain_hash, str(keep))
        return int(found["entries"])

    async def sweep(self, location_id: str, archived: Position, forget_through: int, cursor: str) -> Swept:
        """Look at some of the markers: begin with cursor "0", and go on with that of the answer until it is "0" again.

        Markers up to `forget_through` go altogether, where their entries are trimmed: their ids would be new again. It
        is the same for all calls from "0" to "0", and noted at the last. Raises as `trim` does.
        """
        found = await self._run(location_id, archived, "markers", str(forget_through), cursor, str(_MARKERS_PER_CALL))
        return Swept(str(found["cursor"]), int(found["shortened"]), int(found["forgotten"]))

    async def forgotten(self, location_id: str) -> int:
        """Give the revision up to which markers were forgotten; 0 for none."""
        return int(await self._store.call("HGET", keys.meta(location_id), "forgotten") or 0)

    async def memory(self, location_id: str) -> int:
        """Give about how many bytes the keys of a location take; 0 where the store does not tell."""
        return int((await self._run(location_id, None, "memory"))["bytes"])

    async def _run(self, location_id: str, archived: Position | None, *arguments: str) -> dict[str, Any]:
        known = f"{archived.epoch} {archived.revision} {archived.chain_hash}" if archived else ""
        script = scripts.load("trim", allow_oom=True)  # it is what frees memory
        told = [self._clock_ms, known, *arguments]
        _, answer = await self._store.run(script, keys.location_keys(location_id), told, durable=True)
        found: dict[str, Any] = json.loads(answer[1:])
        if answer[0] == "N":
            raise TrimRefused(location_id, found["refused"], str(found.get("found", "")))
        return found
