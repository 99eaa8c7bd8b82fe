"""One look through all rows of an import: which of them do not go together, and the generation that the others make.

The rules, in the order in which they are looked at; docs/catalog.md says them for people:

1. `claim_skus`: a SKU stands once; one that was merged into another does not come back.
2. `absorb`: an alias that was a SKU in the catalog before, and is none in the import, is merged into its new SKU.
3. `claim_codes`: an alias or a GTIN is a code of one item, and no SKU of another.
4. `inherit`: where the catalog goes on (mode merge), a merged SKU leaves its codes to the one it is merged into.
5. `complete_kits`: the components of a kit are there, have stock, and are no kits.

Every pass goes through the rows in small groups and keeps what it must remember in the store, so that its memory does
not grow with the import.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

from gate_service.catalog import codec, keys
from gate_service.catalog.link import Link, run
from gate_service.catalog.rows import Rows, StagedRow, Tick
from gate_service.domain import import_rules
from gate_service.domain.import_rules import KitFault, Known, Seen
from gate_service.domain.imports import CatalogPointer, ImportMode, RowError
from gate_service.domain.item_rules import ItemError
from gate_service.domain.items import Codes, Item, codes_of, key_of
from gate_service.domain.limits import ID_PATTERN
from gate_service.domain.units import BASE

_SCAN_COUNT: Final = 1_000


class Round:
    """Builds one generation. With nothing wrong in it (`rows.bad_count` does not rise) it is complete."""

    def __init__(
        self,
        link: Link,
        codes: Codes,
        rows: Rows,
        base: CatalogPointer,
        mode: ImportMode,
        generation: str,
        tick: Tick,
    ) -> None:
        """Keep what it is made of; `base` is the catalog in force."""
        self._link = link
        self._codes = codes
        self._rows = rows
        self._base = base.generation
        self._goes_on = mode is ImportMode.MERGE and bool(self._base)
        self._new = generation
        self._tick = tick

    async def build(self) -> None:
        """Go through the rows, pass by pass. Raises as `Link.call` does."""
        if self._goes_on:
            for name, scan in ((keys.items, "HSCAN"), (keys.codes, "HSCAN"), (keys.kits, "SSCAN")):
                await self._copy(name(self._base), name(self._new), scan)
        async for group in self._rows.groups():
            await self._claim_skus(group)
        if self._base:
            async for group in self._rows.groups():
                await self._absorb(group)
        async for group in self._rows.groups():
            await self._claim_codes(group)
        if self._goes_on:
            async for absorbed in self._scan("HSCAN", keys.absorbed(self._new)):
                await self._inherit(dict(zip(absorbed[::2], absorbed[1::2], strict=True)))
        async for kits in self._scan("SSCAN", keys.kits(self._new)):
            await self._complete_kits(kits)
        await self._rows.flush()

    async def _copy(self, source: str, target: str, scan: str) -> None:
        cursor = "0"
        while True:
            cursor = await run(self._link, "copy", (source, target), scan, cursor, _SCAN_COUNT)
            await self._tick(0)
            if cursor == "0":
                return

    async def _scan(self, scan: str, key: str) -> AsyncIterator[list[str]]:
        cursor = "0"
        while True:
            cursor, found = await self._link.call(scan, key, cursor, "COUNT", _SCAN_COUNT)
            if found:
                yield found
            await self._rows.flush()
            await self._tick(0)
            if cursor == "0":
                return

    # What stands in the store, for several fields at once.

    async def _get(self, key: str, fields: Iterable[str]) -> dict[str, str]:
        wanted = [*dict.fromkeys(fields)]
        values = await self._link.call("HMGET", key, *wanted) if wanted else []
        return {field: value for field, value in zip(wanted, values, strict=True) if value is not None}

    async def _set(self, key: str, values: dict[str, str]) -> None:
        if values:
            await self._link.call("HSET", key, *(word for pair in values.items() for word in pair))

    async def _change(self, command: str, key: str, members: Iterable[str]) -> Any:  # noqa: ANN401 - as `call`
        wanted = [*members]
        return await self._link.call(command, key, *wanted) if wanted else 0

    async def _items(self, generation: str, skus: Iterable[str]) -> dict[str, Item]:
        texts = await self._get(keys.items(generation), skus)
        return {sku: codec.read_item(sku, text) for sku, text in texts.items()}

    async def _seen(self, wanted: Iterable[str]) -> dict[str, Seen]:
        texts = await self._get(keys.seen(self._new), wanted)
        return {key: _seen(text) for key, text in texts.items()}

    def _key(self, code: str) -> str:
        return key_of(code, self._codes)

    async def _leave(self, gone: Iterable[Item], *, with_item: bool) -> None:
        """Take the codes of items of the catalog before out of the new one, and the items themselves where told."""
        leaving = [*gone]
        await self._change("HDEL", keys.codes(self._new), [k for item in leaving for k in codes_of(item, self._codes)])
        await self._change("SREM", keys.kits(self._new), [item.sku for item in leaving if item.kit])
        if with_item:
            await self._change("HDEL", keys.items(self._new), [item.sku for item in leaving])

    async def _claim_skus(self, group: Sequence[StagedRow]) -> None:
        seen = await self._get(keys.seen(self._new), map(self._key, (row.sku for row in group)))
        merged = await self._get(keys.MERGED, (row.sku for row in group))
        here: dict[str, str] = {}
        good: list[str] = []
        for row in group:
            key = self._key(row.sku)
            before = seen.get(key) or here.get(key)
            if row.sku in merged:
                why = f"{row.sku} was merged into {merged[row.sku]}, and its stock with it: it can only be an alias"
                self._rows.blame(row.place, RowError(row.row_number, row.sku, "sku", why))
            elif before:
                first = _seen(before)
                why = f"{row.sku} stands in row {first.row_number} already"
                why += f", as {first.sku}" if first.sku != row.sku else ""
                self._rows.blame(row.place, RowError(row.row_number, row.sku, "sku", why))
            else:
                here[key] = f"{row.place} {row.row_number} {row.sku}"
                good.append(row.sku)
        await self._set(keys.seen(self._new), here)
        if self._goes_on:
            await self._leave((await self._items(self._base, good)).values(), with_item=False)

    async def _absorb(self, group: Sequence[StagedRow]) -> None:
        given = [(alias, row) for row in group if '"aliases"' in row.text for alias in row.item.aliases]
        before = await self._items(self._base, (alias for alias, _ in given if ID_PATTERN.fullmatch(alias)))
        if not before:
            return
        seen = await self._seen(map(self._key, before))
        already = await self._get(keys.absorbed(self._new), before)
        fresh: dict[str, str] = {}
        for alias, row in given:
            its_row = seen.get(self._key(alias))
            is_sku = its_row is not None and its_row.sku != row.sku
            if alias in before and not is_sku and alias not in already:
                fresh.setdefault(alias, row.sku)
        await self._set(keys.absorbed(self._new), fresh)
        if self._goes_on:
            await self._leave((before[alias] for alias in fresh), with_item=True)

    async def _claim_codes(self, group: Sequence[StagedRow]) -> None:
        items = {row.place: row.item for row in group}
        codes = {place: codes_of(item, self._codes) for place, item in items.items()}
        wanted = {key for place, item in items.items() for key in (*codes[place], self._key(item.sku))}
        aliases = {alias for item in items.values() for alias in item.aliases}
        seen = await self._seen(wanted)
        owners = {k: codec.read_code(text)[0] for k, text in (await self._get(keys.codes(self._new), wanted)).items()}
        absorbed = await self._get(keys.absorbed(self._new), wanted | aliases) if self._base else {}
        taken_over = await self._items(self._base, absorbed)
        staying = await self._get(keys.items(self._base), wanted - absorbed.keys()) if self._goes_on else {}

        def known(key: str) -> Known:
            return Known(seen.get(key), owners.get(key, ""), key if key in staying else "")

        good: list[Item] = []
        texts: dict[str, str] = {}
        claims: dict[str, str] = {}
        for row in group:
            item = items[row.place]
            mine = {sku: gone for sku, gone in taken_over.items() if absorbed[sku] == item.sku}
            try:
                import_rules.check_claims(item, self._codes, known, mine)
            except ItemError as error:
                self._rows.blame(row.place, RowError(row.row_number, row.sku, error.field, error.why))
                continue
            owners |= dict.fromkeys(codes[row.place], item.sku)
            claims |= {key: codec.code_text(item.sku, unit) for key, unit in codes[row.place].items()}
            good.append(item)
            texts[row.sku] = row.text
        await self._keep(texts, claims)
        await self._change("SADD", keys.kits(self._new), [item.sku for item in good if item.kit])
        await self._note_aliases(good)

    async def _keep(self, texts: dict[str, str], claims: dict[str, str]) -> None:
        """Put items into the new generation, and the codes that are theirs."""
        await self._set(keys.items(self._new), texts)
        await self._set(keys.codes(self._new), claims)

    async def _note_aliases(self, items: Sequence[Item]) -> None:
        """Remember the aliases that are new: somewhere their stock may stand under their own name."""
        with_aliases = [item for item in items if item.aliases and item.has_stock]
        wanted = (self._key(alias) for item in with_aliases for alias in item.aliases)
        before = await self._get(keys.codes(self._base), wanted) if self._base else {}
        owners = {key: codec.read_code(text)[0] for key, text in before.items()}
        fresh = import_rules.new_aliases(with_aliases, lambda key: owners.get(key, ""), self._codes)
        await self._set(
            keys.new_aliases(self._new), {alias: sku for alias, sku in fresh.items() if ID_PATTERN.fullmatch(alias)}
        )

    async def _inherit(self, absorbed: dict[str, str]) -> None:
        gone = await self._items(self._base, absorbed)
        heirs = await self._items(self._new, absorbed.values())
        wanted = {key for item in gone.values() for key in codes_of(item, self._codes)}
        taken = await self._get(keys.codes(self._new), wanted) | await self._get(keys.seen(self._new), wanted)
        changed: dict[str, Item] = {}
        for sku, heir_sku in absorbed.items():
            heir = changed.get(heir_sku) or heirs.get(heir_sku)
            if heir is None:  # its row is wrong
                continue
            try:
                changed[heir_sku] = import_rules.inherited(heir, gone[sku], self._codes, lambda key: key not in taken)
            except ItemError as error:
                await self._blame_item(heir_sku, error.field, error.why)
        claims = {
            key: codec.code_text(sku, unit)
            for sku, heir in changed.items()
            for key, unit in codes_of(heir, self._codes).items()
        }
        await self._keep({sku: codec.item_text(heir) for sku, heir in changed.items()}, claims)

    async def _complete_kits(self, skus: Sequence[str]) -> None:
        kits = await self._items(self._new, skus)
        parts = {part.sku for kit in kits.values() for part in kit.kit}
        codes = await self._get(keys.codes(self._new), map(self._key, parts))
        meant = {key: sku for key, text in codes.items() for sku, unit in [codec.read_code(text)] if unit == BASE}
        found = await self._items(self._new, parts | {*meant.values()})
        seen = await self._seen(map(self._key, parts))  # a component whose own row is wrong is not missing besides
        changed: dict[str, str] = {}

        def component(sku: str) -> Item | None:
            item = found.get(sku) or found.get(meant.get(self._key(sku), ""))
            return item or (Item(sku) if self._key(sku) in seen else None)

        for kit in kits.values():
            came_to = import_rules.completed(kit, component)
            if isinstance(came_to, KitFault):
                if not await self._blame_item(kit.sku, came_to.kit_field, came_to.why):
                    await self._blame_item(came_to.component, came_to.component_field, came_to.why)
            elif came_to != kit:
                changed[kit.sku] = codec.item_text(came_to)
        await self._set(keys.items(self._new), changed)

    async def _blame_item(self, sku: str, field: str, why: str) -> bool:
        """Note a mistake in the row that gives an item; False where the item is not of the import."""
        found = (await self._seen([self._key(sku)])).get(self._key(sku))
        if found is None or found.sku != sku:
            return False
        self._rows.blame(found.place, RowError(found.row_number, sku, field, why))
        return True


def _seen(text: str) -> Seen:
    place, row_number, sku = text.split(" ", 2)
    return Seen(int(place), int(row_number), sku)
