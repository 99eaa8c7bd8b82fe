"""The waves of a batch: authorised, picked, shipped."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from fulfillment_gate import (
    SHORT_REASON_NOT_FOUND,
    SHORT_REASON_UNSPECIFIED,
    WAVE_ATOMICITY_LINE,
    PickLine,
    ShipLine,
    Verdict,
    VerdictReason,
    WaveLine,
)
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from gate_service.cli.plain import short_name
from gate_service.cli.replaying.books import LineBook
from gate_service.cli.replaying.chance import Carrier
from gate_service.cli.replaying.run import Run
from gate_service.cli.replaying.telling import Source, Telling, answered
from gate_service.cli.replaying.waves import pack_waves
from gate_service.domain.limits import PERMIT_TTL_MAX_MS

WAVE_LINES: Final = 500
_OVERTAKEN_BY_A_PARCEL: Final = frozenset({"PICK_EXCEEDS_PERMIT"})
"""What left counts as picked: a report that comes after a parcel of its permit has nothing more to say."""

Picked = list[tuple[LineBook, int]]
"""Lines of one order with the units picked of each."""


async def run_waves(run: Run, orders: Sequence[str]) -> None:
    """Run the waves of these orders, one after the other: what one takes, the next cannot have. Then all parcels leave.

    What a wave may not pick stays committed, and waits for the next batch.
    """
    parcels: list[tuple[int, str, Picked]] = []
    for wave in pack_waves(run.books.waiting(list(orders)), WAVE_LINES):
        run.books.waves += 1
        number = run.books.waves
        permit_id, authorized = await _authorize(run, number, wave)
        if permit_id:
            picked = await _pick(run, number, permit_id, authorized)
            parcels.extend((number, permit_id, lines) for lines in picked.values())
    await asyncio.gather(*(_ship(run, *parcel) for parcel in parcels))


async def _authorize(run: Run, number: int, wave: Sequence[LineBook]) -> tuple[str, Picked]:
    """Ask for the wave; give the permit and, for each line that may be picked, how many units."""
    lines = [
        WaveLine(order_id=run.id_of(book.order), line_id=book.line.line_id, sku=book.line.sku, quantity=book.committed)
        for book in wave
    ]
    answer = await run.feed.tell(
        Telling(
            kind="authorize",
            operation_id=run.id_of("wave", number, "authorize"),
            about=run.about(Source.WMS, "wave", f"wave/{number}", "asked"),
            ask=partial(
                run.gate.authorize_wave,
                run.location,
                run.id_of("wave", number),
                lines,
                atomicity=WAVE_ATOMICITY_LINE,
                permit_ttl_ms=PERMIT_TTL_MAX_MS,
            ),
            waited_for=True,
        )
    )
    reply = answered(answer).yes
    run.books.wave_lines += len(wave)
    authorized: Picked = []
    for book, verdict in zip(wave, reply.lines, strict=True):
        _count(run, verdict)
        book.committed -= verdict.authorized_quantity
        if verdict.authorized_quantity:
            authorized.append((book, verdict.authorized_quantity))
    return reply.permit_id, authorized


def _count(run: Run, verdict: gate_pb2.LineVerdict) -> None:
    run.books.verdicts[short_name(Verdict.DESCRIPTOR, verdict.verdict)] += 1
    if verdict.reason:
        run.books.reasons[short_name(VerdictReason.DESCRIPTOR, verdict.reason)] += 1


async def _pick(run: Run, number: int, permit_id: str, authorized: Picked) -> Mapping[str, Picked]:
    """Report the picks of a whole permit at once; give what there is to ship, by order."""
    lines: list[PickLine] = []
    picked: dict[str, Picked] = defaultdict(list)
    for book, units in authorized:
        short = run.chance.units_short(number, book.line.row, units)
        lines.append(
            PickLine(
                order_id=run.id_of(book.order),
                line_id=book.line.line_id,
                sku=book.line.sku,
                picked_quantity=units - short,
                short_quantity=short,
                short_reason=SHORT_REASON_NOT_FOUND if short else SHORT_REASON_UNSPECIFIED,
            )
        )
        book.shorted += short
        if units > short:
            picked[book.order].append((book, units - short))
    await run.feed.tell(
        Telling(
            kind="pick",
            operation_id=run.id_of("wave", number, "pick"),
            about=run.about(Source.WMS, "wave", f"wave/{number}", "picked"),
            ask=partial(run.gate.report_pick, run.location, permit_id, lines),
            rows=[book.line.row for book, _ in authorized],
            carrier=Carrier.PICK,
            pointless=_OVERTAKEN_BY_A_PARCEL,
        )
    )
    return picked


async def _ship(run: Run, number: int, permit_id: str, picked: Picked) -> None:
    """Tell that one order's parcel left."""
    order = picked[0][0].order
    lines = [ShipLine(line_id=book.line.line_id, sku=book.line.sku, quantity=units) for book, units in picked]
    parcel = f"{order}/parcel/{number}"
    answer = await run.feed.tell(
        Telling(
            kind="ship",
            operation_id=run.id_of(order, "ship", number),
            about=run.about(Source.WMS, "parcel", parcel, "shipped"),
            ask=partial(run.gate.confirm_shipment, run.location, run.id_of(order), permit_id, run.id_of(parcel), lines),
            rows=[book.line.row for book, _ in picked],
            carrier=Carrier.SHIP,
        )
    )
    for book, units in picked:
        book.shipped += units
    run.books.parcels += 1
    if answer:
        run.books.surplus += sum(surplus.surplus_quantity for surplus in answer.yes.surpluses)
