"""docs/catalog.md against the keys, and against what really stands in a store."""

from __future__ import annotations

from typing import Any

import fulfillment_gate as sdk
from gate_service.app.items.ports import UnknownUse
from gate_service.catalog import keys
from gate_service.catalog.link import Link
from gate_service.catalog.merging import RedisMerges
from gate_service.catalog.unknown import RedisUnknown
from gate_service.cli import catalog_file
from gate_service.domain.imports import ImportMode, RowError
from gate_service.domain.items import Item, KitPart
from tests.catalog.world import World
from tests.docs import pages

PAGE = "catalog.md"
BY_GENERATION = (keys.items, keys.codes, keys.kits, keys.seen, keys.absorbed, keys.new_aliases)
BY_IMPORT = (keys.record, keys.parts, keys.staged, keys.faults, keys.conflicts)


def described() -> dict[str, str]:
    """Give each key of the page with its type."""
    return {pages.plain(row["key"]): row["type"] for row in pages.table(PAGE, "key", "type")}


def test_every_key_is_described_and_no_other() -> None:
    single = {value for name, value in vars(keys).items() if name.isupper() and name != "_TAG"}
    of_generation = {key("<g>") for key in BY_GENERATION}
    assert set(described()) == single | of_generation | {key("<id>") for key in BY_IMPORT}


class Watching:
    """A link that looks after each command what stands in the store."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.found: dict[str, str] = {}

    async def call(self, *command: str | int) -> Any:  # noqa: ANN401 - as `Link.call`
        reply = await self._link.call(*command)
        for key in await self._link.call("KEYS", "gate:*"):
            kind = await self._link.call("TYPE", key)
            assert self.found.setdefault(generic(key), kind) in (kind, "none") or kind == "none"
        return reply


async def test_every_key_ever_in_the_store_is_of_the_type_described(world: World) -> None:
    link = Watching(world.link)
    watched = World(link)
    await watched.bring_in([Item("A"), Item("B"), Item("B"), Item("K", kit=(KitPart("A", 1),))], skip=True)
    wrong = RowError(9, "?", "sku", "must not be empty")
    await watched.bring_in([Item("A", ("B",)), Item("K", kit=(KitPart("A", 1),)), wrong], ImportMode.MERGE, skip=True)
    await RedisUnknown(link).note([UnknownUse("NOBODY", 1, "", "")])
    merges = RedisMerges(link)
    await merges.pending()
    await merges.refused("Y")
    await merges.merged("X", "A")
    assert link.found == described()


def generic(key: str) -> str:
    """Give a key as the page writes it."""
    head, _, tail = key.rpartition(":")
    for names, stands in ((BY_GENERATION, "<g>"), (BY_IMPORT, "<id>")):
        if any(name(tail) == key for name in names):
            return f"{head}:{stands}"
    return key


def test_every_field_of_an_item_is_described_in_the_order_of_the_contract() -> None:
    rows = [pages.plain(row["field"]) for row in pages.table(PAGE, "field", "what it is")]
    assert rows == [field.name for field in sdk.Item.DESCRIPTOR.fields]


def test_every_column_of_the_file_is_described() -> None:
    rows = {pages.plain(row["column"]) for row in pages.table(PAGE, "column", "in CSV")}
    assert rows | {"non_stock"} == {*catalog_file._FIELDS}
