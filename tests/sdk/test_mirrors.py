"""What one's own books say is told in one call, by every kind of caller, and what came of it is waited for."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

import fulfillment_gate as sdk
from fulfillment_gate import mirrors
from tests.gate_process import gate_serving, reconciling
from tests.sdk.client import Client

HANDOFFS = """
version: 1
systems:
  books:
    role: erp
    locations: ["*"]
    operations: {record_receipt: , submit_snapshot: }
    mirror: {measure: on_hand, lag_ms: 0}
"""
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def address(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("mirrors")
    handoffs = folder / "handoffs.yaml"
    handoffs.write_text(HANDOFFS)
    with Redis.from_url(store_url) as store:
        store.flushall()
    with (
        gate_serving(store_url, folder, "--handoffs", str(handoffs), "--authentication", "none") as gate,
        reconciling(store_url, folder),
    ):
        yield gate.address


@pytest.fixture
async def place(books: Client) -> str:
    """Name a location that no other test uses, with nine mugs and four pens."""
    name = f"place-{next(NUMBERS)}"
    goods = {"mug": 9, "pen": 4}
    lines = [sdk.ReceiptLine(sku=sku, quantity=some, landing=sdk.LANDING_AVAILABLE) for sku, some in goods.items()]
    await books.ask("record_receipt", name, lines)
    return name


@pytest.fixture
def books(connect: Callable[..., Client], address: str) -> Client:
    return connect(address, system="books")


@pytest.mark.parametrize("caller", ["wms", "storefront", "erp", "logistics"])
async def test_every_kind_of_caller_tells_its_figures_and_hears_that_they_agree(
    books: Client, place: str, caller: str
) -> None:
    told = await books.helped(f"{caller}.tell_stock", place, f"s-{place}", {"mug": 9, "pen": 4}, whole=True)
    seen = await books.helped(f"{caller}.compared", told)
    assert (seen.state, seen.whole) == (sdk.SNAPSHOT_STATE_COMPARED, True)
    assert (seen.result.compared_count, seen.result.agreed_count) == (2, 2)


@pytest.mark.parametrize("kind", [dict, list, iter], ids=["mapping", "list", "iterator"])
async def test_figures_may_come_as_a_mapping_a_list_or_an_iterator_and_count_once(
    books: Client, place: str, kind: Callable[[Any], Any]
) -> None:
    pairs = [("mug", 9), ("pen", 3)]
    for _again in range(2):
        told = await books.helped("mirrors.tell_stock", place, f"s-{place}", kind(pairs), whole=False)
        assert told.received_rows == 2
    seen = await books.helped("mirrors.compared", told)
    assert (seen.result.agreed_count, seen.result.opened_count) == (1, 1)


async def test_what_a_whole_snapshot_does_not_name_is_a_difference_and_of_a_part_is_none(
    books: Client, place: str
) -> None:
    opened = []
    for whole in (False, True):
        told = await books.helped("mirrors.tell_stock", place, f"s-{place}-{whole}", {"mug": 9}, whole=whole)
        opened.append((await books.helped("mirrors.compared", told)).result.opened_count)
    assert opened == [0, 1]


async def test_figures_are_of_the_moment_that_is_said(books: Client, place: str) -> None:
    revision = (await books.ask("list_stock", place)).revision
    lines = [sdk.ReceiptLine(sku="mug", quantity=1, landing=sdk.LANDING_AVAILABLE)]
    await books.ask("record_receipt", place, lines)
    figures = {"mug": 9, "pen": 4}
    told = await books.helped("mirrors.tell_stock", place, f"s-{place}", figures, whole=True, as_of_revision=revision)
    assert (await books.helped("mirrors.compared", told)).result.agreed_count == 2


async def test_two_moments_at_once_are_refused_before_anything_is_told(books: Client, place: str) -> None:
    with pytest.raises(ValueError, match="as_of_revision 1 or as_of_ms 2, not both"):
        await books.helped("mirrors.tell_stock", place, "s", {}, whole=True, as_of_revision=1, as_of_ms=2)
    with pytest.raises(sdk.NotFound):
        await books.ask("get_snapshot", "s")


async def test_wrong_rows_are_answered_by_their_place_and_nothing_is_waited_for(books: Client, place: str) -> None:
    told = await books.helped("mirrors.tell_stock", place, f"s-{place}", {"mug": 9, "pen": -4}, whole=True)
    seen = await books.helped("mirrors.compared", told)
    assert seen.state == sdk.SNAPSHOT_STATE_REFUSED
    assert [(row.row, row.sku) for row in seen.bad_rows] == [(1, "pen")]


async def test_whoever_waits_in_vain_hears_what_may_be_missing(books: Client) -> None:
    waits = sdk.Snapshot(snapshot_id="s-9", system="books", state=sdk.SNAPSHOT_STATE_RECEIVED)
    with pytest.raises(TimeoutError, match="s-9 of books is not compared yet: does `gate reconcile` run"):
        await books.helped("mirrors.compared", waits, patience_s=0.0)


class Twice:
    """In the place of a gate: goes through the rows twice, as where a connection breaks off."""

    seen: list[list[str]]

    def submit_snapshot(
        self, _header: object, rows: Iterable[sdk.SnapshotRow], **_options: object
    ) -> sdk.SubmitSnapshotResponse:
        self.seen = [[row.sku for row in rows] for _ in range(2)]
        return sdk.SubmitSnapshotResponse()


def test_what_can_be_gone_through_again_goes_on_where_it_broke_off_and_an_iterator_does_not() -> None:
    pairs, gate = {"mug": 9, "pen": 4}, Twice()
    mirrors.tell_stock(gate, "berlin", "s", pairs, whole=True)  # type: ignore[arg-type]
    assert gate.seen == [["mug", "pen"], ["mug", "pen"]]
    mirrors.tell_stock(gate, "berlin", "s", iter(pairs.items()), whole=True)  # type: ignore[arg-type]
    assert gate.seen == [["mug", "pen"], []]
