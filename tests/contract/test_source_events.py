"""Source events: what happened in a caller's world counts once, under however many names it is told."""

from __future__ import annotations

import pytest

from gate_service.domain import operations as ops
from gate_service.domain.limits import EVENTS_RETIRED_PER_CALL
from gate_service.domain.policy import RETENTION_DEFAULT_MS, Policy
from gate_service.domain.replies import Applied
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Bucket, Landing, Reason, WaveAtomicity
from tests.contract.world import PERMIT_TTL_MS, World

HERE = "DC-1"
LOOKED_AT_AGAIN_AFTER_MS = 3_600_000
EVENT = ops.SourceEvent("", "order", "4711", "1", "placed", 0)


def receipt(operation_id: str, units: int = 10, sku: str = "A") -> ops.RecordReceipt:
    """Book units in."""
    return ops.RecordReceipt(operation_id, HERE, "", (ops.ReceiptLine(sku, units, Landing.AVAILABLE),))


def order(operation_id: str, units: int = 4, order_id: str = "O-1") -> ops.ReserveStock:
    """Commit units of A to an order."""
    return ops.ReserveStock(operation_id, HERE, order_id, "", 0, (ops.OrderLine("1", "A", units),))


async def test_an_event_told_again_under_another_operation_id_has_one_effect_and_one_answer(at: World) -> None:
    first = await at.tell(EVENT, receipt("one"))
    at.clock.advance(1_000)
    again = await at.tell(EVENT, receipt("two"))
    assert again == first._replace(applied=first.applied._replace(replayed=True, absorbed=True))
    assert await at.level("A") == StockLevel("A", on_hand=10)
    assert await at.revision() == 1


async def test_the_other_operation_id_stands_for_the_event_too(at: World) -> None:
    first = await at.tell(EVENT, receipt("one"))
    await at.tell(EVENT, receipt("two"))
    stood_for = first.applied._replace(replayed=True, absorbed=True)
    assert (await at.apply(receipt("two"))).applied == stood_for
    assert (await at.tell(EVENT, receipt("two"))).applied == stood_for
    await at.turned_away(at.apply(receipt("two", 11)), Reason.OPERATION_ID_REUSED)


async def test_the_first_operation_id_is_a_mere_replay(at: World) -> None:
    first = await at.tell(EVENT, receipt("one"))
    assert (await at.tell(EVENT, receipt("one"))).applied == first.applied._replace(replayed=True)
    assert (await at.tell(EVENT._replace(document="4712"), receipt("one"))).applied.absorbed is False


async def test_the_ledger_tells_which_event_was_first_and_whose(at: World) -> None:
    await at.tell(EVENT._replace(number=7), receipt("one"))
    await at.tell(EVENT._replace(system="erp"), receipt("two"))
    assert [entry.source for entry in await at.entries()] == [
        EVENT._replace(system="wms-east", number=7),
        EVENT._replace(system="erp"),
    ]


async def test_a_system_that_tells_for_another_tells_of_the_same_event(at: World) -> None:
    await at.tell(EVENT, receipt("one"))
    at.act_as("bot", "middleware")
    assert (await at.tell(EVENT._replace(system="wms-east"), receipt("two"))).applied.absorbed
    assert not (await at.tell(EVENT, receipt("three"))).applied.absorbed


@pytest.mark.parametrize(
    "other",
    [
        EVENT._replace(document_type="x"),
        EVENT._replace(document="x"),
        EVENT._replace(line="x"),
        EVENT._replace(action="x"),
    ],
)
async def test_what_differs_in_any_part_of_its_name_is_another_event(at: World, other: ops.SourceEvent) -> None:
    await at.tell(EVENT, receipt("one"))
    assert not (await at.tell(other, receipt("two"))).applied.replayed
    assert (await at.level("A")).on_hand == 20


async def test_parts_that_are_left_out_cannot_be_taken_for_others(at: World) -> None:
    names = [("a", "b", "", ""), ("", "a", "b", ""), ("", "a", "", "b"), ("a", "b", "", "c"), ("a", "b", "c", "")]
    for number, parts in enumerate(names):
        source = ops.SourceEvent("", *parts, 0)
        assert not (await at.tell(source, receipt(f"first-{number}"))).applied.absorbed
        assert (await at.tell(source, receipt(f"again-{number}"))).applied.absorbed


async def test_another_number_does_not_make_it_another_event(at: World) -> None:
    await at.tell(EVENT._replace(number=7), receipt("one"))
    assert (await at.tell(EVENT._replace(number=8), receipt("two"))).applied.absorbed
    assert (await at.tell(EVENT, receipt("three"))).applied.absorbed


async def test_the_same_event_at_another_location_is_told_there_for_the_first_time(at: World) -> None:
    await at.tell(EVENT, receipt("one"))
    there = World(at.ledger, at.clock, "DC-2")
    elsewhere = ops.RecordReceipt("two", "DC-2", "", (ops.ReceiptLine("A", 10, Landing.AVAILABLE),))
    assert (await there.tell(EVENT, elsewhere)).applied == Applied(1, at.clock.now_ms, replayed=False)


async def test_an_event_with_another_content_is_refused_and_the_first_answer_named(at: World) -> None:
    await at.receive(("A", 100))
    await at.tell(EVENT, order("one"))
    for operation in (order("two", units=5), order("two", order_id="O-2"), receipt("two")):
        no = await at.turned_away(at.tell(EVENT, operation), Reason.SOURCE_EVENT_CONFLICT)
        assert no.metadata["stored_revision"] == "2"
    assert not (await at.apply(order("two", order_id="O-2"))).applied.replayed  # the name was not used up


async def test_a_no_stands_for_the_event_as_a_yes_would(at: World) -> None:
    await at.receive(("A", 3))
    no = await at.refused(at.tell(EVENT, order("one")), Reason.INSUFFICIENT_STOCK)
    await at.receive(("A", 100))
    again = await at.refused(at.tell(EVENT, order("two")), Reason.INSUFFICIENT_STOCK)
    assert again.violations == no.violations
    assert again.applied == no.applied._replace(replayed=True, absorbed=True)
    again = await at.refused(at.apply(order("two")), Reason.INSUFFICIENT_STOCK)
    assert again.applied == no.applied._replace(replayed=True, absorbed=True)
    assert (await at.level("A")).committed == 0


async def test_an_operation_id_that_was_used_otherwise_is_refused_and_the_event_was_not_told(at: World) -> None:
    await at.apply(receipt("one"))
    await at.turned_away(at.tell(EVENT, receipt("one", 11)), Reason.OPERATION_ID_REUSED)
    assert not (await at.tell(EVENT, receipt("two", 11))).applied.replayed


async def test_a_dry_run_tells_of_no_event(at: World) -> None:
    await at.receive(("A", 10))
    await at.apply(order("one"))
    lines = (ops.WaveLine("O-1", "1", "A", 4),)
    for dry_run, name in ((True, ""), (True, ""), (False, "wave")):
        wave = ops.AuthorizeWave(name, HERE, "W", WaveAtomicity.LINE, PERMIT_TTL_MS, dry_run=dry_run, lines=lines)
        assert not (await at.tell(EVENT, wave)).applied.absorbed


async def test_an_event_of_a_sku_that_was_merged_is_told_again_under_the_one_that_goes_on(at: World) -> None:
    await at.receive(("A", 1), ("B", 1))
    known = EVENT._replace(document="known")
    await at.tell(known, receipt("known", sku="B"))
    await at.merge("B", "A")
    await at.turned_away(at.tell(EVENT, receipt("one", sku="B")), Reason.SKU_MERGED)
    assert not (await at.tell(EVENT, receipt("one", sku="A"))).applied.replayed
    assert (await at.tell(known, receipt("two", sku="B"))).applied.absorbed


async def test_the_answer_is_kept_as_long_as_the_policy_says_and_then_the_event_is_too_old(at: World) -> None:
    at.policy = Policy(retention_ms={"wms-east": 5_000})
    await at.tell(EVENT, receipt("one"))
    at.clock.advance(4_999)
    assert (await at.tell(EVENT, receipt("two"))).applied.absorbed
    at.clock.advance(1)
    await at.turned_away(at.tell(EVENT, receipt("three")), Reason.SOURCE_EVENT_RETIRED)
    await at.turned_away(at.tell(EVENT, receipt("four", 11)), Reason.SOURCE_EVENT_RETIRED)
    assert (await at.apply(receipt("one"))).applied.replayed
    assert (await at.apply(receipt("two"))).applied.absorbed
    assert await at.revision() == 1


async def test_a_system_without_a_policy_has_its_answers_kept_for_thirty_days(at: World) -> None:
    at.policy = Policy(retention_ms={"wms-east": 1})
    source = EVENT._replace(system="erp")
    await at.tell(source, receipt("one"))
    at.clock.advance(RETENTION_DEFAULT_MS - 1)
    assert (await at.tell(source, receipt("two"))).applied.absorbed
    at.clock.advance(1)
    await at.turned_away(at.tell(source, receipt("three")), Reason.SOURCE_EVENT_RETIRED)


async def test_an_event_of_an_order_is_not_too_old_while_the_order_is_open(at: World) -> None:
    at.policy = Policy(retention_ms={"wms-east": 5_000})
    await at.receive(("A", 10))
    await at.tell(EVENT, order("one"))
    at.clock.advance(5_000)
    assert (await at.tell(EVENT, order("two"))).applied.absorbed
    await at.release("O-1")
    at.clock.advance(LOOKED_AT_AGAIN_AFTER_MS - 1)
    assert (await at.tell(EVENT, order("three"))).applied.absorbed
    at.clock.advance(1)
    await at.turned_away(at.tell(EVENT, order("four")), Reason.SOURCE_EVENT_RETIRED)


async def test_an_event_of_a_wave_is_not_too_old_while_its_permit_has_units_to_pick(at: World) -> None:
    at.policy = Policy(retention_ms={"wms-east": 5_000})
    await at.receive(("A", 10))
    await at.apply(order("order"))
    lines = (ops.WaveLine("O-1", "1", "A", 4),)

    def wave(name: str) -> ops.AuthorizeWave:
        ttl_ms = 10 * LOOKED_AT_AGAIN_AFTER_MS
        return ops.AuthorizeWave(name, HERE, "W", WaveAtomicity.LINE, ttl_ms, dry_run=False, lines=lines)

    permit_id = (await at.tell(EVENT, wave("one"))).permit_id
    at.clock.advance(5_000)
    assert (await at.tell(EVENT, wave("two"))).applied.absorbed
    await at.pick(permit_id, ("O-1", "1", "A", 4))
    at.clock.advance(LOOKED_AT_AGAIN_AFTER_MS)
    await at.turned_away(at.tell(EVENT, wave("three")), Reason.SOURCE_EVENT_RETIRED)


async def test_of_many_events_that_are_too_old_some_at_a_time_are_retired_the_oldest_first(at: World) -> None:
    at.policy = Policy(retention_ms={"wms-east": 5_000})
    await at.tell(EVENT._replace(document="zz"), receipt("first"))  # by name it would be the last
    at.clock.advance(1)
    names = [f"D-{number:03}" for number in range(EVENTS_RETIRED_PER_CALL)]
    for name in reversed(names):
        await at.tell(EVENT._replace(document=name), receipt(name, 1))
    at.clock.advance(5_000)
    last = EVENT._replace(document=names[-1])
    assert (await at.tell(last, receipt("again", 1))).applied.absorbed
    await at.turned_away(at.tell(EVENT._replace(document="zz"), receipt("x")), Reason.SOURCE_EVENT_RETIRED)
    await at.turned_away(at.tell(last, receipt("once-more", 1)), Reason.SOURCE_EVENT_RETIRED)


async def test_running_out_and_retiring_write_no_answer_of_their_own(at: World) -> None:
    at.policy = Policy(retention_ms={"wms-east": 5_000})
    await at.tell(EVENT, receipt("one"))
    revision = await at.revision()
    at.clock.advance(5_000)
    await at.sweep()
    assert await at.revision() == revision
    await at.adjust(("A", Bucket.ON_HAND, 1))
    await at.turned_away(at.tell(EVENT, receipt("two")), Reason.SOURCE_EVENT_RETIRED)
