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
    safety, buffer, wanted = draw(UNITS), draw(UNITS), draw(UNITS)
    promise = max(0, level.available - safety - buffer)
    line = sdk.LineAvailability(
        sku="MUG",
        quantity=wanted,
        known=True,
        promise=promise,
        sufficient=wanted <= promise,
        level=level,
        safety_stock=safety,
        buffer=buffer,
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
