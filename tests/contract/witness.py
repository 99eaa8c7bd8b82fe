"""The ledger as the witness: from its entries alone follows what stands in the store and what was answered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from gate_service.app.ports import Ledger
from gate_service.domain.entries import Entry
from gate_service.domain.errors import Refused
from gate_service.domain.operations import HOUSE
from gate_service.domain.stock import StockLevel
from gate_service.domain.vocabulary import OperationKind, Quarantine
from tests.contract.state import ASKING, as_read, read_entries, read_state
from tests.model import Outcome
from tests.model.laws import check_books
from tests.model.retell import retell
from tests.model.stock import moved

_PHYSICAL = {
    OperationKind.ADJUST_STOCK,
    OperationKind.APPROVE_ADJUSTMENT,
    OperationKind.MOVE_STOCK,
    OperationKind.SUBMIT_COUNT,
    OperationKind.PLACE_STOCK_HOLD,
}


async def check_witness(ledger: Ledger, location_id: str, answered: Mapping[str, Outcome]) -> None:
    """Hold the state of a location, and the first answer to each operation, to its ledger. Raises AssertionError."""
    entries = await read_entries(ledger, location_id)
    state = await read_state(ledger, location_id)
    check_chain(entries)
    check_no_shortfall(entries, state.stock)
    check_events(entries)
    check_books(state.books)
    told = retell(location_id, entries)
    assert state == as_read(told.snapshot)
    if location_id == HOUSE:
        assert await ledger.handoffs(ASKING) == told.snapshot.handoffs._replace(revision=len(entries))
    for operation_id, outcome in answered.items():
        check_same(outcome, told.outcomes[operation_id])


def check_same(one: Outcome, other: Outcome) -> None:
    """See that two answers are the same; texts for people may differ. Raises AssertionError."""
    assert _plain(one) == _plain(other)


def _plain(outcome: Outcome) -> object:
    if isinstance(outcome, Refused):
        return outcome.reason, outcome.violations, outcome.applied
    return outcome


def check_chain(entries: Sequence[Entry]) -> None:
    """See that no entry is missing, that time never goes back, and that each hash covers all before it."""
    before, at_ms = "", 0
    for revision, entry in enumerate(entries, start=1):
        assert entry.revision == revision
        assert entry.at_ms >= at_ms
        texts = (entry.envelope, entry.body, entry.reply, entry.changes_text)
        covered = "\n".join((before, str(revision), str(entry.at_ms), *texts))
        before, at_ms = hashlib.sha1(covered.encode(), usedforsecurity=False).hexdigest(), entry.at_ms
        assert entry.chain_hash == before


def check_no_shortfall(entries: Sequence[Entry], stock: Mapping[str, StockLevel]) -> None:
    """Add the entries up to the stock; none but a physical correction may take `available` below 0 (I2)."""
    levels: dict[str, StockLevel] = {}
    for entry in entries:
        touched = {change.sku for change in entry.changes}
        before = {sku: levels.get(sku, StockLevel(sku)) for sku in touched}
        levels |= before
        for sku, bucket, delta in entry.changes:
            levels[sku] = moved(levels[sku], **{bucket: delta})
        if entry.kind is OperationKind.MERGE_SKU:  # what one SKU falls short of may fall on the other
            assert sum(levels[sku].available for sku in touched) == sum(before[sku].available for sku in touched), entry
        elif not _may_fall_short(entry):
            for sku in touched:
                assert levels[sku].available >= min(0, before[sku].available), entry
    counted = {sku: level._replace(count_due=False, stock_holds=0) for sku, level in stock.items()}
    for sku in {**levels, **counted}:  # one that was merged fell to 0 and is listed no more
        assert levels.get(sku, StockLevel(sku)) == counted.get(sku, StockLevel(sku))


def _may_fall_short(entry: Entry) -> bool:
    if entry.kind is OperationKind.REPORT_PICK:
        return bool(json.loads(entry.envelope)["policy"]["quarantine"] == Quarantine.ALL)
    return entry.kind in _PHYSICAL


def check_events(entries: Sequence[Entry]) -> None:
    """See that no event of the callers' world has more than one entry (I6)."""
    keys = [entry.source[:-1] for entry in entries if entry.source]
    assert len(keys) == len(set(keys))
