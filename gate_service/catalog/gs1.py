"""GTINs and GS1 element strings, as scanners hand them over.

What knows all element strings comes with the first of them: it takes a tenth of a second to import, and most processes
never see one.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING, Final

from gate_service.domain.items import Scanned

if TYPE_CHECKING:
    from biip.gs1_messages import GS1Message

_GTIN_LENGTH: Final = 14
_GTIN_LENGTHS: Final = frozenset({8, 12, 13, _GTIN_LENGTH})
_FNC1: Final = "\x1d"
"""What scanners send for the symbol that ends a field of variable length."""
_SYMBOLOGY: Final = re.compile(r"\][A-Za-z][0-9]")
"""What a scanner may put in front to say which kind of barcode it read: ]C1 for GS1-128, ]d2 for DataMatrix."""
_SHORTEST: Final = 16
"""Characters of an element string with a GTIN: 01 and 14 digits."""
_ELEMENTS: Final = re.compile(r"\s*[(\d]")
"""How element strings begin: with the digits of an identifier, bare or in parentheses; to Python FNC1 is a blank."""


class Gs1Codes:
    """Implements `domain.items.Codes`."""

    def prepare(self) -> None:
        """Import what reads element strings now: a gate that will meet them keeps no caller waiting for it."""
        import_module("biip.gs1_messages")

    def gtin14(self, text: str) -> str:
        """Give a GTIN as 14 digits; "" for anything else, a wrong check digit included."""
        if not text.isdigit() or not text.isascii() or len(text) not in _GTIN_LENGTHS:  # what most codes are
            return ""
        if (sum(map(int, text[::-2])) + 3 * sum(map(int, text[-2::-2]))) % 10:  # the last digit makes it come out even
            return ""
        return text.zfill(_GTIN_LENGTH)

    def scanned(self, text: str) -> Scanned | None:
        """Read an element string that names a trade item (AI 01): with parentheses, or as the scanner sends it."""
        prefix = _SYMBOLOGY.match(text)
        bare = text[prefix.end() :] if prefix else text
        gtin = self.gtin14(bare) if prefix else ""
        if gtin:  # an EAN symbol holds nothing but its GTIN
            return Scanned(gtin, "")
        return _message(bare) if len(bare) >= _SHORTEST and _ELEMENTS.match(bare) else None


def _message(text: str) -> Scanned | None:
    from biip import ParseError  # noqa: PLC0415 slow to import

    try:
        message = _read(text)
    except (ParseError, ValueError):
        return None
    item = message.element_strings.get(ai="01")
    if item is None or item.gtin is None:  # no trade item, or its check digit is wrong
        return None
    lot = message.element_strings.get(ai="10")
    return Scanned(item.gtin.as_gtin_14(), lot.value if lot else "")


def _read(text: str) -> GS1Message:
    from biip import ParseConfig  # noqa: PLC0415 slow to import
    from biip.gs1_messages import GS1Message  # noqa: PLC0415

    lenient = ParseConfig(gs1_element_strings_verify_date=False)  # a date of zeros says nothing against the item
    if text.startswith("("):
        return GS1Message.parse_hri(text, config=lenient)
    return GS1Message.parse(text.lstrip(_FNC1), config=lenient)
