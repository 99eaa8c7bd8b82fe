"""A house with a handoff map and a catalog: three systems with a token each, one channel, packs and a kit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import fulfillment_gate as sdk
from tests.cli.driving import Commands, Ended

SYSTEMS = ("boss", "shop", "wms")

_MAP = """
version: 1
systems:
  boss:
    role: admin
    tokens: ["{boss}"]
    locations: ["*"]
    operations: {{import_items: {{}}, approve_adjustment: {{}}, change_handoffs: {{}}}}
  shop:
    role: storefront
    tokens: ["{shop}"]
    locations: ["*"]
    channels: ["*"]
    operations: {{reserve_stock: {{}}, confirm_reservation: {{}}, release_reservation: {{}}}}
  wms:
    role: warehouse
    owner: {{name: Night shift, contact: night@warehouse.example}}
    tokens: ["{wms}"]
    locations: ["*"]
    operations: {{record_receipt: {{}}, adjust_stock: {{}}, approve_adjustment: {{}}, submit_count: {{}},
                 authorize_wave: {{}}, report_pick: {{}}, confirm_shipment: {{}}}}
    feed: {{numbered: true}}
channels:
  web: {{locations: [EAST, WEST], buffer: 1, split: true}}
policy: {{approval_above: 50}}
"""

_ITEMS = (
    sdk.Item(
        sku="MUG",
        aliases=["CUP", "TEACUP"],
        gtins=[sdk.ItemGtin(gtin="19506000134359", unit="case")],
        units=[sdk.ItemUnit(unit="case", factor=12)],
    ),
    sdk.Item(sku="PEN"),
    sdk.Item(sku="SET", kit=[sdk.KitPart(sku="MUG", quantity=1), sdk.KitPart(sku="PEN", quantity=2)]),
    sdk.Item(sku="POST", non_stock=True),
    *(sdk.Item(sku=f"TRAY-{number}") for number in range(1, 10)),
)


def token(system: str) -> str:
    return f"token-of-{system}-which-nobody-guesses"


def write_map(folder: Path) -> Path:
    """Write the map of the house, and give its path."""
    file = folder / "handoffs.yaml"
    hashes = {system: f"sha256:{hashlib.sha256(token(system).encode()).hexdigest()}" for system in SYSTEMS}
    file.write_text(_MAP.format(**hashes))
    return file


def furnish(target: str) -> None:
    """Put the catalog of the house in force."""
    with sdk.Gate(target, token=token("boss")) as gate:
        gate.begin_import("house", mode=sdk.IMPORT_MODE_REPLACE)
        gate.stage_items("house", 1, [sdk.ImportRow(row_number=row, item=item) for row, item in enumerate(_ITEMS)])
        assert gate.commit_import("house", 1).catalog_import.state == sdk.IMPORT_STATE_COMMITTED


@dataclass(frozen=True)
class House:
    """Runs commands as one of the systems."""

    commands: Commands

    def __call__(
        self, system: str, *args: str, stdin: str | None = None, env: Mapping[str, str] | None = None
    ) -> Ended:
        return self.commands(*args, stdin=stdin, env={"GATE_TOKEN": token(system), **(env or {})})
