"""How one line of a request is read: its identifier becomes a SKU, its figures become base units."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from fulfillment_gate.v1 import variance_service_pb2 as variance_pb
from gate_service.domain.errors import InvalidField, Violation
from gate_service.domain.items import IDENTIFIER_MAX_LENGTH, Item, Resolved
from gate_service.domain.limits import ID_PATTERN
from gate_service.domain.units import UnitError, named, to_base, within

_FIGURES: Final = ("quantity", "delta", "picked_quantity", "short_quantity", "counted_quantity")
_NOT_READ: Final = frozenset(
    each.DESCRIPTOR.full_name for each in (stock_pb.MergeSkuRequest, variance_pb.ListVariancesRequest)
)
"""Requests that speak of SKUs as such, of those that are none any more too."""
_FNC1: Final = "\x1d"


class Shape(NamedTuple):
    """Where a request names items. `lines` is "" where the request is its own only line."""

    lines: str
    figures: tuple[str, ...]
    has_unit: bool
    has_amount: bool
    has_key: bool


def shape_of(request: Any) -> Shape | None:  # noqa: ANN401 - a descriptor of either runtime
    """Say where requests of a type name items; None where they name none."""
    if request.full_name in _NOT_READ:
        return None
    lines = request.fields_by_name.get("lines")
    line = lines.message_type if lines is not None else request
    if line is None or "sku" not in line.fields_by_name:
        return None
    has = line.fields_by_name
    figures = tuple(name for name in _FIGURES if name in has)
    return Shape("lines" if lines else "", figures, "unit" in has, "amount" in has, "line_id" in has)


class Line:
    """One line as it is read."""

    __slots__ = ("given", "meant", "message", "path", "shape")

    def __init__(self, message: Any, path: str, meant: Resolved | None, shape: Shape) -> None:  # noqa: ANN401 - any line
        """Keep the line and what its identifier means; None where nobody knows it."""
        self.message = message
        self.path = path
        self.given: str = message.sku
        self.meant = meant
        self.shape = shape

    @property
    def item(self) -> Item | None:
        """The item it names; None where nobody knows it, or there is no catalog."""
        return self.meant.item if self.meant else None

    def field(self, name: str) -> str:
        """Name one of its fields."""
        return f"{self.path}.{name}" if self.path else name

    def violation(self) -> Violation:
        """Tell it as a line that stood in the way."""
        asked = next((getattr(self.message, name) for name in self.shape.figures), 0)
        return Violation(self.message.line_id if self.shape.has_key else "", self.given, asked, 0)

    def convert(self) -> Iterator[types_pb.Conversion]:
        """Rewrite it in its SKU and in base units; give what shows how it was read, where it was not so already.

        A line that nobody knows is left as it is. Raises `InvalidField`.
        """
        message, meant, shape = self.message, self.meant, self.shape
        if meant is None:
            return
        amount = message.amount if shape.has_amount else ""
        unit, factor = self._unit(message.unit if shape.has_unit else "", meant)
        if self.given == meant.sku and not unit and not amount:
            return
        told = [(name, *self._base(name, amount, factor, unit)) for name in shape.figures]
        if shape.has_key and not message.line_id and self.given != meant.sku:
            message.line_id = self.given if ID_PATTERN.fullmatch(self.given) else meant.sku
        message.sku = meant.sku
        if shape.has_unit:
            message.unit = ""
        if shape.has_amount:
            message.amount = ""
        for name, figure, base in told:
            if base or name == shape.figures[0]:
                yield types_pb.Conversion(
                    field=self.path if name == "quantity" and self.path else self.field(name),
                    given=self.given,
                    unit=unit,
                    amount=figure,
                    sku=meant.sku,
                    quantity=base,
                    lot_id=meant.lot,
                )

    def _unit(self, given: str, meant: Resolved) -> tuple[str, int]:
        """Give the unit of the line and its factor: what it says, else what its identifier stands on."""
        if not given:
            return meant.unit, meant.factor
        units = meant.item.units if meant.item else {}
        try:
            unit = named(given, units)
        except UnitError as error:
            raise InvalidField(self.field("unit"), f"{error} of {meant.sku}") from None
        return unit, units.get(unit, 1)

    def _base(self, name: str, amount: str, factor: int, unit: str) -> tuple[str, int]:
        """Rewrite one figure in base units; give it as it was written, and as it is."""
        figure: int = getattr(self.message, name)
        decimal = amount if name == "quantity" else ""
        if decimal and figure:
            raise InvalidField(self.field("amount"), "and quantity must not both be given")
        if not decimal and factor == 1:
            return str(figure), figure
        try:
            base = to_base(decimal, factor, unit) if decimal else within(figure * factor, figure, factor, unit)
        except UnitError as error:
            raise InvalidField(self.field("amount" if decimal else name), str(error)) from None
        setattr(self.message, name, base)
        return decimal or str(figure), base


def may_be_known(text: str) -> bool:
    """Say whether anything could be called so; else it is for the check of the field to refuse it."""
    return 1 <= len(text) <= IDENTIFIER_MAX_LENGTH and text.replace(_FNC1, "").isprintable()
