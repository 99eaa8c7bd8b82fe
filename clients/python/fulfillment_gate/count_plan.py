"""How the count of a whole location is told in parts: what each part says, and where an interrupted count goes on.

A part covers a range of SKUs: what lies in it and is not among its lines was looked for and is not there. Part n has
the operation id `<count_id>/<n>`. The same count told again must have the same parts, for a part under another name
would correct twice. But where a range ends follows from the SKUs that the location has, and those may have grown in
between. So a part that was told with another end before is found in the ledger, and told again as it was.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import grpc

from fulfillment_gate.errors import Failure, GateError, NotFound
from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb2
from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2
from fulfillment_gate.v1.error_reason_pb2 import LineViolation

PART_SKUS: Final = 2_000
"""SKUs of a part at most, counted or not there, and lines of it at most: what one call takes."""
RESOLVED_AT_ONCE: Final = 1_000
COUNT_ID_MAX_LENGTH: Final = 58
"""An id has 64 characters: the rest is for the number of the part."""
_SHOWN: Final = 10


@dataclass(frozen=True, slots=True)
class LocationCount:
    """What the count of a location came to."""

    location_id: str
    count_id: str
    as_of_revision: int
    revision: int
    """Where its last part stands in the ledger."""
    part_count: int
    sku_count: int
    """SKUs that were counted or should have been there."""
    variances: tuple[stock_pb2.CountedLine, ...]
    """SKUs of which there were more or fewer units than expected, by SKU."""
    shortages: tuple[types_pb2.Shortage, ...]
    """SKUs of which more is reserved than may now be sold, by SKU, with the orders that are hit."""


@dataclass(frozen=True, slots=True)
class CountTerms:
    """What every part of a count has in common. Raises ValueError where it could not be told in parts."""

    location_id: str
    count_id: str
    as_of_revision: int
    includes_picked: bool
    source_event: types_pb2.SourceEvent | None

    def __post_init__(self) -> None:
        """Refuse what would go wrong only after some parts were told."""
        if self.as_of_revision < 1:
            raise ValueError(
                "as_of_revision must be that at which the count began, 1 or more: parts that are told one after the "
                "other must speak of one moment"
            )
        if len(self.count_id) > COUNT_ID_MAX_LENGTH:
            raise ValueError(
                f"count_id may have up to {COUNT_ID_MAX_LENGTH} characters: its parts are numbered behind it"
            )


@dataclass(frozen=True, slots=True)
class Part:
    """One call of `submit_count`: the SKUs behind `after`, up to `through` or ("") to the last."""

    operation_id: str
    source_event: types_pb2.SourceEvent | None
    after: str
    through: str
    lines: tuple[stock_pb2.CountLine, ...]


class CountPlan:
    """The parts of one count, by SKU. It asks nothing itself: `counts` does."""

    def __init__(self, terms: CountTerms, lines: Iterable[stock_pb2.CountLine]) -> None:
        """Add up what was counted."""
        self._terms = terms
        self._counted: defaultdict[tuple[str, str], int] = defaultdict(int)
        for line in lines:
            self._counted[line.sku, line.unit] += line.counted_quantity
        self._lines: dict[str, list[stock_pb2.CountLine]] = {}
        self._skus: list[str] = []
        self._number = 1
        self._after = ""
        self._most = PART_SKUS
        self._ended_at: str | None = None
        self._done = False
        self._answers: list[stock_pb2.SubmitCountResponse] = []

    def identifiers(self) -> Iterator[list[str]]:
        """Give what is to be resolved, as much as one call takes at a time."""
        every = sorted({identifier for identifier, _ in self._counted})
        for start in range(0, len(every), RESOLVED_AT_ONCE):
            yield every[start : start + RESOLVED_AT_ONCE]

    def lay_out(self, meant: Iterable[catalog_pb2.ResolvedItem], there: Iterable[str]) -> None:
        """Order the lines by the SKUs that their identifiers mean, among the SKUs that the location has.

        Raises NotFound (UNKNOWN_ITEM) for identifiers that nobody knows, before anything is told.
        """
        skus = {item.identifier: item.sku for item in meant if item.known}
        if unknown := sorted({identifier for identifier, _ in self._counted} - skus.keys()):
            raise _unknown(unknown)
        for (identifier, unit), quantity in sorted(self._counted.items()):
            line = stock_pb2.CountLine(sku=identifier, counted_quantity=quantity, unit=unit)
            self._lines.setdefault(skus[identifier], []).append(line)
        self._skus = sorted({*there, *self._lines})

    def part(self) -> Part | None:
        """Give the part that is to be told next, None after the last."""
        if self._done:
            return None
        first = bisect_right(self._skus, self._after)
        last = self._end_behind(first)
        through = self._skus[last - 1] if last < len(self._skus) else ""
        if self._ended_at is not None:
            through = self._ended_at
            last = bisect_right(self._skus, through) if through else len(self._skus)
        lines = tuple(line for sku in self._skus[first:last] for line in self._lines.get(sku, ()))
        return Part(f"{self._terms.count_id}/{self._number}", self._event(), self._after, through, lines)

    def answered(self, part: Part, answer: stock_pb2.SubmitCountResponse) -> None:
        """Go on behind this part."""
        self._answers.append(answer)
        self._number += 1
        self._after = part.through
        self._ended_at = None
        self._done = not part.through

    def look_at(self, error: GateError) -> int:
        """Give the revision at which this part was told with another end, 0 where another part is to be told instead.

        Raises the error where it is another matter.
        """
        if error.reason == "OPERATION_ID_REUSED" and self._ended_at is None:
            return int(error.metadata.get("stored_revision", "0")) or _raise(error)
        if error.reason == "COUNT_RANGE_TOO_WIDE" and (error.replayed or self._most > 1):
            # SKUs were opened after they were listed, just now or when this was told before. The refusal keeps this
            # number for good, so that every repetition of the count passes it by in the same way.
            self._number += 1
            self._most = self._most if error.replayed else self._most // 2
            self._ended_at = None
            return 0
        return _raise(error)

    def repeat(self, entries: ledger_pb2.ListEntriesResponse, error: GateError) -> None:
        """End the part where it ended before. Raises the error where the entry is not this part of this count."""
        told = json.loads(entries.entries[0].canonical.body) if entries.entries else {}
        ours = {
            "count_id": self._terms.count_id,
            "as_of_revision": self._terms.as_of_revision,
            "includes_picked": self._terms.includes_picked,
            "covers_range": True,
            "covers_after": self._after,
        }
        if {name: told.get(name) for name in ours} != ours:
            raise error
        self._ended_at = told["covers_through"]

    def result(self) -> LocationCount:
        """Give what all parts came to."""
        counted = [line for answer in self._answers for line in answer.lines]
        return LocationCount(
            location_id=self._terms.location_id,
            count_id=self._terms.count_id,
            as_of_revision=self._terms.as_of_revision,
            revision=self._answers[-1].applied.revision,
            part_count=len(self._answers),
            sku_count=len(counted),
            variances=tuple(sorted((line for line in counted if line.variance), key=lambda line: line.sku)),
            shortages=tuple(shortage for answer in self._answers for shortage in answer.shortages),
        )

    def _end_behind(self, first: int) -> int:
        """Give the place behind the last SKU of a part that is as large as one call takes; one SKU at least."""
        last, line_count = first, 0
        while last < len(self._skus) and last - first < self._most:
            line_count += len(self._lines.get(self._skus[last], ()))
            if line_count > PART_SKUS and last > first:
                break
            last += 1
        return last

    def _event(self) -> types_pb2.SourceEvent | None:
        """Give the source event of this part: the number of the feed counts once, with the first."""
        if self._terms.source_event is None:
            return None
        event = types_pb2.SourceEvent()
        event.CopyFrom(self._terms.source_event)
        event.line = str(self._number)
        event.number = event.number if self._number == 1 else 0
        return event


def _unknown(identifiers: list[str]) -> NotFound:
    return NotFound(
        Failure(
            code=grpc.StatusCode.NOT_FOUND,
            message=f"the catalog does not know {len(identifiers)} identifiers of it, such as {identifiers[0]!r}",
            reason="UNKNOWN_ITEM",
            violations=tuple(LineViolation(sku=identifier) for identifier in identifiers[:_SHOWN]),
            violation_count=len(identifiers),
        )
    )


def _raise(error: GateError) -> int:
    raise error
