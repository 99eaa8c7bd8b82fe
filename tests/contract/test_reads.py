"""Questions: answered at one revision, and they change nothing."""

from __future__ import annotations

from gate_service.domain.entries import EntryPage
from gate_service.domain.policy import KeepBack
from gate_service.domain.replies import Applied
from gate_service.domain.stock import LineAvailability, StockAnswer, StockLevel
from gate_service.domain.vocabulary import Bucket, Reason
from tests.contract.state import ASKING
from tests.contract.world import TTL_MS, World


async def test_a_check_tells_the_promise_and_the_buckets_behind_it(at: World) -> None:
    await at.receive(("A", 10), ("B", 2))
    await at.reserve("O-1", ("1", "A", 3))
    answer = await at.ledger.check(at.location_id, [("A", 6), ("B", 2)], KeepBack(1), ASKING)
    assert (answer.location_id, answer.revision, answer.as_of_ms) == (at.location_id, 2, at.clock.now_ms)
    assert answer.lines == (
        LineAvailability("A", 6, 6, sufficient=True, level=StockLevel("A", on_hand=10, committed=3)),
        LineAvailability("B", 2, 1, sufficient=False, level=StockLevel("B", on_hand=2)),
    )


async def test_a_check_measures_lines_of_one_sku_by_their_sum(at: World) -> None:
    await at.receive(("A", 10))
    answer = await at.ledger.check(at.location_id, [("A", 6), ("A", 5)], KeepBack(0), ASKING)
    assert [(line.promise, line.sufficient) for line in answer.lines] == [(10, False), (10, False)]
    answer = await at.ledger.check(at.location_id, [("A", 6), ("A", 4)], KeepBack(0), ASKING)
    assert [line.sufficient for line in answer.lines] == [True, True]


async def test_a_check_of_a_sku_that_was_never_received_promises_nothing(at: World) -> None:
    await at.receive(("A", 10))
    answer = await at.ledger.check(at.location_id, [("X", 1)], KeepBack(0), ASKING)
    assert answer.lines == (LineAvailability("X", 1, 0, sufficient=False, level=None),)


async def test_a_check_never_promises_less_than_nothing(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 9))
    await at.adjust(("A", Bucket.ON_HAND, -5))
    answer = await at.ledger.check(at.location_id, [("A", 0), ("A", 1)], KeepBack(3), ASKING)
    assert [(line.promise, line.sufficient) for line in answer.lines] == [(0, False), (0, False)]


async def test_a_check_for_no_units_asks_for_the_figures_only(at: World) -> None:
    await at.receive(("A", 10))
    answer = await at.ledger.check(at.location_id, [("A", 0)], KeepBack(99), ASKING)
    assert answer.lines == (LineAvailability("A", 0, 0, sufficient=True, level=StockLevel("A", on_hand=10)),)


async def test_what_a_check_promises_can_be_reserved_and_one_unit_more_cannot(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 4))
    promise = (await at.ledger.check(at.location_id, [("A", 1)], KeepBack(0), ASKING)).lines[0].promise
    await at.refuses(
        at.reserve("O-2", ("1", "A", promise + 1)), Reason.INSUFFICIENT_STOCK, ("1", "A", promise + 1, promise)
    )
    await at.reserve("O-2", ("1", "A", promise))


async def test_stock_is_told_in_the_order_asked_with_the_unknown_apart(at: World) -> None:
    await at.receive(("A", 1), ("B", 2), ("C", 3))
    answer = await at.ledger.stock(at.location_id, ["C", "Y", "A", "X"], ASKING)
    assert answer == StockAnswer(1, (StockLevel("C", on_hand=3), StockLevel("A", on_hand=1)), ("Y", "X"))


async def test_all_stock_is_listed_in_byte_order_page_by_page(at: World) -> None:
    skus = ["a", "B", "10", "9", "B-1", "b", "B.1", "B/1"]
    await at.receive(*((sku, 1) for sku in skus))
    in_order = sorted(skus, key=str.encode)
    page = await at.ledger.list_stock(at.location_id, "", 5, ASKING)
    assert [level.sku for level in page.levels] == in_order[:5]
    assert (page.revision, page.next_after) == (1, in_order[4])
    page = await at.ledger.list_stock(at.location_id, page.next_after, 5, ASKING)
    assert ([level.sku for level in page.levels], page.next_after) == (in_order[5:], "")


async def test_a_list_that_ends_with_its_page_has_no_next_one(at: World) -> None:
    await at.receive(("A", 1), ("B", 1))
    assert (await at.ledger.list_stock(at.location_id, "", 2, ASKING)).next_after == ""
    assert (await at.ledger.list_stock(at.location_id, "B", 2, ASKING)).levels == ()


async def test_a_list_goes_on_behind_a_sku_that_is_not_there(at: World) -> None:
    await at.receive(("A", 1), ("C", 1))
    page = await at.ledger.list_stock(at.location_id, "B", 2, ASKING)
    assert [level.sku for level in page.levels] == ["C"]


async def test_skus_received_later_are_listed_in_their_place(at: World) -> None:
    await at.receive(("C", 1))
    assert len((await at.ledger.list_stock(at.location_id, "", 9, ASKING)).levels) == 1
    await at.receive(("A", 1), ("D", 1))
    page = await at.ledger.list_stock(at.location_id, "", 9, ASKING)
    assert [level.sku for level in page.levels] == ["A", "C", "D"]


async def test_a_reservation_is_read_with_the_revision_at_which_it_is_true(at: World) -> None:
    await at.receive(("A", 10))
    await at.reserve("O-1", ("1", "A", 3))
    await at.receive(("A", 1))
    answer = await at.ledger.reservation(at.location_id, "O-1", ASKING)
    assert (answer.revision, answer.reservation.order_id) == (3, "O-1")


async def test_a_reservation_that_was_never_made_is_not_found(at: World) -> None:
    await at.receive(("A", 10))
    no = await at.refused(at.ledger.reservation(at.location_id, "O-1", ASKING), Reason.RESERVATION_NOT_FOUND)
    assert no.applied == Applied(0, 0, replayed=False)


async def test_every_question_about_an_unknown_location_is_refused(at: World) -> None:
    await World(at.ledger, at.clock, "DC-2").receive(("A", 1))
    questions = (
        at.ledger.check(at.location_id, [("A", 1)], KeepBack(0), ASKING),
        at.ledger.stock(at.location_id, ["A"], ASKING),
        at.ledger.list_stock(at.location_id, "", 5, ASKING),
        at.ledger.reservation(at.location_id, "O-1", ASKING),
        at.ledger.entries(at.location_id, 1, 5, ASKING),
        at.ledger.document(at.location_id, "PO-1", ASKING),
        at.ledger.expected(at.location_id, 5, "", ASKING, overdue_only=False),
        at.ledger.unmatched_shipments(at.location_id, 5, "", ASKING),
        at.ledger.stock_holds(at.location_id, 5, "", ASKING),
        at.ledger.proposals(at.location_id, 5, "", ASKING),
        at.ledger.shortages(at.location_id, {}, 5, "", ASKING),
        at.ledger.quotas(at.location_id, 5, "", ASKING),
        at.ledger.feeds(at.location_id, ASKING),
        at.ledger.deliveries(at.location_id, 5, "", ASKING),
    )
    for question in questions:
        no = await at.refused(question, Reason.UNKNOWN_LOCATION)
        assert (no.applied, no.violations) == (Applied(0, 0, replayed=False), ())


async def test_locations_are_named_in_order(at: World) -> None:
    assert await at.ledger.locations(ASKING) == []
    for name in ("b", "DC-9", "a", "DC-10"):
        await World(at.ledger, at.clock, name).receive(("A", 1))
    assert await at.ledger.locations(ASKING) == ["DC-10", "DC-9", "a", "b"]


async def test_a_question_runs_nothing_out(at: World) -> None:
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    assert (await at.ledger.check(at.location_id, [("A", 1)], KeepBack(0), ASKING)).lines[0].promise == 7
    assert (await at.level("A")).held == 3
    assert await at.revision() == 2


async def test_entries_are_read_by_revision_page_by_page(at: World) -> None:
    for _ in range(5):
        await at.receive(("A", 1))
    page = await at.ledger.entries(at.location_id, 2, 3, ASKING)
    assert [entry.revision for entry in page.entries] == [2, 3, 4]
    assert (page.next_from_revision, page.latest_revision) == (5, 5)
    page = await at.ledger.entries(at.location_id, 5, 3, ASKING)
    assert ([entry.revision for entry in page.entries], page.next_from_revision) == ([5], 0)


async def test_entries_beyond_the_newest_are_none_yet(at: World) -> None:
    await at.receive(("A", 1))
    assert await at.ledger.entries(at.location_id, 2, 3, ASKING) == EntryPage((), 0, 1)
    assert await at.ledger.entries(at.location_id, 99, 3, ASKING) == EntryPage((), 0, 1)


async def test_an_entry_names_who_asked_and_what(at: World) -> None:
    await at.receive(("A", 5))
    await at.hold("O-1", ("1", "A", 3))
    entry = (await at.entries())[1]
    assert (entry.kind, entry.operation_id, entry.order_id) == ("reserve_stock", "op-2", "O-1")
    assert (entry.system, entry.actor, entry.at_ms) == ("wms-east", "ann", at.clock.now_ms)
