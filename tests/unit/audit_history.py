"""A short, sound history for the audit tests, and the means to break one entry of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from gate_service.domain.audit_checks import chain_hash
from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind

Changes = Mapping[str, Mapping[str, int]]
FIRST_AT_MS = 1_700_000_000_000


class History:
    """Writes entries as a gate would, each hashed onto the one before."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(
        self,
        kind: OperationKind,
        body: Mapping[str, object],
        changes: Changes,
        *,
        refusal: str = "",
        name: str = "",
        source: str = "",
    ) -> Entry:
        revision = len(self.entries) + 1
        entry = Entry(
            revision=revision,
            at_ms=FIRST_AT_MS + revision,
            kind=kind,
            operation_id=name or f"op-{revision}",
            system="",
            actor="",
            order_id="",
            refusal=refusal,
            changes=tuple(
                StockChange(sku, Bucket(bucket), delta)
                for sku, moves in changes.items()
                for bucket, delta in moves.items()
            ),
            chain_hash="",
            envelope=json.dumps({"source": event_named(source)} if source else {}),
            body=json.dumps(body),
            reply="{}",
            changes_text=json.dumps(changes),
        )
        self.entries.append(entry._replace(chain_hash=chain_hash(self.newest_hash, entry)))
        return self.entries[-1]

    @property
    def newest_hash(self) -> str:
        return self.entries[-1].chain_hash if self.entries else ""

    def receive(self, sku: str, quantity: int, landing: str = "available", source: str = "") -> Entry:
        moves = {"on_hand": quantity} | ({} if landing == "available" else {landing: quantity})
        body = {"lines": [[sku, quantity, landing]]}
        return self.add(OperationKind.RECORD_RECEIPT, body, {sku: moves}, source=source)

    def reserve(self, order_id: str, sku: str, quantity: int, bucket: str = "committed") -> Entry:
        body = {"order_id": order_id, "lines": [["1", sku, quantity]]}
        return self.add(OperationKind.RESERVE_STOCK, body, {sku: {bucket: quantity}})

    def authorize(self, order_id: str, sku: str, quantity: int) -> Entry:
        body = {"lines": [[order_id, "1", sku, quantity]]}
        return self.add(OperationKind.AUTHORIZE_WAVE, body, {sku: {"committed": -quantity, "allocated": quantity}})

    def ship(self, order_id: str, sku: str, quantity: int, shipment_id: str = "parcel") -> Entry:
        body = {"order_id": order_id, "shipment_id": shipment_id, "lines": [["1", sku, quantity]]}
        return self.add(OperationKind.CONFIRM_SHIPMENT, body, {sku: {"allocated": -quantity, "on_hand": -quantity}})

    def adjust(self, sku: str, bucket: str, delta: int, also: Mapping[str, int] | None = None) -> Entry:
        body = {"lines": [[sku, bucket, delta]]}
        return self.add(OperationKind.ADJUST_STOCK, body, {sku: {bucket: delta, **(also or {})}})


def event_named(document: str) -> dict[str, object]:
    """Give a source event as an envelope keeps it."""
    return {"system": "erp", "type": "asn", "document": document, "line": "", "action": "received", "number": 0}


def sound_history() -> list[Entry]:
    """Received 10 of A and 5 of B; 6 of A sold, picked and shipped; a refusal; 2 of B returned; 1 of B written off.

    Then 3 of C received, of which it turns out that it is B.
    """
    history = History()
    history.receive("A", 10)  # 1
    history.receive("B", 5)  # 2
    history.reserve("order-1", "A", 6, "held")  # 3
    history.add(OperationKind.CONFIRM_RESERVATION, {"order_id": "order-1"}, {"A": {"held": -6, "committed": 6}})  # 4
    history.add(
        OperationKind.RESERVE_STOCK,
        {"order_id": "order-2", "lines": [["1", "A", 5]]},
        {},
        refusal="INSUFFICIENT_STOCK",
    )  # 5
    history.authorize("order-1", "A", 6)  # 6
    history.ship("order-1", "A", 6)  # 7
    history.receive("B", 2, "quality_control")  # 8
    history.adjust("B", "on_hand", -1)  # 9
    history.receive("C", 3, source="asn-1")  # 10
    merge = {"sku": "C", "into_sku": "B"}
    history.add(OperationKind.MERGE_SKU, merge, {"C": {"on_hand": -3}, "B": {"on_hand": 3}})  # 11
    return history.entries


SOUND_LEVELS: Sequence[StockLevel] = (StockLevel("A", on_hand=4), StockLevel("B", on_hand=9, quality_control=2))


def rehashed(entries: Sequence[Entry]) -> list[Entry]:
    """Hash the entries anew, as somebody would who rewrites history with care."""
    rewritten: list[Entry] = []
    newest = ""
    for entry in entries:
        newest = chain_hash(newest, entry)
        rewritten.append(entry._replace(chain_hash=newest))
    return rewritten


def with_changes(entry: Entry, changes: Changes) -> Entry:
    """Give the entry with other changes, in both forms."""
    typed = tuple(StockChange(sku, Bucket(b), delta) for sku, moves in changes.items() for b, delta in moves.items())
    return entry._replace(changes=typed, changes_text=json.dumps(changes))
