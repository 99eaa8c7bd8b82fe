"""expire_hold and expire_permit: what runs out goes back, each with an entry of its own."""

from __future__ import annotations

from gate_service.domain import operations as ops
from gate_service.domain.reservation import Allocation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind, Reason, ReservationState, ShortReason, VerdictReason
from tests.contract.shelf import picking
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World


async def ran_out(at: World) -> list[str]:
    """Name what ran out, in the order of the ledger."""
    return [entry.operation_id for entry in await at.entries() if entry.operation_id.startswith("~")]


async def test_a_hold_that_nobody_confirmed_goes_back_to_available(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    until = (await at.hold("O-1", ("1", "A", 3), ("2", "B", 2))).hold_expires_at_ms
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert await at.level("A") == StockLevel("A", on_hand=10)
    reservation = await at.reservation("O-1")
    assert (reservation.state, reservation.hold_expires_at_ms) == (ReservationState.EXPIRED, 0)
    assert [(line.held, line.released, line.lapsed) for line in reservation.lines] == [(0, 3, 3), (0, 2, 2)]
    entry = (await at.entries())[-1]
    assert (entry.revision, entry.at_ms, entry.kind) == (3, at.clock.now_ms, OperationKind.EXPIRE_HOLD)
    assert (entry.operation_id, entry.order_id) == (f"~expire-hold/O-1/{until}", "O-1")
    assert sorted(entry.changes) == [("A", "held", -3), ("B", "held", -2)]


async def test_a_hold_stands_until_its_very_last_millisecond(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS - 1)
    await at.sweep()
    assert (await at.reservation("O-1")).state is ReservationState.HELD
    at.clock.advance(1)
    await at.sweep()
    assert (await at.reservation("O-1")).state is ReservationState.EXPIRED


async def test_the_next_write_runs_out_what_is_due_before_it_does_its_own_work(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 10))
    at.clock.advance(TTL_MS)
    reply = await at.reserve("O-2", ("1", "A", 10))
    assert reply.applied.revision == 4
    assert [entry.kind for entry in await at.entries()] == [
        OperationKind.RECORD_RECEIPT,
        OperationKind.RESERVE_STOCK,
        OperationKind.EXPIRE_HOLD,
        OperationKind.RESERVE_STOCK,
    ]


async def test_a_refused_write_and_a_replay_run_out_what_is_due_as_well(at: World) -> None:
    await at.receive(("A", 10))
    confirm = ops.ConfirmReservation("once", at.location_id, "O-9")
    await at.refused(at.apply(confirm), Reason.RESERVATION_NOT_FOUND)
    await at.hold("O-1", ("1", "A", 1))
    await at.hold("O-2", ("1", "A", 1), ttl_ms=2 * TTL_MS)
    at.clock.advance(TTL_MS)
    await at.refused(at.confirm("O-8"), Reason.RESERVATION_NOT_FOUND)
    assert (await at.level("A")).held == 1
    at.clock.advance(TTL_MS)
    no = await at.refused(at.apply(confirm), Reason.RESERVATION_NOT_FOUND)
    assert no.applied.replayed is True
    assert (await at.level("A")).held == 0


async def test_holds_run_out_by_time_and_then_by_name_before_permits(at: World) -> None:
    await at.receive(("A", 100))
    now = at.clock.now_ms
    for order_id in ("O-b", "O-a", "O-C"):
        await at.hold(order_id, ("1", "A", 1), ttl_ms=3_000)
    await at.hold("O-z", ("1", "A", 1), ttl_ms=2_000)
    for number in range(3):
        await at.reserve(f"W-{number}", ("1", "A", 2))
    permits = [
        (await at.authorize((f"W-{number}", "1", "A", 1), permit_ttl_ms=ttl_ms)).permit_id
        for number, ttl_ms in enumerate((90_000, 90_000, 60_000))
    ]
    assert permits == ["P9", "P10", "P11"]
    at.clock.advance(90_000)
    await at.sweep()
    assert await ran_out(at) == [
        f"~expire-hold/O-z/{now + 2_000}",
        f"~expire-hold/O-C/{now + 3_000}",
        f"~expire-hold/O-a/{now + 3_000}",
        f"~expire-hold/O-b/{now + 3_000}",
        "~expire-permit/P11",
        "~expire-permit/P10",
        "~expire-permit/P9",
    ]


async def test_a_permit_gives_back_what_was_not_picked(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 6), ("2", "B", 1))
    reply = await at.authorize(("O-1", "1", "A", 6), ("O-1", "2", "B", 1))
    await at.report(reply.permit_id, ("O-1", "1", "A", 2, 1, ShortReason.DAMAGED))
    await at.ship("O-1", reply.permit_id, ("1", "A", 1))
    at.clock.advance(PERMIT_TTL_MS)
    await at.sweep()
    assert await at.level("A") == StockLevel("A", on_hand=9, committed=3, allocated=1, damaged=1, picked=1)
    line = await at.line("O-1", "1")
    assert line.allocations == (Allocation(reply.permit_id, 6, 2, 1, 1, 3),)
    assert (line.committed, line.allocated, line.shipped, line.shorted) == (3, 1, 1, 1)
    entry = (await at.entries())[-1]
    assert (entry.kind, entry.order_id) == (OperationKind.EXPIRE_PERMIT, "")
    assert entry.operation_id == f"~expire-permit/{reply.permit_id}"
    assert sorted(entry.changes) == [
        ("A", "allocated", -3),
        ("A", "committed", 3),
        ("B", "allocated", -1),
        ("B", "committed", 1),
    ]


async def test_what_a_permit_gave_back_may_be_authorised_again(at: World) -> None:
    await at.receive(("A", 5))
    first = await picking(at, quantity=5)
    await at.pick(first, ("O-1", "1", "A", 2))
    at.clock.advance(PERMIT_TTL_MS)
    reply = await at.authorize(("O-1", "1", "A", 3))
    assert reply.lines[0].authorized == 3
    assert [one.permit_id for one in (await at.line("O-1", "1")).allocations] == [first, reply.permit_id]


async def test_a_permit_with_nothing_left_to_pick_does_not_run_out(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    await at.pick(permit_id, ("O-1", "1", "A", 2))
    await at.report(permit_id, ("O-1", "1", "A", 0, 1, ShortReason.DAMAGED))
    await at.ship("O-1", permit_id, ("1", "A", 4))
    at.clock.advance(PERMIT_TTL_MS)
    before = await at.revision()
    await at.sweep()
    assert await at.revision() == before


async def test_a_report_under_a_permit_that_is_due_comes_too_late(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=5)
    at.clock.advance(PERMIT_TTL_MS)
    no = await at.refused(at.pick(permit_id, ("O-1", "1", "A", 5)), Reason.PERMIT_EXPIRED)
    assert no.violations == (("1", "A", 5, 0),)
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=5)


async def test_a_thing_runs_out_once(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    await at.sweep()
    await at.sweep()
    await at.receive(("A", 1))
    assert await at.revision() == 4


async def test_a_hold_made_anew_runs_out_at_its_own_time(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    await at.hold("O-1", ("1", "A", 4))
    assert (await at.level("A")).held == 4
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert await at.level("A") == StockLevel("A", on_hand=10)
    assert len(set(await ran_out(at))) == 2


def units(count: int) -> list[tuple[str, str, int]]:
    """Give so many lines of one unit each."""
    return [(str(number), "A", 1) for number in range(count)]


async def test_the_hold_that_the_operation_names_runs_out_even_where_many_others_are_due(at: World) -> None:
    await at.receive(("A", 10_000))
    for number in range(3):
        await at.hold(f"O-{number}", *units(1_000))
    await at.hold("O-3", ("1", "A", 1))
    at.clock.advance(TTL_MS)
    reply = await at.confirm("O-3")
    assert reply.retaken
    assert [name.split("/")[1] for name in await ran_out(at)] == ["O-0", "O-1", "O-3"]


async def test_the_permit_that_the_operation_names_runs_out_even_where_many_others_are_due(at: World) -> None:
    await at.receive(("A", 10_000))
    permits = []
    for number, lines in enumerate([units(1_000), units(1_000), units(1), units(1)]):
        await at.reserve(f"O-{number}", *lines)
        permits.append((await at.authorize(*((f"O-{number}", *line) for line in lines))).permit_id)
    at.clock.advance(PERMIT_TTL_MS)
    await at.refused(at.pick(permits[3], ("O-3", "0", "A", 1)), Reason.PERMIT_EXPIRED)
    assert await ran_out(at) == [f"~expire-permit/{permits[number]}" for number in (0, 1, 3)]


async def test_a_wave_knows_a_hold_that_is_due_even_where_it_did_not_run_out_yet(at: World) -> None:
    await at.receive(("A", 10_000))
    await at.hold("O-0", *units(1_000))
    await at.hold("O-1", *units(1_000))
    await at.hold("O-2", ("1", "A", 1))
    at.clock.advance(TTL_MS)
    reply = await at.authorize(("O-0", "1", "A", 1), ("O-2", "1", "A", 1))
    assert [line.reason for line in reply.lines] == [VerdictReason.HOLD_EXPIRED] * 2
    assert (await at.line("O-2", "1")).held == 1


async def test_a_sweep_runs_out_all_that_is_due(at: World) -> None:
    await at.receive(("A", 1_000))
    for number in range(450):
        await at.hold(f"O-{number:03}", ("1", "A", 1))
    at.clock.advance(TTL_MS)
    await at.sweep()
    assert await at.level("A") == StockLevel("A", on_hand=1_000)
    assert len(await ran_out(at)) == 450


async def test_time_never_goes_back_even_where_the_clock_does(at: World) -> None:
    first = await at.receive(("A", 10))
    at.clock.advance(-60_000)
    second = await at.hold("O-1", ("1", "A", 3), ttl_ms=1_000)
    assert second.applied.at_ms == first.applied.at_ms
    assert second.hold_expires_at_ms == first.applied.at_ms + 1_000
    times = [entry.at_ms for entry in await at.entries()]
    assert times == sorted(times)


async def test_a_hold_stays_run_out_where_the_clock_goes_back(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    await at.receive(("A", 1))
    at.clock.advance(-TTL_MS)
    await at.hold("O-2", ("1", "A", 3), ttl_ms=1_000)
    assert (await at.reservation("O-1")).state is ReservationState.EXPIRED


async def test_one_call_runs_out_two_thousand_lines_and_the_next_goes_on(at: World) -> None:
    await at.receive(("A", 10_000))
    await at.reserve("O-picked", ("1", "A", 1))
    await at.authorize(("O-picked", "1", "A", 1), permit_ttl_ms=TTL_MS)
    for number in range(4):
        await at.hold(f"O-{number}", *((str(line), "A", 1) for line in range(700)))
    at.clock.advance(TTL_MS)
    await at.receive(("B", 1))
    assert len(await ran_out(at)) == 3
    assert (await at.level("A")).held == 700
    await at.receive(("B", 1))
    assert [name.split("/")[0] for name in await ran_out(at)] == [*["~expire-hold"] * 4, "~expire-permit"]
    assert (await at.level("A")).held == 0
