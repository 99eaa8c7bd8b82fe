"""Where an order is served from: the rule against a naive reading of it, and its corners one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate_service.domain import location_sets
from gate_service.domain.channels import serving
from gate_service.domain.errors import Refused, Violation
from gate_service.domain.handoffs import Channel
from gate_service.domain.operations import OrderLine, ReserveStock
from gate_service.domain.sourcing import Offer, Part, Shortfall, plan
from gate_service.domain.vocabulary import Reason
from tests.sourcing.oracle import expected

SKUS = "ABCD"


def order(*lines: tuple[str, str, int], kits: Sequence[tuple[str, str, int]] = ()) -> ReserveStock:
    """Ask for `(line_id, sku, quantity)` lines."""
    return ReserveStock(
        "op", "", "O-1", "web", 0, tuple(OrderLine(*line) for line in lines), tuple(OrderLine(*kit) for kit in kits)
    )


def offers(**by_location: dict[str, int]) -> list[Offer]:
    """Give what each location may promise, in the order of the channel."""
    return [Offer(name, promises) for name, promises in by_location.items()]


def served(parts: Sequence[Part]) -> dict[str, Counter[str]]:
    """Give what each location serves, by line."""
    return {part.location_id: Counter({line.line_id: line.quantity for line in part.lines}) for part in parts}


def planned(asked: ReserveStock, some: Sequence[Offer], *, split: bool = True) -> tuple[Part, ...]:
    found = plan(asked, some, split=split)
    assert not isinstance(found, Shortfall), found
    return found


def refused(asked: ReserveStock, some: Sequence[Offer], *, split: bool = True) -> Shortfall:
    found = plan(asked, some, split=split)
    assert isinstance(found, Shortfall), found
    return found


promises = st.fixed_dictionaries({"A": st.integers(0, 8)}, optional={sku: st.integers(0, 8) for sku in "BCD"})
some_offers = st.lists(promises, min_size=1, max_size=6).map(
    lambda found: [Offer(f"DC-{number}", each) for number, each in enumerate(found)]
)
plain_lines = st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 9)), max_size=4)
kit_recipes = st.lists(
    st.tuples(st.integers(1, 3), st.lists(st.tuples(st.sampled_from(SKUS), st.integers(1, 2)), min_size=1, max_size=3)),
    max_size=2,
)


@st.composite
def orders(draw: st.DrawFn) -> ReserveStock:
    """Draw an order of plain lines and kits, in any sequence."""
    groups: list[list[tuple[str, str, int]]] = [
        [(f"L{number}", *line)] for number, line in enumerate(draw(plain_lines))
    ]
    kits = []
    for number, (times, recipe) in enumerate(draw(kit_recipes)):
        kits.append((f"K{number}", "KIT", times))
        groups.append([(f"K{number}/{at}", sku, times * units) for at, (sku, units) in enumerate(recipe, 1)])
    lines = [line for group in draw(st.permutations(groups)) for line in group]
    return order(*(lines or [("L", "A", 9)]), kits=kits)


@pytest.mark.parametrize("split", [True, False])
@given(asked=orders(), some=some_offers)
def test_the_plan_is_what_a_naive_reading_of_the_rule_gives(
    asked: ReserveStock,
    some: list[Offer],
    split: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    wanted = expected(asked, some, split=split)
    found = plan(asked, some, split=split)
    if wanted is None:
        assert isinstance(found, Shortfall)
        assert found.violations
    else:
        assert not isinstance(found, Shortfall)
        assert served(found) == wanted


@given(asked=orders(), some=some_offers)
def test_a_plan_serves_the_order_to_the_unit_and_promises_nothing_that_is_not_there(
    asked: ReserveStock, some: list[Offer]
) -> None:
    found = plan(asked, some, split=True)
    if isinstance(found, Shortfall):
        return
    total: Counter[str] = Counter()
    for part in found:
        total.update({line.line_id: line.quantity for line in part.lines})
        here = next(offer.promises for offer in some if offer.location_id == part.location_id)
        taken: Counter[str] = Counter()
        for line in part.lines:
            taken[line.sku] += line.quantity
        assert taken <= Counter(here)
        ids = [line.line_id for line in part.lines]
        assert ids == [line.line_id for line in asked.lines if line.line_id in ids]
    assert total == Counter({line.line_id: line.quantity for line in asked.lines})
    assert [part.location_id for part in found] == [
        offer.location_id for offer in some if offer.location_id in served(found)
    ]


@given(asked=orders(), some=some_offers)
def test_the_components_of_a_kit_stay_together_in_its_proportion(asked: ReserveStock, some: list[Offer]) -> None:
    found = plan(asked, some, split=True)
    if isinstance(found, Shortfall):
        return
    ordered = {line.line_id: line.quantity for line in asked.lines}
    kits = {kit.line_id: kit.quantity for kit in asked.kits}
    shared: Counter[str] = Counter()
    for part in found:
        here = {kit.line_id: kit.quantity for kit in part.kits}
        shared.update(here)
        for line in part.lines:
            owner = line.line_id.partition("/")[0]
            if owner in kits:
                assert line.quantity * kits[owner] == ordered[line.line_id] * here[owner]
    assert shared == Counter(kits)


def test_the_first_location_that_has_all_of_it_serves_the_order() -> None:
    asked = order(("1", "A", 2), ("2", "A", 3), ("3", "B", 1))
    (part,) = planned(asked, offers(NORTH={"A": 4, "B": 9}, EAST={"A": 5, "B": 1}, WEST={"A": 99, "B": 99}))
    assert part == Part("EAST", asked.lines)


def test_two_locations_are_taken_before_three_and_the_earlier_of_two_pairs() -> None:
    some = offers(N={"A": 2}, E={"A": 2}, S={"A": 3}, W={"A": 3})
    assert served(planned(order(("1", "A", 5)), some)) == {"N": Counter({"1": 2}), "S": Counter({"1": 3})}


def test_a_line_is_torn_only_where_no_location_has_it_whole() -> None:
    some = offers(N={"A": 3, "B": 4}, E={"A": 5, "B": 1})
    found = served(planned(order(("1", "A", 5), ("2", "B", 5)), some))
    assert found == {"N": Counter({"2": 4}), "E": Counter({"1": 5, "2": 1})}


def test_a_channel_that_must_not_split_is_told_how_near_the_nearest_location_came() -> None:
    asked = order(("1", "A", 3), ("2", "B", 3))
    no = refused(asked, offers(N={"A": 3, "B": 0}, E={"A": 2, "B": 3}, W={"A": 3, "B": 2}), split=False)
    assert no == Shortfall(Reason.INSUFFICIENT_STOCK, (Violation("1", "A", 3, 2),), "E")


def test_a_channel_that_may_split_is_told_what_all_its_locations_have_together() -> None:
    asked = order(("1", "A", 2), ("2", "A", 3), ("3", "B", 1))
    no = refused(asked, offers(N={"A": 1, "B": 1}, E={"A": 3}))
    assert no == Shortfall(Reason.INSUFFICIENT_STOCK, (Violation("1", "A", 5, 4), Violation("2", "A", 5, 4)))


def test_a_kit_is_not_put_together_from_two_locations() -> None:
    asked = order(("K/1", "A", 2), ("K/2", "B", 2), kits=[("K", "KIT", 2)])
    assert served(planned(asked, offers(N={"A": 1, "B": 1}, E={"A": 1, "B": 1}))).keys() == {"N", "E"}
    no = refused(asked, offers(N={"A": 2}, E={"A": 0, "B": 2}))
    assert no.violations == (Violation("K/1", "A", 2, 0), Violation("K/2", "B", 2, 0))


def test_a_kit_that_does_not_divide_stays_in_one_piece() -> None:
    asked = order(("K/1", "A", 3), ("L", "B", 1), kits=[("K", "KIT", 2)])
    parts = planned(asked, offers(N={"A": 2, "B": 1}, E={"A": 3}))
    assert [(part.location_id, part.lines, part.kits) for part in parts] == [
        ("N", (OrderLine("L", "B", 1),), ()),
        ("E", (OrderLine("K/1", "A", 3),), (OrderLine("K", "KIT", 2),)),
    ]


def test_what_has_no_stock_goes_with_the_first_part() -> None:
    gift = OrderLine("G", "GIFT-WRAP", 1)
    asked = order(("1", "A", 3))
    asked = ReserveStock("op", "", "O-1", "web", 0, asked.lines, (OrderLine("K", "SERVICES", 1),), (gift,))
    first, second = planned(asked, offers(N={"A": 1}, E={"A": 2}))
    assert (first.kits, first.non_stock) == (asked.kits, (gift,))
    assert (second.kits, second.non_stock) == ((), ())


def test_a_sku_that_none_of_the_locations_ever_received_is_unknown() -> None:
    no = refused(order(("1", "A", 1), ("2", "Z", 7)), offers(N={"A": 5}, E={}))
    assert no == Shortfall(Reason.UNKNOWN_SKU, (Violation("2", "Z", 7, 0),))
    assert refused(order(("1", "A", 1)), []).reason is Reason.UNKNOWN_SKU


def test_a_search_among_many_locations_gives_way_to_the_quicker_rule_and_still_serves_the_order() -> None:
    seeded = random.Random(3)
    skus = [f"SKU-{number}" for number in range(40)]
    some = [Offer(f"S{number:03}", {sku: seeded.randrange(3) for sku in skus}) for number in range(100)]
    asked = order(*((sku, sku, 7) for sku in skus))
    parts = planned(asked, some)
    assert sum((Counter(lines) for lines in served(parts).values()), Counter()) == Counter(dict.fromkeys(skus, 7))
    assert parts == planned(asked, some)


def test_the_quicker_rule_takes_whoever_has_most_of_what_is_missing() -> None:
    rows = [{"A": 1}, {"A": 4}, {"A": 3}, {"A": 4}]
    assert list(location_sets.first_sets({"A": 8}, rows, looks_max=0)) == [(1, 3), (0, 1, 2, 3)]


@pytest.mark.parametrize(
    ("channel", "about"), [("", {}), ("shop", {"channel": "shop"}), ("empty", {"channel": "empty"})]
)
def test_a_channel_that_nobody_serves_is_unknown(channel: str, about: dict[str, str]) -> None:
    channels = {"web": Channel("web", ("N",)), "empty": Channel("empty")}
    assert serving(channels, "web").locations == ("N",)
    with pytest.raises(Refused) as caught:
        serving(channels, channel)
    assert (caught.value.reason, caught.value.metadata) == (Reason.UNKNOWN_CHANNEL, about)
