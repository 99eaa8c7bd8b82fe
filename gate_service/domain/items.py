"""Items as the world writes them: what a code means, how many base units stand in a pack, what a kit is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

from gate_service.domain.units import BASE, within

IDENTIFIER_MAX_LENGTH: Final = 128
"""What is looked up at all: a GS1 element string may be longer than any code."""


class KitPart(NamedTuple):
    """What a kit needs of one component, in base units of it."""

    sku: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `gtins` are 14 digits each, with the unit they stand on ("" for the base unit)."""

    sku: str
    aliases: tuple[str, ...] = ()
    gtins: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    kit: tuple[KitPart, ...] = ()
    stocked: bool = True
    abc: str = ""
    description: str = ""

    @property
    def has_stock(self) -> bool:
        """Say whether stock of its own may stand in a ledger: not of a kit, and not of a code without stock."""
        return self.stocked and not self.kit

    def factor(self, unit: str) -> int:
        """Give the base units in one of its units. Raises KeyError."""
        return 1 if unit == BASE else self.units[unit]


class Scanned(NamedTuple):
    """What a GS1 element string names: the item by its GTIN of 14 digits, and the lot ("" for none)."""

    gtin: str
    lot: str


class Codes(Protocol):
    """What is known of codes in general, whatever the catalog holds."""

    def gtin14(self, text: str) -> str:
        """Give a GTIN-8, -12, -13 or -14 with a sound check digit as 14 digits; "" for anything else."""
        ...

    def scanned(self, text: str) -> Scanned | None:
        """Read a GS1 element string that names an item by its GTIN; None for anything else."""
        ...


class Written(NamedTuple):
    """An identifier as somebody wrote it, and the key by which it is looked up where it is no SKU itself.

    The key of a GTIN in any length, bare or in an element string, is its 14 digits; that of anything else the text.
    """

    text: str
    key: str
    gtin: str = ""
    lot: str = ""


def written(text: str, codes: Codes) -> Written:
    """Read an identifier without knowing the catalog."""
    gtin = codes.gtin14(text)
    if gtin:
        return Written(text, gtin, gtin)
    scan = codes.scanned(text)
    return Written(text, scan.gtin, scan.gtin, scan.lot) if scan else Written(text, text)


def key_of(code: str, codes: Codes) -> str:
    """Give the key under which a code stands in the catalog: two codes of one key cannot be told apart."""
    return codes.gtin14(code) or code


class Resolved(NamedTuple):
    """What an identifier means: `quantity` of it are `quantity * factor` base units of `sku`, in a unit named `unit`.

    Before the first import `item` is None: every code is taken as it is written.
    """

    sku: str
    unit: str
    factor: int
    item: Item | None
    gtin: str = ""
    lot: str = ""
    plain: bool = False
    """True where nothing has to be rewritten: it is the SKU itself, and has stock of its own."""


def resolve(identifier: Written, items: Mapping[str, Item], codes: Mapping[str, tuple[str, str]]) -> Resolved | None:
    """Give what an identifier means, None where nobody knows it.

    `items` hold by SKU what may be meant; `codes` hold by key the (SKU, unit) that an alias or a GTIN stands for. A SKU
    comes before an alias, an alias before what a code might hold inside.
    """
    item = items.get(identifier.text)
    if item is not None:
        return Resolved(item.sku, BASE, 1, item, identifier.gtin, plain=item.has_stock)
    meant = codes.get(identifier.key)
    sku, unit = meant or (identifier.key, BASE)
    item = items.get(sku)
    if item is None:
        return None
    return Resolved(sku, unit, item.factor(unit), item, identifier.gtin, identifier.lot)


def codes_of(item: Item, codes: Codes) -> dict[str, str]:
    """Give every code that stands for an item beside its SKU: key → unit."""
    found = {key_of(alias, codes): BASE for alias in item.aliases}
    found |= item.gtins
    own = key_of(item.sku, codes)
    if own != item.sku:  # a SKU that is a GTIN is understood in every length
        found[own] = BASE
    return found


class Component(NamedTuple):
    """One line of a kit's components: `quantity` base units in all, `per_kit` in each kit."""

    line_id: str
    sku: str
    quantity: int
    per_kit: int


def components(item: Item, line_id: str, kits: int) -> list[Component]:
    """Give what `kits` of a kit need, under the line's own id and their places: L/1, L/2.

    Raises `units.UnitError` where a component comes to more than a line may hold.
    """
    return [
        Component(
            f"{line_id}/{place}", part.sku, within(part.quantity * kits, kits, part.quantity, item.sku), part.quantity
        )
        for place, part in enumerate(item.kit, start=1)
    ]


def kit_promise(parts: Iterable[tuple[int, int]]) -> int:
    """Give how many kits the components allow: `(promise, per_kit)` of each, in base units; 0 without any."""
    return min((max(0, promise) // per_kit for promise, per_kit in parts), default=0)
