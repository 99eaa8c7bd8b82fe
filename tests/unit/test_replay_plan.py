from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from gate_service.cli.replaying.events import (
    Batch,
    Cancellation,
    Correction,
    CorrectionKind,
    Event,
    Order,
    Ordered,
)
from gate_service.cli.replaying.plan import Plan, make_plan
from gate_service.cli.replaying.rows import read_rows, rows_of
from tests.replay_data import HEADER, PECULIAR, PECULIAR_ROWS, generated_history, real_file


def plan_of(text: str, *, stock_factor: float = 1.0, batch_lines: int = 2_000) -> Plan:
    return make_plan(
        list(rows_of(iter(text.removeprefix("\ufeff").splitlines(keepends=True)))),
        stock_factor=stock_factor,
        batch_lines=batch_lines,
    )


def lines(*rows: str) -> str:
    return "\n".join((HEADER, *rows))


def events(plan: Plan) -> list[Event]:
    return [event for batch in plan.batches for event in batch.events]


def event(plan: Plan, name: str) -> Event:
    return next(event for event in events(plan) if event.name == name)


def rows_named_by(plan: Plan) -> Iterator[int]:
    for each in events(plan):
        if isinstance(each, Correction):
            yield each.row
        else:
            yield from (line.row for line in each.lines)
    yield from (row.number for row in plan.not_stock)
    yield from (row.number for row in plan.unusable)


def test_every_row_is_in_exactly_one_place() -> None:
    plan = plan_of(PECULIAR)
    assert sorted(rows_named_by(plan)) == list(range(1, PECULIAR_ROWS + 1))


def test_every_row_of_the_real_file_is_in_exactly_one_place() -> None:
    plan = make_plan(read_rows(real_file()))
    assert plan.rows == 42_481
    assert sorted(rows_named_by(plan)) == list(range(1, 42_482))
    assert plan.unusable == ()


def test_the_rows_of_an_invoice_are_one_order_wherever_they_stand() -> None:
    order = event(plan_of(PECULIAR), "100")
    assert isinstance(order, Order)
    assert [(line.row, line.line_id, line.sku, line.quantity) for line in order.lines] == [
        (1, "1", "10001A", 6),
        (2, "2", "10001A", 2),
        (3, "3", "20002", 3),
        (22, "5", "20002", 1),
    ]


def test_an_order_beyond_what_a_reservation_takes_becomes_two() -> None:
    rows = [f"7,{10_000 + number},THING,1,2024-01-01,1," for number in range(1_001)]
    plan = plan_of(lines(*rows))
    assert [(each.name, each.rows) for each in events(plan)] == [("7", 1_000), ("7/2", 1)]


def test_the_opening_stock_is_what_orders_and_write_offs_demand() -> None:
    assert plan_of(PECULIAR).opening == {"10001A": 12, "20002": 6, "30003": 92, "DCGS0076": 2}


def test_scarce_opening_stock_is_rounded_up_from_the_factor_as_typed() -> None:
    text = lines("1,10001,X,10,2024-01-01,1,", "1,10002,X,1,2024-01-01,1,")
    assert plan_of(text, stock_factor=0.7).opening == {"10001": 7, "10002": 1}


def test_a_cancellation_takes_back_the_most_recent_order_first() -> None:
    plan = plan_of(
        lines(
            "1,10001,X,5,2024-01-01,1,17",
            "2,10001,X,5,2024-01-02,1,17",
            "3,10001,X,5,2024-01-03,1,99",
            "C4,10001,X,-7,2024-01-04,1,17",
        )
    )
    cancellation = event(plan, "C4")
    assert isinstance(cancellation, Cancellation)
    (row,) = cancellation.lines
    assert row.undoes == (Ordered("2", "1", 5), Ordered("1", "1", 2))
    assert row.before_the_file == 0


def test_a_unit_is_cancelled_once() -> None:
    plan = plan_of(
        lines("1,10001,X,5,2024-01-01,1,17", "C2,10001,X,-4,2024-01-02,1,17", "C3,10001,X,-4,2024-01-03,1,17")
    )
    second = event(plan, "C3")
    assert isinstance(second, Cancellation)
    assert second.lines[0].undoes == (Ordered("1", "1", 1),)
    assert second.lines[0].before_the_file == 3


def test_a_cancellation_never_takes_back_a_later_order() -> None:
    plan = plan_of(lines("C1,10001,X,-4,2024-01-01,1,17", "2,10001,X,4,2024-01-02,1,17"))
    cancellation = event(plan, "C1")
    assert isinstance(cancellation, Cancellation)
    assert cancellation.lines[0].before_the_file == 4


def test_a_cancellation_without_a_customer_matches_no_order() -> None:
    plan = plan_of(lines("1,10001,X,4,2024-01-01,1,", "C2,10001,X,-4,2024-01-02,1,"))
    cancellation = event(plan, "C2")
    assert isinstance(cancellation, Cancellation)
    assert cancellation.orders == ()


def test_found_stock_of_a_new_item_is_told_from_a_correction() -> None:
    plan = plan_of(PECULIAR)
    kinds = {each.name: each.kind for each in events(plan) if isinstance(each, Correction)}
    assert kinds == {
        "103/1": CorrectionKind.WRITTEN_OFF,
        "104/1": CorrectionKind.FOUND,
        "105/1": CorrectionKind.FOUND,
        "114/1": CorrectionKind.WRITTEN_OFF,
        "115/1": CorrectionKind.FOUND_NEW,
    }


def test_a_note_keeps_to_what_the_gate_takes() -> None:
    plan = plan_of(lines(f"1,10001,\x07{'x' * 300},-1,2024-01-01,0,"))
    correction = event(plan, "1/1")
    assert isinstance(correction, Correction)
    assert correction.note == "x" * 200


def test_events_follow_each_other_by_time_and_then_as_they_stand() -> None:
    plan = plan_of(
        lines(
            "2,10001,X,1,2024-01-02 10:00:00,1,",
            "1,10001,X,1,2024-01-02 09:00:00,1,",
            "3,10001,X,1,2024-01-02 10:00:00,1,",
        )
    )
    assert [each.name for each in events(plan)] == ["1", "2", "3"]


def test_a_batch_ends_with_its_day() -> None:
    days = [{each.at.date() for each in batch.events} for batch in plan_of(PECULIAR).batches]
    assert [len(each) for each in days] == [1, 1]


def test_a_batch_ends_with_the_order_that_fills_it() -> None:
    rows = [f"{number},10001,X,1,2024-01-01 09:00:00,1," for number in range(1, 6)]
    assert [len(batch.events) for batch in plan_of(lines(*rows), batch_lines=2).batches] == [2, 2, 1]


def ancestors(batch: Batch, index: int) -> set[int]:
    before = set(batch.after[index])
    return before.union(*(ancestors(batch, each) for each in before)) if before else before


def test_events_that_share_a_sku_wait_for_each_other_and_no_others_do() -> None:
    (batch,) = plan_of(
        lines(
            "1,10001,X,1,2024-01-01 09:00:00,1,",
            "2,10002,X,1,2024-01-01 09:01:00,1,",
            "3,10001,X,1,2024-01-01 09:02:00,1,",
            "3,10002,X,1,2024-01-01 09:02:00,1,",
            "4,10003,X,1,2024-01-01 09:03:00,1,",
            "5,10001,,-1,2024-01-01 09:04:00,0,",
        )
    ).batches
    assert batch.after == ((), (), (0, 1), (), (2,))


@pytest.mark.parametrize("seed", range(5))
def test_whatever_shares_a_sku_in_a_batch_is_ordered(seed: int) -> None:
    plan = plan_of(generated_history(60, seed), batch_lines=40)
    for batch in plan.batches:
        for index, each in enumerate(batch.events):
            before = ancestors(batch, index)
            sharing = {other for other in range(index) if batch.events[other].skus & each.skus}
            assert sharing <= before


def test_a_race_waits_only_for_the_orders_it_takes_back() -> None:
    (batch,) = plan_of(
        lines(
            "1,10001,X,1,2024-01-01 09:00:00,1,17",
            "2,10001,X,1,2024-01-01 09:01:00,1,18",
            "C3,10001,X,-1,2024-01-01 09:02:00,1,17",
        )
    ).batches
    assert batch.undoes == ((), (), (0,))


def test_the_same_rows_give_the_same_plan() -> None:
    assert plan_of(generated_history(80)) == plan_of(generated_history(80))


def test_a_plan_of_the_real_file_keeps_the_peculiarities_its_readme_names() -> None:
    plan = make_plan(read_rows(real_file()))
    kinds = Counter(type(each).__name__ for each in events(plan))
    cancelled = sum(each.rows for each in events(plan) if isinstance(each, Cancellation))
    not_stock_cancelled = sum(row.invoice.startswith("C") for row in plan.not_stock)
    assert cancelled + not_stock_cancelled == 728
    written_off = [each for each in events(plan) if isinstance(each, Correction) and each.kind == "written off"]
    assert len(written_off) == 70
    assert max(each.rows for each in events(plan) if isinstance(each, Order)) == 674
    assert kinds["Order"] == 1_552
