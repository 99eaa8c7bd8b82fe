"""Who is asked first of those whom the map lets do something."""

from __future__ import annotations

from gate_service.domain.reconcile.alarms import missing_system
from gate_service.domain.reconcile.expecting import Expectation
from gate_service.domain.reconcile.records import FindingKind
from gate_service.handoffs import read

_MAP = f"""\
version: 1
systems:
  boss:
    role: admin
    tokens: ["sha256:{"1" * 64}"]
    locations: ["*"]
    operations: {{record_receipt: {{}}}}
  erp:
    role: erp
    tokens: ["sha256:{"2" * 64}"]
    locations: [EAST]
    operations: {{announce_incoming: {{}}}}
  wms:
    role: warehouse
    tokens: ["sha256:{"3" * 64}"]
    locations: [EAST]
    operations: {{record_receipt: {{}}}}
"""


def announced(location_id: str) -> Expectation:
    """Give what is expected of a document that the ERP announced."""
    return Expectation(FindingKind.ANNOUNCED_WITHOUT_RECEIPT, location_id, "PO-1", 1, 2, system="erp")


def test_a_missing_receipt_is_asked_of_the_warehouse_and_of_an_admin_only_where_nobody_else_may() -> None:
    handoffs = read(_MAP)
    assert missing_system(handoffs, announced("EAST")) == "wms"
    assert missing_system(handoffs, announced("WEST")) == "boss"
