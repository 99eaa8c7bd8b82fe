"""docs/store.md against the keys, the scripts, and what really stands in a store after a day's work."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final, cast

import pytest
import redis

from gate_service.app.ports import Call
from gate_service.domain.operations import (
    AuthorizeWave,
    ConfirmReservation,
    ConfirmShipment,
    OrderLine,
    PickLine,
    ReceiptLine,
    RecordReceipt,
    ReportPick,
    ReserveStock,
    WaveLine,
)
from gate_service.domain.policy import Policy
from gate_service.domain.reservation import Allocation, ReservationLine
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import Landing, OperationKind, ShortReason, WaveAtomicity
from gate_service.ledger import keys
from gate_service.ledger.ledger import RedisLedger
from tests.docs import pages

PAGE = "store.md"
LUA: Final = pages.ROOT / "gate_service" / "ledger" / "lua"
HERE = "DOCS"
KEY: Final = dict(zip(keys.LOCATION_KEYS, keys.location_keys(HERE), strict=True))
ALWAYS_REFUSED = {"UNKNOWN_LOCATION", "OPERATION_ID_REUSED", "INVALID_FIELD", "UNKNOWN_CHANNEL"}
REFUSING_LIBRARIES = ("announcements", "arrivals", "corrections", "permitless")
ONCE_THERE_IS_ONE = {"merges", "deliveries", "epoch", "trimmed", "forgotten", "fenced", "barrier"}
"""Fields of `meta` that most locations do without."""
RPC_OF = {"change_handoffs": "ApplyHandoffs"}


def key_rows() -> dict[str, pages.Row]:
    return {pages.plain(row["key"]): row for row in pages.table(PAGE, "key", "type")}


def header(script: Path) -> str:
    """Give the comment at the head of a script, as one line."""
    lines = script.read_text().splitlines()
    end = next(number for number, line in enumerate(lines) if not line.startswith("--"))
    return " ".join(line.removeprefix("--").strip() for line in lines[:end])


def refusals_in(text: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", text))


def value_words(name: str) -> list[str]:
    """Give the code marks of the paragraph that describes a value."""
    (paragraph,) = [part for part in pages.text(PAGE).split("\n\n") if part.startswith(f"**{name}**")]
    return [" ".join(mark.split()) for mark in pages.code(paragraph)]


def asked_for() -> list[pages.Row]:
    """Give the operations that have a call; the others the gate makes itself, or whoever runs it."""
    without = ("expire_", "recover_", "correct_mirror")
    return [row for row in pages.table(PAGE, "operation") if not pages.plain(row["operation"]).startswith(without)]


def value(store: redis.Redis, name: str, field: str) -> str:
    """Give one field of one of the location's hashes."""
    return str(store.hget(f"gate:{{{HERE}}}:{name}", field))


def entries(store: redis.Redis) -> list[tuple[str, dict[str, str]]]:
    """Give the stream id and the fields of each ledger entry."""
    return cast("list[tuple[str, dict[str, str]]]", store.xrange(keys.ledger(HERE)))


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[redis.Redis]:
    """Give a store in which one location has seen everything that leaves a trace, and some of it twice."""
    client = redis.Redis.from_url(store_url, decode_responses=True)
    client.flushall()
    ledger = RedisLedger.connect(store_url)
    call, policy = Call("test"), Policy()
    line = OrderLine("MUG", "MUG", 4)
    await ledger.apply(RecordReceipt("op-1", HERE, "", (ReceiptLine("MUG", 9, Landing.AVAILABLE),)), policy, call)
    await ledger.apply(ReserveStock("op-2", HERE, "o-1", "web", 60_000, (line,)), policy, call)
    await ledger.apply(ConfirmReservation("op-3", HERE, "o-1"), policy, call)
    wave = (WaveLine("o-1", "MUG", "MUG", 4),)
    permit = await ledger.apply(
        AuthorizeWave("op-4", HERE, "w-1", WaveAtomicity.LINE, 60_000, dry_run=False, lines=wave), policy, call
    )
    picked = PickLine("o-1", "MUG", "MUG", 1, 1, ShortReason.NOT_FOUND)
    await ledger.apply(ReportPick("op-5", HERE, permit.permit_id, (picked,)), policy, call)
    await ledger.apply(ConfirmShipment("op-6", HERE, "o-1", permit.permit_id, "s-1", ()), policy, call)
    await ledger.apply(RecordReceipt("op-7", HERE, "", (ReceiptLine("CUP", 9, Landing.AVAILABLE),)), policy, call)
    await ledger.apply(ReserveStock("op-8", HERE, "o-2", "", 60_000, (OrderLine("CUP", "CUP", 2),)), policy, call)
    yield client
    await ledger.close()
    client.flushall()
    client.close()


def test_every_key_is_described_in_the_order_in_which_the_scripts_get_them() -> None:
    described = list(key_rows())
    assert described == [*keys.location_keys("LOC"), keys.LOCATIONS, keys.PROBE, keys.VIOLATIONS]


async def test_every_key_in_the_store_is_of_the_type_described_and_has_no_time_to_live(store: redis.Redis) -> None:
    found = {key.replace(HERE, "LOC"): key for key in store.scan_iter()}
    described = {key: row["type"] for key, row in key_rows().items()}
    assert {key: store.type(name) for key, name in found.items()} == {key: described[key] for key in found}
    assert {store.ttl(name) for name in found.values()} == {-1}
    assert described.keys() - found.keys() == {keys.PROBE, keys.VIOLATIONS}


async def test_the_fields_of_meta_and_of_an_entry_are_those_described(store: redis.Redis) -> None:
    told = set(pages.code(key_rows()["gate:{LOC}:meta"]["member or field"]))
    assert set(store.hgetall(keys.meta(HERE))) == {"revision", "hash", "at_ms"}
    assert told - {"revision", "hash", "at_ms"} == ONCE_THERE_IS_ONE
    found = entries(store)
    assert [stream_id for stream_id, _ in found] == [f"{number}-0" for number in range(1, len(found) + 1)]
    for _, fields in found:
        assert list(fields) == value_words("Ledger entry")[0].split()
        envelope = json.loads(fields["envelope"])
        wanted = {"id", "kind", "system", "actor"}
        wanted |= {"policy"} if envelope["kind"] in (OperationKind.RESERVE_STOCK, OperationKind.REPORT_PICK) else set()
        assert envelope.keys() == wanted


async def test_a_stock_row_holds_the_buckets_in_the_order_described(store: redis.Redis) -> None:
    order = value_words("Stock row")[0].split()
    assert order == [name for name in StockLevel._fields if name not in ("sku", "count_due")]
    row = dict(zip(order, map(int, value(store, "stock", "CUP").split()), strict=True))
    assert {bucket: units for bucket, units in row.items() if units} == {"on_hand": 9, "held": 2}


async def test_a_reservation_has_the_form_described(store: redis.Redis) -> None:
    marks = value_words("Reservation")
    form, line, allocation = (marks[place].strip("{}[]").split(", ") for place in (0, 2, 4))
    assert line == list(ReservationLine._fields)
    assert allocation == list(Allocation._fields)
    shipped, held = (json.loads(value(store, "reservations", order)) for order in ("o-1", "o-2"))
    assert shipped.keys() == set(form)
    assert held.keys() == set(form) - {"shipments"}
    assert [len(each) for each in shipped["lines"]] == [len(line)]
    assert [len(each) for each in held["lines"]] == [len(line) - 1]
    assert [len(each) for each in shipped["lines"][0][-1]] == [len(allocation)]


async def test_a_permit_and_a_marker_have_the_form_described(store: redis.Redis) -> None:
    header_form, _, lines_form = value_words("Permit")[:3]
    first, _, rest = value(store, "permits", "P4").partition("\n")
    assert len(first.split()) == len(header_form.split())
    assert [len(each) for each in json.loads(rest)] == [len(lines_form.strip("[]").split(", "))]
    assert value_words("Marker")[0] == "revision fingerprint"
    assert re.fullmatch(r"2 [0-9a-f]{20}", value(store, "operations", "op-2"))


async def test_a_time_leaves_when_it_no_longer_matters(store: redis.Redis) -> None:
    assert store.zrange(KEY["holds"], 0, -1) == ["o-2", ""]
    assert store.zrange(KEY["permit_times"], 0, -1) == ["P4", ""]
    assert store.hgetall(f"gate:{{{HERE}}}:counts") == {"": "", "MUG": "5"}


def test_every_script_and_library_is_described_and_nothing_else_is() -> None:
    assert {pages.plain(row["script"]) for row in pages.table(PAGE, "script")} == {p.stem for p in LUA.glob("*.lua")}
    operations = {pages.plain(row["operation"]) for row in pages.table(PAGE, "operation")}
    assert operations == {path.stem for path in (LUA / "ops").glob("*.lua")} == {kind.value for kind in OperationKind}
    libraries = {pages.plain(row["file"]) for row in pages.table(PAGE, "file")}
    assert libraries == {path.stem for path in (LUA / "lib").glob("*.lua")}


@pytest.mark.parametrize("row", pages.table(PAGE, "operation"), ids=lambda row: pages.plain(row["operation"]))
def test_an_operation_refuses_what_the_page_its_header_and_its_code_say(row: pages.Row) -> None:
    script = LUA / "ops" / f"{pages.plain(row['operation'])}.lua"
    described = refusals_in(row["refuses"])
    assert described or row["refuses"] == "nothing"
    assert refusals_in(header(script).partition("Refuses")[2]) == described
    code = re.sub(r"--.*", "", script.read_text())
    for library in REFUSING_LIBRARIES:
        if f"{library}." in code:
            code += re.sub(r"--.*", "", (LUA / "lib" / f"{library}.lua").read_text())
    if script.stem == "authorize_wave":
        assert "refuse" not in code
    else:
        assert refusals_in(" ".join(re.findall(r'"([A-Z_]+)"', code))) == described


@pytest.mark.parametrize("row", asked_for(), ids=lambda row: pages.plain(row["operation"]))
def test_the_contract_names_the_same_refusals_at_the_call(row: pages.Row) -> None:
    operation = pages.plain(row["operation"])
    rpc = RPC_OF.get(operation) or "".join(word.capitalize() for word in operation.split("_"))
    protos = "".join(path.read_text() for path in (pages.ROOT / "protos").rglob("*_service.proto"))
    found = re.search(rf"((?:  //.*\n)+)  rpc {rpc}\(", protos)
    assert found is not None
    _, _, errors = found[1].partition("Errors:")
    assert refusals_in(errors) - ALWAYS_REFUSED == refusals_in(row["refuses"])
