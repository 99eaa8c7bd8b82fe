"""The checks of the witness can fail: each must notice a history that was tampered with."""

from __future__ import annotations

import pytest

from gate_service.domain.entries import Entry, StockChange
from gate_service.domain.vocabulary import Bucket
from gate_service.ledger.ledger import RedisLedger
from tests.contract.clock import Clock
from tests.contract.shelf import picking
from tests.contract.witness import check_chain, check_no_shortfall, check_witness
from tests.contract.world import TTL_MS, World
from tests.model.retell import retell


async def short_history(real: RedisLedger, clock: Clock) -> tuple[World, list[Entry]]:
    """Receive, hold, let run out, pick and ship; give the entries."""
    at = World(real, clock)
    await at.receive(("A", 10))
    await at.hold("O-1", ("1", "A", 3))
    at.clock.advance(TTL_MS)
    permit_id = await picking(at, "O-2", quantity=5)
    await at.ship("O-2", permit_id, ("1", "A", 5))
    return at, await at.entries()


async def test_a_true_history_passes_every_check(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    assert len(entries) == 6
    await check_witness(real, at.location_id, {})


async def test_a_missing_entry_is_noticed(real: RedisLedger, clock: Clock) -> None:
    _, entries = await short_history(real, clock)
    with pytest.raises(AssertionError):
        check_chain([*entries[:2], *entries[3:]])


@pytest.mark.parametrize("part", ["at_ms", "envelope", "body", "reply", "changes_text"])
async def test_a_changed_part_of_an_entry_is_noticed(real: RedisLedger, clock: Clock, part: str) -> None:
    _, entries = await short_history(real, clock)
    changed = {"at_ms": entries[2].at_ms + 1} if part == "at_ms" else {part: getattr(entries[2], part) + " "}
    with pytest.raises(AssertionError):
        check_chain([*entries[:2], entries[2]._replace(**changed), *entries[3:]])


async def test_a_unit_sold_twice_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    oversold = entries[1]._replace(changes=(StockChange("A", Bucket.HELD, 11),))
    with pytest.raises(AssertionError):
        check_no_shortfall([entries[0], oversold], (await at.state()).stock)


async def test_stock_that_does_not_follow_from_the_entries_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    with pytest.raises(AssertionError):
        check_no_shortfall(entries[:-1], (await at.state()).stock)


async def test_a_reply_that_was_never_given_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, _ = await short_history(real, clock)
    given = await at.receive(("A", 1))
    name = (await at.entries())[-1].operation_id
    await check_witness(real, at.location_id, {name: given})
    with pytest.raises(AssertionError):
        await check_witness(real, at.location_id, {name: given._replace(levels=())})


async def test_an_effect_without_its_cause_is_noticed(real: RedisLedger, clock: Clock) -> None:
    at, entries = await short_history(real, clock)
    with pytest.raises(AssertionError):
        retell(at.location_id, [entries[0], entries[1]._replace(changes=())])
    with pytest.raises(LookupError):
        retell(at.location_id, [entries[0], entries[2]])
