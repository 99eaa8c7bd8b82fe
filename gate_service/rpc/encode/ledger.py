"""Responses of LedgerService."""

from __future__ import annotations

import json

from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain.entries import Entry, EntryPage
from gate_service.domain.vocabulary import OperationKind
from gate_service.rpc import enums
from gate_service.rpc.encode.parts import lineage, source_event


def entry(value: Entry, include_canonical: bool) -> ledger_pb.LedgerEntry:  # noqa: FBT001 - the request's own flag
    """Encode one entry."""
    canonical = None
    if include_canonical:
        canonical = ledger_pb.CanonicalEntry(
            envelope=value.envelope, body=value.body, reply=value.reply, changes=value.changes_text
        )
    return ledger_pb.LedgerEntry(
        revision=value.revision,
        at_ms=value.at_ms,
        kind=enums.OPERATION_KIND.number(value.kind),
        operation_id=value.operation_id,
        system=value.system,
        actor=value.actor,
        order_id=value.order_id,
        refusal=value.refusal,
        changes=[
            types_pb.StockChange(sku=row.sku, bucket=enums.BUCKET.number(row.bucket), delta=row.delta)
            for row in value.changes
        ],
        chain_hash=value.chain_hash,
        canonical=canonical,
        source_event=source_event(value.source),
        document_id=value.document_id,
        permit_id=value.permit_id,
        variance_id=value.variance_id,
        mirror_correction=_mirror_correction(value),
    )


def _mirror_correction(value: Entry) -> ledger_pb.MirrorCorrection | None:
    """Give what a mirror is told by an entry; None for one of another kind, and for one that was refused."""
    if value.kind is not OperationKind.CORRECT_MIRROR or value.refusal:
        return None
    body = json.loads(value.body)
    return ledger_pb.MirrorCorrection(
        system=body["system"],
        sku=body["sku"],
        measure=body["measure"],
        quantity=body["quantity"],
        reported_quantity=body["reported"],
        as_of_revision=body["as_of_revision"],
        snapshot_id=body["snapshot_id"],
    )


def list_entries(page: EntryPage, include_canonical: bool) -> ledger_pb.ListEntriesResponse:  # noqa: FBT001
    """Encode a page of the ledger."""
    return ledger_pb.ListEntriesResponse(
        entries=[entry(value, include_canonical) for value in page.entries],
        next_from_revision=page.next_from_revision,
        latest_revision=page.latest_revision,
        first_revision=page.first_revision,
        lineage=lineage(page.lineage),
    )
