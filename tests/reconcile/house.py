"""A small house with four mirrors, and the clients of its systems."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import fulfillment_gate as sdk
from tests.gate_process import GateProcess
from tests.handoffs.maps import digest

MAP = """\
version: 1
systems:
  wms:
    role: warehouse
    owner: {{name: Floor, contact: "room 1"}}
    tokens: ["{wms}"]
    locations: ["*"]
    operations:
      record_receipt: {{}}
      record_return: {{}}
      move_stock: {{}}
      transfer_stock: {{}}
      authorize_wave: {{}}
      report_pick: {{}}
      confirm_shipment: {{}}
      adjust_stock: {{}}
      submit_count: {{}}
      submit_snapshot: {{}}
      resolve_variance: {{}}
    mirror: {{measure: on_hand, cadence_ms: 86400000}}
  erp:
    role: erp
    owner: {{name: Purchasing, contact: "room 2"}}
    tokens: ["{erp}"]
    locations: ["*"]
    operations:
      announce_incoming: {{}}
      amend_incoming: {{}}
      approve_adjustment: {{}}
      set_quota: {{}}
      merge_sku: {{}}
      import_items: {{}}
      submit_snapshot: {{}}
      resolve_variance: {{}}
    mirror: {{measure: sellable, cadence_ms: 86400000, corrections: {{NOT_APPLIED: push, DOUBLE_APPLIED: push}}}}
    relays_for: [3pl]
  shop:
    role: storefront
    owner: {{name: Web shop, contact: "room 3"}}
    tokens: ["{shop}"]
    locations: ["*"]
    channels: [web, outlet]
    operations: {{reserve_stock: {{}}, confirm_reservation: {{}}, release_reservation: {{}}, submit_snapshot: {{}}}}
    mirror: {{measure: available, cadence_ms: 3600000}}
  3pl:
    role: logistics
    owner: {{name: Contract logistics, contact: "room 4"}}
    tokens: ["{3pl}"]
    locations: [ACME]
    operations:
      record_receipt: {{}}
      confirm_shipment: {{without_permit: true}}
      submit_snapshot: {{}}
      resolve_variance: {{}}
    mirror: {{measure: on_hand, deducts: [allocated], cadence_ms: 86400000}}
  books:
    role: auditor
    owner: {{name: Books, contact: "room 5"}}
    tokens: ["{books}"]
    locations: ["*"]
  boss:
    role: admin
    owner: {{name: Operations, contact: "room 6"}}
    tokens: ["{boss}"]
    locations: ["*"]
    channels: ["*"]
    operations: {{change_handoffs: {{}}, submit_snapshot: {{}}, resolve_variance: {{}}, place_stock_hold: {{}},
      lift_stock_hold: {{}}, resolve_shipment: {{}}}}
channels:
  web: {{locations: [ACME], priority: 1}}
  outlet: {{locations: [OUTLET], adaptive_buffer: {{quantile_percent: 90, least_percent: 0, most_percent: 20}}}}
measures: {{sellable: on_hand - damaged - quality_control}}
"""
SYSTEMS = ("wms", "erp", "shop", "3pl", "books", "boss")


def token(system: str) -> str:
    """Give the token of a system."""
    return f"fgt_of_{system}"


def map_text() -> str:
    """Give the map as it stands in a file."""
    return MAP.format(**{system: digest(token(system)) for system in SYSTEMS})


@dataclass
class House:
    """A gate that serves it: its store's URL, its process, a folder of its own, and a client for each system."""

    store_url: str
    folder: Path
    gate: GateProcess
    clients: dict[str, sdk.Gate] = field(default_factory=dict)

    def client(self, system: str) -> sdk.Gate:
        """Give the client of a system; its actor is kim."""
        if system not in self.clients:
            self.clients[system] = sdk.Gate(self.gate.address, token=token(system), actor="kim")
        return self.clients[system]

    def receive(self, location: str, **units: int) -> int:
        """Book units in for sale, which opens the location; give the revision. Underscores stand for dashes."""
        lines = [
            sdk.ReceiptLine(sku=sku.replace("_", "-"), quantity=quantity, landing=sdk.LANDING_AVAILABLE)
            for sku, quantity in units.items()
        ]
        return self.client("wms").record_receipt(location, lines).applied.revision

    def sell(self, location: str, order_id: str, **units: int) -> int:
        """Commit units to an order of the web shop; give the revision."""
        lines = [sdk.ReserveLine(sku=sku.replace("_", "-"), quantity=quantity) for sku, quantity in units.items()]
        return self.client("shop").reserve_stock(location, order_id, lines, channel="web").applied.revision

    def close(self) -> None:
        """Close the clients."""
        for client in self.clients.values():
            client.close()
