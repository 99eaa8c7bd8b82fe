"""A count of more lines than one call takes: told in several calls, each about a range of SKUs of its own.

No SKU may stand in two calls, since the second would overrule the first, and the ranges that are covered must neither
overlap nor leave a hole. So the lines are sorted by what their identifiers stand for; the gate is asked that first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from gate_service.domain.limits import STOCK_LINES_MAX

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_RESOLVE_MAX: Final = 1_000


@dataclass(frozen=True)
class Range:
    """The SKUs behind `after` and up to `through`, in byte order; empty: no bound. Those not counted were not there."""

    after: str = ""
    through: str = ""

    def cut(self, after: str, through: str) -> Range | None:
        """Give what of it lies behind `after` and up to `through`; None where that is nothing."""
        from_here = max(self.after, after)
        to_here = min((each for each in (self.through, through) if each), default="")
        return Range(from_here, to_here) if not to_here or from_here < to_here else None


@dataclass(frozen=True)
class Part:
    """What one call tells."""

    places: Sequence[int]
    """Which lines, by their place among all."""
    covers: Range | None


def parts(gate: sdk.Gate, lines: Sequence[sdk.CountLine], covers: Range | None) -> list[Part]:
    """Give the calls that tell these lines; one, in the order given, where one call takes them all."""
    if len(lines) <= STOCK_LINES_MAX:
        return [Part(range(len(lines)), covers)]
    skus = _skus(gate, {line.sku for line in lines})
    chunks = [*_chunks([(skus[line.sku], place) for place, line in enumerate(lines)])]
    made = []
    after = ""
    for number, chunk in enumerate(chunks):
        through = "" if number == len(chunks) - 1 else chunk[-1][0]
        made.append(Part([place for _, place in chunk], covers and covers.cut(after, through)))
        after = through
    return made


def _skus(gate: sdk.Gate, identifiers: Iterable[str]) -> dict[str, str]:
    """Say which SKU each identifier stands for; an unknown one for itself, so that the gate can name it."""
    found: dict[str, str] = {}
    wanted = sorted(identifiers)
    for start in range(0, len(wanted), _RESOLVE_MAX):
        answer = gate.resolve_items(wanted[start : start + _RESOLVE_MAX])
        found |= {item.identifier: item.sku or item.identifier for item in answer.items}
    return found


def _chunks(placed: Sequence[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    """Cut lines, sorted by SKU, into chunks that fit a call; the lines of one SKU stay together."""
    chunk: list[tuple[str, int]] = []
    for _, of_sku in groupby(sorted(placed), key=lambda each: each[0]):
        same = [*of_sku]
        if chunk and len(chunk) + len(same) > STOCK_LINES_MAX:
            yield chunk
            chunk = []
        chunk += same
    yield chunk
