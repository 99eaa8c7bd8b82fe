"""What the helpers promise to each kind of caller, kept by a real gate on a real store."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

import fulfillment_gate as sdk
from fulfillment_gate import count_plan
from tests.gate_process import gate_serving
from tests.sdk.client import Client

MUGS = [sdk.ReceiptLine(sku="mug", quantity=9, landing=sdk.LANDING_AVAILABLE)]
TWO = [sdk.ReserveLine(line_id="1", sku="mug", quantity=2)]
LONG_AGO_MS = 1_000_000_000_000
NUMBERS = itertools.count(1)
HANDOFFS = """
version: 1
systems:
  wms: {role: warehouse, locations: [hamburg, leipzig], operations: {record_receipt: }}
channels:
  web: {locations: [hamburg, leipzig], split: true}
"""


class BrokenOff(Exception):
    """The count was broken off."""


@pytest.fixture(scope="module")
def address(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("gate")
    handoffs = folder / "handoffs.yaml"
    handoffs.write_text(HANDOFFS)
    with Redis.from_url(store_url) as store:
        store.flushall()
    with gate_serving(store_url, folder, "--handoffs", str(handoffs), "--authentication", "none") as gate:
        yield gate.address


@pytest.fixture
def gate(connect: Callable[..., Client], address: str) -> Client:
    return connect(address, system="house-1")


@pytest.fixture
def place() -> str:
    """Name a location that no other test uses."""
    return f"place-{next(NUMBERS)}"


async def mugs(gate: Client, place: str) -> dict[str, int]:
    (level,) = (await gate.ask("get_stock", place, ["mug"])).levels
    return {bucket: getattr(level, bucket) for bucket in ("on_hand", "committed", "allocated", "incoming")}


async def test_a_webhook_that_is_delivered_twice_takes_stock_once(gate: Client, place: str) -> None:
    await gate.ask("record_receipt", place, MUGS)
    first, second = [
        await gate.helped("storefront.place_order", place, "order-1", TWO, channel="web") for _ in range(2)
    ]
    assert (first.told_before, second.told_before, first.revision) == (False, True, second.revision)
    assert (await mugs(gate, place))["committed"] == 2
    other = [sdk.ReserveLine(line_id="1", sku="mug", quantity=3)]
    with pytest.raises(sdk.AlreadyExists) as caught:
        await gate.helped("storefront.place_order", place, "order-1", other, channel="web")
    assert caught.value.reason == "SOURCE_EVENT_CONFLICT"
    (feed,) = (await gate.ask("list_feeds", place)).feeds
    assert (feed.absorbed_count, feed.conflict_count) == (1, 1)


@pytest.mark.parametrize("paid", [True, False])
async def test_a_checkout_without_a_location_holds_and_settles_wherever_the_gate_found_stock(
    gate: Client, *, paid: bool
) -> None:
    places = ("hamburg", "leipzig")
    for one in places:
        await gate.ask("record_receipt", one, MUGS)
    before = {one: await mugs(gate, one) for one in places}
    free = {one: levels["on_hand"] - levels["committed"] for one, levels in before.items()}
    order = [sdk.ReserveLine(line_id="1", sku="mug", quantity=sum(free.values()))]
    parts: list[tuple[str, int]] = []

    async def shop(hold: Any, confirm: Callable[[], Awaitable[Any]]) -> None:  # noqa: ANN401 - a hold of either kind
        parts.extend((part.location_id, part.lines[0].quantity) for part in hold.parts)
        if paid:
            await confirm()

    await gate.check_out(shop, "", f"order-{next(NUMBERS)}", order, channel="web")
    assert parts == [(one, free[one]) for one in places]
    for one in places:
        assert (await mugs(gate, one))["committed"] - before[one]["committed"] == (free[one] if paid else 0)


async def test_goods_that_were_announced_and_never_booked_in_are_overdue(gate: Client, place: str) -> None:
    lines = [sdk.IncomingLine(sku="mug", quantity=9)]
    await gate.helped("erp.announce", place, "po-1", lines, expected_at_ms=LONG_AGO_MS)
    (late,) = await gate.helped("erp.overdue", place)
    assert [(line.sku, line.missing) for line in late.lines] == [("mug", 9)]
    assert (late.document_id, late.kind, late.system) == ("po-1", "PURCHASE_ORDER", "house-1")
    for told_before in (False, True):
        received = await gate.helped("wms.receive", place, "po-1", "truck-7", MUGS)
        assert (received.as_announced, received.told_before) == (True, told_before)
    assert await gate.helped("erp.overdue", place) == []
    assert (await mugs(gate, place)) == {"on_hand": 9, "committed": 0, "allocated": 0, "incoming": 0}


async def test_the_newest_version_of_a_document_counts_whichever_comes_first(gate: Client, place: str) -> None:
    newest = [sdk.IncomingLine(sku="mug", quantity=5)]
    await gate.helped("erp.amend", place, "po-1", newest, version=3, expected_at_ms=0)
    told = await gate.helped("erp.announce", place, "po-1", [sdk.IncomingLine(sku="mug", quantity=9)], expected_at_ms=0)
    assert (told.superseded, told.version) == (True, 3)
    assert (await mugs(gate, place))["incoming"] == 5
    await gate.helped("erp.amend", place, "po-1", [], version=4, expected_at_ms=0)
    assert (await mugs(gate, place))["incoming"] == 0


@pytest.mark.parametrize("first", ["logistics", "warehouse"])
async def test_a_parcel_moves_stock_once_whoever_tells_it_first(gate: Client, place: str, first: str) -> None:
    await gate.ask("record_receipt", place, MUGS)
    await gate.ask("reserve_stock", place, "order-1", TWO)
    wave = [sdk.WaveLine(order_id="order-1", line_id="1", sku="mug", quantity=2)]
    permit_id = (await gate.release_wave(place, "wave-1", wave)).permit_id

    async def warehouse() -> Any:  # noqa: ANN401 - either answer
        ship = [sdk.ShipLine(line_id="1", sku="mug", quantity=2)]
        return await gate.ask("confirm_shipment", place, "order-1", permit_id, "parcel-1", ship)

    async def logistics() -> Any:  # noqa: ANN401
        ship = [sdk.ShipLine(line_id="7", sku="mug", quantity=2)]  # by a key of the 3PL's own
        return await gate.helped("logistics.confirm", place, "order-1", "parcel-1", ship)

    tellers = [logistics, warehouse] if first == "logistics" else [warehouse, logistics]
    assert [(await tell()).shipped_quantity for tell in tellers] == [2, 0]
    assert (await mugs(gate, place)) == {"on_hand": 7, "committed": 0, "allocated": 0, "incoming": 0}


async def test_a_parcel_of_nobody_waits_until_a_person_says_whose_it_is(gate: Client, place: str) -> None:
    await gate.ask("record_receipt", place, MUGS)
    ship = [sdk.ShipLine(sku="mug", quantity=2)]
    lost = [await gate.helped("logistics.confirm", place, "ordre-1", "parcel-1", ship) for _ in range(2)]
    assert [(bool(one), one.reason, one.told_before) for one in lost] == [
        (False, "RESERVATION_NOT_FOUND", False),
        (False, "RESERVATION_NOT_FOUND", True),
    ]
    (waiting,) = await gate.all_of("iter_unmatched_shipments", place)
    assert waiting.unmatched_id == lost[0].unmatched_id
    await gate.ask("reserve_stock", place, "order-1", TWO)
    await gate.ask("resolve_shipment", place, waiting.unmatched_id, "order-1")
    assert await gate.all_of("iter_unmatched_shipments", place) == []
    assert (await mugs(gate, place)) == {"on_hand": 7, "committed": 0, "allocated": 0, "incoming": 0}


async def test_a_location_is_counted_in_parts_through_an_interruption(
    gate: Client, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(count_plan, "PART_SKUS", 3)
    skus = [f"sku-{n}" for n in range(8)]
    received = [sdk.ReceiptLine(sku=sku, quantity=5, landing=sdk.LANDING_AVAILABLE) for sku in skus]
    await gate.ask("record_receipt", place, received)
    began = await gate.helped("wms.count_begins", place)
    counted = [sdk.CountLine(sku=sku, counted_quantity=4) for sku in skus[::2]]
    await gate.ask("record_receipt", place, received[:1])  # while it is counted
    parts = gate.gate.submit_count
    told: list[str] = []

    def interrupted(*args: Any, **options: Any) -> Any:  # noqa: ANN401 - as the method
        if len(told) == 2:
            raise BrokenOff
        told.append(options["operation_id"])
        return parts(*args, **options)

    monkeypatch.setattr(gate.gate, "submit_count", interrupted)
    with pytest.raises(BrokenOff):
        await gate.helped("wms.count_location", place, "c1", counted, as_of_revision=began)
    monkeypatch.setattr(gate.gate, "submit_count", parts)
    await gate.ask("record_receipt", place, [sdk.ReceiptLine(sku="sku-1a", quantity=3, landing=sdk.LANDING_AVAILABLE)])
    result = await gate.helped("wms.count_location", place, "c1", counted, as_of_revision=began)
    assert told == ["c1/1", "c1/2"]
    levels = {level.sku: level.on_hand for level in await gate.all_of("iter_stock", place)}
    assert levels == {sku: 0 if n % 2 else 4 for n, sku in enumerate(skus)} | {"sku-0": 9, "sku-1a": 3}
    assert {line.sku: line.variance for line in result.variances} == {
        sku: -5 if n % 2 else -1 for n, sku in enumerate(skus)
    }
    assert (result.part_count, result.sku_count, result.shortages) == (3, 8, ())
