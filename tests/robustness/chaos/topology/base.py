"""What a site asks of the store it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Topology(Protocol):
    """A running store of one kind, and what it promises."""

    @property
    def name(self) -> str:
        """Give what a plan calls it."""
        ...

    @property
    def gate_flags(self) -> Sequence[str]:
        """Give what gates are told besides."""
        ...

    @property
    def fails_over(self) -> bool:
        """Say whether a question may be answered with what is not acknowledged, or, through another gate, outdated."""
        ...

    def gate_url(self, number: int) -> str:
        """Give the address that the gate of this number uses: its own proxy where there is one."""
        ...

    async def begin(self) -> None:
        """Start what belongs to it and needs the event loop."""
        ...

    async def end(self) -> None:
        """Stop all of it, whatever state it is in. Never raises for what is gone already."""
        ...

    async def settle(self) -> None:
        """Wait until it is whole again: every server there, every replica in step."""
        ...
