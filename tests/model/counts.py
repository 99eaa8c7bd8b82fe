"""Somebody counted, at some moment: what happened since is taken into account."""

from __future__ import annotations

import json
from collections import Counter
from typing import NamedTuple

from gate_service.domain.entries import Entry
from gate_service.domain.errors import Violation
from gate_service.domain.limits import BUCKET_MAX, COUNT_COVERED_MAX
from gate_service.domain.operations import SubmitCount
from gate_service.domain.replies import CountedLine, SubmitCountReply
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind, Reason
from tests.model.shortages import shortages_of
from tests.model.state import Asked, Location, No
from tests.model.stock import goes_on_as, moved, open_sku


class Since(NamedTuple):
    """What moved at a location after the moment of a count."""

    deltas: Counter[tuple[str, Bucket]]

    def of(self, sku: str, bucket: Bucket) -> int:
        """Give by how much a bucket has changed."""
        return self.deltas[sku, bucket]


def submit_count(location: Location, operation: SubmitCount, asked: Asked) -> SubmitCountReply:
    """Put on the record what was counted; nothing that is reserved stands in the way."""
    if operation.as_of_revision > location.revision:
        raise No(Reason.AS_OF_AHEAD)
    counted = {line.sku: line.counted for line in operation.lines}
    covered = _covered(location, operation)
    if len(covered) > COUNT_COVERED_MAX:
        raise No(Reason.COUNT_RANGE_TOO_WIDE)
    since = _since(location, operation.as_of_revision)
    lines = [
        CountedLine(sku, units, _expected(_level(location, sku), since, includes_picked=operation.includes_picked))
        for sku, units in (counted | dict.fromkeys(covered, 0)).items()
    ]
    lines = [line for line in lines if line.sku in counted or _worth_a_word(location.stock[line.sku], line)]
    _refuse_overflow(location, lines)
    for line in lines:
        open_sku(location, line.sku)
        location.stock[line.sku] = _counted(location.stock[line.sku], line, since)
    levels = tuple(location.stock[line.sku] for line in lines)
    shortages = shortages_of(location, (line.sku for line in lines), asked.policy.priorities)
    return SubmitCountReply(asked.applied, tuple(lines), levels, shortages)


def _covered(location: Location, operation: SubmitCount) -> list[str]:
    """Name the SKUs that were looked for and are not among the lines."""
    if not operation.covers_range:
        return []
    named = {line.sku for line in operation.lines}
    first, last = operation.covers_after, operation.covers_through
    return [sku for sku in sorted(location.stock) if sku > first and (not last or sku <= last) and sku not in named]


def _since(location: Location, as_of_revision: int) -> Since:
    later = location.entries[as_of_revision:] if as_of_revision else []
    deltas: Counter[tuple[str, Bucket]] = Counter()
    for entry in later:
        if not _corrects_only(entry):
            for sku, bucket, delta in entry.changes:
                deltas[goes_on_as(location, sku), bucket] += delta
    return Since(deltas)


def _corrects_only(entry: Entry) -> bool:
    """Say whether an entry moved nothing, but set the record right: no news to somebody who counted."""
    if entry.kind is OperationKind.ADJUST_STOCK:
        return json.loads(entry.body)["reason"] in {"count", "correction"}
    return entry.kind is OperationKind.SUBMIT_COUNT


def _level(location: Location, sku: str) -> StockLevel:
    return location.stock.get(sku, StockLevel(sku))


def _expected(level: StockLevel, since: Since, *, includes_picked: bool) -> int:
    """Say how many units should have been on the shelf at that moment."""
    on_hand = level.on_hand - since.of(level.sku, Bucket.ON_HAND)
    picked = level.picked - since.of(level.sku, Bucket.PICKED)
    return on_hand if includes_picked else on_hand - picked


def _worth_a_word(level: StockLevel, line: CountedLine) -> bool:
    return bool(line.expected or level.suspect or level.count_due)


def _on_hand(level: StockLevel, line: CountedLine) -> int:
    return max(0, level.on_hand + line.counted - line.expected)


def _refuse_overflow(location: Location, lines: list[CountedLine]) -> None:
    after = {line.sku: _on_hand(_level(location, line.sku), line) for line in lines}
    violations = [
        Violation("", line.sku, line.counted, line.counted - (after[line.sku] - BUCKET_MAX))
        for line in lines
        if after[line.sku] > BUCKET_MAX
    ]
    if violations:
        raise No(Reason.QUANTITY_OVERFLOW, violations)


def _counted(level: StockLevel, line: CountedLine, since: Since) -> StockLevel:
    """Give the level after the count: the doubt of that moment is settled, and no more is unsellable than is there."""
    doubted_then = max(0, level.suspect - since.of(level.sku, Bucket.SUSPECT))
    level = level._replace(on_hand=_on_hand(level, line), suspect=level.suspect - min(level.suspect, doubted_then))
    for bucket in (Bucket.SUSPECT, Bucket.QUALITY_CONTROL, Bucket.DAMAGED):
        units = int(getattr(level, bucket))
        too_many = min(units, max(0, level.unsellable - level.on_hand))
        level = moved(level, **{bucket.value: -too_many})
    return level._replace(count_due=level.count_due and level.suspect > 0)
