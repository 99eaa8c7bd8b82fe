"""The file a map is kept in, and whether somebody changed it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_MISSING: Final = (0, 0, 0)


class MapFile:
    """One file; `changed` looks at it without reading what did not change."""

    def __init__(self, path: Path) -> None:
        """Keep the path; nothing is read yet."""
        self.path = path
        self._seen: tuple[int, int, int] | None = None

    def changed(self) -> bool:
        """Say whether it is another than at the last look; True at the first.

        By its time, its size and its number: a folder that Kubernetes mounts is changed by turning a link.
        """
        try:
            found = self.path.stat()
            now = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            now = _MISSING
        before, self._seen = self._seen, now
        return now != before

    def text(self) -> str:
        """Give what stands in it. Raises OSError and UnicodeDecodeError."""
        return self.path.read_text("utf-8")
