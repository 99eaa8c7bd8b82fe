from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import fulfillment_gate as sdk
from gate_service.cli.explain import explain_location

UNITS = st.integers(0, 20)


@st.composite
def locations(draw: st.DrawFn) -> sdk.LocationAvailability:
    """Give one line as a gate would answer it, its promise by the formula of docs/transitions.md."""
    level = sdk.StockLevel(
        sku="MUG",
        on_hand=draw(UNITS),
        held=draw(UNITS),
        committed=draw(UNITS),
        allocated=draw(UNITS),
        damaged=draw(UNITS),
        quality_control=draw(UNITS),
        suspect=draw(UNITS),
    )
    reserved = level.held + level.committed + level.allocated
    level.available = level.on_hand - reserved - level.damaged - level.quality_control - level.suspect
    level.ring_fenced, level.stock_holds = draw(UNITS), draw(st.integers(0, 2))
    safety, buffer, wanted = draw(UNITS), draw(UNITS), draw(UNITS)
    others = level.ring_fenced - draw(st.integers(0, level.ring_fenced))
    promise = 0 if level.stock_holds else max(0, level.available - safety - buffer - others)
    line = sdk.LineAvailability(
        sku="MUG",
        quantity=wanted,
        known=True,
        promise=promise,
        sufficient=wanted <= promise,
        level=level,
        safety_stock=safety,
        buffer=buffer,
        ring_fenced_for_others=others,
    )
    return sdk.LocationAvailability(lines=[line])


@given(locations())
def test_what_the_terms_deny_adds_up_to_what_is_missing(location: sdk.LocationAvailability) -> None:
    (told,) = explain_location(location)
    assert sum(term.denied for term in told.terms) == told.missing
    assert all(term.denied >= 0 for term in told.terms)
    assert bool(told.denied_by) != location.lines[0].sufficient


@given(locations())
def test_the_terms_are_the_arithmetic_of_the_promise(location: sdk.LocationAvailability) -> None:
    (told,) = explain_location(location)
    assert told.promise == max(0, told.terms[-1].rest)
    before_safety_stock = next(term.rest for term in told.terms if term.name == "suspect")
    assert before_safety_stock == told.available
    assert told.terms[0].name == "on_hand"


@given(locations())
def test_what_is_left_of_the_own_quota_is_what_is_not_for_others(location: sdk.LocationAvailability) -> None:
    (told,) = explain_location(location)
    line = location.lines[0]
    assert told.own_quota + line.ring_fenced_for_others == line.level.ring_fenced


def test_a_kit_on_two_lines_wants_of_each_component_what_both_need() -> None:
    def kit(kits: int) -> sdk.LineAvailability:
        part = sdk.LineAvailability(
            sku="PEN", quantity=2 * kits, known=True, promise=7, level=sdk.StockLevel(on_hand=7, available=7)
        )
        return sdk.LineAvailability(sku="SET", quantity=kits, promise=3, components=[part])

    (told,) = explain_location(sdk.LocationAvailability(lines=[kit(1), kit(3)]))
    assert (told.wanted, told.missing, told.terms) == (4, 1, ())
    (pen,) = told.components
    assert (pen.wanted, pen.missing, [term.name for term in pen.denied_by]) == (8, 1, ["on_hand"])


def test_a_code_without_stock_is_never_missing() -> None:
    line = sdk.LineAvailability(sku="POST", quantity=9, non_stock=True)
    (told,) = explain_location(sdk.LocationAvailability(lines=[line]))
    assert (told.known, told.missing, told.terms) == (True, 0, ())
