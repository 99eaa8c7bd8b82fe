"""An archiver that is killed: whatever it was about to do to the archive or to the store is done no more."""

from __future__ import annotations

from collections.abc import Sequence

from gate_service.archive.shelf import Shelf
from gate_service.archive.source import TrimmedSource
from gate_service.domain.journal import Swept
from gate_service.domain.lineage import Position


class Killed(BaseException):
    """The end of a process: nothing of its own catches it."""


class Life:
    """How many more things are done; the end comes before the next one, or right after it, unnoticed by its doer."""

    def __init__(self, acts: int | None, *, after: bool = False) -> None:
        """Live for so many acts; None for ever."""
        self._left = acts
        self._after = after

    def begin(self) -> None:
        """Begin an act. Raises `Killed`."""
        if self._left is None:
            return
        if self._left == 0 and not self._after:
            raise Killed
        self._left -= 1

    def end(self) -> None:
        """End an act that was done. Raises `Killed`."""
        if self._left is not None and self._left < 0:
            raise Killed


class MortalShelf:
    """A shelf whose user is killed between or behind two acts."""

    def __init__(self, shelf: Shelf, life: Life) -> None:
        """Keep both."""
        self._shelf = shelf
        self._life = life

    @property
    def url(self) -> str:
        """Say where it is."""
        return self._shelf.url

    def folders(self) -> Sequence[str]:
        """Name the folders."""
        return self._shelf.folders()

    def files(self, folder: str) -> Sequence[str]:
        """Name the files of a folder."""
        return self._shelf.files(folder)

    def read(self, folder: str, name: str) -> bytes:
        """Give a file."""
        self._life.begin()
        content = self._shelf.read(folder, name)
        self._life.end()
        return content

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a file."""
        self._life.begin()
        self._shelf.write(folder, name, content)
        self._life.end()

    def remove(self, folder: str, name: str) -> None:
        """Remove a file."""
        self._life.begin()
        self._shelf.remove(folder, name)
        self._life.end()


class MortalTrimming:
    """A store that somebody trims who is killed between or behind two calls."""

    def __init__(self, target: TrimmedSource, life: Life) -> None:
        """Keep both."""
        self._target = target
        self._life = life

    async def trim(self, location_id: str, archived: Position, through: int, chain_hash: str, keep: int) -> int:
        """Let entries go."""
        self._life.begin()
        gone = await self._target.trim(location_id, archived, through, chain_hash, keep)
        self._life.end()
        return gone

    async def sweep(self, location_id: str, archived: Position, forget_through: int, cursor: str) -> Swept:
        """Look at markers."""
        self._life.begin()
        swept = await self._target.sweep(location_id, archived, forget_through, cursor)
        self._life.end()
        return swept

    async def forgotten(self, location_id: str) -> int:
        """Say how far markers were forgotten."""
        return await self._target.forgotten(location_id)

    async def memory(self, location_id: str) -> int:
        """Say how much it takes."""
        return await self._target.memory(location_id)
