"""A Lua script as the store knows it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Script:
    """A complete script and the SHA-1 by which the store knows it."""

    name: str
    source: str
    sha: str

    @classmethod
    def of(cls, name: str, source: str) -> Script:
        """Make it of its text."""
        return cls(name, source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())
