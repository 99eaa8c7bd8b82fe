"""The stockroom: goods come in, come back, move, are counted, corrected, held, sent on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fulfillment_gate.v1 import incoming_service_pb2 as incoming_pb
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from tests.robustness.chaos.clients.asking import ACTORS, Crew
from tests.robustness.chaos.clients.shelf import MERGED_AWAY, SKUS, Shelf
from tests.robustness.chaos.history import Outcome
from tests.robustness.chaos.waiting import until

_LANDINGS = (
    stock_pb.LANDING_AVAILABLE,
    stock_pb.LANDING_AVAILABLE,
    stock_pb.LANDING_AVAILABLE,
    stock_pb.LANDING_QUALITY_CONTROL,
    stock_pb.LANDING_DAMAGED,
)
_STATUSES = (
    stock_pb.STOCK_STATUS_AVAILABLE,
    stock_pb.STOCK_STATUS_DAMAGED,
    stock_pb.STOCK_STATUS_QUALITY_CONTROL,
    stock_pb.STOCK_STATUS_SUSPECT,
)
_BUCKETS = (
    types_pb.BUCKET_ON_HAND,
    types_pb.BUCKET_ON_HAND,
    types_pb.BUCKET_DAMAGED,
    types_pb.BUCKET_QUALITY_CONTROL,
    types_pb.BUCKET_SUSPECT,
)


async def stockroom(crew: Crew) -> None:
    """Do one thing with goods after the other."""
    while not crew.stopped.is_set():
        step = crew.chance.choices(_STEPS, _WEIGHTS)[0]
        await step(crew, crew.shelf())


async def opening(crew: Crew, shelf: Shelf) -> None:
    """Bring goods of every SKU in, and see that they are: nothing else can be asked of a location before.

    Raises `NeverCame`.
    """
    lines = [
        stock_pb.ReceiptLine(sku=sku, quantity=20, landing=stock_pb.LANDING_AVAILABLE) for sku in (*SKUS, *MERGED_AWAY)
    ]
    goods = stock_pb.RecordReceiptRequest(
        operation_id="opening", location_id=shelf.location_id, reference="opening", lines=lines
    )

    async def is_open() -> bool:
        return (await crew.again(goods, ACTORS[0])).outcome is Outcome.APPLIED

    await until(is_open, f"{shelf.location_id} is open")


async def _receive(crew: Crew, shelf: Shelf) -> None:
    lines = [
        stock_pb.ReceiptLine(sku=sku, quantity=crew.chance.randrange(1, 13), landing=crew.chance.choice(_LANDINGS))
        for sku in crew.chance.sample(SKUS, crew.chance.randrange(1, 4))
    ]
    request = stock_pb.RecordReceiptRequest(location_id=shelf.location_id, reference=shelf.name("R"), lines=lines)
    if shelf.documents and crew.often(0.3):
        request.document_id = crew.chance.choice(list(shelf.documents))
        request.final = crew.often(0.3)
    await crew.ask(request)


async def _take_back(crew: Crew, shelf: Shelf) -> None:
    order_id = crew.chance.choice(list(shelf.shipped)) if shelf.shipped and crew.often(0.8) else ""
    lines = [stock_pb.ReturnLine(sku=crew.chance.choice(SKUS), quantity=crew.chance.randrange(1, 3))]
    await crew.ask(
        stock_pb.RecordReturnRequest(
            location_id=shelf.location_id, return_id=shelf.name("RMA"), order_id=order_id, lines=lines
        )
    )


async def _move(crew: Crew, shelf: Shelf) -> None:
    origin, target = crew.chance.sample(_STATUSES, 2)
    if crew.often(0.2):
        target = stock_pb.STOCK_STATUS_WRITTEN_OFF
    line = stock_pb.MoveLine(
        sku=crew.chance.choice(SKUS), from_status=origin, to_status=target, quantity=crew.chance.randrange(1, 3)
    )
    await crew.ask(stock_pb.MoveStockRequest(location_id=shelf.location_id, reason="inspected", lines=[line]))


async def _adjust(crew: Crew, shelf: Shelf) -> None:
    lines = [
        stock_pb.AdjustmentLine(sku=sku, bucket=bucket, delta=crew.chance.choice((-5, -2, -1, 1, 2, 6)))
        for sku, bucket in {
            (crew.chance.choice(SKUS), crew.chance.choice(_BUCKETS)) for _ in range(crew.chance.randrange(1, 3))
        }
    ]
    reason = crew.chance.choice((stock_pb.ADJUSTMENT_REASON_COUNT, stock_pb.ADJUSTMENT_REASON_CORRECTION))
    answer = await crew.ask(
        stock_pb.AdjustStockRequest(location_id=shelf.location_id, reason=reason, note="seen", lines=lines)
    )
    if isinstance(answer.reply, stock_pb.AdjustStockResponse) and answer.reply.proposal_id:
        shelf.proposals.append(answer.reply.proposal_id)


async def _approve(crew: Crew, shelf: Shelf) -> None:
    proposal_id = shelf.proposals.pop(0) if shelf.proposals else "A1"
    await crew.ask(
        stock_pb.ApproveAdjustmentRequest(
            location_id=shelf.location_id, proposal_id=proposal_id, approved=crew.often(0.8), note="looked at"
        )
    )


async def _count(crew: Crew, shelf: Shelf) -> None:
    newest = shelf.newest_revision
    as_of = crew.chance.choice((0, max(0, newest - crew.chance.randrange(1, 40)), newest))
    lines = [
        stock_pb.CountLine(sku=sku, counted_quantity=crew.chance.randrange(5, 25))
        for sku in crew.chance.sample(SKUS, 2)
    ]
    request = stock_pb.SubmitCountRequest(
        location_id=shelf.location_id,
        count_id=shelf.name("C"),
        as_of_revision=as_of,
        includes_picked=crew.often(0.5),
        lines=lines,
    )
    if crew.often(0.1):
        request.covers_range = True
        request.covers_after, request.covers_through = "A", "C"
    await crew.ask(request)


async def _hold(crew: Crew, shelf: Shelf) -> None:
    if shelf.stock_holds:
        hold_id = shelf.stock_holds.pop()
        await crew.ask(stock_pb.LiftStockHoldRequest(location_id=shelf.location_id, hold_id=hold_id))
        return
    hold_id, of_a_lot = shelf.name("H"), crew.often(0.7)
    placed = await crew.ask(
        stock_pb.PlaceStockHoldRequest(
            location_id=shelf.location_id,
            hold_id=hold_id,
            sku=crew.chance.choice(SKUS),
            lot_id="lot-7" if of_a_lot else "",
            quantity=crew.chance.randrange(1, 3) if of_a_lot else 0,
            note="recall",
        )
    )
    if placed.outcome is not Outcome.REFUSED:
        shelf.stock_holds.append(hold_id)


async def _quota(crew: Crew, shelf: Shelf) -> None:
    line = stock_pb.QuotaLine(sku=crew.chance.choice(SKUS), quantity=crew.chance.randrange(5))
    channel = crew.chance.choice(("web", "amazon"))
    await crew.ask(stock_pb.SetQuotaRequest(location_id=shelf.location_id, channel=channel, lines=[line]))


async def _announce(crew: Crew, shelf: Shelf) -> None:
    lines = [
        incoming_pb.IncomingLine(line_id=str(number), sku=sku, quantity=crew.chance.randrange(1, 10))
        for number, sku in enumerate(crew.chance.sample(SKUS, 2))
    ]
    paper = _amended(crew, shelf) if shelf.documents and crew.often(0.5) else _announced(shelf.name("PO"))
    paper.location_id, paper.kind = shelf.location_id, incoming_pb.DOCUMENT_KIND_PURCHASE_ORDER
    paper.lines.extend(lines)
    await crew.ask(paper)
    shelf.documents[paper.document_id] = max(paper.version, shelf.documents.get(paper.document_id, 0))


def _announced(document_id: str) -> incoming_pb.AnnounceIncomingRequest:
    return incoming_pb.AnnounceIncomingRequest(document_id=document_id, version=1)


def _amended(crew: Crew, shelf: Shelf) -> incoming_pb.AmendIncomingRequest:
    document_id = crew.chance.choice(list(shelf.documents))
    version = shelf.documents[document_id] + crew.chance.choice((1, 1, 0, 2))
    return incoming_pb.AmendIncomingRequest(document_id=document_id, version=version)


async def _send_on(crew: Crew, shelf: Shelf) -> None:
    others = [other.location_id for other in crew.shelves if other is not shelf]
    if not others:
        return
    await crew.ask(
        incoming_pb.TransferStockRequest(
            location_id=shelf.location_id,
            to_location_id=crew.chance.choice(others),
            transfer_id=f"T-{shelf.location_id}-{next(shelf.numbers)}",
            lines=[incoming_pb.TransferLine(sku=crew.chance.choice(SKUS), quantity=1)],
        )
    )


async def _merge(crew: Crew, shelf: Shelf) -> None:
    sku = crew.chance.choice(MERGED_AWAY)
    await crew.ask(stock_pb.MergeSkuRequest(location_id=shelf.location_id, sku=sku, into_sku="A"))


_Step = Callable[[Crew, Shelf], Awaitable[None]]
_TABLE: tuple[tuple[_Step, int], ...] = (
    (_receive, 40),
    (_take_back, 8),
    (_move, 8),
    (_adjust, 8),
    (_approve, 4),
    (_count, 6),
    (_hold, 6),
    (_quota, 4),
    (_announce, 10),
    (_send_on, 5),
    (_merge, 1),
)
_STEPS = [step for step, _ in _TABLE]
_WEIGHTS = [weight for _, weight in _TABLE]
