"""The same as `calls` for the methods that tell of findings and events."""

from __future__ import annotations

from typing import Any, Final

import fulfillment_gate as sdk
from fulfillment_gate.v1 import finding_service_pb2 as finding
from tests.sdk.calls import PAGE, Call

_WHICH: Final[dict[str, Any]] = {
    "location_id": "berlin",
    "kind": sdk.FINDING_KIND_GAP_AGED,
    "owner": "Floor",
    "cleared_too": True,
}

CALLS: Final = [
    Call("list_findings", finding.ListFindingsRequest(**_WHICH, **PAGE), (), {**_WHICH, **PAGE}),
    Call(
        "acknowledge_finding",
        finding.AcknowledgeFindingRequest(finding_id="F1", note="on it"),
        ("F1",),
        {"note": "on it"},
    ),
    Call(
        "list_events",
        finding.ListEventsRequest(after_token="1-0", limit=5, wait_ms=100),  # noqa: S106 - a place in the list
        (),
        {"after_token": "1-0", "limit": 5, "wait_ms": 100},
    ),
]
