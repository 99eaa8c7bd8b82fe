"""Several gates over one store: one that has not heard of an import yet, one that is killed in the middle of one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.catalog.edge.house import bring_in, fresh, on_hand, receive, state, until
from tests.gate_process import GateProcess, gate_serving

PLAIN = [sdk.Item(sku="MUG"), sdk.Item(sku="MUG-OLD"), sdk.Item(sku="CUP")]
MERGED = [sdk.Item(sku="MUG", aliases=["MUG-OLD"]), sdk.Item(sku="CUP")]
ROWS = 20_000


class Two(NamedTuple):
    """A gate that hears of an import at once, and one that looks for none by itself."""

    quick: sdk.Gate
    late: sdk.Gate
    process: GateProcess


@pytest.fixture
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("two")
    with ExitStack() as stack:
        store = stack.enter_context(EmbeddedStore.start(folder / "store"))
        processes = [
            stack.enter_context(gate_serving(store.url, folder, "--probe-interval-ms", interval_ms, name=name))
            for name, interval_ms in (("quick", "50"), ("late", "600000"))
        ]
        quick, late = (
            stack.enter_context(sdk.Gate(process.address, system="shop", timeout_s=20)) for process in processes
        )
        yield Two(quick, late, processes[0])


def line(sku: str, quantity: int = 1) -> list[sdk.ReserveLine]:
    return [sdk.ReserveLine(sku=sku, quantity=quantity)]


def test_a_gate_that_has_not_heard_of_a_merge_is_corrected_by_the_ledger_and_its_caller_does_not_notice(
    two: Two,
) -> None:
    bring_in(two.quick, PLAIN)
    receive(two.quick, "DC", MUG=5, MUG_OLD=5)
    two.late.reserve_stock("DC", "before", line("MUG-OLD"))
    bring_in(two.quick, MERGED)
    until(lambda: on_hand(two.quick, "DC"), lambda found: found == {"MUG": 10})
    answer = two.late.reserve_stock("DC", "after", line("MUG-OLD", 9))
    assert [(each.given, each.sku) for each in answer.conversions] == [("MUG-OLD", "MUG")]
    lines = two.quick.get_reservation("DC", "after").reservation.lines
    assert [(each.line_id, each.sku, each.committed) for each in lines] == [("MUG-OLD", "MUG", 9)]


def test_a_late_gate_answers_a_question_about_a_merged_sku_by_the_one_it_became(two: Two) -> None:
    bring_in(two.quick, PLAIN)
    receive(two.quick, "DC", MUG=5, MUG_OLD=5)
    asked = [sdk.AvailabilityLine(sku="MUG-OLD", quantity=1)]
    assert two.late.check_availability(asked, location_ids=["DC"]).locations[0].lines[0].promise == 5
    bring_in(two.quick, MERGED)
    until(lambda: on_hand(two.quick, "DC"), lambda found: found == {"MUG": 10})
    answer = two.late.check_availability(asked, location_ids=["DC"])
    assert [(each.sku, each.promise) for each in answer.locations[0].lines] == [("MUG", 10)]


def test_a_late_gate_knows_a_new_item_as_soon_as_it_is_asked_for_one(two: Two) -> None:
    bring_in(two.late, PLAIN)
    receive(two.late, "DC", MUG=1)
    bring_in(two.quick, [sdk.Item(sku="JAR", aliases=["jar"])], sdk.IMPORT_MODE_MERGE)
    two.late.record_receipt("DC", [sdk.ReceiptLine(sku="jar", quantity=3, landing=sdk.LANDING_AVAILABLE)])
    assert on_hand(two.quick, "DC") == {"JAR": 3, "MUG": 1}


@pytest.mark.parametrize("before", ["no catalog", "a catalog"])
def test_a_call_repeated_across_an_import_is_the_same_call(two: Two, before: str) -> None:
    if before == "a catalog":
        bring_in(two.quick, PLAIN)
    receive(two.quick, "DC", MUG=5, MUG_OLD=5)
    first = two.quick.reserve_stock("DC", "O-1", line("MUG-OLD", 2), operation_id="op-1")
    bring_in(two.quick, MERGED)
    until(lambda: on_hand(two.quick, "DC"), lambda found: found == {"MUG": 10})
    again = two.quick.reserve_stock("DC", "O-1", line("MUG-OLD", 2), operation_id="op-1")
    assert (again.applied.revision, again.applied.replayed) == (first.applied.revision, True)
    with pytest.raises(sdk.AlreadyExists) as no:
        two.quick.reserve_stock("DC", "O-1", line("MUG-OLD", 3), operation_id="op-1")
    assert no.value.reason == "OPERATION_ID_REUSED"


def test_an_event_told_again_after_an_import_is_absorbed(two: Two) -> None:
    bring_in(two.quick, PLAIN)
    receive(two.quick, "DC", MUG=5, MUG_OLD=5)
    event = sdk.SourceEvent(document_type="order", document="A-1", action="created")
    first = two.quick.reserve_stock("DC", "O-1", line("MUG-OLD", 2), source_event=event)
    bring_in(two.quick, MERGED)
    until(lambda: on_hand(two.quick, "DC"), lambda found: found == {"MUG": 10})
    again = two.quick.reserve_stock("DC", "O-1", line("MUG-OLD", 2), source_event=event)
    assert (again.applied.revision, again.applied.absorbed) == (first.applied.revision, True)


def test_a_gate_that_is_killed_while_it_commits_leaves_the_old_catalog_and_another_one_goes_on(two: Two) -> None:
    bring_in(two.late, PLAIN)
    import_id = fresh("large")
    two.late.begin_import(import_id, mode=sdk.IMPORT_MODE_REPLACE)
    for part in range(1, ROWS // 1_000 + 1):
        rows = [
            sdk.ImportRow(row_number=n, item=sdk.Item(sku=f"S{n}")) for n in range(part * 1_000, part * 1_000 + 1_000)
        ]
        two.late.stage_items(import_id, part, rows)
    assert state(two.quick.commit_import(import_id, ROWS // 1_000, timeout_s=0.2)) == sdk.IMPORT_STATE_COMMITTING
    os.kill(two.process.process.pid, signal.SIGKILL)
    assert {item.sku for item in two.late.iter_items()} == {"MUG", "MUG-OLD", "CUP"}
    done = until(
        lambda: two.late.commit_import(import_id, ROWS // 1_000),
        lambda answer: state(answer) == sdk.IMPORT_STATE_COMMITTED,
    ).catalog_import
    assert (done.version, done.item_count) == (2, ROWS)
    assert two.late.resolve_items(["S1000", "MUG"]).items[0].known
