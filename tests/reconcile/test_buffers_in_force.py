"""A serving gate takes over what was worked out, by class, and reads the catalog only where a class has its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from gate_service.app.handoffs import Handoffs
from gate_service.app.items.lookup import Catalog
from gate_service.app.items.ports import ItemPage
from gate_service.app.reconcile.buffers.in_force import BuffersInForce
from gate_service.app.reconcile.buffers.making import ALL
from gate_service.app.reconcile.counting.classes import SkuClasses
from gate_service.app.reconcile.ports import Change, Collection
from gate_service.domain.adaptive import AdaptiveTable
from gate_service.domain.errors import InvalidField
from gate_service.domain.items import Item
from gate_service.domain.reconcile.buffers import Evidence, Look, work_out
from gate_service.domain.reconcile.forms import dump
from gate_service.domain.reconcile.policy import BufferRules, ReconcileRules
from tests.contract.clock import Clock
from tests.reconcile.memory import MemoryRecords


class Keeper:
    """Stands where the handoff map in force does, and keeps what it is told to keep back by."""

    def __init__(self) -> None:
        self.reconcile = ReconcileRules(buffers={"web": BufferRules()})
        self.tables: list[Mapping[str, AdaptiveTable]] = []

    def keep_back_by(self, tables: Mapping[str, AdaptiveTable]) -> None:
        """Take them."""
        self.tables.append(tables)


class Books:
    """A catalog of three versions of which the second comes into force while the first is read."""

    def __init__(self) -> None:
        self.version, self.reads = 1, 0

    async def refresh(self) -> bool:
        """Look at the version."""
        return False

    async def page(self, token: str, size: int) -> ItemPage:
        """Give an item on each page; a token of another version is none."""
        _ = size
        self.reads += 1
        if self.reads == 1:
            return ItemPage([Item("MUG", abc="A")], "1")
        if token == "1":  # noqa: S105 - a place in the list of items
            self.version = 2
            raise InvalidField("page_token", "is of another version")
        return ItemPage([Item("MUG", abc="B"), Item("CUP")], "")


class InForce:
    """A gate's buffers, and the records that they come from."""

    def __init__(self) -> None:
        self.records, self.keeper, self.books = MemoryRecords(Clock()), Keeper(), Books()
        classes = SkuClasses(cast("Catalog", self.books))
        self.buffers = BuffersInForce(self.records, cast("Handoffs", self.keeper), classes.all)

    async def work_out(self, abc: str, share: int, version: int = 0) -> None:
        """Keep a buffer of a class."""
        found = work_out("web", "DC-1", abc, Evidence([Look(share)] * 30), BufferRules(), 1)
        await self.records.commit([Change(Collection.BUFFERS, found.record_id, version, dump(found), {ALL: 1})])

    def kept_back(self, sku: str, location_id: str = "DC-1") -> int | None:
        """Give what is kept back of a SKU from now on."""
        return self.keeper.tables[-1]["web"].basis_points(location_id, sku)


@pytest.fixture
def gate() -> InForce:
    return InForce()


async def test_without_classes_of_their_own_the_catalog_is_not_read(gate: InForce) -> None:
    await gate.work_out("", 200)
    assert await gate.buffers.refresh()
    assert (gate.kept_back("MUG"), gate.kept_back("MUG", "DC-2"), gate.books.reads) == (200, None, 0)


async def test_a_class_is_that_of_the_catalog_in_force(gate: InForce) -> None:
    await gate.work_out("", 200)
    await gate.work_out("B", 400)
    assert await gate.buffers.refresh()
    assert (gate.kept_back("MUG"), gate.kept_back("CUP")) == (400, 200)


async def test_nothing_is_handed_over_anew_that_has_not_changed(gate: InForce) -> None:
    await gate.work_out("", 200)
    await gate.work_out("B", 400)
    assert await gate.buffers.refresh()
    reads = gate.books.reads
    assert not await gate.buffers.refresh()
    assert (len(gate.keeper.tables), gate.books.reads) == (1, reads)
    await gate.work_out("B", 300, version=1)
    assert await gate.buffers.refresh()
    assert gate.kept_back("MUG") == 300


async def test_where_no_channel_is_adaptive_nothing_is_asked(gate: InForce) -> None:
    gate.keeper.reconcile = ReconcileRules()
    await gate.work_out("", 200)
    assert not await gate.buffers.refresh()
    assert gate.keeper.tables == []
