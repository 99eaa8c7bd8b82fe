from __future__ import annotations

import grpc
import pytest

import fulfillment_gate as sdk
from tests.sdk.client import Client
from tests.sdk.peer import Peer, answering, failing, reason

PARCEL = ("berlin", "order-1", "parcel-1")
LINES = [sdk.ShipLine(sku="mug", quantity=2)]
NO = grpc.StatusCode.FAILED_PRECONDITION


async def test_a_parcel_is_confirmed_without_a_permit_once_for_each_order_in_it(client: Client, peer: Peer) -> None:
    await client.helped("logistics.confirm", *PARCEL, LINES)
    (sent,) = peer.asked("ConfirmShipment")
    assert (sent.location_id, sent.order_id, sent.shipment_id) == PARCEL
    assert (sent.without_permit, sent.permit_id, list(sent.lines)) == (True, "", LINES)
    assert sent.source_event == sdk.SourceEvent(
        document_type="shipment", document="parcel-1", line="order-1", action="shipped"
    )


async def test_a_parcel_may_be_told_by_names_of_the_callers_own(client: Client, peer: Peer) -> None:
    event = sdk.SourceEvent(document_type="945", document="d1", number=4)
    await client.helped("logistics.confirm", *PARCEL, source_event=event, operation_id="op-1")
    (sent,) = peer.asked("ConfirmShipment")
    assert (sent.source_event, sent.operation_id) == (event, "op-1")


async def test_a_parcel_that_left_says_what_it_moved_and_whether_it_was_told_before(client: Client, peer: Peer) -> None:
    surplus = sdk.ShipmentSurplus(sku="mug", surplus_quantity=1)
    told = sdk.Applied(revision=5, replayed=True, absorbed=True)
    peer.on(
        "ConfirmShipment",
        answering(sdk.ConfirmShipmentResponse(applied=told, shipped_quantity=2, surpluses=[surplus])),
    )
    found = await client.helped("logistics.confirm", *PARCEL)
    assert found
    assert (found.shipped_quantity, found.surpluses, found.told_before, found.revision) == (2, (surplus,), True, 5)
    assert (found.reason, found.unmatched_id) == ("", "")


@pytest.mark.parametrize("code", [NO, grpc.StatusCode.NOT_FOUND, grpc.StatusCode.ALREADY_EXISTS])
async def test_a_parcel_that_matches_nothing_waits_for_a_person_and_stops_no_feed(
    client: Client, peer: Peer, code: grpc.StatusCode
) -> None:
    why = reason("WHATEVER", unmatched_id="U9")
    peer.on("ConfirmShipment", failing(code, "no", why, sdk.Refusal(revision=9, replayed=True)))
    found = await client.helped("logistics.confirm", *PARCEL)
    assert not found
    assert (found.reason, found.unmatched_id, found.revision, found.told_before) == ("WHATEVER", "U9", 9, True)
    assert (found.order_id, found.shipment_id, found.shipped_quantity) == ("order-1", "parcel-1", 0)


async def test_an_order_that_somebody_else_confirmed_first_is_settled(client: Client, peer: Peer) -> None:
    peer.on("ConfirmShipment", failing(NO, "no", reason("ALREADY_SHIPPED"), sdk.Refusal(revision=9)))
    found = await client.helped("logistics.confirm", *PARCEL)
    assert found
    assert (found.reason, found.shipped_quantity, found.told_before) == ("ALREADY_SHIPPED", 0, False)


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        (grpc.StatusCode.NOT_FOUND, "UNKNOWN_LOCATION", sdk.NotFound),
        (grpc.StatusCode.PERMISSION_DENIED, "NOT_PERMITTED", sdk.PermissionDenied),
        (grpc.StatusCode.ALREADY_EXISTS, "SOURCE_EVENT_CONFLICT", sdk.AlreadyExists),
        (grpc.StatusCode.INTERNAL, "INTERNAL", sdk.Internal),
    ],
)
async def test_what_nobody_keeps_is_raised(
    client: Client, peer: Peer, code: grpc.StatusCode, name: str, kind: type[sdk.GateError]
) -> None:
    peer.on("ConfirmShipment", failing(code, "no", reason(name)))
    with pytest.raises(kind):
        await client.helped("logistics.confirm", *PARCEL)
