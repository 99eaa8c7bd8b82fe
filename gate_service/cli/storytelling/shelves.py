"""The scenes among the shelves: a wave is asked for, a shelf is empty, a parcel is told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from fulfillment_gate import (
    ADJUSTMENT_REASON_WRITE_OFF,
    BUCKET_ON_HAND,
    SHORT_REASON_NOT_FOUND,
    AdjustmentLine,
    PickLine,
    ShipLine,
    Verdict,
    VerdictReason,
    WaveLine,
)
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from gate_service.cli.console import small_table
from gate_service.cli.plain import short_name
from gate_service.cli.storytelling.checkouts import CHECKOUT_TTL_MS, line
from gate_service.cli.storytelling.stage import LAMP, MUG, SHOP, TEAPOT, Scene, Stage, attempt, stands_at

if TYPE_CHECKING:
    from rich.console import RenderableType

_STYLES: Final = {"PICK": "green", "TRIM": "yellow", "BLOCK": "red"}


async def wave_is_asked(stage: Stage) -> Scene:
    """Break some mugs, then ask for a wave of everything."""
    storefront = stage.by("storefront")
    await storefront.reserve_stock(SHOP, "emil", line(MUG, 10))
    await storefront.reserve_stock(SHOP, "fay", line(LAMP, 2), ttl_ms=CHECKOUT_TTL_MS)
    broken = await stage.by("wms").adjust_stock(
        SHOP,
        [AdjustmentLine(sku=MUG, bucket=BUCKET_ON_HAND, delta=-4)],
        reason=ADJUSTMENT_REASON_WRITE_OFF,
        note="a shelf came down",
    )
    asked = ((stage.winner, TEAPOT, 1), ("dora", MUG, 2), ("emil", MUG, 10), ("carla", LAMP, 3), ("fay", LAMP, 2))
    wave = [WaveLine(order_id=order, sku=sku, quantity=units) for order, sku, units in (*asked, ("gus", LAMP, 1))]
    answer = await stage.by("wms").authorize_wave(SHOP, "wave-1", wave)
    stage.permit_id = answer.permit_id
    verdicts = [_verdict_of(each) for each in answer.lines]
    missing = broken.shortages[0].missing_quantity
    return Scene(
        "wave_is_asked",
        "A shelf comes down; then the warehouse asks for a wave",
        [
            f"four mugs are written off: more is promised than there is, by {missing}   {stands_at(broken.applied)}",
            _table_of(verdicts),
            f"permit {answer.permit_id}   {stands_at(answer.applied)}",
        ],
        "Nobody walks for what is not there, not paid, or not known: the gate says so beforehand.",
        {"missing": missing, "permit_id": answer.permit_id, "verdicts": verdicts},
    )


def _verdict_of(line: gate_pb2.LineVerdict) -> dict[str, Any]:
    return {
        "order": line.order_id,
        "sku": line.sku,
        "asked": line.quantity,
        "verdict": short_name(Verdict.DESCRIPTOR, line.verdict),
        "authorized": line.authorized_quantity,
        "reason": short_name(VerdictReason.DESCRIPTOR, line.reason),
    }


def _table_of(verdicts: Iterable[Mapping[str, Any]]) -> RenderableType:
    rows = [
        [
            each["order"],
            each["sku"],
            str(each["asked"]),
            f"[bold {_STYLES[each['verdict']]}]{each['verdict']}[/]",
            str(each["authorized"]),
            f"[dim]{each['reason']}[/]",
        ]
        for each in verdicts
    ]
    return small_table(("order", "SKU", "asked", "verdict", "pick", "why"), rows, right=("asked", "pick"))


async def shelf_is_empty(stage: Stage) -> Scene:
    """Report a short pick."""
    before = await stage.promise(LAMP)
    picked = [
        PickLine(order_id=stage.winner, sku=TEAPOT, picked_quantity=1),
        PickLine(order_id="dora", sku=MUG, picked_quantity=2),
        PickLine(order_id="emil", sku=MUG, picked_quantity=6),
        PickLine(order_id="carla", sku=LAMP, picked_quantity=1, short_quantity=2, short_reason=SHORT_REASON_NOT_FOUND),
    ]
    answer = await stage.by("wms").report_pick(SHOP, stage.permit_id, picked)
    doubted = answer.suspects[0].suspect_quantity
    after, level = await stage.promise(LAMP), await stage.level(LAMP)
    return Scene(
        "shelf_is_empty",
        "The picker finds one lamp of three",
        [
            f"two lamps are short; [yellow]{doubted} units are in doubt[/]   {stands_at(answer.applied)}",
            f"may be promised: {before} before, [bold]{after}[/] now   a count is due: {_yes(level.count_due)}",
        ],
        "If two are missing, who knows of the rest? It is not sold again until somebody counts.",
        {"promise_before": before, "promise_after": after, "suspect": level.suspect, "count_due": level.count_due},
    )


async def parcel_is_told_twice(stage: Stage) -> Scene:
    """Ship without a permit, then with it, and have the carrier tell it again."""
    teapot = [ShipLine(sku=TEAPOT, quantity=1)]
    without = await attempt(
        stage.by("wms").confirm_shipment(SHOP, stage.winner, "", "parcel-1", teapot),
    )
    told = [
        await stage.by(system).confirm_shipment(SHOP, stage.winner, stage.permit_id, "parcel-1", teapot)
        for system in ("wms", "carrier")
    ]
    await asyncio.gather(
        *(
            stage.by("wms").confirm_shipment(SHOP, order, stage.permit_id, f"parcel-{order}")
            for order in ("dora", "emil", "carla")
        )
    )
    level = await stage.level(TEAPOT)
    reason = getattr(without, "reason", "")
    return Scene(
        "parcel_is_told_twice",
        "The teapot leaves, and two systems say so",
        [
            f"without a permit: [red]{reason}[/]",
            f"the warehouse: {told[0].shipped_quantity} unit left   {stands_at(told[0].applied)}",
            f"the carrier, of the same parcel: {told[1].shipped_quantity} units left   {stands_at(told[1].applied)}",
            f"TEAPOT on hand [bold]{level.on_hand}[/], allocated {level.allocated}",
        ],
        "Another message, the same parcel: it leaves once, and frees what was allocated once.",
        {
            "without_permit": reason,
            "shipped": [each.shipped_quantity for each in told],
            "on_hand": level.on_hand,
            "allocated": level.allocated,
        },
    )


def _yes(true: bool) -> str:  # noqa: FBT001 a word for it
    return "yes" if true else "no"
