"""What nobody ordered: the opening stock, write-offs, and goods that turned up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Final

from fulfillment_gate import (
    ADJUSTMENT_REASON_FOUND,
    ADJUSTMENT_REASON_WRITE_OFF,
    BUCKET_ON_HAND,
    LANDING_AVAILABLE,
    AdjustmentLine,
    ReceiptLine,
)
from gate_service.cli.replaying.books import Fate
from gate_service.cli.replaying.chance import Carrier
from gate_service.cli.replaying.events import Correction, CorrectionKind
from gate_service.cli.replaying.run import Run
from gate_service.cli.replaying.telling import Source, Telling, answered
from gate_service.domain.limits import QUANTITY_MAX, STOCK_LINES_MAX

_TOO_LITTLE: Final = frozenset({"INSUFFICIENT_ON_HAND"})


def opening_receipts(opening: Mapping[str, int]) -> Iterator[list[tuple[str, int]]]:
    """Cut the opening stock into receipts of as many lines as one takes, and lines of as many units."""
    lines = (
        (sku, min(QUANTITY_MAX, units - start))
        for sku, units in opening.items()
        for start in range(0, units, QUANTITY_MAX)
    )
    while part := list(islice(lines, STOCK_LINES_MAX)):
        yield part


async def receive_opening(run: Run, opening: Mapping[str, int]) -> bool:
    """Book the opening stock in; say whether an earlier run of this name did already."""
    replayed = False
    reference = run.id_of("opening", run.chance.print)  # so that another chance is another operation, and refused
    for number, part in enumerate(opening_receipts(opening), start=1):
        lines = [ReceiptLine(sku=sku, quantity=units, landing=LANDING_AVAILABLE) for sku, units in part]
        answer = await run.feed.tell(
            Telling(
                kind="receive",
                operation_id=run.id_of("opening", number),
                about=run.about(Source.ERP, "receipt", "opening", "received", str(number)),
                ask=partial(run.gate.record_receipt, run.location, lines, reference=reference),
                waited_for=True,
            )
        )
        replayed = replayed or answered(answer).replayed
    return replayed


async def correct(run: Run, correction: Correction) -> None:
    """Book one row that was found or written off. What is not there cannot be written off: that is told, not forced."""
    if correction.kind is CorrectionKind.FOUND_NEW:
        await _receive_found(run, correction)
    else:
        await _adjust(run, correction)
    run.advance(correction.rows)


async def _receive_found(run: Run, correction: Correction) -> None:
    line = ReceiptLine(sku=correction.sku, quantity=correction.quantity, landing=LANDING_AVAILABLE)
    await run.feed.tell(
        Telling(
            kind="receive",
            operation_id=run.id_of(correction.name, "found"),
            about=run.about(Source.WMS, "correction", correction.invoice, "found", correction.place),
            ask=partial(run.gate.record_receipt, run.location, [line], reference=run.id_of(correction.name)),
            rows=[correction.row],
            carrier=Carrier.RECEIVE,
        )
    )
    run.books.found[correction.sku] += correction.quantity
    run.books.fates[correction.row] = Fate.FOUND


async def _adjust(run: Run, correction: Correction) -> None:
    found = correction.kind is CorrectionKind.FOUND
    delta = correction.quantity if found else -correction.quantity
    answer = await run.feed.tell(
        Telling(
            kind="adjust",
            operation_id=run.id_of(correction.name, "adjust"),
            about=run.about(
                Source.WMS, "correction", correction.invoice, "found" if found else "written-off", correction.place
            ),
            ask=partial(
                run.gate.adjust_stock,
                run.location,
                [AdjustmentLine(sku=correction.sku, bucket=BUCKET_ON_HAND, delta=delta)],
                reason=ADJUSTMENT_REASON_FOUND if found else ADJUSTMENT_REASON_WRITE_OFF,
                note=correction.note,
            ),
            rows=[correction.row],
            carrier=Carrier.ADJUST,
            may_refuse=frozenset() if found else _TOO_LITTLE,
        )
    )
    if answer and answer.reason:
        run.books.write_offs_refused.append(correction)
        run.books.fates[correction.row] = Fate.WRITE_OFF_REFUSED
        return
    (run.books.found if found else run.books.written_off)[correction.sku] += correction.quantity
    run.books.fates[correction.row] = Fate.FOUND if found else Fate.WRITTEN_OFF
