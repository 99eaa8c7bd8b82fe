"""What is staged is seen by nobody, what is killed is taken up again, and what is put in force is there as a whole."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate_service.catalog import keys
from gate_service.catalog.committing import RedisCommitter
from gate_service.catalog.link import Link
from gate_service.domain.errors import Refused, Unavailable
from gate_service.domain.imports import Import, ImportMode, ImportState, Row, RowError
from gate_service.domain.items import Item, KitPart
from gate_service.domain.vocabulary import Reason
from tests.catalog.world import CALL, CODES, Killed, StopsAt, World, over_empty_store

OLD = [Item("MUG"), Item("CUP", ("cup old",)), Item("SET", kit=(KitPart("MUG", 1), KitPart("CUP", 2)))]
NEW = [Item("MUG", ("mug new",)), Item("JAR", ("CUP",)), Item("POST", stocked=False)]


def by_sku(items: list[Item]) -> dict[str, Item]:
    return {item.sku: item for item in items}


async def test_nothing_of_an_import_is_seen_before_it_is_committed(world: World) -> None:
    await world.bring_in(OLD)
    await world.stage("next", NEW, size=1)
    assert await world.visible() == by_sku(OLD)
    assert await world.catalog.resolve(["mug new", "JAR"]) == {}
    await world.commit("next", 3)
    assert await world.visible() == by_sku(NEW)
    assert {*await world.catalog.resolve(["mug new", "JAR", "SET"])} == {"mug new", "JAR"}


async def test_the_version_counts_up_with_every_import_that_is_put_in_force(world: World) -> None:
    assert world.catalog.version == 0
    for version in (1, 2, 3):
        found = await world.bring_in(NEW)
        assert (found.version, world.catalog.version, world.catalog.item_count) == (version, version, len(NEW))
    await world.bring_in([Item("A"), Item("A")])
    assert world.catalog.version == 3


async def test_a_part_that_is_sent_again_counts_once_and_says_the_same(world: World) -> None:
    await world.imports.begin("once", ImportMode.REPLACE)
    wrong = RowError(2, "B", "abc", "must be A, B, C or empty, not 'X'")
    rows: list[Row | RowError] = [Row(1, Item("A")), wrong]
    assert await world.imports.stage("once", 1, "digest", rows) == ([wrong], False)
    assert await world.imports.stage("once", 1, "digest", rows) == ([wrong], True)
    found = await world.imports.load("once")
    assert (found.row_count, found.bad_row_count) == (2, 1)


async def test_a_part_number_with_other_rows_is_refused(world: World) -> None:
    await world.imports.begin("once", ImportMode.REPLACE)
    await world.imports.stage("once", 1, "digest", [Row(1, Item("A"))])
    with pytest.raises(Refused) as no:
        await world.imports.stage("once", 1, "another", [Row(1, Item("B"))])
    assert (no.value.reason, no.value.metadata["part_number"]) == (Reason.IMPORT_ID_REUSED, "1")


async def test_an_import_is_begun_once_and_not_again_in_another_mode(world: World) -> None:
    await world.stage("once", NEW)
    assert (await world.imports.begin("once", ImportMode.REPLACE)).row_count == len(NEW)
    with pytest.raises(Refused) as no:
        await world.imports.begin("once", ImportMode.MERGE)
    assert no.value.reason is Reason.IMPORT_ID_REUSED


@pytest.mark.parametrize(("part_count", "named"), [(4, "4"), (2, "3")])
async def test_an_import_with_parts_missing_or_too_many_is_refused(world: World, part_count: int, named: str) -> None:
    await world.stage("partly", NEW, size=1)
    with pytest.raises(Refused) as no:
        await world.imports.commit("partly", part_count, CALL, skip_bad_rows=False)
    assert (no.value.reason, no.value.metadata["part_number"]) == (Reason.IMPORT_INCOMPLETE, named)
    assert await world.visible() == {}


async def test_an_import_that_was_put_in_force_is_answered_again_and_takes_nothing_more(world: World) -> None:
    await world.stage("done", NEW)
    first = await world.commit("done", 1)
    assert await world.commit("done", 1, skip=True) == first
    assert await world.imports.abort("done") == first
    with pytest.raises(Refused) as no:
        await world.imports.stage("done", 2, "", [Row(9, Item("LATE"))])
    assert (no.value.reason, no.value.metadata["state"]) == (Reason.IMPORT_NOT_OPEN, "COMMITTED")
    assert await world.visible() == by_sku(NEW)


@pytest.mark.parametrize("part_count", [1, 3])
async def test_an_import_in_force_is_not_answered_for_another_number_of_parts(world: World, part_count: int) -> None:
    await world.stage("done", NEW, size=2)
    await world.commit("done", 2)
    with pytest.raises(Refused) as no:
        await world.commit("done", part_count)
    assert (no.value.reason, no.value.metadata["part_count"]) == (Reason.IMPORT_ID_REUSED, "2")


async def test_an_aborted_import_leaves_nothing_behind_and_cannot_be_put_in_force(world: World) -> None:
    await world.stage("gone", NEW)
    assert (await world.imports.abort("gone")).state is ImportState.ABORTED
    with pytest.raises(Refused) as no:
        await world.imports.commit("gone", 1, CALL, skip_bad_rows=False)
    assert no.value.reason in (Reason.IMPORT_NOT_OPEN, Reason.IMPORT_INCOMPLETE)
    assert await world.link.call("EXISTS", *keys.of_import("gone")[1:]) == 0


class Meanwhile:
    """A link at whose n-th command something else happens first."""

    def __init__(self, link: Link, at: int, happens: Callable[[], Awaitable[object]]) -> None:
        self._link = link
        self._left = at
        self._happens = happens

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - as `Link.call`
        self._left -= 1
        if self._left == 0:
            await self._happens()
        return await self._link.call(*command)


@pytest.mark.parametrize("at", range(1, 45, 4))
async def test_an_import_that_is_aborted_while_it_is_committed_is_in_force_as_a_whole_or_not_at_all(
    world: World, at: int
) -> None:
    await world.bring_in(OLD)
    await world.stage("next", NEW, size=1)
    link = Meanwhile(world.link, at, lambda: world.imports.abort("next"))
    with suppress(Refused):
        await RedisCommitter(link, CODES).commit(await world.imports.load("next"), 3, CALL, skip_bad_rows=False)
    found = await world.imports.load("next")
    assert await world.visible() == by_sku(NEW if found.state is ImportState.COMMITTED else OLD)
    assert found.state in (ImportState.COMMITTED, ImportState.ABORTED)


async def test_a_store_that_takes_no_more_gets_its_memory_back_and_the_import_goes_on_later(world: World) -> None:
    await world.bring_in(OLD)
    await world.stage("next", NEW, size=1)

    async def away() -> None:
        raise Unavailable(Reason.STORE_UNAVAILABLE, "out of memory", 1)

    full = RedisCommitter(Meanwhile(world.link, 25, away), CODES)
    with pytest.raises(Unavailable):
        await full.commit(await world.imports.load("next"), 3, CALL, skip_bad_rows=False)
    assert await leftovers(world) == set()
    assert await world.visible() == by_sku(OLD)
    await world.commit("next", 3)
    assert await world.visible() == by_sku(NEW)


async def test_nothing_of_an_import_stays_for_ever_but_its_items(world: World) -> None:
    await world.bring_in([Item("A"), Item("B", ("A",))], skip=True)
    for_ever = {key for key in await world.link.call("KEYS", "gate:*") if await world.link.call("PTTL", key) == -1}
    assert {key.partition("}:")[2] for key in for_ever} == {"current", "serial", "items:g2", "barrier"}


@pytest.mark.parametrize("ask", ["load", "abort"])
async def test_an_import_that_nobody_began_is_not_found(world: World, ask: str) -> None:
    with pytest.raises(Refused) as no:
        await getattr(world.imports, ask)("nobody")
    assert no.value.reason is Reason.IMPORT_NOT_FOUND


async def test_every_wrong_row_is_told_with_its_field_and_nothing_is_put_in_force(world: World) -> None:
    await world.bring_in(OLD)
    rows: list[Item | RowError] = [
        Item("A", ("x",)),
        RowError(2, "B", "units[0]", "must hold 1 to 1,000,000 base units, not 0"),
        Item("A"),
        Item("C", ("x",)),
        Item("D", ("A",)),
        Item("K", kit=(KitPart("NONE", 1),)),
        Item("L", kit=(KitPart("K", 1),)),
        Item("E"),
    ]
    found = await world.bring_in(rows)
    assert (found.state, found.version, found.bad_row_count) == (ImportState.HAS_BAD_ROWS, 0, 6)
    assert await world.errors(found.import_id) == {
        2: ("units[0]", "must hold 1 to 1,000,000 base units, not 0"),
        3: ("sku", "A stands in row 1 already"),
        4: ("aliases[0]", "x is a code of A"),
        5: ("aliases[0]", "A is the SKU of row 1, A"),
        6: ("kit[0]", "NONE is not in the catalog"),
        7: ("kit[0]", "K is a kit, and a component of the kit L"),
    }
    assert await world.visible() == by_sku(OLD)


async def test_the_rest_is_put_in_force_where_it_is_asked_for_and_what_hangs_on_a_wrong_row_is_left_out_too(
    world: World,
) -> None:
    rows = [Item("A"), Item("B", ("A",)), Item("K", kit=(KitPart("B", 1),)), Item("C")]
    found = await world.bring_in(rows, skip=True)
    assert (found.state, found.bad_row_count, found.item_count) == (ImportState.COMMITTED, 2, 2)
    assert {*await world.errors(found.import_id)} == {2, 3}
    assert {*await world.visible()} == {"A", "C"}


async def test_an_import_with_wrong_rows_is_put_in_force_without_them_on_second_thought(world: World) -> None:
    parts = await world.stage("thought", [Item("A"), Item("A"), Item("B")])
    assert (await world.commit("thought", parts)).state is ImportState.HAS_BAD_ROWS
    assert (await world.commit("thought", parts)).state is ImportState.HAS_BAD_ROWS
    assert (await world.commit("thought", parts, skip=True)).state is ImportState.COMMITTED
    assert {*await world.visible()} == {"A", "B"}


async def test_an_import_of_which_nothing_is_left_is_not_put_in_force(world: World) -> None:
    await world.bring_in(OLD)
    found = await world.bring_in([RowError(1, "", "sku", "must not be empty")], skip=True)
    assert found.state is ImportState.HAS_BAD_ROWS
    assert await world.visible() == by_sku(OLD)


async def test_of_two_imports_at_once_both_are_put_in_force_one_after_the_other(world: World) -> None:
    other = World(world.link)
    first, second = [Item(f"A{number}") for number in range(30)], [Item(f"B{number}") for number in range(30)]
    await world.bring_in([Item("BASE")])
    ends = await asyncio.gather(
        world.bring_in(first, ImportMode.MERGE, size=1), other.bring_in(second, ImportMode.MERGE, size=1)
    )
    assert {end.version for end in ends} == {2, 3}
    assert await world.visible() == by_sku([Item("BASE"), *first, *second])


async def test_the_generation_before_is_kept_for_those_who_have_not_heard_and_then_thrown_away(world: World) -> None:
    await world.bring_in(OLD)
    late = World(world.link)
    await late.catalog.refresh()
    before = late.catalog._pointer
    await world.bring_in(NEW)
    assert by_sku([*(await late.catalog.page("", 100)).items]) == by_sku(OLD)
    pointer = await late.catalog._store.current()
    assert [name for name, _ in pointer.retired] == [before.generation]
    await late.catalog._store.collect(pointer)
    assert await world.link.call("EXISTS", keys.items(before.generation)) == 1
    long_ago = tuple((name, at_ms - 60_001) for name, at_ms in pointer.retired)
    await late.catalog._store.collect(pointer._replace(retired=long_ago))
    assert await world.link.call("EXISTS", *keys.of_generation(before.generation)) == 0


async def kill_at(world: World, import_: Import, at: int, *, sent: bool) -> bool:
    """Commit in a process that ends at its n-th command; True where it came to its end before."""
    killed = RedisCommitter(StopsAt(world.link, at, sent=sent), CODES)
    try:
        await killed.commit(import_, 3, CALL, skip_bad_rows=False)
    except Killed:
        await world.link.call("DEL", keys.COMMITTER)  # which would run out by itself
        return False
    return True


@pytest.mark.parametrize("mode", ImportMode)
@pytest.mark.parametrize("killed", ["before it is sent", "before it is answered"])
async def test_a_commit_that_is_killed_at_any_command_shows_the_old_catalog_or_the_new_and_is_taken_up_again(
    store_url: str, mode: ImportMode, killed: str
) -> None:
    at, ended = 0, False
    while not ended:
        at += 1
        async with over_empty_store(store_url) as world:
            await world.bring_in(OLD)
            await world.stage("next", NEW, mode, size=1)
            ended = await kill_at(world, await world.imports.load("next"), at, sent=killed == "before it is answered")
            after = await world.visible()
            assert after == by_sku(OLD) or (await world.imports.load("next")).state is ImportState.COMMITTED
            found = await world.commit("next", 3)
            undisturbed = by_sku(NEW) if mode is ImportMode.REPLACE else merged()
            assert (found.state, found.version) == (ImportState.COMMITTED, 2)
            assert await world.visible() == undisturbed
            assert await leftovers(world) == set()
    assert at > 20


def merged() -> dict[str, Item]:
    """Give OLD with NEW merged into it: JAR takes CUP over, and SET needs JAR from then on."""
    kit = Item("SET", kit=(KitPart("MUG", 1), KitPart("JAR", 2)))
    return by_sku([*NEW, kit]) | {"JAR": Item("JAR", ("CUP", "cup old"))}


async def leftovers(world: World) -> set[str]:
    """Name the keys that belong to no generation that anybody reads."""
    pointer = await world.catalog._store.current()
    known = {pointer.generation, *(name for name, _ in pointer.retired)}
    found = await world.link.call("KEYS", "*{~catalog}*:g*")
    return {key for key in found if key.rpartition(":")[2] not in known}


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=4))
def test_an_import_that_is_killed_again_and_again_ends_as_one_that_was_left_alone(
    store_url: str, kills: list[tuple[int, bool]]
) -> None:
    asyncio.run(interrupted(store_url, kills))


async def interrupted(store_url: str, kills: list[tuple[int, bool]]) -> None:
    async with over_empty_store(store_url) as world:
        await world.bring_in(OLD)
        for at, sent in kills:
            unlucky = World(StopsAt(world.link, at, sent=sent))
            with suppress(Killed):
                await unlucky.stage("next", NEW, ImportMode.MERGE, size=1)
                await unlucky.commit("next", 3)
            await world.link.call("DEL", keys.COMMITTER)
        found = await world.imports.begin("next", ImportMode.MERGE)
        if found.state is ImportState.OPEN:
            await world.stage("next", NEW, ImportMode.MERGE, size=1)
        await world.commit("next", 3)
        assert await world.visible() == merged()
        assert (await world.imports.load("next")).row_count == len(NEW)
