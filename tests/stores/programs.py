"""Where the servers' programs are on this machine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from gate_service.embedded import valkey
from gate_service.embedded.errors import EmbeddedStoreError

KINDS: Final = ("valkey", "redis")


class NoProgramError(Exception):
    """The program is not on this machine. The text says what brings it, for whoever skips a test by it."""


def find_program(kind: str) -> Path:
    """Give the program of a kind: `valkey` is the wheel's, `redis` the system's. Raises `NoProgramError`."""
    if kind == "valkey":
        try:
            return valkey._find_program()
        except EmbeddedStoreError as error:
            raise NoProgramError(str(error)) from error
    if kind != "redis":
        raise ValueError(f"no store of kind {kind!r}: one of {', '.join(KINDS)}")
    found = shutil.which("redis-server")
    if found is None:
        raise NoProgramError("redis-server is not installed: apt-get install redis-server, or scripts/install-redis")
    return Path(found)
