"""The same as `calls` for the methods that look after variances."""

from __future__ import annotations

from typing import Any, Final

import fulfillment_gate as sdk
from fulfillment_gate.v1 import variance_service_pb2 as variance
from tests.sdk.calls import PAGE, Call

FILTERS: Final[dict[str, Any]] = {
    "system": "wms",
    "location_id": "berlin",
    "sku": "mug",
    "cause": sdk.DRIFT_CAUSE_PHANTOM,
    "state": sdk.VARIANCE_STATE_ACCEPTED,
    "all_states": True,
}
CHANGE: Final[dict[str, Any]] = {"note": "shelf 3", "owner": "night shift", "version": 7}

CALLS: Final = [
    Call("list_variances", variance.ListVariancesRequest(**FILTERS, **PAGE), (), {**FILTERS, **PAGE}),
    Call("get_variance", variance.GetVarianceRequest(variance_id="v1"), ("v1",)),
    Call(
        "change_variance",
        variance.ChangeVarianceRequest(variance_id="v1", verb=sdk.VARIANCE_VERB_ASSIGN, **CHANGE),
        ("v1", sdk.VARIANCE_VERB_ASSIGN),
        CHANGE,
    ),
]
