"""Several gates over one store: one that has not heard of an import yet, one that is killed in the middle of one."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

import fulfillment_gate as sdk
from gate_service.embedded.valkey import EmbeddedStore
from tests.catalog.edge.house import bring_in, fresh, on_hand, state, until
from tests.gate_process import GateProcess, gate_serving

MERGE = sdk.IMPORT_MODE_MERGE
ROWS = 20_000


class Mugs(NamedTuple):
    """Two SKUs that no other test has, of which one is about to become the other."""

    new: str
    old: str

    def apart(self) -> list[sdk.Item]:
        return [sdk.Item(sku=self.new), sdk.Item(sku=self.old)]

    def merged(self) -> list[sdk.Item]:
        return [sdk.Item(sku=self.new, aliases=[self.old])]


class Two(NamedTuple):
    """A gate that hears of an import at once, and one that looks for none by itself."""

    quick: sdk.Gate
    late: sdk.Gate
    process: GateProcess


@contextmanager
def opened(folder: Path) -> Iterator[Two]:
    """Open two gates on a store of their own."""
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


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Give two gates for all tests, each of which has a location and SKUs of its own."""
    with opened(tmp_path_factory.mktemp("two")) as gates:
        bring_in(gates.late, [sdk.Item(sku="FIRST")])
        yield gates


@pytest.fixture
def fresh_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Give two gates into which nothing was imported, of which one may be killed."""
    with opened(tmp_path_factory.mktemp("fresh")) as gates:
        yield gates


@pytest.fixture
def mugs() -> Mugs:
    return Mugs(fresh("MUG"), fresh("OLD"))


def line(sku: str, quantity: int = 1) -> list[sdk.ReserveLine]:
    return [sdk.ReserveLine(sku=sku, quantity=quantity)]


def received(gate: sdk.Gate, location: str, *skus: str) -> None:
    """Receive five of each."""
    lines = [sdk.ReceiptLine(sku=sku, quantity=5, landing=sdk.LANDING_AVAILABLE) for sku in skus]
    gate.record_receipt(location, lines)


def become_one(gate: sdk.Gate, mugs: Mugs, location: str) -> None:
    """Merge two SKUs of five units each, and wait until the stock has moved."""
    bring_in(gate, mugs.merged(), MERGE)
    until(lambda: on_hand(gate, location), lambda found: found == {mugs.new: 10})


def test_a_gate_that_has_not_heard_of_a_merge_is_corrected_by_the_ledger_and_its_caller_does_not_notice(
    two: Two, mugs: Mugs, location: str
) -> None:
    bring_in(two.quick, mugs.apart(), MERGE)
    received(two.quick, location, *mugs)
    two.late.reserve_stock(location, "before", line(mugs.old))
    become_one(two.quick, mugs, location)
    answer = two.late.reserve_stock(location, "after", line(mugs.old, 9))
    assert [(each.given, each.sku) for each in answer.conversions] == [(mugs.old, mugs.new)]
    lines = two.quick.get_reservation(location, "after").reservation.lines
    assert [(each.line_id, each.sku, each.committed) for each in lines] == [(mugs.old, mugs.new, 9)]


def test_a_late_gate_answers_a_question_about_a_merged_sku_by_the_one_it_became(
    two: Two, mugs: Mugs, location: str
) -> None:
    bring_in(two.quick, mugs.apart(), MERGE)
    received(two.quick, location, *mugs)
    asked = [sdk.AvailabilityLine(sku=mugs.old, quantity=1)]
    assert two.late.check_availability(asked, location_ids=[location]).locations[0].lines[0].promise == 5
    become_one(two.quick, mugs, location)
    answer = two.late.check_availability(asked, location_ids=[location])
    assert [(each.sku, each.promise) for each in answer.locations[0].lines] == [(mugs.new, 10)]


def test_a_late_gate_knows_a_new_item_as_soon_as_it_is_asked_for_one(two: Two, mugs: Mugs, location: str) -> None:
    bring_in(two.quick, mugs.merged(), MERGE)
    received(two.late, location, mugs.old)
    assert on_hand(two.quick, location) == {mugs.new: 5}


def test_a_call_repeated_across_an_import_is_the_same_call(two: Two, mugs: Mugs, location: str) -> None:
    bring_in(two.quick, mugs.apart(), MERGE)
    repeated(two, mugs, location)


def test_a_call_repeated_across_the_first_import_is_the_same_call(fresh_two: Two, mugs: Mugs, location: str) -> None:
    repeated(fresh_two, mugs, location)


def repeated(two: Two, mugs: Mugs, location: str) -> None:
    """Reserve before a merge and again after it, by the same id; and once with another quantity."""
    received(two.quick, location, *mugs)
    first = two.quick.reserve_stock(location, "O-1", line(mugs.old, 2), operation_id="op-1")
    become_one(two.quick, mugs, location)
    again = two.quick.reserve_stock(location, "O-1", line(mugs.old, 2), operation_id="op-1")
    assert (again.applied.revision, again.applied.replayed) == (first.applied.revision, True)
    with pytest.raises(sdk.AlreadyExists) as no:
        two.quick.reserve_stock(location, "O-1", line(mugs.old, 3), operation_id="op-1")
    assert no.value.reason == "OPERATION_ID_REUSED"


def test_an_event_told_again_after_an_import_is_absorbed(two: Two, mugs: Mugs, location: str) -> None:
    bring_in(two.quick, mugs.apart(), MERGE)
    received(two.quick, location, *mugs)
    event = sdk.SourceEvent(document_type="order", document="A-1", action="created")
    first = two.quick.reserve_stock(location, "O-1", line(mugs.old, 2), source_event=event)
    become_one(two.quick, mugs, location)
    again = two.quick.reserve_stock(location, "O-1", line(mugs.old, 2), source_event=event)
    assert (again.applied.revision, again.applied.absorbed) == (first.applied.revision, True)


def test_a_gate_that_is_killed_while_it_commits_leaves_the_old_catalog_and_another_one_goes_on(fresh_two: Two) -> None:
    two = fresh_two
    bring_in(two.late, [sdk.Item(sku="A"), sdk.Item(sku="B")])
    import_id = fresh("large")
    two.late.begin_import(import_id, mode=sdk.IMPORT_MODE_REPLACE)
    for first in range(0, ROWS, 1_000):
        rows = [sdk.ImportRow(row_number=n, item=sdk.Item(sku=f"S{n}")) for n in range(first, first + 1_000)]
        two.late.stage_items(import_id, first // 1_000 + 1, rows)
    assert state(two.quick.commit_import(import_id, ROWS // 1_000, timeout_s=0.2)) == sdk.IMPORT_STATE_COMMITTING
    os.kill(two.process.process.pid, signal.SIGKILL)
    assert {item.sku for item in two.late.iter_items()} == {"A", "B"}
    done = until(
        lambda: two.late.commit_import(import_id, ROWS // 1_000),
        lambda answer: state(answer) == sdk.IMPORT_STATE_COMMITTED,
    ).catalog_import
    assert (done.version, done.item_count) == (2, ROWS)
    assert [each.known for each in two.late.resolve_items(["S1000", "A"]).items] == [True, False]
