from __future__ import annotations

from typing import Any

import pytest

import fulfillment_gate as sdk
from tests.sdk.client import Client
from tests.sdk.peer import Peer, answering

LINES = [sdk.IncomingLine(sku="mug", quantity=9)]
MONDAY_MS = 1_800_000_000_000
EVENT = sdk.SourceEvent(document_type="asn", document="d1", number=4)


@pytest.mark.parametrize(
    ("function", "method", "options", "kind", "version"),
    [
        ("erp.announce", "AnnounceIncoming", {}, sdk.DOCUMENT_KIND_PURCHASE_ORDER, 1),
        ("erp.announce", "AnnounceIncoming", {"kind": sdk.DOCUMENT_KIND_ASN}, sdk.DOCUMENT_KIND_ASN, 1),
        ("erp.amend", "AmendIncoming", {"version": 3}, sdk.DOCUMENT_KIND_PURCHASE_ORDER, 3),
    ],
)
async def test_a_document_is_told_with_its_kind_its_version_and_its_time(
    client: Client,
    peer: Peer,
    function: str,
    method: str,
    options: dict[str, Any],
    kind: sdk.DocumentKind,
    version: int,
) -> None:
    told = {"expected_at_ms": MONDAY_MS, "operation_id": "op-1", "source_event": EVENT}
    await client.helped(function, "berlin", "po-1", LINES, **told, **options)
    (sent,) = peer.asked(method)
    assert (sent.location_id, sent.document_id, list(sent.lines)) == ("berlin", "po-1", LINES)
    assert (sent.kind, sent.version, sent.expected_at_ms) == (kind, version, MONDAY_MS)
    assert (sent.operation_id, sent.source_event) == ("op-1", EVENT)


@pytest.mark.parametrize(
    ("function", "method", "options"),
    [("erp.announce", "AnnounceIncoming", {}), ("erp.amend", "AmendIncoming", {"version": 2})],
)
async def test_a_version_that_comes_too_late_says_which_one_counts(
    client: Client,
    peer: Peer,
    function: str,
    method: str,
    options: dict[str, Any],
) -> None:
    applied = sdk.Applied(revision=8)
    response = {
        "AnnounceIncoming": sdk.AnnounceIncomingResponse(applied=applied, superseded=True, version=3),
        "AmendIncoming": sdk.AmendIncomingResponse(applied=applied, superseded=True, version=3),
    }
    peer.on(method, answering(response[method]))
    told = await client.helped(function, "berlin", "po-1", LINES, expected_at_ms=0, **options)
    assert (told.document_id, told.version, told.superseded, told.revision) == ("po-1", 3, True, 8)


async def test_what_is_overdue_says_what_is_missing_of_it(client: Client, peer: Peer) -> None:
    came = sdk.DocumentProgress(sku="pen", expected_quantity=4, received_quantity=4)
    missing = sdk.DocumentProgress(sku="mug", expected_quantity=9, received_quantity=2, open_quantity=7)
    documents = [
        sdk.IncomingDocument(
            document_id="po-1",
            kind=sdk.DOCUMENT_KIND_PURCHASE_ORDER,
            system="netsuite",
            expected_at_ms=MONDAY_MS,
            progress=[came, missing],
        ),
        sdk.IncomingDocument(document_id="po-2", kind=77, progress=[missing]),  # type: ignore[arg-type]
    ]
    peer.on(
        "ListIncoming",
        answering(sdk.ListIncomingResponse(documents=documents[:1], next_page_token="t")),  # noqa: S106 - no secret
        answering(sdk.ListIncomingResponse(documents=documents[1:])),
    )
    first, second = await client.helped("erp.overdue", "berlin")
    assert all(request.overdue_only for request in peer.asked("ListIncoming"))
    assert (first.document_id, first.kind, first.system, first.expected_at_ms) == (
        "po-1",
        "PURCHASE_ORDER",
        "netsuite",
        MONDAY_MS,
    )
    assert [(line.sku, line.expected, line.received, line.missing) for line in first.lines] == [("mug", 9, 2, 7)]
    assert second.kind == "77", "a kind of a newer contract"
