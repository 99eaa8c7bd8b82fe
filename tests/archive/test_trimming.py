"""What goes from the store: only what the archive has, only what is old; and what the store then answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gate_service.archive import Divergence
from gate_service.archive.trimmer import KEEP_NEWEST, Retention, Trimmed, Trimmer
from gate_service.domain import operations as ops
from gate_service.domain.journal import TrimRefused
from gate_service.domain.operations import SourceEvent
from gate_service.domain.vocabulary import Landing, Reason
from gate_service.ledger.trimming import ENTRIES_PER_CALL, Trimming
from tests.archive.conftest import HERE, Depot
from tests.contract.fencing import close
from tests.contract.state import ASKING
from tests.contract.world import World

DAY_MS = 86_400_000


async def receive(at: World, times: int) -> None:
    """Write so many entries."""
    for _ in range(times):
        await at.receive(("A", 1))


def receipt(operation_id: str, units: int = 1, document: str = "") -> ops.RecordReceipt:
    """Book goods in, perhaps told by a document of a caller's world."""
    source = SourceEvent("erp", "receipt", document, "", "booked", 0) if document else None
    line = ops.ReceiptLine("A", units, Landing.AVAILABLE)
    return ops.RecordReceipt(operation_id, HERE, "", (line,), source=source)


def revisions(depot: Depot) -> list[int]:
    """Give the revisions that the store still has."""
    return [int(stream_id.partition("-")[0]) for stream_id, _ in depot.client.xrange(depot.key("ledger"))]


async def test_what_is_not_archived_stays(at: World, depot: Depot) -> None:
    await receive(at, 4)
    assert (await depot.trim()).entries == 0
    await depot.follow()
    await receive(at, 3)
    assert (await depot.trim()).entries == 4
    assert revisions(depot) == [5, 6, 7]


async def test_what_is_younger_than_the_days_kept_stays(at: World, depot: Depot) -> None:
    await receive(at, 3)
    at.clock.advance(DAY_MS)
    await receive(at, 3)
    await depot.follow()
    assert (await depot.trim(keep_ms=DAY_MS)).entries == 3
    assert revisions(depot) == [4, 5, 6]
    assert (await depot.trim(keep_ms=DAY_MS)).entries == 0


async def test_the_newest_thousand_stay_however_old_they_are(at: World, depot: Depot) -> None:
    await asyncio.gather(*(at.receive(("A", 1)) for _ in range(KEEP_NEWEST + 250)))
    await depot.follow()
    at.clock.advance(1_000 * DAY_MS)
    trimmer = Trimmer(depot.archive, depot.tools.journal, Trimming(depot.tools.store), Retention(), at.clock)
    assert (await trimmer.trim(HERE)).entries == 250
    assert revisions(depot)[0] == 251
    assert len(revisions(depot)) == KEEP_NEWEST


async def test_the_memory_of_the_store_falls(at: World, depot: Depot) -> None:
    await asyncio.gather(*(at.receive(("A", 1)) for _ in range(2_000)))
    await depot.follow()
    trimmed = await depot.trim(keep_newest=100)
    assert trimmed.entries == 1_900
    assert trimmed.bytes_after < trimmed.bytes_before / 3
    assert trimmed.bytes_after == await Trimming(depot.tools.store).memory(HERE)


async def test_an_operation_of_which_only_the_archive_has_the_answer_is_refused_whatever_it_says(
    at: World, depot: Depot
) -> None:
    await at.apply(receipt("op-old"))
    await receive(at, 1)
    await depot.follow()
    await depot.trim(keep_newest=1)
    for units in (1, 5):
        no = await at.turned_away(at.apply(receipt("op-old", units)), Reason.OPERATION_ID_RETIRED)
        assert no.metadata["stored_revision"] == "1"
    assert (await at.level("A")).on_hand == 2
    assert depot.client.hget(depot.key("operations"), "op-old") == "1"


async def test_an_operation_whose_entry_stays_is_answered_as_ever(at: World, depot: Depot) -> None:
    await receive(at, 3)
    before = await at.apply(receipt("op-young"))
    await depot.follow()
    await depot.trim(keep_newest=1)
    again = await at.apply(receipt("op-young"))
    assert again.applied.replayed
    assert again.levels == before.levels


async def test_an_event_whose_entry_went_is_retired_under_every_name(at: World, depot: Depot) -> None:
    await at.apply(receipt("op-first", document="D-1"))
    absorbed = await at.apply(receipt("op-twice", document="D-1"))
    assert absorbed.applied.absorbed
    await receive(at, 2)
    await depot.follow()
    await depot.trim(keep_newest=1)
    for operation_id in ("op-first", "op-twice"):
        await at.refused(at.apply(receipt(operation_id, document="D-1")), Reason.OPERATION_ID_RETIRED)
    await at.refused(at.apply(receipt("op-third", document="D-1")), Reason.SOURCE_EVENT_RETIRED)
    assert (await at.level("A")).on_hand == 3
    assert depot.client.hlen(depot.key("events")) == 1  # the empty one
    assert depot.client.zrange(depot.key("event_times"), 0, -1) == [""]


async def test_an_event_whose_entry_stays_is_absorbed_as_ever(at: World, depot: Depot) -> None:
    await receive(at, 2)
    await at.apply(receipt("op-first", document="D-1"))
    await depot.follow()
    await depot.trim(keep_newest=1)
    assert (await at.apply(receipt("op-twice", document="D-1"))).applied.absorbed


async def test_the_ledger_is_read_from_its_first_entry_on_whatever_is_asked_for(at: World, depot: Depot) -> None:
    await receive(at, 6)
    await depot.follow()
    await depot.trim(keep_newest=2)
    for wanted in (1, 4, 5):
        page = await at.ledger.entries(HERE, wanted, 10, ASKING)
        assert [entry.revision for entry in page.entries] == [5, 6]
        assert (page.first_revision, page.latest_revision, page.next_from_revision) == (5, 6, 0)


async def test_a_count_as_of_a_revision_that_went_is_refused_and_one_from_then_on_is_taken(
    at: World, depot: Depot
) -> None:
    await receive(at, 6)
    await depot.follow()
    await depot.trim(keep_newest=2)
    await at.refused(at.count(("A", 3), as_of_revision=3), Reason.AS_OF_TOO_OLD)
    counted = await at.count(("A", 4), as_of_revision=4)
    assert counted.lines[0].expected == 4


async def test_a_fenced_location_is_left_alone(at: World, depot: Depot) -> None:
    await receive(at, 4)
    await depot.follow()
    await close(at)
    assert (await depot.trim()).entries == 0
    assert revisions(depot) == [1, 2, 3, 4]
    with pytest.raises(TrimRefused, match="LOCATION_FENCED"):
        await Trimming(depot.tools.store).trim(HERE, depot.archive.head(HERE), 2, "", 0)


async def test_an_entry_that_is_not_the_archived_one_stays_with_all_that_follow(at: World, depot: Depot) -> None:
    await receive(at, 6)
    await depot.follow()
    depot.rewrite(4, hash="0" * 40)
    with pytest.raises(Divergence, match="found 0000") as caught:
        await depot.trim(at_once=2)
    assert (caught.value.location_id, caught.value.revision) == (HERE, 4)
    assert revisions(depot) == [3, 4, 5, 6]


async def test_an_entry_that_is_missing_in_the_store_stops_it(at: World, depot: Depot) -> None:
    await receive(at, 6)
    await depot.follow()
    depot.client.xdel(depot.key("ledger"), "2-0")
    with pytest.raises(Divergence, match="ENTRY_MISSING"):
        await depot.trim()
    assert revisions(depot) == [1, 3, 4, 5, 6]


async def test_nothing_goes_by_a_segment_that_is_spoilt(at: World, depot: Depot) -> None:
    await receive(at, 6)
    await depot.follow(3)
    second = Path(depot.archive.shelf.url) / HERE / depot.archive.all_segments(HERE)[1].name
    second.write_bytes(second.read_bytes()[:-20])
    with pytest.raises(Divergence):
        await depot.trim()
    assert revisions(depot) == [1, 2, 3, 4, 5, 6]  # the end of the archive cannot be told either


async def test_the_script_takes_no_more_than_it_was_made_for(at: World, depot: Depot) -> None:
    await asyncio.gather(*(at.receive(("A", 1)) for _ in range(ENTRIES_PER_CALL + 10)))
    await depot.follow()
    head = depot.archive.head(HERE)
    with pytest.raises(TrimRefused, match="TOO_MANY"):
        await Trimming(depot.tools.store).trim(HERE, head, ENTRIES_PER_CALL + 1, "", 0)
    with pytest.raises(TrimRefused, match="TOO_NEW"):
        await Trimming(depot.tools.store).trim(HERE, head, ENTRIES_PER_CALL, "", 11)
    with pytest.raises(TrimRefused, match="UNKNOWN_LOCATION"):
        await Trimming(depot.tools.store).trim("NOWHERE", head._replace(revision=0, chain_hash="0"), 1, "", 0)


async def test_a_store_that_lost_what_is_archived_is_fenced_and_not_trimmed(at: World, depot: Depot) -> None:
    await receive(at, 6)
    await depot.follow()
    depot.client.hset(depot.key("meta"), "revision", 5)
    with pytest.raises(TrimRefused, match="LOCATION_FENCED"):
        await Trimming(depot.tools.store).trim(HERE, depot.archive.head(HERE), 2, "", 0)
    assert depot.client.hexists(depot.key("meta"), "fenced")


async def forgetting(depot: Depot, forget_ms: int) -> Trimmed:
    """Trim all but one entry, and forget markers that are older than that."""
    retention = Retention(0, forget_ms, keep_newest=1)
    target = Trimming(depot.tools.store)
    now: Any = lambda: depot.clock.now_ms + 1  # noqa: E731
    return await Trimmer(depot.archive, depot.tools.journal, target, retention, now).trim(HERE)


async def test_markers_are_forgotten_much_later_and_their_ids_are_new_again(at: World, depot: Depot) -> None:
    await at.apply(receipt("op-1st"))
    await at.apply(receipt("op-2nd"))
    await depot.follow(2)
    at.clock.advance(400 * DAY_MS)
    await receive(at, 3)
    await depot.follow(2)
    assert (await forgetting(depot, 401 * DAY_MS)).entries == 4
    await at.refused(at.apply(receipt("op-1st")), Reason.OPERATION_ID_RETIRED)
    assert (await forgetting(depot, 400 * DAY_MS)).forgotten == 2
    assert not (await at.apply(receipt("op-1st"))).applied.replayed
    assert depot.client.hget(depot.key("meta"), "forgotten") == "2"
    await depot.follow(2)
    report = await depot.verify()
    assert report.ok, report.findings


async def test_nothing_is_forgotten_whose_entry_still_stands(at: World, depot: Depot) -> None:
    await receive(at, 4)
    at.clock.advance(1_000 * DAY_MS)
    await depot.follow(1)
    trimmer = Retention(2_000 * DAY_MS, 1, keep_newest=1)
    target = Trimming(depot.tools.store)
    assert (await Trimmer(depot.archive, depot.tools.journal, target, trimmer, at.clock).trim(HERE)).forgotten == 0
    assert depot.client.hlen(depot.key("operations")) == 5


async def test_the_script_forgets_no_marker_of_an_entry_that_still_stands(at: World, depot: Depot) -> None:
    await receive(at, 4)
    await depot.follow()
    await depot.trim(keep_newest=2)
    swept = await Trimming(depot.tools.store).sweep(HERE, depot.archive.head(HERE), 4, "0")
    assert (swept.cursor, swept.forgotten) == ("0", 2)
    assert depot.client.hlen(depot.key("operations")) == 3  # two, and the empty one
