"""Every key of the catalog in the store. docs/catalog.md describes them; nothing else builds one.

All share one hash tag, so that they stay in one cluster slot; no location's id can begin with "~".
"""

from __future__ import annotations

from typing import Final

_TAG: Final = "gate:{~catalog}:"

CURRENT: Final = _TAG + "current"
"""String, JSON: which generation is in force, under which version."""
SERIAL: Final = _TAG + "serial"
"""Counter: the number of the newest generation."""
BARRIER: Final = _TAG + "barrier"
"""Counter, written before an import is said to be in force, so that WAIT tells whether replicas hold it."""
COMMITTER: Final = _TAG + "committer"
"""String with a time to live: which gate puts an import in force just now."""
MERGER: Final = _TAG + "merger"
"""String with a time to live: which gate moves the stock of merged SKUs just now."""
MERGED: Final = _TAG + "merged"
"""Hash: SKU → the SKU that its stock moved to, for ever."""
REFUSED_MERGES: Final = _TAG + "refused_merges"
"""Hash: SKU → how often a ledger refused to merge it."""
MERGINGS: Final = _TAG + "mergings"
"""List: generations whose new aliases have not all been looked for in the ledgers."""
MERGE_CALLERS: Final = _TAG + "merge_callers"
"""Hash: such a generation → JSON [system, actor] of who put it in force."""
UNKNOWN: Final = _TAG + "unknown"
"""Hash: identifier → JSON [first_at_ms, last_at_ms, system, location_id]."""
UNKNOWN_COUNTS: Final = _TAG + "unknown_counts"
"""Sorted set: identifier by how often it was used."""


def items(generation: str) -> str:
    """Hash: SKU → the item as JSON."""
    return f"{_TAG}items:{generation}"


def codes(generation: str) -> str:
    """Hash: key of an alias or a GTIN → "SKU unit", or "SKU" for the base unit."""
    return f"{_TAG}codes:{generation}"


def kits(generation: str) -> str:
    """Set: the SKUs that are kits."""
    return f"{_TAG}kits:{generation}"


def seen(generation: str) -> str:
    """Hash, while it is built: key of a SKU of the import → "place row_number SKU"."""
    return f"{_TAG}seen:{generation}"


def absorbed(generation: str) -> str:
    """Hash, while it is built: SKU that becomes an alias → the SKU whose alias it becomes."""
    return f"{_TAG}absorbed:{generation}"


def new_aliases(generation: str) -> str:
    """Hash: alias that is new in this generation → its SKU. Goes when all ledgers were looked through for them."""
    return f"{_TAG}new_aliases:{generation}"


def of_generation(generation: str) -> tuple[str, ...]:
    """Give all keys that may go with a generation, but for its new aliases."""
    return tuple(name(generation) for name in (items, codes, kits, seen, absorbed))


def record(import_id: str) -> str:
    """Hash: what is known of an import."""
    return f"{_TAG}import:{import_id}"


def parts(import_id: str) -> str:
    """Hash: part number → "row_count digest"."""
    return f"{_TAG}parts:{import_id}"


def staged(import_id: str) -> str:
    """Hash: part number → its sound rows, JSON [[place, row_number, SKU, item]]."""
    return f"{_TAG}staged:{import_id}"


def faults(import_id: str) -> str:
    """Sorted set: rows that are wrong in themselves, JSON, by place."""
    return f"{_TAG}faults:{import_id}"


def conflicts(import_id: str) -> str:
    """Sorted set: rows that are wrong beside others, JSON, by place."""
    return f"{_TAG}conflicts:{import_id}"


def of_import(import_id: str) -> tuple[str, ...]:
    """Give all keys of an import."""
    return tuple(name(import_id) for name in (record, parts, staged, faults, conflicts))
