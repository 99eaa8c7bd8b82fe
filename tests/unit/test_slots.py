from __future__ import annotations

import pytest
from redis.exceptions import AskError, MovedError

from gate_service.ledger import keys
from gate_service.store.slots import SlotMap, address_in, key_of, slot_of

A, B, C = ("10.0.0.1", 1), ("10.0.0.2", 2), ("10.0.0.3", 3)
HALVES = [[0, 8_191, [*A, "id-a"], [*C, "id-c"]], [8_192, 16_383, [*B, "id-b", ["hostname", "b"]]]]


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (("HGET", "k", "field"), "k"),
        (("hget", "k", "field"), "k"),
        (("EVALSHA", "sha", 2, "k", "l", "argument"), "k"),
        (("EVAL", "return 1", "0"), None),
        (("TIME",), None),
        (("SCRIPT", "LOAD", "text"), None),
        (("CONFIG", "GET", "appendonly"), None),
        (("INFO", "replication"), None),
        (("MEMORY", "USAGE", "k"), "k"),
        (("XINFO", "STREAM", "k"), "k"),
        (("UNLINK", "k", "l"), "k"),
    ],
)
def test_the_key_of_a_command_is_where_that_command_has_it(command: tuple[str | int, ...], key: str | None) -> None:
    assert key_of(command) == key


def test_all_keys_of_a_location_and_of_a_shard_are_in_one_slot() -> None:
    for together in (keys.location_keys("DC-1"), [keys.sourcing(name, 7) for name in keys.SOURCING_KEYS]):
        assert len({slot_of(key) for key in together}) == 1


def test_a_map_says_who_has_a_slot_who_follows_and_who_has_none() -> None:
    slots = SlotMap.of(HALVES, C)
    assert [slots.owner(slot) for slot in (0, 8_191, 8_192, 16_383)] == [A, A, B, B]
    assert (slots.primaries, slots.replicas) == ((A, B), (C,))
    assert SlotMap.of(HALVES[:1], C).owner(16_383) is None


@pytest.mark.parametrize("nameless", ["", None])
def test_a_server_that_does_not_know_its_own_name_is_the_one_that_was_asked(nameless: str | None) -> None:
    assert SlotMap.of([[0, 16_383, [nameless, 7, "id"]]], A).owner(0) == ("10.0.0.1", 7)


@pytest.mark.parametrize("reply", [None, "OK", [], [[0]], [[0, 1, []]], [[0, 20_000, [*A, "id"]]]])
def test_what_does_not_say_who_has_which_slot_is_no_map(reply: object) -> None:
    with pytest.raises(ValueError, match="which slot"):
        SlotMap.of(reply, A)


def test_a_correction_counts_from_then_on_and_brings_whoever_has_slots_now() -> None:
    slots = SlotMap.of(HALVES, A)
    slots.learn(5, C)
    assert (slots.owner(4), slots.owner(5), slots.primaries) == (A, C, (A, B, C))


def test_each_primary_has_a_tag_in_one_of_its_slots_whatever_moves() -> None:
    slots = SlotMap.of(HALVES, A)
    for primary in (A, B):
        assert slots.owner(slot_of(f"gate:probe:{{{slots.tag_at(primary)}}}")) == primary
    moved = slots.tag_at(B)
    slots.learn(slot_of(moved), C)
    assert slots.tag_at(C) == moved
    assert slots.owner(slot_of(slots.tag_at(B))) == B


def test_where_keys_are_is_read_from_a_servers_word_whatever_the_address_looks_like() -> None:
    assert address_in(MovedError("7 10.0.0.9:6379"), A) == ("10.0.0.9", 6_379)
    assert address_in(AskError("7 ::1:6379"), A) == ("::1", 6_379)
    assert address_in(MovedError("7 :6379"), A) == ("10.0.0.1", 6_379)
