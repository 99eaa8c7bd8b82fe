"""For a warehouse: book goods in against what was announced, and see at once what is too much and what is missing."""

# ruff: noqa: PLR0913 - a function takes what its message has, by name

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt came to, against the document that announced it."""

    document_id: str
    revision: int
    """Where it stands in the ledger of the location."""
    over: tuple[stock_pb2.SkuQuantity, ...]
    """Of what came now, more than was announced."""
    still_open: tuple[stock_pb2.SkuQuantity, ...]
    """What is still to come of the document; after the final receipt: what never came."""
    told_before: bool
    """True where this answer was given before, to another delivery or to a lost attempt: nothing was booked twice."""

    @property
    def as_announced(self) -> bool:
        """True where all of the document has come, and no more."""
        return not self.over and not self.still_open


def receive(
    gate: Gate,
    location_id: str,
    document_id: str,
    receipt_id: str,
    lines: Iterable[stock_pb2.ReceiptLine],
    *,
    final: bool = False,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> Received:
    """Book in 1 to 2,000 lines against a purchase order, an ASN or a transfer, once, however often they are told.

    `receipt_id` is your name for this arrival: it is told as the source event `receipt`, receipt_id, `received`; give
    your own event for other names. `final` says that nothing more will come of the document. It may come before its
    announcement. Raises as `record_receipt` does.
    """
    answer = gate.record_receipt(
        location_id,
        lines,
        reference=receipt_id,
        document_id=document_id,
        final=final,
        operation_id=operation_id,
        source_event=source_event or _received(receipt_id),
        timeout_s=timeout_s,
    )
    return _compared(document_id, answer)


async def receive_async(
    gate: AsyncGate,
    location_id: str,
    document_id: str,
    receipt_id: str,
    lines: Iterable[stock_pb2.ReceiptLine],
    *,
    final: bool = False,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> Received:
    """Do as `receive`."""
    answer = await gate.record_receipt(
        location_id,
        lines,
        reference=receipt_id,
        document_id=document_id,
        final=final,
        operation_id=operation_id,
        source_event=source_event or _received(receipt_id),
        timeout_s=timeout_s,
    )
    return _compared(document_id, answer)


def _received(receipt_id: str) -> types_pb2.SourceEvent:
    return types_pb2.SourceEvent(document_type="receipt", document=receipt_id, action="received")


def _compared(document_id: str, answer: stock_pb2.RecordReceiptResponse) -> Received:
    return Received(
        document_id, answer.applied.revision, tuple(answer.over), tuple(answer.open), answer.applied.replayed
    )
