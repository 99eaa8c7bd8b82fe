"""Every way in which a call ends other than well. The status table turns each into exactly one gRPC status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gate_service.domain.replies import NOT_STORED, Applied
from gate_service.domain.vocabulary import Reason

_FENCED_RETRY_AFTER_MS = 60_000


class Violation(NamedTuple):
    """One line that stood in the way: what was asked of it and what would have been possible, in base units."""

    line_id: str
    sku: str
    asked: int
    possible: int


class GateError(Exception):
    """Base of all. `message` is for people, fixed but for ids and figures; `metadata` carries each dynamic value."""

    def __init__(self, reason: Reason, message: str, metadata: Mapping[str, str] | None = None) -> None:
        """Keep the reason and the values."""
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})


class InvalidField(GateError):
    """A field is out of its bound; nothing changed. `field` is a path such as `lines[3].quantity`."""

    def __init__(self, field: str, why: str) -> None:
        """Name the field and say what it must be."""
        super().__init__(Reason.INVALID_FIELD, f"{field}: {why}", {"field": field})
        self.field = field
        self.why = why

    @property
    def violations(self) -> Sequence[tuple[str, str]]:
        """Give each wrong field with what it must be."""
        return ((self.field, self.why),)


class InvalidDocument(InvalidField):
    """A field holds a text of its own form, and several places of it are wrong; nothing changed."""

    def __init__(self, field: str, faults: Sequence[tuple[int, str]]) -> None:
        """Keep (line, what is wrong) for each place, at least one; the first is the message."""
        line, first = faults[0]
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        super().__init__(f"{field}:{line}", f"{first}{more}")
        self._violations = tuple((f"{field}:{line}", what) for line, what in faults)

    @property
    def violations(self) -> Sequence[tuple[str, str]]:
        """Give each wrong line with what it must be."""
        return self._violations


class Refused(GateError):
    """The ledger said no. A stored no has a revision and is given again for the same operation_id; else revision 0."""

    def __init__(
        self,
        reason: Reason,
        message: str,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[Violation] = (),
        applied: Applied = NOT_STORED,
    ) -> None:
        """Keep the lines that stood in the way and where the refusal stands."""
        super().__init__(reason, message, metadata)
        self.violations = tuple(violations)
        self.applied = applied


class Unavailable(GateError):
    """Ask again, with the same operation_id, after `retry_after_ms`."""

    def __init__(
        self, reason: Reason, message: str, retry_after_ms: int, metadata: Mapping[str, str] | None = None
    ) -> None:
        """Keep the advice."""
        super().__init__(reason, message, metadata)
        self.retry_after_ms = retry_after_ms


class LocationFenced(Unavailable):
    """The store has lost history of this location; nothing was applied, and nothing is until an operator has looked.

    It is no answer of the ledger: whoever is in the middle of something waits with it as while the store is away.
    """

    def __init__(self, location_id: str, since_ms: int) -> None:
        """Name the location, and say since when."""
        super().__init__(
            Reason.LOCATION_FENCED,
            f"the store has lost history of {location_id or 'this location'} that was acknowledged; nothing is written "
            "there and no wave released until an operator has looked at it (gate recover)",
            _FENCED_RETRY_AFTER_MS,
            {"location_id": location_id, "fenced_since_ms": str(since_ms)},
        )
