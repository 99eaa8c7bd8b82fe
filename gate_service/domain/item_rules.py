"""What an item must be in itself, whatever else is in the catalog. The comments in the proto state the same figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from gate_service.domain.items import Codes, Item, KitPart, key_of
from gate_service.domain.limits import ID_MAX_LENGTH, ID_PATTERN, NOTE_MAX_LENGTH

ALIASES_MAX: Final = 100
GTINS_MAX: Final = 50
UNITS_MAX: Final = 20
UNIT_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9._/-]{0,15}")
FACTOR_MAX: Final = 1_000_000
KIT_PARTS_MAX: Final = 100
PER_KIT_MAX: Final = 1_000_000
ABC: Final = frozenset({"", "A", "B", "C"})

ALIAS_SEPARATOR: Final = "|"
"""No alias holds it, so that a file may keep several in one cell."""
_SHOWN: Final = 40


class ItemError(ValueError):
    """An item is not what it must be; `field` is a path such as `gtins[1]`."""

    def __init__(self, field: str, why: str) -> None:
        """Name the field and say what it must be."""
        super().__init__(why)
        self.field = field
        self.why = why


class Draft(NamedTuple):
    """An item as somebody gives it: nothing in it is checked yet. Gtins are (gtin, unit), units (name, factor)."""

    sku: str
    aliases: Sequence[str] = ()
    gtins: Sequence[tuple[str, str]] = ()
    units: Sequence[tuple[str, int]] = ()
    kit: Sequence[tuple[str, int]] = ()
    stocked: bool = True
    abc: str = ""
    description: str = ""


def checked(draft: Draft, codes: Codes) -> Item:
    """Give the item, its GTINs in 14 digits and its units in small letters. Raises `ItemError` with the first fault."""
    _ident(draft.sku, "sku")
    units = _units(draft.units)
    item = Item(
        draft.sku,
        _aliases(draft, codes),
        _gtins(draft, units, codes),
        units,
        _kit(draft),
        draft.stocked,
        draft.abc,
        draft.description,
    )
    if draft.abc not in ABC:
        raise ItemError("abc", f"must be A, B, C or empty, not {_shown(draft.abc)}")
    if len(draft.description) > NOTE_MAX_LENGTH or not draft.description.isprintable():
        raise ItemError("description", f"must be at most {NOTE_MAX_LENGTH} characters without control characters")
    return item


def _aliases(draft: Draft, codes: Codes) -> tuple[str, ...]:
    _at_most(draft.aliases, "aliases", ALIASES_MAX)
    seen = {draft.sku}
    for place, alias in enumerate(draft.aliases):
        path = f"aliases[{place}]"
        if not 1 <= len(alias) <= ID_MAX_LENGTH or not alias.isprintable() or alias != alias.strip():
            raise ItemError(
                path, f"must be 1 to {ID_MAX_LENGTH} printable characters without a blank at either end, {_not(alias)}"
            )
        if ALIAS_SEPARATOR in alias:
            raise ItemError(path, f"must not hold {ALIAS_SEPARATOR!r}, {_not(alias)}")
        if codes.scanned(alias) is not None:
            raise ItemError(path, f"is a scanned element string: give its GTIN instead, {_not(alias)}")
        if alias in seen:
            raise ItemError(path, f"stands twice in this item, {_not(alias)}")
        seen.add(alias)
    return tuple(draft.aliases)


def _gtins(draft: Draft, units: dict[str, int], codes: Codes) -> dict[str, str]:
    _at_most(draft.gtins, "gtins", GTINS_MAX)
    others = {key_of(code, codes) for code in (draft.sku, *draft.aliases)}
    found: dict[str, str] = {}
    for place, (text, given) in enumerate(draft.gtins):
        path, unit = f"gtins[{place}]", given.lower()
        gtin = codes.gtin14(text)
        if not gtin:
            raise ItemError(path, f"must be 8, 12, 13 or 14 digits with a sound check digit, {_not(text)}")
        if unit and unit not in units:
            raise ItemError(path, f"stands on a unit that the item does not have, {_not(given)}")
        if gtin in found or gtin in others:
            raise ItemError(path, f"stands twice in this item, {_not(text)}")
        found[gtin] = unit
    return found


def _units(given: Sequence[tuple[str, int]]) -> dict[str, int]:
    _at_most(given, "units", UNITS_MAX)
    found: dict[str, int] = {}
    for place, (name, factor) in enumerate(given):
        path, unit = f"units[{place}]", name.lower()
        if UNIT_PATTERN.fullmatch(unit) is None:
            raise ItemError(path, f"must be named with 1 to 16 characters of a-z 0-9 . _ / -, {_not(name)}")
        if not 1 <= factor <= FACTOR_MAX:
            raise ItemError(path, f"must hold 1 to {FACTOR_MAX:,} base units, not {factor:,}")
        if unit in found:
            raise ItemError(path, f"stands twice in this item, {_not(name)}")
        found[unit] = factor
    return found


def _kit(draft: Draft) -> tuple[KitPart, ...]:
    _at_most(draft.kit, "kit", KIT_PARTS_MAX)
    if draft.kit and not draft.stocked:
        raise ItemError("non_stock", "must not be set for a kit: its components have the stock")
    seen: set[str] = set()
    for place, (sku, quantity) in enumerate(draft.kit):
        path = f"kit[{place}]"
        _ident(sku, path)
        if not 1 <= quantity <= PER_KIT_MAX:
            raise ItemError(path, f"must need 1 to {PER_KIT_MAX:,} base units, not {quantity:,}")
        if sku == draft.sku:
            raise ItemError(path, "must not be the kit itself")
        if sku in seen:
            raise ItemError(path, f"stands twice in this kit, {_not(sku)}")
        seen.add(sku)
    return tuple(KitPart(*part) for part in draft.kit)


def _ident(value: str, path: str) -> None:
    if ID_PATTERN.fullmatch(value) is None:
        raise ItemError(
            path,
            f"must be 1 to {ID_MAX_LENGTH} characters of A-Z a-z 0-9 . _ @ + / - and start with a letter or a digit, "
            f"{_not(value)}",
        )


def _at_most(given: Sequence[object], path: str, most: int) -> None:
    if len(given) > most:
        raise ItemError(path, f"must be at most {most:,}, not {len(given):,}")


def _not(value: str) -> str:
    return f"not {_shown(value)}" if value else "not empty"


def _shown(value: str) -> str:
    return ascii(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
