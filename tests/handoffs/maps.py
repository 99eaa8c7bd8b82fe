"""Maps for tests: the text of a small house, and changes to it."""

from __future__ import annotations

import hashlib
from typing import Any

from gate_service.domain.handoff_document import read as read_document
from gate_service.domain.handoff_rules import HandoffsInvalid
from gate_service.domain.handoffs import HandoffMap
from gate_service.handoffs import read

HOUSE = """\
version: 3
systems:
  wms-east:
    role: warehouse
    owner: {name: East floor, contact: "room 12"}
    locations: [DC-1, DC-2]
    operations:
      record_receipt: {buckets: [on_hand, quality_control], documents: [asn]}
      confirm_shipment:
    feed: {numbered: true, cadence_ms: 60000}
  shop:
    role: storefront
    locations: ["*"]
    channels: [web]
    operations: {reserve_stock: {}}
channels:
  web:
    locations: [DC-2, DC-1]
    buffer_percent: 12.5
    priority: 1
policy: {safety_stock: 2}
"""


def digest(token: str) -> str:
    """Give the line of a token in a map."""
    return f"sha256:{hashlib.sha256(token.encode()).hexdigest()}"


def wrong(text: str) -> list[tuple[int, str]]:
    """Give all that is wrong with a text, by line."""
    try:
        read(text)
    except HandoffsInvalid as error:
        return [(fault.line, str(fault)) for fault in error.faults]
    return []


def of(systems: dict[str, Any], channels: dict[str, Any] | None = None, **more: Any) -> HandoffMap:  # noqa: ANN401 - any part
    """Make a map of plain data, past the rules for files."""
    return read_document({"version": 1, "systems": systems, "channels": channels or {}, **more})
