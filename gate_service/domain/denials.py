"""Calls that are turned away at the door: why, and what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from gate_service.domain.errors import GateError
from gate_service.domain.vocabulary import Reason

NOBODY: Final = "?"
"""The system of a call whose caller is not known; no id begins so."""


class Cause(StrEnum):
    """Why a call was turned away. The proto's ViolationCause says more of each."""

    UNAUTHENTICATED = "unauthenticated"
    IMPERSONATION = "impersonation"
    ROLE = "role"
    OPERATION = "operation"
    READ = "read"
    LOCATION = "location"
    CHANNEL = "channel"
    BUCKET = "bucket"
    DOCUMENT = "document"
    RELAY = "relay"
    PERMIT = "permit"
    OTHERS = "others"


_WORDS: Final = {
    Cause.IMPERSONATION: "its credentials name another system than gate-system does",
    Cause.ROLE: "no system of its role may",
    Cause.OPERATION: "the handoff map does not give it this operation",
    Cause.READ: "the handoff map lets it tell and not ask",
    Cause.LOCATION: "the handoff map does not give it this location",
    Cause.CHANNEL: "the handoff map does not give it this channel",
    Cause.BUCKET: "the handoff map does not give it all of these buckets",
    Cause.DOCUMENT: "the handoff map wants a source event of another document type",
    Cause.RELAY: "the handoff map does not let it tell the events of that system",
    Cause.PERMIT: "the handoff map does not let it ship without a permit",
}


class Denial(NamedTuple):
    """What was tried: `operation` is the verb of the handoff map, or the method of a question."""

    system: str
    operation: str
    location_id: str
    cause: Cause


class Denied(GateError):
    """A call was turned away. `denial` is what is counted of it; `about` adds what else the caller may know."""

    def __init__(self, reason: Reason, message: str, denial: Denial, **about: str) -> None:
        """Keep what is counted."""
        told = {"system": denial.system, "operation": denial.operation, "location_id": denial.location_id, **about}
        super().__init__(reason, message, {name: value for name, value in told.items() if value and value != NOBODY})
        self.denial = denial


def not_authenticated(operation: str, *, known: bool) -> Denied:
    """Say that nobody can tell who asks; `known` where credentials came, and name nobody."""
    said = "these credentials name no system of the handoff map" if known else "no credentials came with this call"
    return Denied(
        Reason.UNAUTHENTICATED,
        f"{said}; send `authorization: Bearer TOKEN`, or a client certificate that the map names",
        Denial(NOBODY, operation, "", Cause.UNAUTHENTICATED),
    )


def not_permitted(system: str, operation: str, cause: Cause, *, location_id: str = "", **about: str) -> Denied:
    """Say that the map, or the table of roles, does not allow it."""
    where = f" at {location_id}" if location_id else ""
    message = f"{system} may not {operation}{where}: {_WORDS[cause]}"
    return Denied(
        Reason.NOT_PERMITTED, message, Denial(system, operation, location_id, cause), cause=cause.value, **about
    )


class CountedDenial(NamedTuple):
    """How often something was tried, when, and by whom the last time. Times in ms since the epoch."""

    denial: Denial
    times: int
    first_at_ms: int
    last_at_ms: int
    last_actor: str


class DenialPage(NamedTuple):
    """The latest first, and how many there are in all."""

    denials: Sequence[CountedDenial]
    total: int
