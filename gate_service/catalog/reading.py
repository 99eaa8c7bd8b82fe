"""The catalog in force, as it is read. Implements `app.items.ports.ItemStore`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gate_service.app.items.ports import Found, ItemPage
from gate_service.catalog import codec, keys
from gate_service.catalog.link import Link, run
from gate_service.domain.errors import InvalidField
from gate_service.domain.imports import CatalogPointer
from gate_service.domain.items import Item, Written

RETIRED_FOR_MS: Final = 60_000
"""How long a generation outlives its successor: far longer than any gate takes to hear of that one."""
_FIND_AT_ONCE: Final = 1_000


class RedisItems:
    """Reads items, and throws away what nobody reads any more."""

    def __init__(self, link: Link) -> None:
        """Keep how to reach the store; nothing is sent."""
        self._link = link
        self._collected: set[str] = set()

    async def current(self) -> CatalogPointer:
        """Say which catalog is in force; see the port."""
        return codec.read_pointer(await self._link.call("GET", keys.CURRENT) or "")

    async def find(self, pointer: CatalogPointer, identifiers: Sequence[Written]) -> Found:
        """Look identifiers up; see the port."""
        items: dict[str, Item] = {}
        codes: dict[str, tuple[str, str]] = {}
        of_generation = (keys.CURRENT, keys.items(pointer.generation), keys.codes(pointer.generation))
        for start in range(0, len(identifiers), _FIND_AT_ONCE):
            asked = identifiers[start : start + _FIND_AT_ONCE]
            words = [word for identifier in asked for word in (identifier.text, identifier.key)]
            token, *answers = await run(self._link, "find", of_generation, pointer.token, *words)
            if token != pointer.token:
                return Found(codec.read_pointer(token), {}, {})
            for identifier, text, code in zip(asked, answers[::2], answers[1::2], strict=True):
                if text is None:
                    continue
                sku, unit = codec.read_code(code) if code else (identifier.text, "")
                items[sku] = codec.read_item(sku, text)
                if code:
                    codes[identifier.key] = (sku, unit)
        return Found(pointer, items, codes)

    async def page(self, pointer: CatalogPointer, token: str, size: int) -> ItemPage:
        """Read some items; see the port. A generation never changes, so its cursors stay good."""
        if not pointer.generation:
            return ItemPage((), "")
        cursor = self._cursor(pointer, token)
        items: list[Item] = []
        while len(items) < size:
            cursor, pairs = await self._link.call("HSCAN", keys.items(pointer.generation), cursor, "COUNT", size)
            items += (codec.read_item(sku, text) for sku, text in zip(pairs[::2], pairs[1::2], strict=True))
            if cursor == "0":
                return ItemPage(items, "")
        return ItemPage(items, f"{pointer.generation}.{cursor}")

    @staticmethod
    def _cursor(pointer: CatalogPointer, token: str) -> str:
        generation, _, cursor = token.partition(".")
        if not token:
            return "0"
        if generation != pointer.generation or not (cursor.isascii() and cursor.isdigit()):
            raise InvalidField("page_token", "is of another version of the catalog: begin with the first page")
        return cursor

    async def collect(self, pointer: CatalogPointer) -> None:
        """Throw away old generations; see the port."""
        waiting = [(name, at_ms) for name, at_ms in pointer.retired if name not in self._collected]
        if not waiting:
            return
        seconds, micros = await self._link.call("TIME")
        now_ms = int(seconds) * 1000 + int(micros) // 1000
        for name, at_ms in waiting:
            if now_ms - at_ms >= RETIRED_FOR_MS:
                await self._link.call("UNLINK", *keys.of_generation(name))
                self._collected.add(name)
