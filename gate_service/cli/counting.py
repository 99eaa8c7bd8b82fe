"""A count of more lines than one call takes: told in several calls, each about SKUs of its own.

No SKU may stand in two calls, since the second would overrule the first. So the lines are sorted by what their
identifiers stand for; the gate is asked that first. What covers all of a location is for the SDK to tell:
`fulfillment_gate.wms.count_location`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from gate_service.domain.limits import STOCK_LINES_MAX

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_RESOLVE_MAX: Final = 1_000


def parts(gate: sdk.Gate, lines: Sequence[sdk.CountLine]) -> list[Sequence[int]]:
    """Say for each call which lines it tells, by their places; in the order given where one call takes them all."""
    if len(lines) <= STOCK_LINES_MAX:
        return [range(len(lines))]
    skus = _skus(gate, {line.sku for line in lines})
    return [*_chunks((skus[line.sku], place) for place, line in enumerate(lines))]


def _skus(gate: sdk.Gate, identifiers: Iterable[str]) -> dict[str, str]:
    """Say which SKU each identifier stands for; an unknown one for itself, so that the gate can name it."""
    found: dict[str, str] = {}
    wanted = sorted(identifiers)
    for start in range(0, len(wanted), _RESOLVE_MAX):
        answer = gate.resolve_items(wanted[start : start + _RESOLVE_MAX])
        found |= {item.identifier: item.sku or item.identifier for item in answer.items}
    return found


def _chunks(placed: Iterable[tuple[str, int]]) -> Iterator[list[int]]:
    """Cut the places of lines, sorted by SKU, into chunks that fit a call; the lines of one SKU stay together."""
    chunk: list[int] = []
    for _, of_sku in groupby(sorted(placed), key=lambda each: each[0]):
        same = [place for _, place in of_sku]
        if chunk and len(chunk) + len(same) > STOCK_LINES_MAX:
            yield chunk
            chunk = []
        chunk += same
    yield chunk
