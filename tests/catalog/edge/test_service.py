"""CatalogService: imports in parts, what identifiers mean, and what nobody knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.catalog.edge.house import CUP, ITEMS, MUG, bring_in, fresh, stage, state, until
from tests.gate_process import gate_serving


@contextmanager
def opened(folder: Path) -> Iterator[sdk.Gate]:
    """Open a gate on a store of its own."""
    with (
        EmbeddedStore.start(folder / "store") as store,
        gate_serving(store.url, folder) as running,
        sdk.Gate(running.address, system="erp", timeout_s=20) as gate,
    ):
        yield gate


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sdk.Gate]:
    """Give a gate into which nothing was ever imported."""
    with opened(tmp_path_factory.mktemp("bare")) as gate:
        yield gate


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sdk.Gate]:
    """Give a gate for tests that change what is in force."""
    with opened(tmp_path_factory.mktemp("service")) as running:
        yield running


def row(number: int, item: sdk.Item, unreadable: str = "") -> sdk.ImportRow:
    return sdk.ImportRow(row_number=number, item=item, unreadable=unreadable)


def test_before_the_first_import_codes_are_taken_as_they_are_written_and_there_are_no_units(bare: sdk.Gate) -> None:
    gate = bare
    gate.record_receipt("DC", [sdk.ReceiptLine(sku="whatever", amount="3", landing=sdk.LANDING_AVAILABLE)])
    assert [level.sku for level in gate.iter_stock("DC")] == ["whatever"]
    with pytest.raises(sdk.InvalidArgument, match="must be empty for base units, not 'case' of whatever"):
        gate.reserve_stock("DC", "O-1", [sdk.ReserveLine(sku="whatever", quantity=1, unit="case")])
    answer = gate.resolve_items(["whatever"])
    assert (answer.version, answer.items[0].sku, answer.items[0].factor, answer.items[0].HasField("item")) == (
        0,
        "whatever",
        1,
        False,
    )
    with pytest.raises(sdk.NotFound, match="there is no catalog yet"):
        gate.get_item("whatever")
    assert (gate.list_items().version, gate.list_items().item_count) == (0, 0)


def test_an_import_is_read_back_as_it_was_given(gate: sdk.Gate) -> None:
    done = bring_in(gate, ITEMS).catalog_import
    assert (done.state, done.item_count, done.row_count) == (sdk.IMPORT_STATE_COMMITTED, 5, 5)
    assert done.version == gate.list_items().version
    assert done.begun_at_ms <= done.committed_at_ms
    listed = {item.sku: item for item in gate.iter_items()}
    wanted = {item.sku: item for item in ITEMS}
    wanted["MUG"] = sdk.Item()
    wanted["MUG"].CopyFrom(MUG)
    wanted["MUG"].gtins[0].gtin = "05012345678900"
    assert listed == wanted
    assert gate.get_item("5012345678900").item == wanted["MUG"]


def test_rows_that_are_wrong_are_told_at_once_with_the_part_and_all_together_at_the_end(gate: sdk.Gate) -> None:
    import_id, before = fresh("import"), gate.list_items().version
    gate.begin_import(import_id, mode=sdk.IMPORT_MODE_REPLACE)
    first = gate.stage_items(
        import_id,
        1,
        [
            row(2, MUG),
            row(3, sdk.Item(sku="bad sku")),
            row(4, sdk.Item(sku="A", units=[sdk.ItemUnit(unit="case", factor=0)])),
            row(5, sdk.Item(sku="B"), "has more cells than the header"),
        ],
    )
    told = [(error.row_number, error.sku, error.field) for error in first.errors]
    assert told == [(3, "bad sku", "sku"), (4, "A", "units[0]"), (5, "B", "")]
    gate.stage_items(import_id, 2, [row(6, MUG), row(7, CUP)])
    answer = gate.commit_import(import_id, 2)
    assert (state(answer), answer.catalog_import.bad_row_count) == (sdk.IMPORT_STATE_HAS_BAD_ROWS, 4)
    assert [error.row_number for error in answer.errors] == [3, 4, 5, 6]
    assert [error.row_number for error in gate.iter_import_errors(import_id)] == [3, 4, 5, 6]
    page = gate.list_import_errors(import_id, page_size=3)
    rest = gate.list_import_errors(import_id, page_size=3, page_token=page.next_page_token)
    assert [error.row_number for error in (*page.errors, *rest.errors)] == [3, 4, 5, 6]
    assert gate.list_items().version == before
    skipped = gate.commit_import(import_id, 2, skip_bad_rows=True)
    assert (state(skipped), skipped.catalog_import.item_count) == (sdk.IMPORT_STATE_COMMITTED, 2)
    assert {item.sku for item in gate.iter_items()} == {"MUG", "CUP"}


def test_a_part_is_staged_once_and_tells_what_is_there(gate: sdk.Gate) -> None:
    import_id = fresh("import")
    gate.begin_import(import_id, mode=sdk.IMPORT_MODE_MERGE)
    rows = [row(1, MUG), row(2, sdk.Item(sku="bad sku"))]
    first = gate.stage_items(import_id, 1, rows)
    again = gate.stage_items(import_id, 1, rows)
    assert (first.replayed, again.replayed, list(again.errors)) == (False, True, list(first.errors))
    gate.stage_items(import_id, 7, [row(3, CUP)], digest="mine")
    parts = gate.get_import(import_id, include_parts=True).parts
    assert [(part.part_number, part.row_count) for part in parts] == [(1, 2), (7, 1)]
    assert parts[1].digest == "mine"
    with pytest.raises(sdk.AlreadyExists) as no:
        gate.stage_items(import_id, 1, rows[:1])
    assert (no.value.reason, no.value.metadata["part_number"]) == ("IMPORT_ID_REUSED", "1")


REFUSED: dict[str, tuple[Callable[[sdk.Gate, str], object], type[sdk.GateError], str]] = {
    "unknown": (lambda gate, _: gate.get_import("nobody"), sdk.NotFound, "IMPORT_NOT_FOUND"),
    "unknown part": (lambda gate, _: gate.stage_items("nobody", 1, [row(1, MUG)]), sdk.NotFound, "IMPORT_NOT_FOUND"),
    "unknown errors": (lambda gate, _: gate.list_import_errors("nobody"), sdk.NotFound, "IMPORT_NOT_FOUND"),
    "unknown abort": (lambda gate, _: gate.abort_import("nobody"), sdk.NotFound, "IMPORT_NOT_FOUND"),
    "unknown commit": (lambda gate, _: gate.commit_import("nobody", 1), sdk.NotFound, "IMPORT_NOT_FOUND"),
    "incomplete": (lambda gate, name: gate.commit_import(name, 2), sdk.Refused, "IMPORT_INCOMPLETE"),
    "other mode": (
        lambda gate, name: gate.begin_import(name, mode=sdk.IMPORT_MODE_MERGE),
        sdk.AlreadyExists,
        "IMPORT_ID_REUSED",
    ),
    "aborted": (
        lambda gate, name: (gate.abort_import(name), gate.stage_items(name, 2, [row(1, MUG)])),
        sdk.Refused,
        "IMPORT_NOT_OPEN",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_import_that_cannot_be_taken_is_refused_by_reason(house: sdk.Gate, what: str) -> None:
    ask, kind, reason = REFUSED[what]
    with pytest.raises(kind) as no:
        ask(house, stage(house, [MUG]))
    assert no.value.reason == reason


BAD_TOKEN, OLD_TOKEN = "-1", "g9999.1"
SPOILT: dict[str, tuple[Callable[[sdk.Gate], Any], str]] = {
    "BeginImport id": (lambda gate: gate.begin_import("{x}", mode=sdk.IMPORT_MODE_MERGE), "import_id"),
    "BeginImport mode": (lambda gate: gate.begin_import("x", mode=sdk.IMPORT_MODE_UNSPECIFIED), "mode"),
    "BeginImport odd mode": (lambda gate: gate.begin_import("x", mode=99), "mode"),  # type: ignore[arg-type]
    "StageItems id": (lambda gate: gate.stage_items("", 1, [row(1, MUG)]), "import_id"),
    "StageItems part": (lambda gate: gate.stage_items("x", 0, [row(1, MUG)]), "part_number"),
    "StageItems last part": (lambda gate: gate.stage_items("x", 100_001, [row(1, MUG)]), "part_number"),
    "StageItems none": (lambda gate: gate.stage_items("x", 1, []), "rows"),
    "StageItems many": (lambda gate: gate.stage_items("x", 1, [row(1, CUP)] * 1_001), "rows"),
    "StageItems row": (lambda gate: gate.stage_items("x", 1, [row(1, CUP), row(-1, CUP)]), "rows[1].row_number"),
    "StageItems text": (lambda gate: gate.stage_items("x", 1, [row(1, CUP, "x" * 201)]), "rows[0].unreadable"),
    "StageItems bell": (lambda gate: gate.stage_items("x", 1, [row(1, CUP, "\x07")]), "rows[0].unreadable"),
    "StageItems digest": (lambda gate: gate.stage_items("x", 1, [row(1, CUP)], digest="x" * 65), "digest"),
    "CommitImport id": (lambda gate: gate.commit_import("a b", 1), "import_id"),
    "CommitImport none": (lambda gate: gate.commit_import("x", 0), "part_count"),
    "CommitImport many": (lambda gate: gate.commit_import("x", 100_001), "part_count"),
    "AbortImport id": (lambda gate: gate.abort_import("~x"), "import_id"),
    "GetImport id": (lambda gate: gate.get_import("ü"), "import_id"),
    "ListImportErrors id": (lambda gate: gate.list_import_errors("x\n"), "import_id"),
    "ListImportErrors size": (lambda gate: gate.list_import_errors(KNOWN, page_size=1_001), "page_size"),
    "ListImportErrors token": (lambda gate: gate.list_import_errors(KNOWN, page_token=BAD_TOKEN), "page_token"),
    "ResolveItems none": (lambda gate: gate.resolve_items([]), "identifiers"),
    "ResolveItems many": (lambda gate: gate.resolve_items(["A"] * 1_001), "identifiers"),
    "ResolveItems long": (lambda gate: gate.resolve_items(["A", "x" * 129]), "identifiers[1]"),
    "ResolveItems empty": (lambda gate: gate.resolve_items([""]), "identifiers[0]"),
    "ResolveItems bell": (lambda gate: gate.resolve_items(["\x07"]), "identifiers[0]"),
    "GetItem empty": (lambda gate: gate.get_item(""), "identifier"),
    "GetItem long": (lambda gate: gate.get_item("x" * 129), "identifier"),
    "ListItems size": (lambda gate: gate.list_items(page_size=-1), "page_size"),
    "ListItems token": (lambda gate: gate.list_items(page_token=OLD_TOKEN), "page_token"),
    "ListUnknownItems size": (lambda gate: gate.list_unknown_items(page_size=1_001), "page_size"),
    "ListUnknownItems token": (lambda gate: gate.list_unknown_items(page_token=BAD_TOKEN), "page_token"),
    "ListUnknownItems digits": (lambda gate: gate.list_unknown_items(page_token="9" * 13), "page_token"),
    "ForgetUnknownItems none": (lambda gate: gate.forget_unknown_items([]), "identifiers"),
    "ForgetUnknownItems both": (lambda gate: gate.forget_unknown_items(["A"], everything=True), "identifiers"),
    "ForgetUnknownItems many": (lambda gate: gate.forget_unknown_items(["A"] * 1_001), "identifiers"),
}
KNOWN = "known"


def test_every_call_of_the_service_is_tried_with_bad_input() -> None:
    methods = {method.name for method in sdk.Import.DESCRIPTOR.file.services_by_name["CatalogService"].methods}
    assert {name.partition(" ")[0] for name in SPOILT} == methods


@pytest.mark.parametrize("what", SPOILT)
def test_a_field_out_of_its_bound_is_named_and_nothing_happens(house: sdk.Gate, what: str) -> None:
    house.begin_import(KNOWN, mode=sdk.IMPORT_MODE_MERGE)
    ask, field = SPOILT[what]
    with pytest.raises(sdk.InvalidArgument) as wrong:
        ask(house)
    assert [named for named, _ in wrong.value.field_violations] == [field]
    with pytest.raises(sdk.NotFound):
        house.get_import("x")


def test_an_item_that_is_wrong_in_any_field_is_a_wrong_row_and_not_a_fault(house: sdk.Gate) -> None:
    import_id = fresh("import")
    house.begin_import(import_id, mode=sdk.IMPORT_MODE_MERGE)
    odd = [
        sdk.Item(),
        sdk.Item(sku="\x00"),
        sdk.Item(sku="A", aliases=["\x1d"]),
        sdk.Item(sku="A", gtins=[sdk.ItemGtin()]),
        sdk.Item(sku="A", units=[sdk.ItemUnit(unit="case", factor=2**62)]),
        sdk.Item(sku="A", kit=[sdk.KitPart(sku="B", quantity=-1)]),
        sdk.Item(sku="A", abc=99),  # type: ignore[arg-type]
        sdk.Item(sku="A", description="x" * 10_000),
    ]
    answer = house.stage_items(import_id, 1, [row(number, item) for number, item in enumerate(odd)])
    assert [(error.row_number, error.field) for error in answer.errors] == [
        (0, "sku"),
        (1, "sku"),
        (2, "aliases[0]"),
        (3, "gtins[0]"),
        (4, "units[0]"),
        (5, "kit[0]"),
        (6, "abc"),
        (7, "description"),
    ]
    house.abort_import(import_id)


def test_what_was_unknown_and_is_imported_leaves_the_list(gate: sdk.Gate) -> None:
    bring_in(gate, [MUG])
    gate.record_receipt("DC", [sdk.ReceiptLine(sku="MUG", quantity=1, landing=sdk.LANDING_AVAILABLE)])
    for sku in ("CUP", "JAR"):
        with pytest.raises(sdk.NotFound):
            gate.reserve_stock("DC", "O-1", [sdk.ReserveLine(sku=sku, quantity=1)])
    until(lambda: gate.list_unknown_items().unknown_count, lambda count: count == 2)
    bring_in(gate, [CUP], sdk.IMPORT_MODE_MERGE)
    left = until(lambda: [each.identifier for each in gate.iter_unknown_items()], lambda found: len(found) == 1)
    assert left == ["JAR"]
    assert gate.forget_unknown_items(everything=True).forgotten_count == 1
