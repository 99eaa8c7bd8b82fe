"""The scenes at the till: stock comes in, the last one is sold, a webhook stutters, a shopper walks away."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fulfillment_gate import LANDING_AVAILABLE, ReceiptLine, Refused, ReserveLine
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from gate_service.cli.storytelling.stage import LAMP, MUG, SHOP, TEAPOT, Scene, Stage, attempt, stands_at

RECEIVED: Final = {MUG: 12, TEAPOT: 1, LAMP: 8}
CHECKOUT_TTL_MS: Final = 900_000
SHORT_TTL_MS: Final = 1_500
"""Hardly more than the shortest hold there is: the story waits for its end."""


def line(sku: str, quantity: int) -> list[ReserveLine]:
    """Give an order of one line."""
    return [ReserveLine(sku=sku, quantity=quantity)]


async def goods_come_in(stage: Stage) -> Scene:
    """Open the shop."""
    lines = [ReceiptLine(sku=sku, quantity=units, landing=LANDING_AVAILABLE) for sku, units in RECEIVED.items()]
    answer = await stage.by("wms").record_receipt(SHOP, lines, reference="po-1")
    told = "   ".join(f"{level.sku} [bold]{level.on_hand}[/]" for level in answer.levels)
    return Scene(
        "goods_come_in",
        "Goods come in",
        [f"on the shelf: {told}   {stands_at(answer.applied)}"],
        "From here on there is one count, and every system asks it.",
        {"on_hand": {level.sku: level.on_hand for level in answer.levels}},
    )


async def race_for_the_last_one(stage: Stage) -> Scene:
    """Let two checkouts ask for the same teapot at once."""
    shoppers = ("anna", "ben")
    storefront = stage.by("storefront")
    answers = await asyncio.gather(
        *(
            attempt(storefront.reserve_stock(SHOP, shopper, line(TEAPOT, 1), ttl_ms=CHECKOUT_TTL_MS))
            for shopper in shoppers
        )
    )
    shown = []
    losers: dict[str, str] = {}
    for shopper, answer in zip(shoppers, answers, strict=True):
        if isinstance(answer, Refused):
            losers[shopper] = answer.reason
            missing = answer.violations[0]
            why = f"asked {missing.asked}, possible {missing.possible}"
            shown.append(f"{shopper:6}[red]{answer.reason}[/]: {why}   {stands_at(answer)}")
        else:
            stage.winner = shopper
            shown.append(f"{shopper:6}[green]HELD[/] for a quarter of an hour   {stands_at(answer.applied)}")
    await stage.by("payments").confirm_reservation(SHOP, stage.winner)
    return Scene(
        "race_for_the_last_one",
        "Two checkouts race for the last teapot",
        shown,
        f"It is promised once. {stage.winner} pays; the other heard so before paying.",
        {"winner": stage.winner, "refused": losers},
    )


async def webhook_fires_twice(stage: Stage) -> Scene:
    """Tell the gate twice that an order was paid."""
    await stage.by("storefront").reserve_stock(SHOP, "dora", line(MUG, 2), ttl_ms=CHECKOUT_TTL_MS)
    paid: list[gate_pb2.ConfirmReservationResponse] = [
        await stage.by("payments").confirm_reservation(SHOP, "dora", operation_id="webhook-4711") for _ in range(2)
    ]
    level = await stage.level(MUG)
    shown = [
        f"webhook-4711, {which:8}{stands_at(answer.applied)}"
        for which, answer in zip(("once:", "again:"), paid, strict=True)
    ]
    shown.append(f"MUG on hand {level.on_hand}, committed [bold]{level.committed}[/]")
    return Scene(
        "webhook_fires_twice",
        "A payment webhook fires twice",
        shown,
        "Same operation, same answer: two mugs are committed, not four.",
        {
            "revisions": [answer.applied.revision for answer in paid],
            "replayed": [answer.applied.replayed for answer in paid],
            "committed": level.committed,
        },
    )


async def shopper_walks_away(stage: Stage) -> Scene:
    """Let a hold run out, and the payment come after all."""
    promises: list[int] = [await stage.promise(LAMP)]
    await stage.by("storefront").reserve_stock(SHOP, "carla", line(LAMP, 3), ttl_ms=SHORT_TTL_MS)
    promises.append(await stage.promise(LAMP))
    await stage.wait_for_promise(LAMP, promises[0])
    promises.append(await stage.promise(LAMP))
    late = await stage.by("payments").confirm_reservation(SHOP, "carla")
    taken = "[green]taken again[/], the lamps were still there" if late.retaken else "[red]as if in time[/]"
    facts: dict[str, Any] = {"promises": promises, "retaken": late.retaken}
    return Scene(
        "shopper_walks_away",
        "A shopper walks away, and pays after all",
        [
            f"may be promised: {promises[0]} lamps   held for carla: {promises[1]}   a second later: {promises[2]}",
            f"the payment arrives late: {taken}   {stands_at(late.applied)}",
        ],
        "The gate took the hold back by itself, and wrote that down. Nobody had to clean up.",
        facts,
    )
