"""Where the plans of sourced orders are kept, as a Protocol, and how one call of the gate itself is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol

from gate_service.app.ports import Call
from gate_service.domain.handoffs import Channel
from gate_service.domain.operations import Operation
from gate_service.domain.sourced import Answer, SourcingPlan, StoredEvent, StoredOperation

Channels = Callable[[], Mapping[str, Channel]]
"""Gives the channels of the handoff map in force, by id."""

METHOD: Final = "sourcing"


class Plans(Protocol):
    """One plan for each order, and what was answered to each operation id.

    Whatever is given is as sure as what is written: where replicas are waited for, they hold it, though another gate
    wrote it and was never told so.

    Any method raises `Unavailable`: with STORE_UNAVAILABLE nothing was written; with OUTCOME_UNKNOWN it may have been,
    and asking for the same once more finds out.
    """

    async def claim(self, operation_id: str, fingerprint: str, *, grows: bool, asked_at: str = "") -> StoredOperation:
        """Note what an operation id stands for, and the one location that is asked; or give what it stands for already.

        `grows` where it asks for more to be kept: a store at its memory limit then says no.
        """
        ...

    async def find(self, operation_id: str) -> StoredOperation | None:
        """Give what an operation id stands for; None where it was never claimed."""
        ...

    async def answer(self, operation_id: str, answer: Answer) -> None:
        """Keep the answer to a claimed operation; the first one stands."""
        ...

    async def claim_event(self, key: str, event: StoredEvent) -> StoredEvent:
        """Note who told of an event, or give who told of it first."""
        ...

    async def forget(self, operation_id: str, event_key: str, event: StoredEvent) -> None:
        """Take back what an operation, and its event where it has one, were noted to stand for: it is not stored."""
        ...

    async def plan(self, order_id: str, *, just_looking: bool = False) -> SourcingPlan | None:
        """Read the plan of an order; where nothing follows from it, `just_looking` asks no replica."""
        ...

    async def swap(self, plan: SourcingPlan) -> SourcingPlan | None:
        """Write the next version of a plan. Gives None where it stands; else what stands there instead."""
        ...

    async def undecided(self, older_than_ms: int) -> Sequence[str]:
        """Name orders whose plan has been undecided for so long; a part of them with each call."""
        ...


class Permission(Protocol):
    """Who may do what, by the handoff map."""

    def write(self, call: Call, operation: Operation[Any]) -> None:
        """Let an operation through, or raise `Denied`."""
        ...


def internal(call: Call, operation_id: str = "") -> Call:
    """Give the call as the ledger hears of it: in the name of whoever asked; ids of the gate's own begin with "~"."""
    return replace(call, method=METHOD, own=operation_id.startswith("~"))
