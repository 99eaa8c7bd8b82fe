"""Imports of the catalog: staged in parts, checked as a whole, put in force at one stroke."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from gate_service.app.items.ports import Committer, ImportStore
from gate_service.app.ports import Call
from gate_service.domain.errors import Refused
from gate_service.domain.imports import (
    ERRORS_TOLD_MAX,
    PARTS_MAX,
    Import,
    ImportMode,
    ImportState,
    Merge,
    Part,
    Row,
    RowError,
    not_found,
    not_open,
    place_of,
)
from gate_service.domain.vocabulary import Reason

WAIT_S: Final = 2.0
"""How long a call waits for a commit before it says that it goes on."""
_LOOK_AGAIN_S: Final = 0.2
_ENDED: Final = frozenset({ImportState.COMMITTED, ImportState.HAS_BAD_ROWS, ImportState.ABORTED})


class Imports:
    """Takes imports in. A commit is this gate's own work: it goes on when its caller has hung up."""

    def __init__(
        self,
        store: ImportStore,
        committer: Committer,
        on_switched: Callable[[], Awaitable[None]],
        settle: Callable[[], Awaitable[None]],
    ) -> None:
        """Keep where imports are kept; `on_switched` hears of each commit that came to its end here.

        `settle` returns once all that was written is held as was promised, and raises `Unavailable` with
        OUTCOME_UNKNOWN else: only then is an import said to be in force.
        """
        self._settle = settle
        self._store = store
        self._committer = committer
        self._on_switched = on_switched
        self._commits: dict[str, asyncio.Task[None]] = {}

    async def begin(self, import_id: str, mode: ImportMode) -> Import:
        """Open an import, or give it as it stands. Raises `Refused` with IMPORT_ID_REUSED for another mode."""
        found = await self._store.begin(import_id, mode)
        if found.mode is not mode:
            raise Refused(
                Reason.IMPORT_ID_REUSED,
                f"this import was begun with mode {found.mode.value}; take another import_id",
                {"import_id": import_id, "mode": found.mode.upper()},
            )
        return found

    async def stage(
        self, import_id: str, part_number: int, digest: str, rows: Sequence[Row | RowError]
    ) -> tuple[list[RowError], bool]:
        """Stage a part, once; give its rows that are wrong, and whether it was staged before.

        Raises `Refused` with IMPORT_NOT_FOUND, IMPORT_NOT_OPEN, or IMPORT_ID_REUSED for a part with another digest.
        """
        places = [(place_of(part_number, index), row) for index, row in enumerate(rows)]
        sound = [(place, row) for place, row in places if isinstance(row, Row)]
        faults = [(place, row) for place, row in places if isinstance(row, RowError)]
        there = await self._store.stage(import_id, Part(part_number, len(rows), digest), sound, faults)
        if there is not None and there.digest != digest:
            raise Refused(
                Reason.IMPORT_ID_REUSED,
                f"this part was staged with other rows than {rows[0].row_number:,} to {rows[-1].row_number:,} of now; "
                "take another import_id",
                {"import_id": import_id, "part_number": str(part_number)},
            )
        return [fault for _, fault in faults], there is not None

    async def commit(self, import_id: str, part_count: int, call: Call, *, skip_bad_rows: bool) -> Import:
        """Put an import in force, or say what it has come to so far: COMMITTING where it takes longer than a call.

        Raises `Refused` with IMPORT_NOT_FOUND, IMPORT_NOT_OPEN where it was aborted, IMPORT_INCOMPLETE, or
        IMPORT_ID_REUSED where it is in force with another number of parts.
        """
        until = time.monotonic() + WAIT_S
        if call.deadline is not None:
            until = min(until, (time.monotonic() + call.deadline) / 2)
        await self._check_complete(import_id, part_count)
        while True:
            found = await self.load(import_id)
            if found.state is ImportState.ABORTED:
                raise not_open(import_id, found.state)
            checked = found.state is ImportState.HAS_BAD_ROWS and (found.skip_bad_rows or not skip_bad_rows)
            if checked or found.state is ImportState.COMMITTED:
                await self._settle()
                return found
            await self._work_on(found, part_count, until, call, skip_bad_rows=skip_bad_rows)
            if time.monotonic() >= until:
                found = await self.load(import_id)
                if found.state not in _ENDED:
                    return replace(found, state=ImportState.COMMITTING)
                await self._settle()
                return found

    async def _work_on(
        self, import_: Import, part_count: int, until: float, call: Call, *, skip_bad_rows: bool
    ) -> None:
        """Commit, or wait for whoever is at it. Raises as `Committer.commit` does."""
        task = self._commits.get(import_.import_id)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._commit(import_, part_count, call, skip=skip_bad_rows))
            self._commits[import_.import_id] = task
            task.add_done_callback(lambda done: self._ended(import_.import_id, done))
        left_s = max(0.0, until - time.monotonic())
        done, _ = await asyncio.wait({task}, timeout=left_s)
        if done:
            task.result()
            if (await self.load(import_.import_id)).state not in _ENDED:  # another gate is at it, or at another one
                await asyncio.sleep(min(_LOOK_AGAIN_S, left_s))

    def _ended(self, import_id: str, task: asyncio.Task[None]) -> None:
        self._commits.pop(import_id, None)
        if not task.cancelled():
            task.exception()  # told to whoever waits for it; the import tells all others how it stands

    async def _commit(self, import_: Import, part_count: int, call: Call, *, skip: bool) -> None:
        await self._committer.commit(import_, part_count, call, skip_bad_rows=skip)
        if (await self.load(import_.import_id)).state is ImportState.COMMITTED:
            await self._on_switched()

    async def _check_complete(self, import_id: str, part_count: int) -> None:
        """Look whether the parts are those of the import. Raises `Refused`."""
        found = await self.load(import_id)
        staged = {part.part_number for part in await self._store.parts(import_id)}
        if found.state is ImportState.COMMITTED:
            if len(staged) != part_count:
                raise Refused(
                    Reason.IMPORT_ID_REUSED,
                    f"this import was put in force with {len(staged):,} parts, not {part_count:,}; "
                    "take another import_id",
                    {"import_id": import_id, "part_count": str(len(staged))},
                )
            return
        missing = next((number for number in range(1, part_count + 1) if number not in staged), 0)
        wrong = missing or next((number for number in sorted(staged) if number > part_count), 0)
        if wrong:
            what = "is not staged yet" if missing else "is staged, and beyond part_count"
            raise Refused(
                Reason.IMPORT_INCOMPLETE,
                f"part {wrong} {what}; nothing was put in force",
                {"import_id": import_id, "part_number": str(wrong)},
            )

    async def load(self, import_id: str) -> Import:
        """Give an import as it stands. Raises `Refused` with IMPORT_NOT_FOUND."""
        found = await self._store.load(import_id)
        if found is None:
            raise not_found(import_id)
        return found

    async def parts(self, import_id: str) -> list[Part]:
        """Name the parts that are staged."""
        return await self._store.parts(import_id)

    async def first_errors(self, import_id: str) -> list[RowError]:
        """Give the first rows that are wrong."""
        return (await self.errors(import_id, 0, ERRORS_TOLD_MAX))[0]

    async def errors(self, import_id: str, after: int, limit: int) -> tuple[list[RowError], int]:
        """Give rows that are wrong behind a place, and the place of the last of them; 0 where there are no more."""
        found = await self._store.errors(import_id, after + 1, place_of(PARTS_MAX + 1, 0), limit)
        return [error for _, error in found], found[-1][0] if len(found) == limit else 0

    async def merges(self, import_id: str) -> list[Merge]:
        """Give the first SKUs that became an alias with it."""
        return await self._store.merges(import_id)

    async def abort(self, import_id: str) -> Import:
        """Throw away what is staged; an import that is in force stays so. Raises `Refused` with IMPORT_NOT_FOUND."""
        found = await self._store.abort(import_id)
        if found is None:
            raise not_found(import_id)
        return found

    async def close(self) -> None:
        """Leave what is being committed: any gate takes it up again when it is asked to."""
        for task in [*self._commits.values()]:
            task.cancel()
            await asyncio.wait({task})
