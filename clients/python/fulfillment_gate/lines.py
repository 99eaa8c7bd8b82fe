"""Lines that cannot be written as the contract names them."""

from __future__ import annotations

from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2


def move_line(
    sku: str,
    quantity: int = 0,
    *,
    from_status: stock_pb2.StockStatus,
    to_status: stock_pb2.StockStatus,
    unit: str = "",
    amount: str = "",
) -> stock_pb2.MoveLine:
    """Give the MoveLine that takes so many units from one status to another: its field `from` is a word of Python.

    Units are base units, or with `unit` packs of it; `amount` is a decimal number instead of `quantity`.
    """
    line = stock_pb2.MoveLine(sku=sku, to=to_status, quantity=quantity, unit=unit, amount=amount)
    setattr(line, "from", from_status)
    return line
