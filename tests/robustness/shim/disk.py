"""The disk under one folder, as a store's server sees it: what it remembers, and what it answers."""

from __future__ import annotations

import errno
import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.robustness.shim.compiled import compiled_shim

# The form of `struct control` in shim.c.
_FILES_MAX = 4_096
_FIELDS = {
    "write_errno": (0, "=I"),
    "sync_errno": (4, "=I"),
    "sync_delay_ms": (8, "=I"),
    "unnoted": (12, "=I"),
    "room": (16, "=q"),
    "failed_writes": (24, "=Q"),
    "failed_syncs": (32, "=Q"),
    "syncs": (40, "=Q"),
    "renames": (48, "=Q"),
}
_FILES_AT = 56
_FILE = struct.Struct("=QQ")
_SIZE = _FILES_AT + _FILES_MAX * _FILE.size


class Rename(NamedTuple):
    """A rename that the server asked for."""

    before: Path
    after: Path
    replaced: Path | None
    """Where what stood under the new name is kept."""


class Lost(NamedTuple):
    """What a power cut took."""

    bytes_by_file: dict[str, int]
    renames: int


class Disk:
    """The disk under `folder`. What is in the folder when this is made, and nobody has written since, is on the disk.

    A server sees it where its command begins with `prefix`, or its environment holds `environment`. It outlives the
    server: one that is started again on the folder goes on with it.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is not there. What is noted about it goes to a folder beside it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder.resolve()
        self._kept = self.folder.with_name(f"{self.folder.name}.disk")
        self._kept.mkdir(mode=0o700)
        path = self._kept / "control"
        path.write_bytes(bytes(_SIZE))
        with path.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), _SIZE)
        self.environment = {
            "LD_PRELOAD": str(compiled_shim()),
            "DISK_SHIM_FOLDER": str(self.folder),
            "DISK_SHIM_CONTROL": str(path),
            "DISK_SHIM_KEPT": str(self._kept),
        }
        self.prefix = ["/usr/bin/env", *(f"{name}={value}" for name, value in self.environment.items())]
        self._note({found.st_ino: found.st_size for found in self._found()})

    def fill(self, room_bytes: int = 0) -> None:
        """Have it take this many bytes more of what is appended, and then say that it is full."""
        self._set("room", room_bytes)
        self._set("write_errno", errno.ENOSPC)

    def free(self) -> None:
        """Have it take whatever comes."""
        self._set("write_errno", 0)

    def slow(self, sync_ms: int) -> None:
        """Have every sync take at least this long; 0 for no longer than it takes. Counts for those under way too."""
        self._set("sync_delay_ms", sync_ms)

    def fail_syncs(self, *, failing: bool = True) -> None:
        """Have every sync fail with an input/output error, or no longer."""
        self._set("sync_errno", errno.EIO if failing else 0)

    @property
    def syncs(self) -> int:
        """Count the syncs that were begun."""
        return self._get("syncs")

    @property
    def failed_syncs(self) -> int:
        """Count the syncs that were answered with an error."""
        return self._get("failed_syncs")

    @property
    def failed_writes(self) -> int:
        """Count the writes that did not get all of their bytes in."""
        return self._get("failed_writes")

    @property
    def renames(self) -> int:
        """Count the renames in the folder."""
        return self._get("renames")

    @property
    def unsynced_bytes(self) -> int:
        """Count the bytes that a power cut would take from the files that are there now."""
        synced = self._synced()
        return sum(max(0, found.st_size - synced.get(found.st_ino, 0)) for found in self._found())

    def lose_power(self, torn_bytes: int = 0) -> Lost:
        """Take away what was not synced, once every process that writes to the folder is dead.

        Of the bytes of a file that were not synced, `torn_bytes` are there all the same, as a disk may have it: the
        newest record is then likely to end in its middle.
        """
        assert self._get("unnoted") == 0, "more files than the shim can note"
        renames = self._undo_renames()
        synced = self._synced()
        lost: dict[str, int] = {}
        for path in self._files():
            found = path.stat()
            left = min(found.st_size, synced.get(found.st_ino, 0) + torn_bytes)
            if left < found.st_size:
                os.truncate(path, left)
                lost[path.name] = found.st_size - left
        self._note({found.st_ino: found.st_size for found in self._found()})
        return Lost(lost, renames)

    def close(self) -> None:
        """Forget it. A server that still runs sees the disk as it was left."""
        self._control.close()

    def _undo_renames(self) -> int:
        """Take back, newest first, the renames after which their folder was not synced."""
        undone = 0
        for rename in reversed(self._pending_renames()):
            if rename.after.exists() and not rename.before.exists():
                rename.after.rename(rename.before)
                if rename.replaced:
                    rename.replaced.rename(rename.after)
                undone += 1
        for path in self._kept.iterdir():
            if path.name != "control":
                path.unlink()
        return undone

    def _pending_renames(self) -> list[Rename]:
        journal = self._kept / "journal"
        pending: list[Rename] = []
        for line in journal.read_text(encoding="utf-8").splitlines() if journal.exists() else ():
            what, one, other, kept = line.split("\t")
            if what == "rename":
                pending.append(Rename(Path(one), Path(other), Path(kept) if kept else None))
            else:
                pending = [rename for rename in pending if rename.after.parent != Path(one)]
        return pending

    def _files(self) -> Iterator[Path]:
        """Give what the server keeps its data in; its log, lock and socket are not that."""
        yield from self.folder.glob("*.rdb")
        yield from (path for path in self.folder.glob("appendonlydir/*") if path.is_file())

    def _found(self) -> list[os.stat_result]:
        return [path.stat() for path in self._files()]

    def _synced(self) -> dict[int, int]:
        noted = (_FILE.unpack_from(self._control, _FILES_AT + i * _FILE.size) for i in range(_FILES_MAX))
        return {inode: size for inode, size in noted if inode}

    def _note(self, sizes: dict[int, int]) -> None:
        self._control[_FILES_AT:] = bytes(_SIZE - _FILES_AT)
        for i, noted in enumerate(sizes.items()):
            _FILE.pack_into(self._control, _FILES_AT + i * _FILE.size, *noted)

    def _get(self, name: str) -> int:
        at, form = _FIELDS[name]
        value: int = struct.unpack_from(form, self._control, at)[0]
        return value

    def _set(self, name: str, value: int) -> None:
        at, form = _FIELDS[name]
        struct.pack_into(form, self._control, at, value)
