"""A long count that is interrupted anywhere, at a location that goes on working, corrects each SKU once."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fulfillment_gate as sdk
from fulfillment_gate import count_plan, wms
from tests.sdk.shelf import Shelf

MOST = 4
SKUS = st.sampled_from([f"{first}{second}" for first in "abc" for second in "-0123456789"])
STOCK = st.dictionaries(SKUS, st.integers(0, 9), max_size=33)
LINES = st.lists(st.tuples(SKUS, st.integers(0, 5)), max_size=20)
FAULTS = st.lists(st.sampled_from(["", "before", "after"]), max_size=12)


@pytest.fixture(autouse=True, scope="module")
def _small_parts() -> Any:  # noqa: ANN401 - a fixture without a value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count_plan, "PART_SKUS", MOST)
        yield


def count(shelf: Shelf, lines: list[tuple[str, int]], **options: Any) -> wms.LocationCount:  # noqa: ANN401
    counted = [sdk.CountLine(sku=sku, counted_quantity=units) for sku, units in lines]
    return wms.count_location(cast(sdk.Gate, shelf), "berlin", "c1", counted, **{"as_of_revision": 1, **options})


@given(stock=STOCK, lines=LINES, faults=FAULTS, news=st.lists(st.dictionaries(SKUS, st.integers(1, 9)), max_size=12))
def test_however_often_it_is_interrupted_each_sku_is_corrected_once(
    stock: dict[str, int], lines: list[tuple[str, int]], faults: list[str], news: list[dict[str, int]]
) -> None:
    shelf = Shelf.with_stock(stock, MOST)
    shelf.breaks, shelf.news = faults, news
    counted: Counter[str] = Counter()
    for sku, units in lines:
        counted[sku] += units
    result = None
    while result is None:
        with contextlib.suppress(sdk.Unavailable, sdk.Refused):
            result = count(shelf, lines)
    assert +shelf.on_hand == +(counted + shelf.received)
    assert {line.sku: line.variance for line in result.variances} == {
        sku: counted[sku] - shelf.then[sku] for sku in {*counted, *shelf.then} if counted[sku] != shelf.then[sku]
    }


def test_skus_that_are_opened_while_it_is_told_make_the_parts_smaller() -> None:
    shelf = Shelf.with_stock({f"a{n}": 1 for n in range(8)}, MOST)
    shelf.news = [{f"a0{n}": 2 for n in range(3)}]
    result = count(shelf, [(f"a{n}", 1) for n in range(4, 8)])
    refused = [told.answer.reason for told in shelf.told.values() if isinstance(told.answer, sdk.GateError)]
    assert refused == ["COUNT_RANGE_TOO_WIDE"] * 2
    assert sum(shelf.on_hand.values()) == 4 + 6
    assert result.part_count == len(shelf.told) - 2
    assert count(shelf, [(f"a{n}", 1) for n in range(4, 8)]) == result, "told again, it takes the same parts"


def test_a_range_that_no_part_can_cover_is_an_error() -> None:
    shelf = Shelf.with_stock({"a": 1}, most_covered=0)
    with pytest.raises(sdk.Refused) as caught:
        count(shelf, [])
    assert caught.value.reason == "COUNT_RANGE_TOO_WIDE"


@pytest.mark.parametrize(
    "other", [{"as_of_revision": 2}, {"includes_picked": True}, {"lines": [("a1", 3), ("a2", 1)]}], ids=str
)
def test_another_count_under_the_same_name_is_refused(other: dict[str, Any]) -> None:
    shelf = Shelf.with_stock({"a1": 1, "a2": 1}, MOST)
    count(shelf, [("a1", 1), ("a2", 1)])
    with pytest.raises(sdk.AlreadyExists) as caught:
        count(shelf, **{"lines": [("a1", 1), ("a2", 1)], **other})
    assert caught.value.reason == "OPERATION_ID_REUSED"


def test_identifiers_of_all_kinds_stand_where_their_skus_belong() -> None:
    """A range that ends before the SKU that an alias means would count that SKU as not there, and again as found."""
    shelf = Shelf.with_stock({f"{letter}{n}": 1 for letter in "am" for n in range(4)}, MOST)
    shelf.meaning = {"0400": "m3", "zz": "a0"}
    lines = [("zz", 1), ("0400", 1), *((f"a{n}", 1) for n in range(1, 4)), *((f"m{n}", 1) for n in range(3))]
    result = count(shelf, lines)
    assert result.variances == ()
    assert (result.part_count, result.sku_count) == (2, 8)


def test_one_sku_on_many_lines_is_one_part_whatever_their_number() -> None:
    shelf = Shelf.with_stock({"a": 6, "b": 1}, MOST)
    shelf.meaning = {f"alias-{n}": "a" for n in range(6)}
    result = count(shelf, [*((f"alias-{n}", 1) for n in range(6)), ("b", 1)])
    assert (result.variances, result.part_count) == ((), 2)


def test_identifiers_that_nobody_knows_stop_a_count_before_it_begins() -> None:
    shelf = Shelf.with_stock({"a": 1}, MOST)
    shelf.meaning = {"typo": "", "oops": ""}
    with pytest.raises(sdk.NotFound, match="2 identifiers") as caught:
        count(shelf, [("a", 1), ("typo", 1), ("oops", 1)])
    assert caught.value.reason == "UNKNOWN_ITEM"
    assert [line.sku for line in caught.value.violations] == ["oops", "typo"]
    assert not shelf.told


def test_an_empty_location_that_was_looked_through_is_a_count_too() -> None:
    result = count(Shelf(MOST), [])
    assert (result.part_count, result.sku_count, result.revision) == (1, 0, 2)


@pytest.mark.parametrize(("options", "why"), [({"as_of_revision": 0}, "as_of_revision"), ({}, "58 characters")])
def test_what_could_not_be_told_in_parts_is_refused(options: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        wms.count_location(cast(sdk.Gate, Shelf(MOST)), "berlin", "c" * 59, [], **{"as_of_revision": 1, **options})
