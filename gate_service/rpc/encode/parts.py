"""What responses of several services have in common."""

from __future__ import annotations

from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain import replies
from gate_service.domain.lineage import Lineage
from gate_service.domain.operations import SourceEvent
from gate_service.domain.stock import StockLevel


def applied(value: replies.Applied) -> types_pb.Applied:
    """Encode the ledger's word."""
    return types_pb.Applied(
        revision=value.revision,
        at_ms=value.at_ms,
        replayed=value.replayed,
        absorbed=value.absorbed,
        epoch=value.lineage.epoch,
        chain_hash=value.lineage.chain_hash,
    )


def lineage(value: Lineage) -> types_pb.Lineage:
    """Encode to which history an answer belongs."""
    return types_pb.Lineage(
        epoch=value.epoch,
        chain_hash=value.chain_hash,
        fenced=value.fenced_since_ms > 0,
        fenced_since_ms=value.fenced_since_ms,
    )


def level(value: StockLevel) -> types_pb.StockLevel:
    """Encode the buckets of one SKU with the two derived figures."""
    return types_pb.StockLevel(
        sku=value.sku,
        on_hand=value.on_hand,
        held=value.held,
        committed=value.committed,
        allocated=value.allocated,
        damaged=value.damaged,
        quality_control=value.quality_control,
        suspect=value.suspect,
        incoming=value.incoming,
        available=value.available,
        allocatable=value.allocatable,
        count_due=value.count_due,
        picked=value.picked,
        ring_fenced=value.ring_fenced,
        stock_holds=value.stock_holds,
    )


def shortage(value: replies.Shortage) -> types_pb.Shortage:
    """Encode a SKU of which more is reserved than may be sold, with the orders that are hit."""
    return types_pb.Shortage(
        sku=value.sku,
        missing_quantity=value.missing,
        orders=[
            types_pb.HitOrder(
                order_id=row.order_id, channel=row.channel, missing_quantity=row.missing, allocated=row.allocated
            )
            for row in value.orders
        ],
        more_orders=value.more_orders,
    )


def source_event(value: SourceEvent | None) -> types_pb.SourceEvent | None:
    """Encode what happened in the caller's world; None where nobody said."""
    return None if value is None else types_pb.SourceEvent(**value._asdict())
