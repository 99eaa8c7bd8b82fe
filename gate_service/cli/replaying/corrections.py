"""What is not an order: the opening stock, cancellations, write-offs, and goods that turned up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final

from fulfillment_gate import (
    ADJUSTMENT_REASON_FOUND,
    ADJUSTMENT_REASON_WRITE_OFF,
    BUCKET_ON_HAND,
    LANDING_AVAILABLE,
    LANDING_QUALITY_CONTROL,
    AdjustmentLine,
    ReceiptLine,
    ReleaseLine,
)
from gate_service.cli.replaying.books import Fate
from gate_service.cli.replaying.chance import Carrier
from gate_service.cli.replaying.events import Cancellation, CancelledRow, Correction, CorrectionKind
from gate_service.cli.replaying.run import Run
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
    for number, part in enumerate(opening_receipts(opening), start=1):
        lines = [ReceiptLine(sku=sku, quantity=units, landing=LANDING_AVAILABLE) for sku, units in part]
        operation_id = run.id_of("opening", number)
        ask = partial(
            run.gate.record_receipt,
            run.location,
            lines,
            reference=run.id_of("opening"),
            operation_id=operation_id,
        )
        answer = await run.caller.mutate("receive", operation_id, ask)
        replayed = replayed or answer.replayed
    return replayed


async def cancel(run: Run, cancellation: Cancellation) -> None:
    """Take back what has not left, and receive what comes back for inspection. Books what became of each row."""
    releases: dict[str, Counter[str]] = defaultdict(Counter)
    released_by: dict[str, list[int]] = defaultdict(list)
    returns: dict[int, tuple[str, int]] = {}
    for line in cancellation.lines:
        released, returned = _take_back(run, line, releases, released_by)
        if returned:
            returns[line.row] = (line.sku, returned)
        run.books.fates[line.row] = _fate_of(released, returned)
    for number, order in enumerate(cancellation.orders, start=1):
        if order in releases:
            operation_id = run.id_of(cancellation.name, "release", number)
            lines = [ReleaseLine(line_id=line_id, quantity=units) for line_id, units in releases[order].items()]
            ask = partial(
                run.gate.release_reservation, run.location, run.id_of(order), lines, operation_id=operation_id
            )
            await run.caller.mutate("release", operation_id, ask, carrier=Carrier.RELEASE, rows=released_by[order])
    if returns:
        await _receive_returns(run, cancellation, list(returns), list(returns.values()))
    run.advance(cancellation.rows)


def _take_back(
    run: Run, line: CancelledRow, releases: dict[str, Counter[str]], released_by: dict[str, list[int]]
) -> tuple[int, int]:
    """Decide by the books what of a row is released and what comes back, in units."""
    released, returned = 0, line.before_the_file
    for part in line.undoes:
        release, back = run.books.orders[part.order][part.line_id].take_back(part.quantity)
        if release:
            releases[part.order][part.line_id] += release
            released_by[part.order].append(line.row)
        released += release
        returned += back
        run.books.nothing_to_undo += part.quantity - release - back
    run.books.returned[line.sku] += returned
    return released, returned


def _fate_of(released: int, returned: int) -> Fate:
    if released and returned:
        return Fate.RELEASED_AND_RETURNED
    if released:
        return Fate.RELEASED
    return Fate.RETURNED if returned else Fate.NOTHING_TO_UNDO


async def _receive_returns(
    run: Run, cancellation: Cancellation, rows: Sequence[int], returns: Sequence[tuple[str, int]]
) -> None:
    operation_id = run.id_of(cancellation.name, "return")
    lines = [ReceiptLine(sku=sku, quantity=units, landing=LANDING_QUALITY_CONTROL) for sku, units in returns]
    ask = partial(
        run.gate.record_receipt,
        run.location,
        lines,
        reference=run.id_of(cancellation.name),
        operation_id=operation_id,
    )
    await run.caller.mutate("receive", operation_id, ask, carrier=Carrier.RECEIVE, rows=rows)


async def correct(run: Run, correction: Correction) -> None:
    """Book one row that was found or written off. What is not there cannot be written off: that is told, not forced."""
    if correction.kind is CorrectionKind.FOUND_NEW:
        await _receive_found(run, correction)
    else:
        await _adjust(run, correction)
    run.advance(correction.rows)


async def _receive_found(run: Run, correction: Correction) -> None:
    operation_id = run.id_of(correction.name, "found")
    line = ReceiptLine(sku=correction.sku, quantity=correction.quantity, landing=LANDING_AVAILABLE)
    ask = partial(
        run.gate.record_receipt,
        run.location,
        [line],
        reference=run.id_of(correction.name),
        operation_id=operation_id,
    )
    await run.caller.mutate("receive", operation_id, ask, carrier=Carrier.RECEIVE, rows=[correction.row])
    run.books.found[correction.sku] += correction.quantity
    run.books.fates[correction.row] = Fate.FOUND


async def _adjust(run: Run, correction: Correction) -> None:
    found = correction.kind is CorrectionKind.FOUND
    operation_id = run.id_of(correction.name, "adjust")
    delta = correction.quantity if found else -correction.quantity
    ask = partial(
        run.gate.adjust_stock,
        run.location,
        [AdjustmentLine(sku=correction.sku, bucket=BUCKET_ON_HAND, delta=delta)],
        reason=ADJUSTMENT_REASON_FOUND if found else ADJUSTMENT_REASON_WRITE_OFF,
        note=correction.note,
        operation_id=operation_id,
    )
    answer = await run.caller.mutate(
        "adjust",
        operation_id,
        ask,
        carrier=Carrier.ADJUST,
        rows=[correction.row],
        may_refuse=frozenset() if found else _TOO_LITTLE,
    )
    if answer.reason:
        run.books.write_offs_refused.append(correction)
        run.books.fates[correction.row] = Fate.WRITE_OFF_REFUSED
        return
    (run.books.found if found else run.books.written_off)[correction.sku] += correction.quantity
    run.books.fates[correction.row] = Fate.FOUND if found else Fate.WRITTEN_OFF
