"""The house of the guarded gate: its handoff map and its catalog."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench import messages
from fulfillment_gate import Gate
from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb

TOKEN: Final = secrets.token_urlsafe(32)
"""The one caller's, made anew for each run."""
ITEMS: Final = 10_000
"""Items of the catalog; the load names a tenth of them."""
_PART_ROWS: Final = 1_000
_TIMEOUT_S: Final = 60.0

_MAP: Final = """\
version: 1
systems:
  bench:
    role: admin
    owner: {{name: bench, contact: bench}}
    tokens: ["sha256:{digest}"]
    locations: ["{near}", "{far}"]
    channels: ["*"]
    operations: {{reserve_stock: {{}}, confirm_reservation: {{}}, release_reservation: {{}}, import_items: {{}}}}
channels:
  web: {{locations: ["{near}"], buffer_percent: 1, priority: 1}}
  everywhere: {{locations: ["{near}", "{far}"], buffer: 10, priority: 2, split: true}}
policy: {{safety_stock: 5}}
"""


def write_map(folder: Path) -> Path:
    """Write the handoff map into a folder."""
    path = folder / "handoffs.yaml"
    digest = hashlib.sha256(TOKEN.encode()).hexdigest()
    path.write_text(_MAP.format(digest=digest, near=messages.LOCATION, far=messages.FAR_LOCATION))
    return path


def import_catalog(address: str) -> None:
    """Import the items that the load names by other codes, their kits, and many that it does not name."""
    rows = list(_rows())
    with Gate(address, token=TOKEN, timeout_s=_TIMEOUT_S) as gate:
        gate.begin_import("bench", mode=catalog_pb.IMPORT_MODE_REPLACE)
        parts = [rows[at : at + _PART_ROWS] for at in range(0, len(rows), _PART_ROWS)]
        for number, part in enumerate(parts, start=1):
            gate.stage_items("bench", number, part)
        state = catalog_pb.IMPORT_STATE_COMMITTING
        while state == catalog_pb.IMPORT_STATE_COMMITTING:
            state = gate.commit_import("bench", len(parts)).catalog_import.state


def _rows() -> Iterator[catalog_pb.ImportRow]:
    for number, item in enumerate(_items(), start=1):
        yield catalog_pb.ImportRow(row_number=number, item=item)


def _items() -> Iterator[catalog_pb.Item]:
    case = catalog_pb.ItemUnit(unit="case", factor=12)
    for number in range(ITEMS):
        yield catalog_pb.Item(sku=f"SKU-{number:04d}", aliases=[f"ALIAS-{number:04d}"], units=[case])
    for number in range(messages.SKU_COUNT):
        yield catalog_pb.Item(sku=messages.far_sku(number))
        parts = [catalog_pb.KitPart(sku=messages.sku(number + place), quantity=1) for place in range(3)]
        yield catalog_pb.Item(sku=f"KIT-{number:04d}", kit=parts)
