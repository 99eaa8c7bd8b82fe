"""A location as large as they come, with a long ledger: made by the gate's own script, in large calls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from bench.bare import Arguments, BareStore, arguments
from bench.progress import say
from gate_service.domain.operations import OrderLine, ReceiptLine, RecordReceipt, ReserveStock
from gate_service.domain.vocabulary import Landing

LOCATION: Final = "BENCH-MIRROR"
UNITS: Final = 100
_LINES_PER_RECEIPT: Final = 2_000
_OPERATIONS_PER_CALL: Final = 500
_SAID_EVERY: Final = 100_000
_STRIDE: Final = 7_919
"""A prime: the tail comes to SKUs all over the location, not to one corner of it."""
_RECEIPT_EVERY: Final = 3


class World(NamedTuple):
    """What stands there: `sku_count` SKUs of `UNITS` on hand at `revision`, and `tail` entries behind it."""

    sku_count: int
    revision: int
    tail: int


def sku(number: int) -> str:
    """Name a SKU."""
    return f"SKU-{number:08d}"


def fill(store: BareStore, sku_count: int, tail: int) -> World:
    """Receive the SKUs, then take orders and receipts of one line each. Takes about a minute for half a million."""
    receipts = (_receipt(first, min(_LINES_PER_RECEIPT, sku_count - first)) for first in _firsts(sku_count))
    for done, receipt in enumerate(receipts, start=1):
        store.run([receipt], LOCATION)
        if done * _LINES_PER_RECEIPT % (_SAID_EVERY * 5) == 0:
            say(f"compare: {done * _LINES_PER_RECEIPT:,} SKUs")
    revision = store.revision(LOCATION)
    operations = (_operation(number, sku_count) for number in range(tail))
    told = 0
    while some := list(islice(operations, _OPERATIONS_PER_CALL)):
        store.run(some, LOCATION)
        told += len(some)
        if told % _SAID_EVERY == 0:
            say(f"compare: {told:,} entries")
    return World(sku_count, revision, tail)


def _firsts(sku_count: int) -> Iterator[int]:
    return iter(range(0, sku_count, _LINES_PER_RECEIPT))


def _receipt(first: int, count: int) -> Arguments:
    lines = tuple(ReceiptLine(sku(first + place), UNITS, Landing.AVAILABLE) for place in range(count))
    return arguments(RecordReceipt(f"open-{first}", LOCATION, "", lines))


def _operation(number: int, sku_count: int) -> Arguments:
    code = sku(number * _STRIDE % sku_count)
    if number % _RECEIPT_EVERY == 0:
        goods = (ReceiptLine(code, 5, Landing.AVAILABLE),)
        return arguments(RecordReceipt(f"in-{number}", LOCATION, f"po-{number}", goods))
    line = OrderLine("1", code, 1)
    return arguments(ReserveStock(f"order-{number}", LOCATION, f"o-{number}", "web", 0, (line,)))
