"""The second act: three systems hand over to each other, and each handover is where counts used to drift."""

from __future__ import annotations

from typing import Final

from fulfillment_gate import (
    DOCUMENT_KIND_PURCHASE_ORDER,
    LANDING_AVAILABLE,
    AlreadyExists,
    ConfirmShipmentResponse,
    GateError,
    IncomingLine,
    PickLine,
    ReceiptLine,
    ShipLine,
    SourceEvent,
    WaveLine,
)
from gate_service.cli.console import how_long
from gate_service.cli.storytelling.checkouts import line
from gate_service.cli.storytelling.stage import PLATE, SHOP, Scene, Stage, stands_at

_DAY_MS: Final = 86_400_000
_ANNOUNCED: Final = 20
_ARRIVED: Final = 18


async def receipt_never_arrives(stage: Stage) -> Scene:
    """Announce goods that should have been here yesterday, and receive them late and short."""
    now_ms = (await stage.by("wms").list_entries(SHOP)).entries[-1].at_ms
    announced = await stage.by("erp").announce_incoming(
        SHOP,
        "po-7",
        [IncomingLine(sku=PLATE, quantity=_ANNOUNCED)],
        kind=DOCUMENT_KIND_PURCHASE_ORDER,
        expected_at_ms=now_ms - _DAY_MS,
    )
    (late,) = (await stage.by("erp").list_incoming(SHOP, overdue_only=True)).documents
    before = await stage.promise(PLATE)
    came = await stage.by("wms").record_receipt(
        SHOP,
        [ReceiptLine(sku=PLATE, quantity=_ARRIVED, landing=LANDING_AVAILABLE)],
        document_id="po-7",
        final=True,
    )
    missing, after = came.open[0].quantity, await stage.promise(PLATE)
    age = how_long(announced.applied.at_ms - late.expected_at_ms)
    return Scene(
        "receipt_never_arrives",
        "The ERP announced 20 plates; the warehouse never heard of them",
        [
            f"po-7: [red]overdue for {age}[/], 0 of {_ANNOUNCED} came   {stands_at(announced.applied)}",
            f"somebody looks, finds the pallet, and books {_ARRIVED} in   {stands_at(came.applied)}",
            f"[yellow]{missing} never came[/]   may be promised: {before} before, [bold]{after}[/] now",
        ],
        "What was announced and not received is a list with dates on it, not a difference found in spring.",
        {"overdue": late.document_id, "missing": missing, "promise_before": before, "promise_after": after},
    )


async def webhook_has_two_names(stage: Stage) -> Scene:
    """Deliver one event under two delivery ids, and then with another quantity."""
    created = SourceEvent(document_type="order", document="hugo", action="created")
    shop = stage.by("storefront")
    first, second = [
        await shop.reserve_stock(SHOP, "hugo", line(PLATE, 5), operation_id=delivery, source_event=created)
        for delivery in ("delivery-81", "delivery-82")
    ]
    reason, revision = "", 0
    try:
        await shop.reserve_stock(SHOP, "hugo", line(PLATE, 9), operation_id="delivery-83", source_event=created)
    except AlreadyExists as error:
        reason, revision = error.reason, int(error.metadata.get("stored_revision", "0"))
    level = await stage.level(PLATE)
    (feed,) = (await stage.by("wms").list_feeds(SHOP)).feeds
    counts = f"{feed.absorbed_count} absorbed, {feed.conflict_count} refused"
    return Scene(
        "webhook_has_two_names",
        "An order's webhook fires twice, and each has an id of its own",
        [
            f"delivery-81: 5 plates for hugo   {stands_at(first.applied)}",
            f"delivery-82, of the same event:  {stands_at(second.applied)}",
            f"delivery-83, now of 9 plates:    [red]{reason}[/]   [dim]revision {revision} stands[/]",
            f"PLATE committed [bold]{level.committed}[/]   the feed of the storefront: {counts}",
        ],
        "The operation id belongs to the delivery; the event belongs to the order. Both are done once.",
        {
            "absorbed": second.applied.absorbed,
            "revisions": [first.applied.revision, second.applied.revision],
            "conflict": reason,
            "committed": level.committed,
        },
    )


async def parcel_of_a_3pl(stage: Stage) -> Scene:
    """Have two systems tell of one parcel, one of them without a permit; then one that names an order wrongly."""
    wms, carrier = stage.by("wms"), stage.by("3pl")
    await stage.by("storefront").reserve_stock(SHOP, "ida", line(PLATE, 4))
    wave = await wms.authorize_wave(SHOP, "wave-2", [WaveLine(order_id="hugo", sku=PLATE, quantity=5)])
    await wms.report_pick(SHOP, wave.permit_id, [PickLine(order_id="hugo", sku=PLATE, picked_quantity=5)])
    told = [
        await wms.confirm_shipment(SHOP, "hugo", wave.permit_id, "parcel-9"),
        await carrier.confirm_shipment(
            SHOP, "hugo", "", "parcel-9", [ShipLine(sku=PLATE, quantity=5)], without_permit=True
        ),
    ]
    unmatched = ""
    try:
        await carrier.confirm_shipment(
            SHOP, "idda", "", "parcel-10", [ShipLine(sku=PLATE, quantity=4)], without_permit=True
        )
    except GateError as error:
        unmatched = error.metadata.get("unmatched_id", "")
    resolved = await wms.resolve_shipment(SHOP, unmatched, "ida", note="a typing error")
    level = await stage.level(PLATE)
    return Scene(
        "parcel_of_a_3pl",
        "A 3PL tells of a parcel after the warehouse did, and of one with a wrong name on it",
        [
            _left("the warehouse, with its permit", told[0]),
            _left("the 3PL, which knows no permit", told[1]),
            f"the 3PL, for idda: [red]matches no order[/], kept as {unmatched}",
            f"somebody says it was ida's: {resolved.shipped_quantity} units left   {stands_at(resolved.applied)}",
            f"PLATE on hand [bold]{level.on_hand}[/], committed {level.committed}, allocated {level.allocated}",
        ],
        "Whoever tells first moves the stock, once; and what fits nothing waits for a person, and is not lost.",
        {
            "shipped": [each.shipped_quantity for each in told],
            "unmatched": bool(unmatched),
            "resolved": resolved.shipped_quantity,
            "on_hand": level.on_hand,
            "committed": level.committed,
            "allocated": level.allocated,
        },
    )


def _left(who: str, answer: ConfirmShipmentResponse) -> str:
    return f"{who}: {answer.shipped_quantity} units left   {stands_at(answer.applied)}"
