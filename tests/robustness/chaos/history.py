"""What was asked, when, and what came back: one record for each call."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from google.protobuf.message import Message


class Outcome(StrEnum):
    """How a call ended, as its caller knows it."""

    APPLIED = "applied"
    """It stands in the ledger at `revision`."""
    REFUSED = "refused"
    """A no that stands in the ledger at `revision`."""
    TURNED_AWAY = "turned away"
    """A no that was not stored, such as OPERATION_ID_REUSED."""
    NOT_APPLIED = "not applied"
    """The gate's word that this call changed nothing: STORE_UNAVAILABLE, OVERLOADED, SHUTTING_DOWN, DEADLINE_PASSED."""
    UNKNOWN = "unknown"
    """It may have been applied: no answer, a lost answer, a cancelled call, a passed deadline."""
    ANSWERED = "answered"
    """A question that was answered."""


SETTLED = frozenset({Outcome.APPLIED, Outcome.REFUSED})


@dataclass(slots=True)
class Record:
    """One call. Times are of one monotonic clock, in ns; `answered_ns` is 0 while it is under way."""

    number: int
    method: str
    request: Message
    gate: int
    actor: str
    asked_ns: int
    answered_ns: int = 0
    outcome: Outcome = Outcome.UNKNOWN
    revision: int = 0
    at_ms: int = 0
    replayed: bool = False
    absorbed: bool = False
    chain_hash: str = ""
    """Of the entry that the reply named; empty where it named none."""
    reason: str = ""
    """Name of an ErrorReason, or of a gRPC status where the gate did not say."""
    metadata: dict[str, str] = field(default_factory=dict)
    reply: Message | None = None
    """The response, or the `Refusal` of a no."""

    @property
    def operation_id(self) -> str:
        """Give the name of what it changes; empty for a question."""
        return str(getattr(self.request, "operation_id", ""))

    @property
    def location_id(self) -> str:
        """Give the location; of a question about several the first."""
        if several := getattr(self.request, "location_ids", None):
            return str(several[0])
        return str(getattr(self.request, "location_id", ""))

    @property
    def is_acknowledged(self) -> bool:
        """Say whether it was answered, and stands in the ledger."""
        return self.answered_ns > 0 and self.outcome in SETTLED and not self.is_question

    @property
    def is_question(self) -> bool:
        """Say whether it changes nothing: a read, or the dry run of a wave."""
        return not self.operation_id or bool(getattr(self.request, "dry_run", False))


class History:
    """All calls of one round, in the order in which they were asked."""

    def __init__(self) -> None:
        """Know of none."""
        self.records: list[Record] = []
        self._open: dict[int, Record] = {}

    @contextmanager
    def asking(self, method: str, request: Message, gate: int, actor: str) -> Iterator[Record]:
        """Keep a call from the moment it is asked; it is answered when the block ends, however that ends."""
        record = Record(len(self.records), method, request, gate, actor, time.monotonic_ns())
        self.records.append(record)
        self._open[record.number] = record
        try:
            yield record
        finally:
            record.answered_ns = time.monotonic_ns()
            del self._open[record.number]

    def open_calls(self) -> list[Record]:
        """Give the calls under way."""
        return list(self._open.values())

    def asked_since(self, moment_ns: int) -> Iterator[Record]:
        """Give the calls that were asked after a moment, the newest first."""
        for record in reversed(self.records):
            if record.asked_ns <= moment_ns:
                return
            yield record

    def outcomes(self) -> dict[str, int]:
        """Count the calls by how they ended."""
        return dict(Counter(str(record.outcome) for record in self.records))
