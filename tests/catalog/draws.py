"""Items that often get in each other's way: few codes, and the same GTIN in several lengths."""

from __future__ import annotations

from hypothesis import strategies as st

from gate_service.domain.imports import RowError
from gate_service.domain.item_rules import Draft, ItemError, checked
from gate_service.domain.items import Item, KitPart
from tests.catalog.world import CODES

EAN = "5012345678900"
CASE_EAN = "15012345678907"
EAN8 = "96385074"
SKUS = ["A", "B", "C", "D", "E", EAN, f"0{EAN}", EAN8]
CODES_DRAWN = [*SKUS, "a one", "b/2", "c-3", CASE_EAN, EAN8.zfill(14)]
OLD = [f"{age} {sku}" for age in ("old", "older") for sku in "ABCDE"]
IDENTIFIERS = [*CODES_DRAWN, *OLD, f"(01)0{EAN}(10)LOT", f"01{CASE_EAN}", "nobody"]


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Draw an item that may be wrong in itself."""
    units = draw(st.lists(st.tuples(st.sampled_from(["case", "box"]), st.sampled_from([6, 12])), max_size=2))
    names = st.sampled_from(["", *(name for name, _ in units)])
    return Draft(
        draw(st.sampled_from(SKUS)),
        draw(st.lists(st.sampled_from(CODES_DRAWN), max_size=2)),
        draw(st.lists(st.tuples(st.sampled_from([EAN, CASE_EAN, EAN8]), names), max_size=2)),
        units,
        draw(
            st.just([]) | st.lists(st.tuples(st.sampled_from(CODES_DRAWN), st.integers(1, 3)), min_size=1, max_size=2)
        ),
        draw(st.sampled_from([True, True, True, False])),
    )


def row_of(draft: Draft) -> Item | RowError:
    """Give the item, or what is wrong with it in itself."""
    try:
        return checked(draft, CODES)
    except ItemError as error:
        return RowError(0, draft.sku, error.field, error.why)


@st.composite
def calm_items(draw: st.DrawFn) -> Item:
    """Draw an item that seldom is in anybody's way, but for an alias that may be another SKU."""
    sku = draw(st.sampled_from(["A", "B", "C", "D", "E"]))
    has_case = draw(st.booleans())
    own = {EAN: "A", CASE_EAN: "B", EAN8: "C"}
    gtins = {CODES.gtin14(code): "case" if has_case else "" for code, owner in own.items() if owner == sku}
    aliases = draw(st.lists(st.sampled_from(["A", "B", "C", f"old {sku}", f"older {sku}"]), max_size=2, unique=True))
    kit = draw(st.just(()) | st.sampled_from([(KitPart("A", 2),), (KitPart("B", 1), KitPart("D", 3))]))
    return Item(
        sku,
        tuple(alias for alias in aliases if alias != sku),
        gtins,
        {"case": draw(st.sampled_from([6, 12]))} if has_case else {},
        kit if sku == "E" else (),
    )


FILES = st.lists(drafts().map(row_of), max_size=8) | st.lists(calm_items(), max_size=5, unique_by=lambda item: item.sku)
