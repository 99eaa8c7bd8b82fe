"""A gate with a catalog, as callers see it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import fulfillment_gate as sdk

ResultT = TypeVar("ResultT")
_NUMBERS = itertools.count(1)

PATIENCE_S = 20.0
MUG = sdk.Item(
    sku="MUG",
    aliases=["MUG-OLD", "mug blue"],
    gtins=[sdk.ItemGtin(gtin="5012345678900"), sdk.ItemGtin(gtin="15012345678907", unit="case")],
    units=[sdk.ItemUnit(unit="case", factor=12), sdk.ItemUnit(unit="pallet", factor=480)],
    abc=sdk.ABC_CLASS_A,
    description="Mug, blue",
)
CUP = sdk.Item(sku="CUP", aliases=["cup"])
BOX = sdk.Item(sku="BOX")
SET = sdk.Item(
    sku="SET", aliases=["SET-OLD"], kit=[sdk.KitPart(sku="MUG", quantity=2), sdk.KitPart(sku="BOX", quantity=1)]
)
POST = sdk.Item(sku="POST", non_stock=True)
ITEMS = [MUG, CUP, BOX, SET, POST]


def fresh(name: str) -> str:
    """Make an id that no test had before."""
    return f"{name}-{next(_NUMBERS)}"


def stage(gate: sdk.Gate, items: Sequence[sdk.Item], mode: sdk.ImportMode = sdk.IMPORT_MODE_REPLACE) -> str:
    """Stage items as one part, numbered from 1; give the import's name."""
    import_id = fresh("import")
    gate.begin_import(import_id, mode=mode)
    gate.stage_items(import_id, 1, [sdk.ImportRow(row_number=n, item=item) for n, item in enumerate(items, start=1)])
    return import_id


def bring_in(
    gate: sdk.Gate, items: Sequence[sdk.Item], mode: sdk.ImportMode = sdk.IMPORT_MODE_REPLACE
) -> sdk.CommitImportResponse:
    """Import items, and give what became of it."""
    import_id = stage(gate, items, mode)
    return until(lambda: gate.commit_import(import_id, 1), lambda answer: state(answer) != sdk.IMPORT_STATE_COMMITTING)


def state(answer: sdk.CommitImportResponse) -> int:
    """Give where the import stands."""
    return int(answer.catalog_import.state)


def until(ask: Callable[[], ResultT], done: Callable[[ResultT], bool]) -> ResultT:
    """Ask until the answer is as wanted."""
    end = time.monotonic() + PATIENCE_S
    while not done(answer := ask()):
        assert time.monotonic() < end, f"still {answer}"
        time.sleep(0.02)
    return answer


def receive(gate: sdk.Gate, location: str, **units: int) -> None:
    """Receive these units for sale; an underscore in a name stands for a hyphen."""
    lines = [
        sdk.ReceiptLine(sku=sku.replace("_", "-"), quantity=count, landing=sdk.LANDING_AVAILABLE)
        for sku, count in units.items()
    ]
    gate.record_receipt(location, lines)


def on_hand(gate: sdk.Gate, location: str) -> dict[str, int]:
    """Give what is there, by SKU."""
    return {level.sku: level.on_hand for level in gate.iter_stock(location)}
