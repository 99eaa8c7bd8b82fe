"""One event as it is told to the gate: what happened, in whose world, and what may come of it. Plain data."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from fulfillment_gate import SourceEvent
from gate_service.cli.replaying.chance import Carrier

NO_REASONS: Final[frozenset[str]] = frozenset()
AnswerT = TypeVar("AnswerT")
ReplyT_co = TypeVar("ReplyT_co", covariant=True)


class Source(StrEnum):
    """The systems of the history, each with a numbered feed of its own."""

    ERP = "erp"
    SHOP = "shop"
    WMS = "wms"
    RETURNS = "returns"


class About(NamedTuple):
    """What happened: all that tells one event from another."""

    system: str
    document_type: str
    document: str
    action: str
    line: str = ""

    def attempt(self, number: int) -> About:
        """Name what an adapter asks that was refused and tries again: another action, for a no stays a no."""
        return self if number == 1 else self._replace(action=f"{self.action}.{number}")

    def numbered(self, number: int) -> SourceEvent:
        """Give it as the gate takes it."""
        return SourceEvent(
            system=self.system,
            document_type=self.document_type,
            document=self.document,
            line=self.line,
            action=self.action,
            number=number,
        )


class _Named(Protocol):
    """A source event, of the SDK or of the domain."""

    @property
    def system(self) -> str: ...
    @property
    def document_type(self) -> str: ...
    @property
    def document(self) -> str: ...
    @property
    def line(self) -> str: ...
    @property
    def action(self) -> str: ...


def about_of(event: _Named) -> About:
    """Give what a source event is about, without its number."""
    return About(event.system, event.document_type, event.document, event.action, event.line)


class Ask(Protocol[ReplyT_co]):
    """Sends one operation: the same one each time it is called with the same name."""

    def __call__(self, *, operation_id: str, source_event: SourceEvent) -> Awaitable[ReplyT_co]:
        """Send it."""
        ...


@dataclass(frozen=True, slots=True)
class Telling(Generic[ReplyT_co]):
    """What one system tells."""

    kind: str
    """What the call is counted under."""
    operation_id: str
    about: About
    ask: Ask[ReplyT_co]
    rows: Sequence[int] = ()
    carrier: Carrier | None = None
    may_refuse: frozenset[str] = NO_REASONS
    """Refusals that are answers to whoever tells it."""
    too_early: frozenset[str] = NO_REASONS
    """Refusals by which an event that was overtaken shows that what it rests on has yet to come: told again later."""
    pointless: frozenset[str] = NO_REASONS
    """Refusals by which it shows that what overtook it has settled it: put away."""
    waited_for: bool = False
    """Somebody waits for the answer, so that it is neither dropped nor overtaken."""


def answered(answer: AnswerT | None) -> AnswerT:
    """Give the answer to what somebody waited for."""
    if answer is None:
        raise ValueError("what somebody waits for is answered at once")
    return answer
