"""The third act: systems say what they believe; the gate says where that differs, why, and what is done about it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from fulfillment_gate import (
    COUNT_TRIGGER_SHORT_PICK,
    LANDING_AVAILABLE,
    DriftCause,
    ReceiptLine,
    Snapshot,
    SourceEvent,
    Variance,
)
from fulfillment_gate.mirrors import compared_async, tell_stock_async
from gate_service.cli.plain import short_name
from gate_service.cli.storytelling.checkouts import line
from gate_service.cli.storytelling.stage import LAMP, MUG, PLATE, SHOP, TEAPOT, Scene, Stage, stands_at

if TYPE_CHECKING:
    from rich.console import RenderableType

_PATIENCE_S: Final = 30.0
_POLL_S: Final = 0.05
_TEAPOTS: Final = 6
_PLATES: Final = 2


async def mirrors_are_compared(stage: Stage) -> Scene:
    """Let the ERP miss a receipt, and the shop take an order twice; then have both say what they believe."""
    wms, shop = stage.by("wms"), stage.by("storefront")
    for receipt, sku, units in (("dn-31", TEAPOT, _TEAPOTS), ("dn-32", MUG, 5)):
        goods = [ReceiptLine(sku=sku, quantity=units, landing=LANDING_AVAILABLE)]
        event = SourceEvent(document_type="receipt", document=receipt, action="received")
        await wms.record_receipt(SHOP, goods, reference=receipt, source_event=event)
    placed = SourceEvent(document_type="order", document="jo", action="placed")
    for _delivery in range(2):
        await shop.reserve_stock(SHOP, "jo", line(PLATE, _PLATES), source_event=placed)
    revision, on_hand, available = await _truth(stage)
    on_hand[TEAPOT] -= _TEAPOTS
    available[PLATE] -= _PLATES
    late = await shop.reserve_stock(SHOP, "kai", line(PLATE, 1))
    told = [
        await _told(stage, "erp", "erp-1", on_hand, revision),
        await _told(stage, "storefront", "shop-1", available, revision),
    ]
    found = {each.system: each async for each in wms.iter_variances(location_id=SHOP)}
    stage.drifted = {system: variance.variance_id for system, variance in found.items()}
    explained = [(await wms.get_variance(stage.drifted[each.system])).explanation for each in told]
    return Scene(
        "mirrors_are_compared",
        "The ERP never took a receipt, and the shop took an order twice; both say what they believe",
        [
            *(_compared(each) for each in told),
            f"ordered meanwhile: a plate for kai   {stands_at(late.applied)}   [green]no difference[/]",
            *_paragraphs(explained),
        ],
        "Each figure is held against the ledger of its own moment, and the handoff that broke has a name.",
        {
            "agreed": [each.result.agreed_count for each in told],
            "found": {system: _facts(variance) for system, variance in sorted(found.items())},
        },
    )


async def drift_is_closed(stage: Stage) -> Scene:
    """Let the policy correct the shop and a person the ERP, and have both tell again."""
    shop, erp = stage.drifted["storefront"], stage.drifted["erp"]
    pushed = await _pushed(stage, shop)
    (entry,) = (await stage.by("wms").list_entries(SHOP, from_revision=pushed, page_size=1)).entries
    revision, on_hand, available = await _truth(stage)
    told = [
        await _told(stage, "erp", "erp-2", on_hand, revision),
        await _told(stage, "storefront", "shop-2", available, revision),
    ]
    ended = [(await stage.by("wms").get_variance(name)).variance for name in (erp, shop)]
    standing = [each async for each in stage.by("wms").iter_variances(location_id=SHOP)]
    correction = entry.mirror_correction
    figures = f"{correction.sku} {correction.reported_quantity} is to be [bold]{correction.quantity}[/]"
    return Scene(
        "drift_is_closed",
        "The shop is told the right figure; somebody books the receipt in the ERP",
        [
            f"to {correction.system}: {figures}, for {entry.variance_id}   [dim]revision {entry.revision}[/]",
            *(_compared(each) for each in told),
        ],
        "A correction is an entry that names its variance, and is made once. No stock was touched by it.",
        {
            "corrected": [correction.system, correction.sku, correction.reported_quantity, correction.quantity],
            "names_its_variance": entry.variance_id == shop,
            "steps": {each.system: [step.step for step in each.history] for each in ended},
            "standing": len(standing),
        },
    )


async def shelf_is_counted(stage: Stage) -> Scene:
    """Count the shelf that was short, blind, and by two people."""
    async with asyncio.timeout(_PATIENCE_S):
        while not (due := await _due(stage)):  # noqa: ASYNC110 it is another process that asks for the count
            await asyncio.sleep(_POLL_S)
    (task_id,) = due
    before, level = await stage.promise(LAMP), await stage.level(LAMP)
    there = level.on_hand - 2
    answers = []
    for person in ("kim", "lee"):
        await stage.by(person).start_count(task_id)
        answers.append(await stage.by(person).submit_count_task(task_id, there))
    after, now = await stage.promise(LAMP), await stage.level(LAMP)
    booked = [each.booked for each in answers]
    return Scene(
        "shelf_is_counted",
        "The lamps that nobody found are counted",
        [
            f"due since the short pick: LAMP   [dim]{task_id}[/]",
            f"kim counts {there}: [yellow]somebody else has to count[/], and is told no more than kim was",
            f"lee counts {there}: [green]booked[/]   LAMP on hand {level.on_hand} before, [bold]{now.on_hand}[/] now",
            f"may be promised: {before} before, [bold]{after}[/] now",
        ],
        "A doubt became a task, and the task a count on which two people agree. The rest is sold again.",
        {
            "booked": booked,
            "on_hand": [level.on_hand, now.on_hand],
            "suspect": [level.suspect, now.suspect],
            "promises": [before, after],
        },
    )


async def _truth(stage: Stage) -> tuple[int, dict[str, int], dict[str, int]]:
    """Give a revision, and what is on hand and available by it."""
    page = await stage.by("wms").list_stock(SHOP)
    on_hand = {each.sku: each.on_hand for each in page.levels}
    return page.revision, on_hand, {each.sku: each.available for each in page.levels}


async def _told(stage: Stage, system: str, name: str, figures: dict[str, int], revision: int) -> Snapshot:
    gate = stage.by(system)
    told = await tell_stock_async(gate, SHOP, name, figures, whole=True, as_of_revision=revision)
    return await compared_async(gate, told, patience_s=_PATIENCE_S)


async def _pushed(stage: Stage, variance_id: str) -> int:
    """Wait until the policy has corrected the mirror; give the revision of the entry that says so."""
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            history = (await stage.by("wms").get_variance(variance_id)).variance.history
            for step in history:
                if step.step == "pushed":
                    return step.revision
            await asyncio.sleep(_POLL_S)


async def _due(stage: Stage) -> list[str]:
    tasks = stage.by("wms").iter_count_tasks(SHOP, all_open=True)
    return [each.task_id async for each in tasks if (each.sku, each.trigger) == (LAMP, COUNT_TRIGGER_SHORT_PICK)]


def _compared(snapshot: Snapshot) -> str:
    result = snapshot.result
    differ = result.opened_count + result.continued_count
    words = [f"{result.agreed_count} of {result.compared_count} as here"]
    words += [f"[red]{differ} different[/]"] if differ else []
    words += [f"[green]{result.resolved_count} settled[/]"] if result.resolved_count else []
    return f"{snapshot.system}, {snapshot.measure} at revision {result.revision}: {', '.join(words)}"


def _paragraphs(texts: list[str]) -> list[RenderableType]:
    from rich.text import Text  # noqa: PLC0415 slow to import

    return [Text(text) for text in texts]


def _facts(variance: Variance) -> dict[str, object]:
    return {
        "sku": variance.sku,
        "difference": variance.difference,
        "cause": short_name(DriftCause.DESCRIPTOR, variance.diagnosis.cause),
        "handoff": variance.diagnosis.handoff,
        "owner": variance.owner,
    }
