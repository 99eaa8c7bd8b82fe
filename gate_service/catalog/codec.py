"""Items, codes and pointers as they stand in the store."""

from __future__ import annotations

import json
from typing import Any

from gate_service.domain.imports import NO_CATALOG, CatalogPointer
from gate_service.domain.items import Item, KitPart

compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def item_text(item: Item) -> str:
    """Write an item; what is empty is left out, and so is the SKU, under which it stands."""
    said = {
        "aliases": item.aliases,
        "gtins": item.gtins,
        "units": item.units,
        "kit": item.kit,
        "non_stock": not item.stocked,
        "abc": item.abc,
        "description": item.description,
    }
    return compact({name: value for name, value in said.items() if value})


def read_item(sku: str, text: str) -> Item:
    """Read an item."""
    said: dict[str, Any] = json.loads(text)
    return Item(
        sku,
        tuple(said.get("aliases", ())),
        said.get("gtins", {}),
        said.get("units", {}),
        tuple(KitPart(*part) for part in said.get("kit", ())),
        not said.get("non_stock", False),
        said.get("abc", ""),
        said.get("description", ""),
    )


def code_text(sku: str, unit: str) -> str:
    """Write what a code stands for."""
    return f"{sku} {unit}" if unit else sku


def read_code(text: str) -> tuple[str, str]:
    """Read what a code stands for: (SKU, unit)."""
    sku, _, unit = text.partition(" ")
    return sku, unit


def read_pointer(text: str) -> CatalogPointer:
    """Read which catalog is in force."""
    if not text:
        return NO_CATALOG
    said: dict[str, Any] = json.loads(text)
    retired = tuple((str(name), int(at_ms)) for name, at_ms in said["retired"])
    return CatalogPointer(said["version"], said["generation"], said["items"], said["at_ms"], retired, text)
