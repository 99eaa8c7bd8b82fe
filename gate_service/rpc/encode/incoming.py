"""Responses of IncomingService."""

from __future__ import annotations

from typing import TypeVar

from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from gate_service.app.transfers import Transferred
from gate_service.domain import replies
from gate_service.domain.cases import Document, DocumentAnswer, DocumentPage
from gate_service.rpc import enums
from gate_service.rpc.encode.parts import applied, level, lineage

AnnouncedT = TypeVar("AnnouncedT", incoming_pb.AnnounceIncomingResponse, incoming_pb.AmendIncomingResponse)


def announce_incoming(reply: replies.AnnounceIncomingReply) -> incoming_pb.AnnounceIncomingResponse:
    """Encode an announcement."""
    return _announced(incoming_pb.AnnounceIncomingResponse, reply)


def amend_incoming(reply: replies.AnnounceIncomingReply) -> incoming_pb.AmendIncomingResponse:
    """Encode a change of an announcement."""
    return _announced(incoming_pb.AmendIncomingResponse, reply)


def get_incoming(answer: DocumentAnswer) -> incoming_pb.GetIncomingResponse:
    """Encode one announcement."""
    return incoming_pb.GetIncomingResponse(
        document=_document(answer.document, answer.at_ms), revision=answer.revision, lineage=lineage(answer.lineage)
    )


def list_incoming(page: DocumentPage) -> incoming_pb.ListIncomingResponse:
    """Encode a page of what is expected."""
    return incoming_pb.ListIncomingResponse(
        documents=[_document(document, page.at_ms) for document in page.documents],
        next_page_token=page.next_token,
        revision=page.revision,
        lineage=lineage(page.lineage),
    )


def transfer_stock(value: Transferred) -> incoming_pb.TransferStockResponse:
    """Encode goods that are under way."""
    return incoming_pb.TransferStockResponse(
        applied=applied(value.applied), levels=map(level, value.levels), announced=applied(value.announced)
    )


def _announced(response: type[AnnouncedT], reply: replies.AnnounceIncomingReply) -> AnnouncedT:
    return response(
        applied=applied(reply.applied),
        superseded=reply.superseded,
        version=reply.version,
        levels=map(level, reply.levels),
    )


def _document(value: Document, at_ms: int) -> incoming_pb.IncomingDocument:
    """Encode an announcement as it stood at `at_ms`."""
    return incoming_pb.IncomingDocument(
        document_id=value.document_id,
        kind=enums.DOCUMENT_KIND.number(value.kind),
        version=value.version,
        expected_at_ms=value.expected_at_ms,
        from_location_id=value.from_location_id,
        closed=value.closed,
        overdue=value.overdue(at_ms),
        progress=[
            incoming_pb.DocumentProgress(
                sku=row.sku,
                expected_quantity=row.expected,
                received_quantity=row.received,
                open_quantity=row.open,
            )
            for row in value.progress
        ],
        system=value.system,
        created_at_ms=value.created_at_ms,
    )
