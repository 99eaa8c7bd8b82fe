"""For an ERP: announce what is to come, say when it changes, and see what should have been here.

A document is a purchase order or an ASN. Its version counts up with each change of the paper, and the newest one is
what counts, whichever arrives first: so these functions may be called in any order, and as often as it takes.

What stands in its own books is held against the record with `tell_stock`, by SKU and location.
"""

# ruff: noqa: PLR0913 - a function takes what its message has, by name

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.mirrors import compared, compared_async, tell_stock, tell_stock_async
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb2
from fulfillment_gate.v1 import types_pb2

__all__ = [
    "Overdue",
    "OverdueLine",
    "ToldDocument",
    "amend",
    "amend_async",
    "announce",
    "announce_async",
    "compared",
    "compared_async",
    "overdue",
    "overdue_async",
    "tell_stock",
    "tell_stock_async",
]


_KINDS: Final = {
    incoming_pb2.DOCUMENT_KIND_PURCHASE_ORDER: "PURCHASE_ORDER",
    incoming_pb2.DOCUMENT_KIND_ASN: "ASN",
    incoming_pb2.DOCUMENT_KIND_TRANSFER: "TRANSFER",
}


@dataclass(frozen=True, slots=True)
class ToldDocument:
    """What the gate now expects of a document."""

    document_id: str
    version: int
    """The version that counts."""
    superseded: bool
    """True where a newer version than the one told now was known already: nothing changed."""
    revision: int
    """Where this answer stands in the ledger of the location."""


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """One SKU of a document of which something is missing, in base units."""

    sku: str
    expected: int
    received: int
    missing: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """A document that should have been here: announced, and never booked in, or not all of it."""

    document_id: str
    kind: str
    """PURCHASE_ORDER, ASN or TRANSFER."""
    system: str
    """Who announced it."""
    expected_at_ms: int
    """When it should have been here, ms since the epoch."""
    lines: tuple[OverdueLine, ...]
    """What is missing of it, by SKU."""


def announce(
    gate: Gate,
    location_id: str,
    document_id: str,
    lines: Iterable[incoming_pb2.IncomingLine],
    *,
    kind: incoming_pb2.DocumentKind = incoming_pb2.DOCUMENT_KIND_PURCHASE_ORDER,
    version: int = 1,
    expected_at_ms: int,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> ToldDocument:
    """Announce 1 to 2,000 lines of a purchase order, or of an ASN by its `kind`, that should be here at a time.

    Told again, nothing changes. `expected_at_ms` is ms since the epoch; 0 where nobody knows, and then it never is
    overdue. Raises as `announce_incoming` does.
    """
    answer = gate.announce_incoming(
        location_id,
        document_id,
        lines,
        kind=kind,
        version=version,
        expected_at_ms=expected_at_ms,
        operation_id=operation_id,
        source_event=source_event,
        timeout_s=timeout_s,
    )
    return _told(document_id, answer)


async def announce_async(
    gate: AsyncGate,
    location_id: str,
    document_id: str,
    lines: Iterable[incoming_pb2.IncomingLine],
    *,
    kind: incoming_pb2.DocumentKind = incoming_pb2.DOCUMENT_KIND_PURCHASE_ORDER,
    version: int = 1,
    expected_at_ms: int,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> ToldDocument:
    """Do as `announce`."""
    answer = await gate.announce_incoming(
        location_id,
        document_id,
        lines,
        kind=kind,
        version=version,
        expected_at_ms=expected_at_ms,
        operation_id=operation_id,
        source_event=source_event,
        timeout_s=timeout_s,
    )
    return _told(document_id, answer)


def amend(
    gate: Gate,
    location_id: str,
    document_id: str,
    lines: Iterable[incoming_pb2.IncomingLine],
    *,
    version: int,
    kind: incoming_pb2.DocumentKind = incoming_pb2.DOCUMENT_KIND_PURCHASE_ORDER,
    expected_at_ms: int,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> ToldDocument:
    """Give the whole document as it is in this version, in up to 2,000 lines; none cancels it.

    What has come of it stays. Its time is told anew with each version. Raises as `amend_incoming` does.
    """
    answer = gate.amend_incoming(
        location_id,
        document_id,
        lines,
        kind=kind,
        version=version,
        expected_at_ms=expected_at_ms,
        operation_id=operation_id,
        source_event=source_event,
        timeout_s=timeout_s,
    )
    return _told(document_id, answer)


async def amend_async(
    gate: AsyncGate,
    location_id: str,
    document_id: str,
    lines: Iterable[incoming_pb2.IncomingLine],
    *,
    version: int,
    kind: incoming_pb2.DocumentKind = incoming_pb2.DOCUMENT_KIND_PURCHASE_ORDER,
    expected_at_ms: int,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> ToldDocument:
    """Do as `amend`."""
    answer = await gate.amend_incoming(
        location_id,
        document_id,
        lines,
        kind=kind,
        version=version,
        expected_at_ms=expected_at_ms,
        operation_id=operation_id,
        source_event=source_event,
        timeout_s=timeout_s,
    )
    return _told(document_id, answer)


def overdue(gate: Gate, location_id: str, *, timeout_s: float | None = None) -> list[Overdue]:
    """Give what should have been here by now and is not, the earliest first: ask the warehouse, or the supplier.

    Goods that came and were never booked in are among it. `timeout_s` is that of each page. Raises NotFound
    (UNKNOWN_LOCATION).
    """
    return [_missing(one) for one in gate.iter_incoming(location_id, overdue_only=True, timeout_s=timeout_s)]


async def overdue_async(gate: AsyncGate, location_id: str, *, timeout_s: float | None = None) -> list[Overdue]:
    """Do as `overdue`."""
    return [_missing(one) async for one in gate.iter_incoming(location_id, overdue_only=True, timeout_s=timeout_s)]


def _told(
    document_id: str, answer: incoming_pb2.AnnounceIncomingResponse | incoming_pb2.AmendIncomingResponse
) -> ToldDocument:
    return ToldDocument(document_id, answer.version, answer.superseded, answer.applied.revision)


def _missing(document: incoming_pb2.IncomingDocument) -> Overdue:
    return Overdue(
        document_id=document.document_id,
        kind=_KINDS.get(document.kind, str(int(document.kind))),
        system=document.system,
        expected_at_ms=document.expected_at_ms,
        lines=tuple(
            OverdueLine(each.sku, each.expected_quantity, each.received_quantity, each.open_quantity)
            for each in document.progress
            if each.open_quantity
        ),
    )
