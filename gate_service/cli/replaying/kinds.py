"""Says of one row what it is. Every row is one of these; none is left out."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from gate_service.cli.replaying.rows import Row

ITEM_CODE: Final = re.compile(r"[0-9]{5,}[A-Z]{0,3}|DCGS[A-Z0-9]+")
"""An item: five digits or more with a variant of up to three letters, or the boutique range DCGS…

Whatever else stands in the column is a service or an account: postage, samples, bank charges, vouchers.
"""


class RowKind(StrEnum):
    """What a row is."""

    ORDERED = "ordered"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written off"
    FOUND = "found"
    NOT_STOCK = "not stock"
    CONTRADICTORY = "contradictory"


def kind_of(row: Row) -> RowKind:
    """Decide by the row alone, so that a part of a file is read as the whole would be."""
    if not ITEM_CODE.fullmatch(row.code):
        return RowKind.NOT_STOCK
    if row.invoice.startswith("C"):
        return RowKind.CANCELLED if row.quantity < 0 else RowKind.CONTRADICTORY
    if row.quantity < 0:
        return RowKind.WRITTEN_OFF
    if not row.priced and not row.customer and not _names_a_product(row.description):
        return RowKind.FOUND
    return RowKind.ORDERED


def _names_a_product(description: str) -> bool:
    """Tell a product ("CREAM SWEETHEART LETTER RACK") from a note ("Found", "check", "?") or nothing at all.

    Products are written in capitals, but for a size such as 25x24x12cm. Goods that leave for nothing under their name
    (samples, replacements) are orders: 0 is what they cost, not how many left.
    """
    return sum(map(str.isupper, description)) > sum(map(str.islower, description))
