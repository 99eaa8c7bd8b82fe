from __future__ import annotations

from datetime import datetime

from gate_service.cli.replaying.books import Books, Fate
from gate_service.cli.replaying.caller import Tally
from gate_service.cli.replaying.chance import Disposition
from gate_service.cli.replaying.closing import absorbed, books_agree, rows_accounted
from gate_service.cli.replaying.events import Order, OrderLine
from gate_service.domain.stock import StockLevel

ORDER = Order(
    "100",
    datetime(2024, 3, 1),  # noqa: DTZ001 like the file, it has no zone
    (OrderLine(1, "1", "MUG", 6), OrderLine(2, "2", "MUG", 2), OrderLine(3, "3", "TIN", 3)),
)


def booked(**granted: int) -> Books:
    books = Books()
    books.reserve(ORDER, {line_id.removeprefix("line_"): units for line_id, units in granted.items()})
    return books


def test_each_row_of_an_order_has_the_fate_of_its_line() -> None:
    books = booked(line_1=6, line_2=1)
    assert books.fates == {1: Fate.FILLED, 2: Fate.TRIMMED, 3: Fate.REFUSED}


def test_an_order_that_got_nothing_is_refused_line_by_line() -> None:
    assert set(booked().fates.values()) == {Fate.REFUSED}


def test_what_has_not_left_is_released_before_anything_is_returned() -> None:
    line = booked(line_1=6).orders["100"]["1"]
    line.committed, line.shipped = 2, 4
    assert line.take_back(3) == (2, 1)
    assert (line.committed, line.released, line.returned) == (0, 2, 1)


def test_no_more_comes_back_than_left() -> None:
    line = booked(line_1=6).orders["100"]["1"]
    line.committed, line.shipped = 0, 4
    assert line.take_back(3) == (0, 3)
    assert line.take_back(3) == (0, 1)
    assert line.take_back(3) == (0, 0)


def test_only_what_is_committed_waits_for_a_wave() -> None:
    books = booked(line_1=6, line_3=2)
    books.orders["100"]["1"].committed = 0
    assert [[line.line.line_id for line in lines] for lines in books.waiting(["100"])] == [["3"]]
    books.orders["100"]["3"].committed = 0
    assert books.waiting(["100"]) == []


OPENING = {"MUG": 8, "TIN": 3}
LEVELS = (
    StockLevel("BOWL", on_hand=5),
    StockLevel("MUG", on_hand=4, committed=2),
    StockLevel("TIN", on_hand=6, quality_control=1, damaged=1),
)


def busy_books() -> Books:
    books = booked(line_1=6)
    line = books.orders["100"]["1"]
    line.committed, line.shipped = 2, 4
    books.returned["TIN"] += 4
    for disposition in Disposition:
        books.inspected[disposition]["TIN"] += 1
    books.found["BOWL"] += 6
    books.written_off["BOWL"] += 1
    return books


def test_books_that_agree_with_the_stock_pass() -> None:
    result = books_agree(busy_books(), OPENING, LEVELS)
    assert (result.ok, result.checked) == (True, 3)


def test_one_unit_shipped_twice_is_seen_in_the_stock() -> None:
    result = books_agree(busy_books(), OPENING, (LEVELS[0], LEVELS[1]._replace(on_hand=3), LEVELS[2]))
    assert result.first is not None
    assert (result.violations, "MUG" in result.first.what) == (1, True)


def test_a_reservation_that_got_lost_is_seen_in_the_stock() -> None:
    result = books_agree(busy_books(), OPENING, (LEVELS[0], LEVELS[1]._replace(committed=0), LEVELS[2]))
    assert result.violations == 1


def test_a_sku_that_is_missing_on_either_side_is_seen() -> None:
    assert books_agree(busy_books(), OPENING, LEVELS[1:]).violations == 1
    assert books_agree(busy_books(), OPENING, (*LEVELS, StockLevel("VASE", on_hand=1))).violations == 1


def test_a_row_without_a_fate_is_found() -> None:
    assert rows_accounted(booked(), 3).ok
    assert not rows_accounted(booked(), 4).ok


def test_a_duplicate_that_was_not_absorbed_is_found_and_named() -> None:
    tally = Tally(duplicates_sent=3, duplicates_absorbed=2, not_absorbed=["op-9"], acknowledged={"op-9": 12})
    result = absorbed(tally)
    assert result.first is not None
    assert (result.violations, result.first.operation_id, result.first.revision) == (1, "op-9", 12)
    assert absorbed(Tally(duplicates_sent=3, duplicates_absorbed=3)).ok
