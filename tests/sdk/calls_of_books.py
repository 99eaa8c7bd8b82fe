"""The same as `calls` for the methods that read the books, and for those of the handoff map and the catalog."""

from __future__ import annotations

from typing import Final

import fulfillment_gate as sdk
from fulfillment_gate.v1 import catalog_service_pb2 as catalog
from fulfillment_gate.v1 import feed_service_pb2 as feed
from fulfillment_gate.v1 import handoff_service_pb2 as handoff
from fulfillment_gate.v1 import ledger_service_pb2 as ledger
from fulfillment_gate.v1 import status_service_pb2 as status
from tests.sdk.calls import PAGE, WHERE, Call

BOOKS: Final = [
    Call("list_feeds", feed.ListFeedsRequest(**WHERE), ("berlin",)),
    Call("list_deliveries", feed.ListDeliveriesRequest(**WHERE, **PAGE), ("berlin",), PAGE),
    Call(
        "list_entries",
        ledger.ListEntriesRequest(**WHERE, from_revision=3, page_size=5, include_canonical=True),
        ("berlin",),
        {"from_revision": 3, "page_size": 5, "include_canonical": True},
    ),
    Call("get_handoffs", handoff.GetHandoffsRequest()),
    Call(
        "apply_handoffs",
        handoff.ApplyHandoffsRequest(operation_id="op-1", document="version: 2"),
        ("version: 2",),
        {"operation_id": "op-1"},
    ),
    Call(
        "list_handoff_changes",
        handoff.ListHandoffChangesRequest(from_revision=3, page_size=5),
        (),
        {"from_revision": 3, "page_size": 5},
    ),
    Call(
        "list_violations",
        handoff.ListViolationsRequest(system="shop-1", page_size=5),
        (),
        {"system": "shop-1", "page_size": 5},
    ),
]

ROWS = [sdk.ImportRow(row_number=1, item=sdk.Item(sku="mug"))]

CATALOG: Final = [
    Call(
        "begin_import",
        catalog.BeginImportRequest(import_id="i1", mode=sdk.IMPORT_MODE_MERGE),
        ("i1",),
        {"mode": sdk.IMPORT_MODE_MERGE},
    ),
    Call(
        "stage_items",
        catalog.StageItemsRequest(import_id="i1", part_number=2, digest="d", rows=ROWS),
        ("i1", 2, ROWS),
        {"digest": "d"},
    ),
    Call(
        "commit_import",
        catalog.CommitImportRequest(import_id="i1", part_count=2, skip_bad_rows=True),
        ("i1", 2),
        {"skip_bad_rows": True},
    ),
    Call("abort_import", catalog.AbortImportRequest(import_id="i1"), ("i1",)),
    Call(
        "get_import",
        catalog.GetImportRequest(import_id="i1", include_parts=True),
        ("i1",),
        {"include_parts": True},
    ),
    Call("list_import_errors", catalog.ListImportErrorsRequest(import_id="i1", **PAGE), ("i1",), PAGE),
    Call("resolve_items", catalog.ResolveItemsRequest(identifiers=["mug"]), (["mug"],)),
    Call("get_item", catalog.GetItemRequest(identifier="mug"), ("mug",)),
    Call("list_items", catalog.ListItemsRequest(**PAGE), (), PAGE),
    Call("list_unknown_items", catalog.ListUnknownItemsRequest(**PAGE), (), PAGE),
    Call("forget_unknown_items", catalog.ForgetUnknownItemsRequest(identifiers=["mug"]), (["mug"],)),
    Call("forget_unknown_items", catalog.ForgetUnknownItemsRequest(all=True), (), {"everything": True}),
]

GATE: Final = [Call("get_status", status.GetStatusRequest())]

CALLS: Final = [*BOOKS, *CATALOG, *GATE]
