"""How the catalog reaches its store: one command at a time, and scripts by the hash of their text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Protocol

from redis.exceptions import NoScriptError


class Link(Protocol):
    """Connections to the store. Constructing what uses it sends nothing."""

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - a reply's shape is the command's
        """Send one command, once, and give its reply.

        Raises `Unavailable`: STORE_UNAVAILABLE where nothing was applied, OUTCOME_UNKNOWN where the answer is lost.
        Whatever the catalog sends may be sent again.
        """
        ...


@dataclass(frozen=True, slots=True)
class Script:
    """A script, and the SHA-1 by which the store knows it."""

    source: str
    sha: str


@cache
def script(name: str) -> Script:
    """Load a script of `lua/`; its header says what it takes and gives."""
    source = resources.files(__package__).joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")
    return Script(source, hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest())


async def run(link: Link, name: str, keys: tuple[str, ...], *arguments: str | int) -> Any:  # noqa: ANN401 - as above
    """Run a script by its hash, or by its text where the store has forgotten it. Raises as `Link.call` does."""
    wanted = script(name)
    try:
        return await link.call("EVALSHA", wanted.sha, len(keys), *keys, *arguments)
    except NoScriptError:  # said before anything ran
        return await link.call("EVAL", wanted.source, len(keys), *keys, *arguments)
