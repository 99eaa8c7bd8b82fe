"""docs/sourcing.md against the code, and against what really stands in a store."""

from __future__ import annotations

import json

import redis

from gate_service.domain import location_sets, sourced
from gate_service.domain.sourced import Phase
from gate_service.domain.vocabulary import Reason
from gate_service.ledger import keys
from tests.docs import pages
from tests.sourcing.shop import TTL_MS, Shop
from tests.sourcing.test_reserving import refused

PAGE = "sourcing.md"


def rows() -> dict[str, pages.Row]:
    return {pages.plain(row["key of a shard"]): row for row in pages.table(PAGE, "key of a shard", "kind")}


def test_the_keys_are_those_of_a_shard() -> None:
    assert list(rows()) == [keys.sourcing(name, 0).replace("00", "NN") for name in keys.SOURCING_KEYS]
    assert keys.SOURCING_SHARDS == 64
    assert "Sixty-four shards" in pages.text(PAGE)


def test_the_phases_and_the_figures_are_those_of_the_code() -> None:
    assert [pages.plain(row["phase"]) for row in pages.table(PAGE, "phase", "what is done")] == list(Phase)
    text = " ".join(pages.text(PAGE).split())
    assert f"{location_sets.LOOKS_MAX:,} figures" in text
    assert f"{sourced.COMMIT_HOLD_MS // 1_000} s where it is to be committed" in text
    assert sourced.ATTEMPTS_MAX == 3
    assert "three times at most" in text


async def test_what_stands_in_the_store_has_the_form_described(shop: Shop, store_url: str) -> None:
    await shop.stock(NORTH={"A": 2}, EAST={"A": 3})
    await shop.reserve(shop.order("O-1", ("1", "A", 5), ttl_ms=TTL_MS))
    await refused(shop.reserve(shop.order("O-1", ("1", "A", 5))), Reason.RESERVATION_EXISTS)
    with redis.Redis.from_url(store_url, decode_responses=True) as store:
        found = [key for key in store.scan_iter() if "sourcing" in key]
        kinds = {f"gate:{{sourcing:NN}}:{key.rpartition(':')[2]}": str(store.type(key)) for key in found}
        assert kinds.items() <= {key: row["kind"] for key, row in rows().items()}.items()
        assert {store.ttl(key) for key in found} == {-1}
        (plans,) = [key for key in found if key.endswith(":plans")]
        version, _, form = str(store.hget(plans, "O-1")).partition(" ")
    (described,) = [mark for mark in pages.code(pages.text(PAGE)) if mark.startswith("{asked")]
    optional = {"lost", "answer", "pending", "turned_away"}
    assert version == "3"
    assert json.loads(form).keys() == set(described.strip("{}").split(", ")) - (optional - {"answer", "turned_away"})
