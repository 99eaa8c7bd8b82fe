"""What every mutation has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import ClassVar, Generic, NamedTuple, TypeVar

from gate_service.domain.vocabulary import Bucket, OperationKind

WHOLE_ORDER_WEIGHT = 25
"""Lines an operation on a whole order is taken to touch: it does not say how many there are."""

ReplyT_co = TypeVar("ReplyT_co", covariant=True)


class SourceEvent(NamedTuple):
    """What happened in the caller's world. Empty `system`: the caller itself; `number` 0: the feed is not numbered."""

    system: str
    document_type: str
    document: str
    line: str
    action: str
    number: int


@dataclass(frozen=True, slots=True)
class Operation(Generic[ReplyT_co]):
    """A mutation named by its caller. `kind` is its verb; `lines` of its subclasses give its weight."""

    kind: ClassVar[OperationKind]
    left_out: ClassVar[frozenset[str]] = frozenset()
    """Fields that the body leaves out where they are empty: those that are younger than the first records."""
    moves: ClassVar[frozenset[Bucket]] = frozenset()
    """The buckets it moves whatever it says; see `touches`."""
    operation_id: str
    location_id: str
    source: SourceEvent | None = field(default=None, kw_only=True)

    def body(self) -> dict[str, object]:
        """Give what was asked, canonically: the same content gives the same JSON."""
        names, values_of = _asked(type(self))
        body = dict(zip(names, values_of(self), strict=True))
        for name in self.left_out:
            if not body[name]:
                del body[name]
        return body

    @property
    def touches(self) -> frozenset[Bucket]:
        """Name the buckets it may move, by what it says: what a system must be allowed to write."""
        return self.moves

    @property
    def weight(self) -> int:
        """Count its lines, 1 or more: what it costs the store, roughly."""
        lines = getattr(self, "lines", None)
        return 1 if lines is None else len(lines) or WHOLE_ORDER_WEIGHT

    @property
    def sheddable(self) -> bool:
        """Say whether it is among the first to be refused when too much is waiting."""
        return False


_Asked = tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]
_ASKED: dict[type[object], _Asked] = {}


def _asked(operation: type[object]) -> _Asked:
    """Name the fields that hold what was asked, and give what reads them; found once for each class."""
    found = _ASKED.get(operation)
    if found is None:
        told = {each.name for each in fields(Operation)}
        names = tuple(each.name for each in fields(operation) if each.name not in told)  # type: ignore[arg-type]
        found = _ASKED[operation] = names, _reader(names)
    return found


def _reader(names: tuple[str, ...]) -> Callable[[object], tuple[object, ...]]:
    """Give what reads these fields; the library's reader gives a single one bare."""
    read = attrgetter(*names)
    return read if len(names) > 1 else lambda operation: (read(operation),)
