"""Ledger entries and stock levels as the domain knows them, from the messages that the SDK answers."""

from __future__ import annotations

from typing import Final

from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb2
from fulfillment_gate.v1 import types_pb2
from gate_service.cli.plain import short_name
from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.operations import SourceEvent
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, OperationKind

_KINDS: Final = {
    value.number: OperationKind(short_name(ledger_pb2.OperationKind.DESCRIPTOR, value.number).lower())
    for value in ledger_pb2.OperationKind.DESCRIPTOR.values
    if value.number
}
_BUCKETS: Final = {
    value.number: Bucket(short_name(types_pb2.Bucket.DESCRIPTOR, value.number).lower())
    for value in types_pb2.Bucket.DESCRIPTOR.values
    if value.number
}


def entry_of(message: ledger_pb2.LedgerEntry) -> Entry:
    """Give the entry with its canonical texts; they must have been asked for."""
    texts = message.canonical
    return Entry(
        revision=message.revision,
        at_ms=message.at_ms,
        kind=_KINDS[message.kind],
        operation_id=message.operation_id,
        system=message.system,
        actor=message.actor,
        order_id=message.order_id,
        refusal=message.refusal,
        changes=tuple(StockChange(change.sku, _BUCKETS[change.bucket], change.delta) for change in message.changes),
        chain_hash=message.chain_hash,
        envelope=texts.envelope,
        body=texts.body,
        reply=texts.reply,
        changes_text=texts.changes,
        source=source_of(message.source_event) if message.HasField("source_event") else None,
        document_id=message.document_id,
        permit_id=message.permit_id,
    )


def source_of(message: types_pb2.SourceEvent) -> SourceEvent:
    """Give what happened in the caller's world."""
    return SourceEvent(
        message.system, message.document_type, message.document, message.line, message.action, message.number
    )


def level_of(message: types_pb2.StockLevel) -> StockLevel:
    """Give the buckets without the figures derived from them: those are worked out again."""
    return StockLevel(
        sku=message.sku,
        on_hand=message.on_hand,
        held=message.held,
        committed=message.committed,
        allocated=message.allocated,
        damaged=message.damaged,
        quality_control=message.quality_control,
        suspect=message.suspect,
        incoming=message.incoming,
        picked=message.picked,
        ring_fenced=message.ring_fenced,
        stock_holds=message.stock_holds,
        count_due=message.count_due,
    )
