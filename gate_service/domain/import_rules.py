"""Which rows of an import do not go together: the rules alone, for one row and what is known beside it.

A code is looked at by its key (`items.key_of`): two codes of one key cannot be told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from gate_service.domain.item_rules import ALIASES_MAX, GTINS_MAX, ItemError
from gate_service.domain.items import Codes, Item, KitPart, codes_of, key_of


class Seen(NamedTuple):
    """The row of the import that gives a SKU, by its place in the import."""

    place: int
    row_number: int
    sku: str


class Known(NamedTuple):
    """What is known of a key: who gives it as a SKU, whose code it is ("" nobody's), and which SKU stays with it."""

    seen: Seen | None
    owner: str
    staying_sku: str


def code_fault(sku: str, known: Known) -> str:
    """Say why a code of an item, its own SKU included, cannot be one; "" where it can."""
    if known.seen is not None and known.seen.sku != sku:
        return f"is the SKU of row {known.seen.row_number}, {known.seen.sku}"
    if known.owner not in ("", sku):
        return f"is a code of {known.owner}"
    if known.staying_sku not in ("", sku):
        return f"is a SKU of its own, {known.staying_sku}"
    return ""


def check_claims(item: Item, codes: Codes, known: Callable[[str], Known], absorbed: Mapping[str, Item]) -> None:
    """Check that all codes of an item may be its own; `absorbed` are the items that it takes over, by SKU.

    Raises `ItemError` with the first that may not.
    """
    told = {key_of(item.sku, codes): ("sku", item.sku)}
    told |= {key_of(alias, codes): (f"aliases[{place}]", alias) for place, alias in enumerate(item.aliases)}
    told |= {gtin: (f"gtins[{place}]", gtin) for place, gtin in enumerate(item.gtins)}
    for key, (field, code) in told.items():
        why = code_fault(item.sku, known(key))
        if why:
            raise ItemError(field, f"{code} {why}")
    for place, alias in enumerate(item.aliases):
        if alias in absorbed:
            _check_merge(absorbed[alias], item, f"aliases[{place}]")


def _check_merge(gone: Item, heir: Item, field: str) -> None:
    """Check that one of an item means the same after it is merged: a base unit of stock, in packs of the same size.

    Raises `ItemError`.
    """
    if not (gone.has_stock and heir.has_stock):
        told = " and ".join(f"{item.sku} is {_kind(item)}" for item in (gone, heir) if not item.has_stock)
        raise ItemError(field, f"{gone.sku} cannot be merged into {heir.sku}: {told}, and only stock can be merged")
    for unit, factor in gone.units.items():
        its = heir.units.get(unit)
        if its != factor:
            there = "has none" if its is None else f"has one of {its:,}"
            raise ItemError(
                "units",
                f"{gone.sku} has a unit {unit} of {factor:,} and {heir.sku}, which it is merged into, {there}: "
                f"what is written in it would be miscounted. Give both the same",
            )


def _kind(item: Item) -> str:
    return "a kit" if item.kit else "a code without stock"


def inherited(heir: Item, gone: Item, codes: Codes, is_free: Callable[[str], bool]) -> Item:
    """Give an item with the codes of one that it takes over, as far as nobody else has them.

    It has the units of that one, as `check_claims` saw to. Raises `ItemError` where that makes too many codes.
    """
    free = {key for key in codes_of(gone, codes) if is_free(key)}
    aliases = (*heir.aliases, *(alias for alias in gone.aliases if key_of(alias, codes) in free))
    gtins = {**heir.gtins, **{key: unit for key, unit in gone.gtins.items() if key in free}}
    if len(aliases) > ALIASES_MAX or len(gtins) > GTINS_MAX:
        raise ItemError("aliases", f"{heir.sku} would have too many codes with those of {gone.sku}")
    return replace(heir, aliases=aliases, gtins=gtins)


class KitFault(NamedTuple):
    """Why a kit cannot be: the kit or the component that is to blame, and what is wrong there."""

    kit_field: str
    component: str
    component_field: str
    why: str


def completed(kit: Item, component: Callable[[str], Item | None]) -> Item | KitFault:
    """Give a kit with the canonical SKUs of its components, or say why it cannot be.

    `component` gives what a SKU or an alias stands for, in base units; None where there is none.
    """
    needs: dict[str, int] = {}
    for place, part in enumerate(kit.kit):
        field, found = f"kit[{place}]", component(part.sku)
        if found is None:
            return KitFault(field, "", "", f"{part.sku} is not in the catalog")
        if found.sku == kit.sku:
            return KitFault(field, "", "", f"{part.sku} is the kit itself")
        if found.kit:
            return KitFault(field, found.sku, "kit", f"{found.sku} is a kit, and a component of the kit {kit.sku}")
        if not found.stocked:
            why = f"{found.sku} has no stock, and is a component of the kit {kit.sku}"
            return KitFault(field, found.sku, "non_stock", why)
        needs[found.sku] = needs.get(found.sku, 0) + part.quantity
    return replace(kit, kit=tuple(KitPart(*part) for part in needs.items()))


def new_aliases(items: Iterable[Item], known_before: Callable[[str], str], codes: Codes) -> dict[str, str]:
    """Give the aliases that did not stand for the same SKU before: their stock may stand under their own name."""
    return {
        alias: item.sku for item in items for alias in item.aliases if known_before(key_of(alias, codes)) != item.sku
    }
