"""authorize_wave: a verdict for each line, and a permit for what may be picked."""

from __future__ import annotations

from gate_service.domain.replies import Applied
from gate_service.domain.reservation import Allocation
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, ReservationState, ShortReason, Verdict, VerdictReason, WaveAtomicity
from tests.contract.shelf import picking
from tests.contract.world import PERMIT_TTL_MS, TTL_MS, World

PICK, TRIM, BLOCK = Verdict.PICK, Verdict.TRIM, Verdict.BLOCK
NONE = VerdictReason.NONE


async def test_what_is_committed_may_be_picked(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    reply = await at.authorize(("O-1", "1", "A", 3), permit_ttl_ms=90_000)
    assert reply.applied == Applied(3, at.clock.now_ms, replayed=False)
    assert (reply.permit_id, reply.permit_expires_at_ms) == ("P3", at.clock.now_ms + 90_000)
    assert reply.lines == ((PICK, NONE, 3),)
    assert await at.level("A") == StockLevel("A", on_hand=10, allocated=3)
    assert (await at.line("O-1", "1")).allocations == (Allocation("P3", 3, 0, 0, 0, 0),)
    assert (await at.reservation("O-1")).state is ReservationState.ALLOCATED


async def test_a_line_may_be_asked_for_in_parts_each_under_its_permit(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    assert (await at.authorize(("O-1", "1", "A", 2))).lines == ((PICK, NONE, 2),)
    assert await at.level("A") == StockLevel("A", on_hand=10, committed=1, allocated=2)
    await at.authorize(("O-1", "1", "A", 1))
    allocations = (await at.line("O-1", "1")).allocations
    assert [(one.permit_id, one.authorized) for one in allocations] == [("P3", 2), ("P4", 1)]


async def test_a_wave_that_gives_nothing_is_an_entry_without_a_permit(at: World) -> None:
    await at.receive(("A", 10))
    before = await at.state()
    reply = await at.authorize(("O-1", "1", "A", 3))
    assert (reply.applied.revision, reply.permit_id, reply.permit_expires_at_ms) == (2, "", 0)
    assert await at.state() == before
    entry = (await at.entries())[-1]
    assert (entry.refusal, entry.changes) == ("", ())


async def test_a_sku_that_was_never_received_is_blocked_before_anything_else(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    reply = await at.authorize(("O-1", "1", "X", 3), ("O-9", "1", "X", 3))
    assert reply.lines == ((BLOCK, VerdictReason.UNKNOWN_SKU, 0), (BLOCK, VerdictReason.UNKNOWN_SKU, 0))


async def test_a_line_without_a_reservation_is_blocked(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 3))
    reply = await at.authorize(("O-9", "1", "A", 3), ("O-1", "9", "A", 3), ("O-1", "1", "B", 3))
    assert reply.lines == ((BLOCK, VerdictReason.NO_RESERVATION, 0),) * 3


async def test_a_released_line_is_blocked_as_if_it_were_not_there(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3), ("2", "A", 1))
    await at.release("O-1", ("1", 3))
    assert (await at.authorize(("O-1", "1", "A", 3))).lines == ((BLOCK, VerdictReason.NO_RESERVATION, 0),)


async def test_a_line_that_is_only_held_may_not_be_picked(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    assert (await at.authorize(("O-1", "1", "A", 3))).lines == ((BLOCK, VerdictReason.NOT_COMMITTED, 0),)


async def test_a_line_whose_hold_ran_out_may_not_be_picked(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    assert (await at.authorize(("O-1", "1", "A", 3))).lines == ((BLOCK, VerdictReason.HOLD_EXPIRED, 0),)


async def test_a_line_that_is_under_a_permit_or_shipped_is_not_given_again(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    already = ((BLOCK, VerdictReason.ALREADY_ALLOCATED, 0),)
    assert (await at.authorize(("O-1", "1", "A", 3))).lines == already
    await at.ship("O-1", permit_id, ("1", "A", 3))
    assert (await at.authorize(("O-1", "1", "A", 3))).lines == already


async def test_a_line_that_fell_short_is_blocked_as_if_it_were_not_there(at: World) -> None:
    await at.receive(("A", 10))
    permit_id = await picking(at, quantity=3)
    await at.report(permit_id, ("O-1", "1", "A", 0, 3, ShortReason.DAMAGED))
    assert (await at.authorize(("O-1", "1", "A", 3))).lines == ((BLOCK, VerdictReason.NO_RESERVATION, 0),)


async def test_more_than_is_committed_is_trimmed(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    assert (await at.authorize(("O-1", "1", "A", 5))).lines == ((TRIM, VerdictReason.NOT_COMMITTED, 3),)


async def test_more_than_is_left_of_a_line_under_a_permit_is_trimmed(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    await at.authorize(("O-1", "1", "A", 1))
    assert (await at.authorize(("O-1", "1", "A", 3))).lines == ((TRIM, VerdictReason.ALREADY_ALLOCATED, 2),)


async def test_what_the_record_does_not_have_is_trimmed_and_then_blocked(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 4))
    await at.reserve("O-2", ("1", "A", 4))
    await at.reserve("O-3", ("1", "A", 2))
    await at.adjust(("A", Bucket.ON_HAND, -4))
    reply = await at.authorize(("O-1", "1", "A", 4), ("O-2", "1", "A", 4), ("O-3", "1", "A", 2))
    short = VerdictReason.INSUFFICIENT_ALLOCATABLE
    assert reply.lines == ((PICK, NONE, 4), (TRIM, short, 2), (BLOCK, short, 0))
    assert await at.level("A") == StockLevel("A", on_hand=6, committed=4, allocated=6)


async def test_what_is_there_but_unsellable_is_told_as_on_hold(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 6))
    await at.reserve("O-2", ("1", "A", 4))
    await at.adjust(("A", Bucket.DAMAGED, 1), ("A", Bucket.QUALITY_CONTROL, 2), ("A", Bucket.SUSPECT, 2))
    reply = await at.authorize(("O-1", "1", "A", 6), ("O-2", "1", "A", 4))
    assert reply.lines == ((TRIM, VerdictReason.STOCK_ON_HOLD, 5), (BLOCK, VerdictReason.STOCK_ON_HOLD, 0))


async def test_on_hold_is_told_only_where_it_would_cover_what_is_wanted(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 8))
    await at.reserve("O-2", ("1", "A", 2))
    await at.adjust(("A", Bucket.ON_HAND, -5), ("A", Bucket.DAMAGED, 2))
    reply = await at.authorize(("O-1", "1", "A", 8), ("O-2", "1", "A", 2))
    assert reply.lines == (
        (TRIM, VerdictReason.INSUFFICIENT_ALLOCATABLE, 3),
        (BLOCK, VerdictReason.STOCK_ON_HOLD, 0),
    )


async def test_a_negative_allocatable_gives_nothing(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-2", ("1", "A", 2))
    await picking(at, quantity=8)
    await at.adjust(("A", Bucket.ON_HAND, -5))
    assert (await at.authorize(("O-2", "1", "A", 2))).lines == ((BLOCK, VerdictReason.INSUFFICIENT_ALLOCATABLE, 0),)
    await at.adjust(("A", Bucket.SUSPECT, 5))
    assert (await at.authorize(("O-2", "1", "A", 2))).lines == ((BLOCK, VerdictReason.INSUFFICIENT_ALLOCATABLE, 0),)


async def test_the_shortage_of_stock_is_told_before_the_shortage_of_the_order(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 4))
    await at.adjust(("A", Bucket.ON_HAND, -7))
    assert (await at.authorize(("O-1", "1", "A", 9))).lines == ((TRIM, VerdictReason.INSUFFICIENT_ALLOCATABLE, 3),)


async def test_committed_units_may_be_picked_while_others_only_hold(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 5))
    await at.hold("O-2", ("1", "A", 5))
    await at.adjust(("A", Bucket.ON_HAND, -5))
    assert (await at.authorize(("O-1", "1", "A", 5))).lines == ((PICK, NONE, 5),)


async def three_orders_and_too_little(at: World) -> list[tuple[str, str, str, int]]:
    """Commit three orders, of which only the second can be picked in full; give their wave, orders interleaved."""
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 4), ("2", "B", 5))
    await at.reserve("O-2", ("1", "A", 4), ("2", "B", 5))
    await at.reserve("O-3", ("1", "A", 2))
    await at.adjust(("A", Bucket.ON_HAND, -6), ("B", Bucket.ON_HAND, -1))
    return [
        ("O-1", "1", "A", 4),
        ("O-2", "1", "A", 4),
        ("O-1", "2", "B", 6),
        ("O-2", "2", "B", 5),
        ("O-3", "1", "A", 2),
    ]


async def test_each_line_stands_for_itself_where_the_wave_is_taken_by_line(at: World) -> None:
    wave = await three_orders_and_too_little(at)
    reply = await at.authorize(*wave, atomicity=WaveAtomicity.LINE)
    short = VerdictReason.INSUFFICIENT_ALLOCATABLE
    assert reply.lines == (
        (PICK, NONE, 4),
        (BLOCK, short, 0),
        (TRIM, VerdictReason.NOT_COMMITTED, 5),
        (TRIM, short, 4),
        (BLOCK, short, 0),
    )


async def test_an_order_that_is_incomplete_leaves_its_stock_to_the_next(at: World) -> None:
    wave = await three_orders_and_too_little(at)
    reply = await at.authorize(*wave, atomicity=WaveAtomicity.ORDER)
    assert reply.lines == (
        (BLOCK, VerdictReason.ORDER_INCOMPLETE, 0),
        (PICK, NONE, 4),
        (BLOCK, VerdictReason.NOT_COMMITTED, 0),
        (PICK, NONE, 5),
        (BLOCK, VerdictReason.INSUFFICIENT_ALLOCATABLE, 0),
    )
    assert await at.level("A") == StockLevel("A", on_hand=4, committed=6, allocated=4)
    assert (await at.line("O-1", "1")).allocations == ()


async def test_a_wave_that_is_incomplete_gives_nothing(at: World) -> None:
    wave = await three_orders_and_too_little(at)
    before = await at.state()
    reply = await at.authorize(*wave, atomicity=WaveAtomicity.WAVE)
    short = VerdictReason.INSUFFICIENT_ALLOCATABLE
    assert reply.lines == (
        (BLOCK, VerdictReason.WAVE_INCOMPLETE, 0),
        (BLOCK, short, 0),
        (BLOCK, VerdictReason.NOT_COMMITTED, 0),
        (BLOCK, short, 0),
        (BLOCK, short, 0),
    )
    assert reply.permit_id == ""
    assert await at.state() == before


async def test_a_wave_that_is_complete_is_given_in_full(at: World) -> None:
    await at.receive(("A", 10), ("B", 10))
    await at.reserve("O-1", ("1", "A", 4), ("2", "B", 5))
    await at.reserve("O-2", ("1", "A", 6))
    wave = [("O-2", "1", "A", 6), ("O-1", "1", "A", 4), ("O-1", "2", "B", 5)]
    for atomicity in (WaveAtomicity.WAVE, WaveAtomicity.ORDER):
        assert {line.verdict for line in (await at.authorize(*wave, atomicity=atomicity, dry_run=True)).lines} == {PICK}
    reply = await at.authorize(*wave, atomicity=WaveAtomicity.WAVE)
    assert [line.authorized for line in reply.lines] == [6, 4, 5]


async def test_two_lines_of_one_sku_share_what_is_free(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 4), ("2", "A", 4))
    await at.adjust(("A", Bucket.ON_HAND, -5))
    wave = [("O-1", "1", "A", 4), ("O-1", "2", "A", 4)]
    reply = await at.authorize(*wave, atomicity=WaveAtomicity.ORDER, dry_run=True)
    short = VerdictReason.INSUFFICIENT_ALLOCATABLE
    assert reply.lines == ((BLOCK, VerdictReason.ORDER_INCOMPLETE, 0), (BLOCK, short, 0))
    assert (await at.authorize(*wave)).lines == ((PICK, NONE, 4), (TRIM, short, 1))


async def test_a_dry_run_gives_the_same_verdicts_and_changes_nothing(at: World) -> None:
    wave = await three_orders_and_too_little(at)
    for atomicity in (WaveAtomicity.WAVE, WaveAtomicity.ORDER, WaveAtomicity.LINE):
        before = await at.state()
        revision = await at.revision()
        dry = await at.authorize(*wave, atomicity=atomicity, dry_run=True)
        assert await at.state() == before
        assert dry.applied == Applied(revision, at.clock.now_ms, replayed=False)
        assert (dry.permit_id, dry.permit_expires_at_ms) == ("", 0)
        assert await at.revision() == revision
        real = await at.authorize(*wave, atomicity=atomicity)
        assert real.lines == dry.lines
        if real.permit_id:
            at.clock.advance(PERMIT_TTL_MS)
            await at.sweep()


async def test_a_dry_run_too_comes_after_what_is_due_so_that_its_verdicts_are_those_of_a_real_run(at: World) -> None:
    await at.receive(("A", 10))
    await picking(at, "O-2", quantity=2)
    at.clock.advance(PERMIT_TTL_MS - TTL_MS)
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    wave = [("O-1", "1", "A", 3), ("O-2", "1", "A", 2)]
    dry = await at.authorize(*wave, dry_run=True)
    assert dry.lines == ((BLOCK, VerdictReason.HOLD_EXPIRED, 0), (PICK, NONE, 2))
    assert dry.applied.revision == await at.revision() == 6
    assert (await at.authorize(*wave)).lines == dry.lines


async def test_a_wave_of_two_thousand_lines_is_one_entry_and_one_permit(at: World) -> None:
    await at.receive(*((f"SKU-{number}", 20) for number in range(200)))
    for order in range(20):
        await at.reserve(f"O-{order}", *((str(line), f"SKU-{line * 2 + order % 2}", 2) for line in range(100)))
    wave = [(f"O-{order}", str(line), f"SKU-{line * 2 + order % 2}", 2) for order in range(20) for line in range(100)]
    await at.adjust(("SKU-0", Bucket.ON_HAND, -3))
    reply = await at.authorize(*wave)
    verdicts = [line.verdict for line in reply.lines]
    assert (len(verdicts), verdicts.count(PICK), verdicts.count(TRIM), verdicts.count(BLOCK)) == (2_000, 1_998, 1, 1)
    assert await at.revision() == 23
    stock = (await at.state()).stock
    assert sum(level.allocated for level in stock.values()) == 3_997
    assert stock["SKU-0"] == StockLevel("SKU-0", on_hand=17, committed=3, allocated=17)
    await at.pick(
        reply.permit_id,
        *((*line[:3], given.authorized) for line, given in zip(wave, reply.lines, strict=True) if given.authorized),
    )
    assert await at.revision() == 24
