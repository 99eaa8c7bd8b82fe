"""The same as `calls` for the methods of snapshots, but for the one stream, of counting, and of buffers."""

from __future__ import annotations

from typing import Any, Final

from fulfillment_gate.v1 import buffer_service_pb2 as buffers
from fulfillment_gate.v1 import counting_service_pb2 as counting
from fulfillment_gate.v1 import reconciliation_service_pb2 as snapshots
from tests.sdk.calls import PAGE, WHERE, Call

_OF: Final[dict[str, Any]] = {"system": "wms-1"}

CALLS: Final = [
    Call("get_snapshot", snapshots.GetSnapshotRequest(**_OF, snapshot_id="s1"), ("s1",), _OF),
    Call("list_snapshots", snapshots.ListSnapshotsRequest(**_OF, **WHERE, **PAGE), (), {**_OF, **WHERE, **PAGE}),
    Call(
        "list_count_tasks",
        counting.ListCountTasksRequest(**WHERE, all_open=True, **PAGE),
        ("berlin",),
        {"all_open": True, **PAGE},
    ),
    Call("start_count", counting.StartCountRequest(task_id="t1"), ("t1",)),
    Call(
        "submit_count_task",
        counting.SubmitCountTaskRequest(task_id="t1", counted=4, includes_picked=True),
        ("t1", 4),
        {"includes_picked": True},
    ),
    Call("get_count_accuracy", counting.GetCountAccuracyRequest(**WHERE, days=9), ("berlin",), {"days": 9}),
    Call("list_buffers", buffers.ListBuffersRequest(channel="web", **WHERE), (), {"channel": "web", **WHERE}),
]
