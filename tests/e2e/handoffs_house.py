"""A house of four systems under one handoff map, with two gates on one store, and what the systems tell them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.gate_process import gate_serving
from tests.handoffs.maps import digest

HERE = "DC-1"
MAP = """\
version: 1
systems:
  shop:
    role: storefront
    owner: {{name: Web team, contact: "#web"}}
    tokens: ["{shop}"]
    locations: [DC-1]
    channels: [web]
    operations:
      reserve_stock: {{documents: [order]}}
      confirm_reservation: {{documents: [order]}}
      release_reservation: {{documents: [order]}}
  netsuite:
    role: erp
    owner: {{name: Purchasing, contact: purchasing@example.com}}
    tokens: ["{netsuite}"]
    locations: [DC-1]
    operations:
      announce_incoming: {{documents: [purchase-order]}}
      amend_incoming: {{documents: [purchase-order]}}
    feed: {{cadence_ms: 3600000}}
  wms:
    role: warehouse
    owner: {{name: East floor, contact: room 12}}
    tokens: ["{wms}"]
    locations: [DC-1]
    operations: {{record_receipt: , authorize_wave: , report_pick: , confirm_shipment: }}
  acme:
    role: logistics
    owner: {{name: Acme desk, contact: "tel. 12"}}
    tokens: ["{acme}"]
    locations: [DC-1]
    operations:
      confirm_shipment: {{without_permit: true, documents: ["945"]}}
  desk:
    role: admin
    tokens: ["{desk}"]
    locations: ["*"]
    operations: {{resolve_shipment: }}
channels:
  web: {{locations: [DC-1]}}
"""
NUMBERS = count(1)


@dataclass(frozen=True)
class House:
    """The addresses of two gates of one store."""

    one: str
    other: str

    def system(self, name: str, *, at_the_other: bool = False) -> sdk.Gate:
        """Give a system's connection, by its own token and nothing else."""
        return sdk.Gate(self.other if at_the_other else self.one, token=f"fgt_{name}", timeout_s=20.0)


@contextmanager
def opened(folder: Path) -> Iterator[House]:
    """Run two gates on one store until the block ends."""
    file = folder / "handoffs.yaml"
    systems = ("shop", "netsuite", "wms", "acme", "desk")
    file.write_text(MAP.format(**{name: digest(f"fgt_{name}") for name in systems}))
    flags = ("--handoffs", str(file))
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder, *flags, name="one") as one,
        gate_serving(store.url, folder, *flags, name="other") as other,
    ):
        yield House(one.address, other.address)


def level(house: House, sku: str) -> sdk.StockLevel:
    """Read the shelf at the gate that was asked less."""
    with house.system("desk", at_the_other=True) as desk:
        (found,) = desk.get_stock(HERE, [sku]).levels
        return found


def order_event(order_id: str, action: str) -> sdk.SourceEvent:
    return sdk.SourceEvent(document_type="order", document=order_id, action=action)


def webhook(house: House, order_id: str, sku: str, units: int = 3, *, again: bool = False) -> sdk.ReserveStockResponse:
    """Deliver "order created" as the shop's webhooks do: under a new delivery id each time, to any gate."""
    line = sdk.ReserveLine(line_id="1", sku=sku, quantity=units)
    with house.system("shop", at_the_other=again) as shop:
        return shop.reserve_stock(
            HERE,
            order_id,
            [line],
            channel="web",
            operation_id=f"delivery-{next(NUMBERS)}",
            source_event=order_event(order_id, "created"),
        )


def picked(house: House, order_id: str, sku: str, units: int = 3) -> str:
    """Have the warehouse release and pick the order; give the permit."""
    with house.system("wms") as wms:
        line = sdk.WaveLine(order_id=order_id, line_id="1", sku=sku, quantity=units)
        permit_id = wms.authorize_wave(HERE, f"wave-{order_id}", [line]).permit_id
        wms.report_pick(HERE, permit_id, [sdk.PickLine(order_id=order_id, line_id="1", sku=sku, picked_quantity=units)])
    return permit_id
