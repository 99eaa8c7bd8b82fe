"""Each operation_id has one effect and one answer, whoever asks how often."""

from __future__ import annotations

import dataclasses

from gate_service.app.ports import Call
from gate_service.domain import operations as ops
from gate_service.domain.policy import Policy
from gate_service.domain.replies import Applied
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import (
    AdjustmentReason,
    Bucket,
    DocumentKind,
    Landing,
    OperationKind,
    Reason,
    ShortReason,
    StockStatus,
    WaveAtomicity,
)
from tests.contract.shelf import picking
from tests.contract.world import TTL_MS, World
from tests.model.retell import MADE_BY_THE_GATE

HERE = "DC-1"


OPENING = {OperationKind.RECORD_RECEIPT, OperationKind.ANNOUNCE_INCOMING, OperationKind.AMEND_INCOMING}


async def every_operation(at: World) -> list[ops.Operation[object]]:
    """Give one operation of each kind, each of which can be applied once these before it are."""
    await at.receive(("A", 100), ("B", 5))
    await at.refused(at.ship_foreign("O-9", ("1", "A", 1)), Reason.RESERVATION_NOT_FOUND)
    at.policy = Policy(approval_above=5)
    a_line = (ops.OrderLine("1", "A", 5),)
    wave = (ops.WaveLine("O-1", "1", "A", 4),)
    return [
        ops.RecordReceipt("k1", HERE, "PO-1", (ops.ReceiptLine("A", 5, Landing.AVAILABLE),)),
        ops.AdjustStock("k2", HERE, AdjustmentReason.FOUND, "behind", (ops.AdjustmentLine("A", Bucket.ON_HAND, 2),)),
        ops.ReserveStock("k3", HERE, "O-1", "web", TTL_MS, a_line),
        ops.ConfirmReservation("k4", HERE, "O-1"),
        ops.ReleaseReservation("k5", HERE, "O-1", (ops.ReleaseLine("1", 1),)),
        ops.AuthorizeWave("k6", HERE, "W-1", WaveAtomicity.LINE, 60_000, dry_run=False, lines=wave),
        ops.ReportPick("k7", HERE, "P8", (ops.PickLine("O-1", "1", "A", 3, 1, ShortReason.NOT_FOUND),)),
        ops.ConfirmShipment("k8", HERE, "O-1", "P8", "parcel-1", ()),
        ops.ResolveShipment("k9", HERE, "U2", "", "none of ours"),
        ops.AnnounceIncoming("k10", HERE, "PO-2", DocumentKind.ASN, 1, 0, "", a_line),
        ops.AmendIncoming("k11", HERE, "PO-2", DocumentKind.ASN, 2, 0, ()),
        ops.RecordReturn("k12", HERE, "R-1", "O-1", (ops.ReceiptLine("A", 1, Landing.QUALITY_CONTROL),)),
        ops.MoveStock(
            "k13", HERE, "", "", "R-1", (ops.MoveLine("A", StockStatus.QUALITY_CONTROL, StockStatus.DAMAGED, 1),)
        ),
        ops.PlaceStockHold("k14", HERE, "H-1", "A", "", 0, "recall"),
        ops.LiftStockHold("k15", HERE, "H-1", "false alarm"),
        ops.TransferStock("k16", HERE, "DC-9", "T-1", 0, (ops.SkuQuantity("B", 1),)),
        ops.AdjustStock("k17", HERE, AdjustmentReason.FOUND, "", (ops.AdjustmentLine("A", Bucket.ON_HAND, 9),)),
        ops.ApproveAdjustment("k18", HERE, "A19", approved=False, note=""),
        count_of(1),
        ops.SetQuota("k20", HERE, "web", (ops.SkuQuantity("A", 1),)),
        ops.MergeSku("k21", HERE, "B", "A"),
        ops.CorrectMirror("k22", HERE, "V-1", "wms", "A", "on_hand", 1, 2, 1, "snap-1"),
    ]


def count_of(units: int) -> ops.SubmitCount:
    """Count so many B."""
    lines = (ops.CountLine("B", units),)
    return ops.SubmitCount(
        "k19",
        HERE,
        "count-1",
        0,
        includes_picked=True,
        covers_range=False,
        covers_after="",
        covers_through="",
        lines=lines,
    )


def other_contents() -> list[ops.Operation[object]]:
    """Give each of these operations with one thing changed."""
    wave = (ops.WaveLine("O-1", "1", "A", 4),)
    nine = (ops.AdjustmentLine("A", Bucket.ON_HAND, 9),)
    return [
        ops.RecordReceipt("k1", HERE, "PO-1", (ops.ReceiptLine("A", 6, Landing.AVAILABLE),)),
        ops.RecordReceipt("k1", HERE, "PO-1", (ops.ReceiptLine("A", 5, Landing.AVAILABLE),), "PO-1"),
        ops.AdjustStock("k2", HERE, AdjustmentReason.FOUND, "", (ops.AdjustmentLine("A", Bucket.ON_HAND, 2),)),
        ops.ReserveStock("k3", HERE, "O-1", "", TTL_MS, (ops.OrderLine("1", "A", 5),)),
        ops.ConfirmReservation("k4", HERE, "O-2"),
        ops.ReleaseReservation("k5", HERE, "O-1", ()),
        ops.AuthorizeWave("k6", HERE, "W-2", WaveAtomicity.LINE, 60_000, dry_run=False, lines=wave),
        ops.ReportPick("k7", HERE, "P8", (ops.PickLine("O-1", "1", "A", 3, 1, ShortReason.WRONG_ITEM),)),
        ops.ConfirmShipment("k8", HERE, "O-1", "P8", "parcel-2", ()),
        ops.ConfirmShipment("k8", HERE, "O-1", "", "parcel-1", (), without_permit=True),
        ops.ResolveShipment("k9", HERE, "U2", "O-1", "none of ours"),
        ops.AnnounceIncoming("k10", HERE, "PO-2", DocumentKind.ASN, 1, 9, "", (ops.OrderLine("1", "A", 5),)),
        ops.AmendIncoming("k11", HERE, "PO-2", DocumentKind.ASN, 3, 0, ()),
        ops.RecordReturn("k12", HERE, "R-1", "", (ops.ReceiptLine("A", 1, Landing.QUALITY_CONTROL),)),
        ops.MoveStock(
            "k13", HERE, "", "", "R-1", (ops.MoveLine("A", StockStatus.QUALITY_CONTROL, StockStatus.SUSPECT, 1),)
        ),
        ops.PlaceStockHold("k14", HERE, "H-1", "B", "", 0, "recall"),
        ops.LiftStockHold("k15", HERE, "H-1", ""),
        ops.TransferStock("k16", HERE, "DC-8", "T-1", 0, (ops.SkuQuantity("B", 1),)),
        ops.ApproveAdjustment("k18", HERE, "A19", approved=True, note=""),
        count_of(2),
        ops.SetQuota("k20", HERE, "store", (ops.SkuQuantity("A", 1),)),
        ops.MergeSku("k21", HERE, "A", "B"),
        ops.CorrectMirror("k22", HERE, "V-1", "wms", "A", "on_hand", 1, 3, 1, "snap-1"),
        ops.AdjustStock("k17", HERE, AdjustmentReason.FOUND, "", nine, propose=True),
        ops.AdjustStock("k17", HERE, AdjustmentReason.FOUND, "", nine, variance_id="V-1"),
        dataclasses.replace(count_of(1), variance_id="V-1"),
    ]


async def test_every_operation_asked_again_gives_its_stored_answer_and_changes_nothing(at: World) -> None:
    operations = await every_operation(at)
    of_the_house = {OperationKind.CHANGE_HANDOFFS, OperationKind.RECOVER_LOCATION}
    made_here = set(OperationKind) - MADE_BY_THE_GATE - of_the_house
    assert {operation.kind for operation in operations} == made_here
    first = [await at.apply(operation) for operation in operations]
    before = await at.state()
    at.clock.advance(1_000)
    for number, (operation, given) in enumerate(zip(operations, first, strict=True), start=3):
        again = await at.apply(operation)
        assert again == given._replace(applied=Applied(number, at.clock.now_ms - 1_000, replayed=True))  # type: ignore[attr-defined]
    assert await at.state() == before
    assert await at.revision() == 24


async def test_every_operation_asked_again_at_once_gives_its_stored_answer(at: World) -> None:
    for operation in await every_operation(at):
        given = await at.apply(operation)
        again = await at.apply(operation)
        assert again[1:] == given[1:]  # type: ignore[index]
        assert again[0] == given[0]._replace(replayed=True)  # type: ignore[index]


async def test_an_operation_id_with_another_content_is_refused_and_that_is_not_stored(at: World) -> None:
    operations = await every_operation(at)
    for operation in operations:
        await at.apply(operation)
    before, revision = await at.state(), await at.revision()
    for operation in other_contents():
        no = await at.refused(at.apply(operation), Reason.OPERATION_ID_REUSED)
        assert no.applied == Applied(0, 0, replayed=False)
        assert no.violations == ()
    assert (await at.state(), await at.revision()) == (before, revision)


async def test_an_operation_id_of_another_kind_is_refused(at: World) -> None:
    await at.receive(("A", 10))
    await at.apply(ops.ReserveStock("k1", HERE, "O-1", "", 0, (ops.OrderLine("1", "A", 5),)))
    await at.refused(at.apply(ops.ConfirmReservation("k1", HERE, "O-1")), Reason.OPERATION_ID_REUSED)
    await at.refused(at.apply(ops.ReleaseReservation("k1", HERE, "O-1", ())), Reason.OPERATION_ID_REUSED)


async def test_the_order_of_the_lines_is_content(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    one, other = ops.OrderLine("1", "A", 1), ops.OrderLine("2", "B", 1)
    await at.apply(ops.ReserveStock("k1", HERE, "O-1", "", 0, (one, other)))
    asking = at.apply(ops.ReserveStock("k1", HERE, "O-1", "", 0, (other, one)))
    await at.refused(asking, Reason.OPERATION_ID_REUSED)


async def test_who_asks_and_the_policy_are_not_content(at: World) -> None:
    await at.receive(("A", 10))
    operation = ops.ReserveStock("k1", HERE, "O-1", "", 0, (ops.OrderLine("1", "A", 5),))
    given = await at.apply(operation)
    again = await at.ledger.apply(operation, Policy(safety_stock=9), Call(method="x", system="other", actor="bob"))
    assert again == given._replace(applied=given.applied._replace(replayed=True))
    assert (await at.entries())[-1].system == "wms-east"


async def test_a_refusal_is_stored_so_that_a_retry_never_turns_a_no_into_a_yes(at: World) -> None:
    await at.receive(("A", 1))
    operation = ops.ReserveStock("k1", HERE, "O-1", "", 0, (ops.OrderLine("1", "A", 2), ops.OrderLine("2", "A", 1)))
    first = await at.refuses(at.apply(operation), Reason.INSUFFICIENT_STOCK, ("1", "A", 3, 1), ("2", "A", 3, 1))
    await at.receive(("A", 10))
    at.clock.advance(500)
    before, revision = await at.state(), await at.revision()
    again = await at.refused(at.apply(operation), Reason.INSUFFICIENT_STOCK)
    assert again.violations == first.violations
    assert again.applied == first.applied._replace(replayed=True)
    assert (await at.state(), await at.revision()) == (before, revision)


async def test_a_refused_operation_id_with_another_content_is_refused_as_reused(at: World) -> None:
    await at.receive(("A", 1))
    await at.refused(at.apply(ops.ConfirmReservation("k1", HERE, "O-1")), Reason.RESERVATION_NOT_FOUND)
    await at.refused(at.apply(ops.ConfirmReservation("k1", HERE, "O-2")), Reason.OPERATION_ID_REUSED)


async def test_a_stored_answer_survives_what_happened_since(at: World) -> None:
    await at.receive(("A", 10))
    hold = ops.ReserveStock("k1", HERE, "O-1", "", TTL_MS, (ops.OrderLine("1", "A", 5),))
    given = await at.apply(hold)
    await at.release("O-1")
    assert await at.apply(hold) == given._replace(applied=given.applied._replace(replayed=True))
    assert await at.level("A") == StockLevel("A", on_hand=10)


async def test_the_same_operation_id_is_another_operation_at_another_location(at: World) -> None:
    there = World(at.ledger, at.clock, "DC-2")
    for place in (at, there):
        receipt = ops.RecordReceipt("k1", place.location_id, "", (ops.ReceiptLine("A", 3, Landing.AVAILABLE),))
        assert (await place.apply(receipt)).applied == Applied(1, at.clock.now_ms, replayed=False)


async def test_a_dry_run_leaves_no_mark_and_is_answered_afresh(at: World) -> None:
    await at.receive(("A", 10))
    dry = ops.AuthorizeWave(
        "", HERE, "W-1", WaveAtomicity.LINE, 60_000, dry_run=True, lines=(ops.WaveLine("O-1", "1", "A", 4),)
    )
    assert (await at.apply(dry)).lines[0].authorized == 0
    await at.reserve("O-1", ("1", "A", 4))
    reply = await at.apply(dry)
    assert (reply.lines[0].authorized, reply.applied) == (4, Applied(2, at.clock.now_ms, replayed=False))


async def test_at_a_location_that_was_never_opened_nothing_is_stored(at: World) -> None:
    operations = await every_operation(World(at.ledger, at.clock, "DC-2"))
    closed = [operation for operation in operations if operation.kind not in OPENING]
    assert len(closed) == len(operations) - len(OPENING)
    for operation in closed:
        no = await at.refused(at.apply(operation), Reason.UNKNOWN_LOCATION)
        assert (no.applied, no.violations) == (Applied(0, 0, replayed=False), ())
    await at.receive(("A", 100))
    assert await at.revision() == 1


async def test_an_operation_refused_at_an_unknown_location_may_be_asked_again_when_it_is_open(at: World) -> None:
    reserve = ops.ReserveStock("k1", HERE, "O-1", "", 0, (ops.OrderLine("1", "A", 5),))
    await at.refused(at.apply(reserve), Reason.UNKNOWN_LOCATION)
    await at.receive(("A", 10))
    assert (await at.apply(reserve)).applied == Applied(2, at.clock.now_ms, replayed=False)


async def test_a_dry_run_at_an_unknown_location_is_refused(at: World) -> None:
    await at.refused(at.authorize(("O-1", "1", "A", 1), dry_run=True), Reason.UNKNOWN_LOCATION)


async def test_locations_do_not_share_stock_orders_or_permits(at: World) -> None:
    there = World(at.ledger, at.clock, "DC-2")
    await at.receive(("A", 10))
    await there.receive(("A", 1))
    permit_id = await picking(at, quantity=5)
    await there.refuses(there.confirm("O-1"), Reason.RESERVATION_NOT_FOUND)
    await there.refuses(there.pick(permit_id, ("O-1", "1", "A", 1)), Reason.PERMIT_NOT_FOUND)
    await there.reserve("O-1", ("1", "A", 1))
    assert await at.level("A") == StockLevel("A", on_hand=10, allocated=5)
    assert await there.level("A") == StockLevel("A", on_hand=1, committed=1)
