"""The reading script on fakeredis: the fast tier, without a server.

The writing script cannot run there (no sha1hex, so no chain); the contract suite plays it on a real store.
"""

from __future__ import annotations

import json
from typing import Any

import fakeredis
import pytest

from gate_service.ledger import keys, scripts

KEYS = keys.location_keys("DC-1")
META, STOCK, SKUS, RESERVATIONS = KEYS[:4]
COUNTS = KEYS[8]


@pytest.fixture
def client() -> fakeredis.FakeRedis:
    store = fakeredis.FakeRedis(decode_responses=True)
    store.hset(META, mapping={"revision": "41", "hash": "x", "at_ms": "1000"})
    store.hset(STOCK, "", "")
    rows = {"A": "10 1 2 3 0 0 1 0 0 0 0", "B": "5 0 0 0 5 0 0 0 0 0 0", "C": "0 0 0 0 0 0 0 9 0 0 0"}
    for sku, row in rows.items():
        store.hset(STOCK, sku, row)
    store.zadd(SKUS, {"": 0, "A": 0, "B": 0, "C": 0})
    store.hset(COUNTS, mapping={"": "", "B": "40"})
    store.hset(RESERVATIONS, "O-1", '{"lines":[]}')
    return store


def ask(client: fakeredis.FakeRedis, *questions: dict[str, object]) -> list[Any]:
    _, *texts = client.eval(
        scripts.load("read").source, len(KEYS), *KEYS, "2000", "", *(json.dumps(question) for question in questions)
    )
    return [(text[0], json.loads(text[1:])) for text in texts]


def test_a_check_answers_the_promise_and_judges_lines_of_one_sku_by_their_sum(client: fakeredis.FakeRedis) -> None:
    lines = [["A", 1], ["Z", 1], ["A", 2]]
    [(tag, answer)] = ask(client, {"ask": "check", "lines": lines, "keep_back": 1, "basis_points": 0, "channel": ""})
    assert tag == "F"
    assert answer["lines"] == [[2, False, 0, 0], [0, False, 0, 0], [2, False, 0, 0]]
    assert answer["levels"] == [["A", 10, 1, 2, 3, 0, 0, 1, 0, 0, 0, 0, 0]]
    assert (answer["revision"], answer["at_ms"]) == (41, 2000)


def test_stock_is_answered_for_known_skus_with_the_count_that_is_due(client: fakeredis.FakeRedis) -> None:
    [(_, answer)] = ask(client, {"ask": "stock", "skus": ["B", "Z"]})
    assert answer["levels"] == [["B", 5, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 1]]


def test_pages_follow_each_other_in_byte_order_and_end(client: fakeredis.FakeRedis) -> None:
    [(_, first), (_, last)] = ask(
        client, {"ask": "list", "after": "", "limit": 2}, {"ask": "list", "after": "B", "limit": 2}
    )
    assert ([level[0] for level in first["levels"]], first["next_after"]) == (["A", "B"], "B")
    assert ([level[0] for level in last["levels"]], last["next_after"]) == (["C"], "")


def test_an_unknown_reservation_is_said_to_be_unknown(client: fakeredis.FakeRedis) -> None:
    found, missing = ask(client, {"ask": "reservation", "order_id": "O-1"}, {"ask": "reservation", "order_id": "O-2"})
    assert (found[0], missing) == ("F", ("N", {"refused": "RESERVATION_NOT_FOUND"}))


def test_a_location_that_was_never_opened_answers_nothing_else(client: fakeredis.FakeRedis) -> None:
    client.flushall()
    assert ask(client, {"ask": "stock", "skus": ["A"]}) == [("N", {"refused": "UNKNOWN_LOCATION"})]
