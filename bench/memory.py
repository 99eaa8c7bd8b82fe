"""What stock records and open reservations take: in the store's memory, and in the gate's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.load.plan import SERIAL_MARK, SLOT_MARK, encode
from bench.processes import rss_bytes
from bench.progress import say
from bench.site import RESERVE, Site
from bench.throughput import CONNECTIONS, GATHER_MS, STREAMS
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb

LOCATION: Final = "BENCH-MEMORY"
PER: Final = 100_000
"""The count that every figure is given for."""
_LINES_PER_RECEIPT: Final = 2_000
_RECEIPT_PATH: Final = "/fulfillment_gate.v1.StockService/RecordReceipt"


@dataclass(frozen=True, slots=True)
class Memory:
    """What `count` things took, in bytes; `keys` are the store's keys of the location."""

    count: int
    store: int
    gate: int
    keys: Mapping[str, int]

    def store_mb(self) -> float:
        """Give MB in the store for 100,000."""
        return self._mb(self.store)

    def gate_mb(self) -> float:
        """Give MB in the gate's process for 100,000."""
        return self._mb(self.gate)

    def keys_mb(self) -> dict[str, float]:
        """Give MB of each key that grew, the largest first, for 100,000."""
        grown = {name: self._mb(size) for name, size in self.keys.items()}
        return {name: size for name, size in sorted(grown.items(), key=lambda item: -item[1]) if size >= 0.05}

    def _mb(self, size: int) -> float:
        return size / 1e6 * PER / self.count


def measure(site: Site, count: int) -> tuple[Memory, Memory]:
    """Receive `count` SKUs (rounded to whole receipts), then make `count` open reservations of one line."""
    receipts = max(1, count // _LINES_PER_RECEIPT)
    serial = site.serials(receipts)
    say(f"memory: {receipts * _LINES_PER_RECEIPT:,} SKUs")
    skus = _grown(
        site,
        receipts * _LINES_PER_RECEIPT,
        path=_RECEIPT_PATH,
        template=_receipt(),
        slots=1,
        calls=receipts,
        streams=1,
        first_serial=serial,
    )
    say(f"memory: {count:,} open reservations")
    reservations = _grown(
        site,
        count,
        template=_order(serial),
        slots=_LINES_PER_RECEIPT,
        calls=count,
        streams=STREAMS,
        gather_ms=GATHER_MS,
    )
    return skus, reservations


def _receipt() -> str:
    """Receive 2,000 SKUs that bear the call's number."""
    lines = [
        stock_pb.ReceiptLine(sku=f"S-{SERIAL_MARK}-{place:04d}", quantity=1_000, landing=stock_pb.LANDING_AVAILABLE)
        for place in range(_LINES_PER_RECEIPT)
    ]
    return encode(
        stock_pb.RecordReceiptRequest(
            operation_id=f"memory-{SERIAL_MARK}", location_id=LOCATION, lines=lines
        ).SerializeToString()
    )


def _order(receipt: int) -> str:
    """Commit one unit of a SKU of one receipt."""
    line = pb.ReserveLine(sku=f"S-{receipt:010d}-{SLOT_MARK}", quantity=1)
    return encode(
        pb.ReserveStockRequest(
            operation_id=f"memory-{SERIAL_MARK}", location_id=LOCATION, order_id=f"order-{SERIAL_MARK}", lines=[line]
        ).SerializeToString()
    )


def _grown(site: Site, count: int, **plan: object) -> Memory:
    place = site.places[RESERVE]
    store = place.direct()
    before = (store.used_bytes(), rss_bytes(place.target.pid), store.key_bytes(LOCATION))
    site.load("memory", site.plan(RESERVE, connections=CONNECTIONS, **plan))
    keys = {name: size - before[2][name] for name, size in store.key_bytes(LOCATION).items()}
    return Memory(count, store.used_bytes() - before[0], rss_bytes(place.target.pid) - before[1], keys)
