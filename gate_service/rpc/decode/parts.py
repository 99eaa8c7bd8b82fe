"""What requests of several services have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.domain import limits
from gate_service.domain.errors import InvalidField
from gate_service.domain.operations import OrderLine, SkuQuantity, SourceEvent
from gate_service.rpc.fields import count, ident, integer, line_ident, line_quantity, optional_ident, unique

_TOKEN_MAX_LENGTH = 200


class Measured(Protocol):
    """A line that may be written in a unit."""

    unit: str


class Weighed(Measured, Protocol):
    """A line that may be written as a decimal number in a unit."""

    amount: str


class Keyed(Weighed, Protocol):
    """A line with a key, a SKU and a quantity."""

    line_id: str
    sku: str
    quantity: int


class Told(Protocol):
    """A request that may tell an event."""

    source_event: types_pb.SourceEvent

    def HasField(self, field_name: Any, /) -> bool:  # noqa: ANN401, N802 - the generated signature
        """Say whether a message field is set."""
        ...


def source_event(request: Told) -> SourceEvent | None:
    """Check what happened in the caller's world; None where the request does not say."""
    if not request.HasField("source_event"):
        return None
    event = request.source_event
    return SourceEvent(
        optional_ident(event.system, "source_event.system"),
        optional_ident(event.document_type, "source_event.document_type"),
        ident(event.document, "source_event.document"),
        optional_ident(event.line, "source_event.line"),
        optional_ident(event.action, "source_event.action"),
        integer(event.number, "source_event.number", 0, limits.EVENT_NUMBER_MAX),
    )


def base_unit(line: Measured, place: int) -> None:
    """Check that a line is in base units: a unit that is still there would make twelve of one without a word."""
    if line.unit:
        raise InvalidField(f"lines[{place}].unit", "must be empty, for base units: no catalog knows this unit")


def base_quantity(line: Weighed, place: int) -> None:
    """Check that a line has its quantity in base units."""
    base_unit(line, place)
    if line.amount:
        raise InvalidField(f"lines[{place}].amount", "must be empty: give the quantity in base units")


def line_key(line_id: str, sku: str, place: int) -> str:
    """Check the key of a line, which may be left out."""
    return line_ident(line_id, place, "line_id") if line_id else sku


def keyed_lines(lines: Sequence[Keyed], fewest: int, most: int) -> tuple[OrderLine, ...]:
    """Check lines with a key, a SKU and a quantity; each key stands once."""
    count(lines, "lines", fewest, most)
    checked = []
    for i, line in enumerate(lines):
        if line.unit or line.amount:
            base_quantity(line, i)
        checked.append(
            OrderLine(
                line_key(line.line_id, line.sku, i),
                line_ident(line.sku, i, "sku"),
                line_quantity(line.quantity, i),
            )
        )
    unique([line.line_id for line in checked], "lines", "line_id")
    return tuple(checked)


def sku_quantity(line: Any, place: int, least: int) -> SkuQuantity:  # noqa: ANN401 - any message of that form
    """Check a line with a SKU and a quantity."""
    base_quantity(line, place)
    return SkuQuantity(
        line_ident(line.sku, place, "sku"),
        integer(line.quantity, f"lines[{place}].quantity", least, limits.QUANTITY_MAX),
    )


def page_size(size: int, most: int, default: int) -> int:
    """Check the size of a page; 0 means the default."""
    return integer(size, "page_size", 0, most) or default


def page_token(token: str) -> str:
    """Check the form of a token; whether a page gave it is known to the ledger alone."""
    if len(token) > _TOKEN_MAX_LENGTH or not (token.isascii() and token.isprintable()):
        raise InvalidField("page_token", "must be the next_page_token of the page before, or empty")
    return token
