"""What slipped past the edge is stopped by the script itself: nothing is stored and nothing changes."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis

from gate_service.ledger import keys, scripts

LOCATION = "DC-1"
RECEIPT = {"reference": "", "lines": [["A", 10, "available"]]}
RESERVE = {"order_id": "O-1", "channel": "", "ttl_ms": 0, "lines": [["1", "A", 1]]}
WAVE = {"wave_id": "W", "atomicity": "line", "permit_ttl_ms": 60_000, "dry_run": False, "lines": [["O", "1", "A", 1]]}
PICK = {"permit_id": "P1", "lines": [["O", "1", "A", 1, 0, ""]]}
SHIP = {"order_id": "O", "permit_id": "", "shipment_id": "S", "lines": []}
RETURN = {"return_id": "R", "order_id": "", "lines": [["A", 1, "available"]]}
MOVE = {"reason": "", "note": "", "reference": "", "lines": [["A", "available", "damaged", 1]]}
HOLD = {"hold_id": "H", "sku": "A", "lot_id": "", "quantity": 0, "note": ""}
COUNT = {
    "count_id": "C",
    "as_of_revision": 0,
    "includes_picked": False,
    "covers_range": False,
    "covers_after": "",
    "covers_through": "",
    "lines": [["A", 1]],
}
ANNOUNCE = {
    "document_id": "PO",
    "document_kind": "asn",
    "version": 1,
    "expected_at_ms": 0,
    "from_location_id": "",
    "lines": [["1", "A", 1]],
}
TRANSFER = {"to_location_id": "DC-2", "transfer_id": "T", "expected_at_ms": 0, "lines": [["A", 1]]}
MIRROR = {
    "variance_id": "V",
    "system": "wms",
    "sku": "A",
    "measure": "on_hand",
    "quantity": -1,
    "reported": 1,
    "as_of_revision": 1,
    "snapshot_id": "S",
}
ADJUST = {"reason": "count", "note": "", "lines": [["A", "on_hand", 1]]}

BAD = [
    ("reserve_stock", RESERVE | {"order_id": ""}, "order_id"),
    ("reserve_stock", RESERVE | {"order_id": "O\n"}, "order_id"),
    ("reserve_stock", RESERVE | {"order_id": "{O}"}, "order_id"),
    ("reserve_stock", RESERVE | {"order_id": "a:b"}, "order_id"),
    ("reserve_stock", RESERVE | {"order_id": "x" * 65}, "order_id"),
    ("reserve_stock", RESERVE | {"order_id": 7}, "order_id"),
    ("reserve_stock", RESERVE | {"ttl_ms": -1}, "ttl_ms"),
    ("reserve_stock", RESERVE | {"ttl_ms": 1.5}, "ttl_ms"),
    ("reserve_stock", RESERVE | {"lines": []}, "lines"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", 1]] * 1_001}, "lines"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", 0]]}, "lines[0].quantity"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", 1], ["2", "A", -1]]}, "lines[1].quantity"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", 0.5]]}, "lines[0].quantity"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", 10**9 + 1]]}, "lines[0].quantity"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", "0x10"]]}, "lines[0].quantity"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", None]]}, "lines[0].quantity"),
    ("authorize_wave", WAVE | {"atomicity": "some"}, "atomicity"),
    ("authorize_wave", WAVE | {"permit_ttl_ms": 1}, "permit_ttl_ms"),
    ("report_pick", PICK | {"lines": [["O", "1", "A", 1, 0, "stolen"]]}, "lines[0].short_reason"),
    ("adjust_stock", ADJUST | {"lines": [["A", "held", 1]]}, "lines[0].bucket"),
    ("adjust_stock", ADJUST | {"lines": [["A", "on_hand", 0]]}, "lines[0].delta"),
    ("adjust_stock", ADJUST | {"reason": "because"}, "reason"),
    ("adjust_stock", ADJUST | {"propose": 1}, "propose"),
    ("adjust_stock", ADJUST | {"variance_id": ""}, "variance_id"),
    ("record_receipt", RECEIPT | {"lines": [["A", 1, "allocated"]]}, "lines[0].landing"),
    ("reserve_stock", RESERVE | {"lines": [["1", "A", 1], ["1", "B", 1]]}, "lines[1]"),
    ("release_reservation", {"order_id": "O-1", "lines": [["1", 1], ["2", 1], ["1", 2]]}, "lines[2]"),
    ("authorize_wave", WAVE | {"lines": [["O", "1", "A", 1], ["O", "1", "A", 2]]}, "lines[1]"),
    ("report_pick", PICK | {"lines": [["O", "1", "A", 1, 0, ""]] * 2}, "lines[1]"),
    ("adjust_stock", ADJUST | {"lines": [["A", "on_hand", 1], ["A", "on_hand", -1]]}, "lines[1]"),
    ("reserve_stock", RESERVE | {"kits": [["1", "KIT", 0]]}, "kits[0].quantity"),
    ("confirm_shipment", SHIP | {"without_permit": 1}, "without_permit"),
    ("record_receipt", RECEIPT | {"document_id": ""}, "document_id"),
    ("record_return", RETURN | {"order_id": "O 1"}, "order_id"),
    ("move_stock", MOVE | {"lines": [["A", "written_off", "available", 1]]}, "lines[0].from"),
    ("move_stock", MOVE | {"lines": [["A", "available", "sold", 1]]}, "lines[0].to"),
    ("place_stock_hold", HOLD | {"quantity": -1}, "quantity"),
    ("lift_stock_hold", {"hold_id": "", "note": ""}, "hold_id"),
    ("approve_adjustment", {"proposal_id": "A1", "approved": "yes", "note": ""}, "approved"),
    ("submit_count", COUNT | {"as_of_revision": -1}, "as_of_revision"),
    ("submit_count", COUNT | {"lines": [["A", 1], ["A", 2]]}, "lines[1]"),
    ("submit_count", COUNT | {"variance_id": "V 1"}, "variance_id"),
    ("correct_mirror", MIRROR | {"quantity": 10**13 + 1}, "quantity"),
    ("correct_mirror", MIRROR | {"reported": -0.5}, "reported"),
    ("correct_mirror", MIRROR | {"measure": ""}, "measure"),
    ("correct_mirror", MIRROR | {"as_of_revision": -1}, "as_of_revision"),
    ("set_quota", {"channel": "", "lines": [["A", 1]]}, "channel"),
    ("merge_sku", {"sku": "A", "into_sku": "{B}"}, "into_sku"),
    ("announce_incoming", ANNOUNCE | {"document_kind": "letter"}, "document_kind"),
    ("announce_incoming", ANNOUNCE | {"version": 0}, "version"),
    ("amend_incoming", ANNOUNCE | {"lines": [["1", "A", 0]]}, "lines[0].quantity"),
    ("transfer_stock", TRANSFER | {"lines": []}, "lines"),
    ("resolve_shipment", {"unmatched_id": "U1", "order_id": "O", "note": "x" * 801}, "note"),
    ("change_handoffs", {"version": 1, "sha256": "x" * 65, "changes": [], "handoffs": ""}, "sha256"),
    ("expire_hold", {"order_id": "O-1"}, "kind"),
    ("drop_table", {}, "kind"),
]


class Shop:
    """A location with ten of A, spoken to by the bare script."""

    def __init__(self, client: redis.Redis, raw: redis.Redis) -> None:
        self.client = client
        self.raw = raw
        self.apply("receipt", "record_receipt", json.dumps(RECEIPT))

    def apply(self, operation_id: str, kind: str, body: str) -> str:
        envelope = json.dumps({"id": operation_id, "kind": kind, "system": "", "actor": ""})
        return self.call([envelope, body])[0]

    def call(self, arguments: list[str]) -> list[str]:
        names = keys.location_keys(LOCATION)
        source = scripts.load("apply").source
        answers: list[str] = self.client.eval(source, len(names), *names, "", "", "", 200, *arguments)
        return answers[1:]

    def content(self) -> dict[object, object]:
        """Give every key of the store as it would be dumped."""
        return {key: self.raw.dump(key) for key in sorted(self.raw.keys("*"))}


@pytest.fixture
def shop(store_url: str) -> Iterator[Shop]:
    with redis.Redis.from_url(store_url, decode_responses=True) as client, redis.Redis.from_url(store_url) as raw:
        client.flushall()
        yield Shop(client, raw)


@pytest.mark.parametrize(
    ("kind", "body", "field"), BAD, ids=[f"{kind}-{field}-{i}" for i, (kind, _, field) in enumerate(BAD)]
)
def test_a_field_out_of_its_bound_is_named_and_changes_nothing(
    shop: Shop, kind: str, body: dict[str, object], field: str
) -> None:
    before = shop.content()
    answer = shop.apply("op-1", kind, json.dumps(body))
    assert (answer[0], json.loads(answer[answer.index("{") :])) == ("N", {"refused": "INVALID_FIELD", "field": field})
    assert shop.content() == before


@pytest.mark.parametrize(
    ("part", "value"), [("document", ""), ("system", "a b"), ("number", -1), ("number", 0.5), ("retention_ms", 0)]
)
def test_a_source_event_out_of_its_bounds_is_named_and_changes_nothing(shop: Shop, part: str, value: object) -> None:
    source = {"system": "wms", "type": "", "document": "D", "line": "", "action": "", "number": 0, "retention_ms": 1}
    envelope = {"id": "op-1", "kind": "reserve_stock", "system": "", "actor": "", "source": source | {part: value}}
    before = shop.content()
    answer = shop.call([json.dumps(envelope), json.dumps(RESERVE)])[0]
    assert json.loads(answer[answer.index("{") :]) == {"refused": "INVALID_FIELD", "field": part}
    assert shop.content() == before


@pytest.mark.parametrize("quantity", ["NaN", "Infinity", "1e400", "-1e400"])
def test_what_is_not_a_number_never_reaches_a_bucket(shop: Shop, quantity: str) -> None:
    before = shop.content()
    body = json.dumps(RESERVE).replace("1]]", f"{quantity}]]")
    assert shop.apply("op-1", "reserve_stock", body)[0] in "NB"
    assert shop.content() == before


def test_an_operation_id_that_could_be_the_gates_own_is_refused(shop: Shop) -> None:
    answer = shop.apply("~expire-hold/O-1/5", "reserve_stock", json.dumps(RESERVE))
    assert json.loads(answer[answer.index("{") :]) == {"refused": "INVALID_FIELD", "field": "operation_id"}


def test_a_fault_in_one_operation_does_not_take_the_others_answers_with_it(shop: Shop) -> None:
    shop.client.hset(keys.location_keys(LOCATION)[1], "BROKEN", "not eleven numbers")
    broken = json.dumps(RESERVE | {"order_id": "O-2", "lines": [["1", "BROKEN", 1]]})
    envelopes = [json.dumps({"id": f"op-{i}", "kind": "reserve_stock", "system": "", "actor": ""}) for i in range(2)]
    answers = shop.call([envelopes[0], broken, envelopes[1], json.dumps(RESERVE)])
    assert [answer[0] for answer in answers] == ["B", "F"]
    reply = json.loads(answers[1][answers[1].index("{") :])
    assert reply["revision"] == 2  # the receipt was 1; the fault wrote nothing
