"""What keeps one location from being archived is told, and keeps no other from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gate_service.archive import ArchiveError, NotReachable
from gate_service.archive.archivist import Archivist
from gate_service.archive.following import Follower
from tests.archive.conftest import HERE, Depot
from tests.contract.world import World


async def test_an_archive_that_refuses_one_location_takes_the_others_and_says_so(at: World, depot: Depot) -> None:
    await at.receive(("A", 1))
    await World(at.ledger, at.clock, "WEST").receive(("A", 1))
    put_in_the_way(depot)
    with pytest.raises(NotReachable):
        await depot.follow()
    assert [entry.journal for entry in depot.archive.entries("WEST")] == await depot.journal("WEST")


async def test_a_location_that_could_not_be_reached_and_turns_out_to_be_wrong_is_told_as_wrong_only(
    at: World, depot: Depot
) -> None:
    await at.receive(("A", 1))
    follower = Follower(Archivist(depot.archive, depot.tools.journal), depot.tools.journal)
    place = put_in_the_way(depot)
    with pytest.raises(NotReachable):
        await follower.catch_up()
    place.unlink()
    depot.rewrite(1, reply="{}")
    await follower.catch_up()
    progress = follower.progress[HERE]
    assert isinstance(progress.fault, ArchiveError)
    assert progress.away is None


def put_in_the_way(depot: Depot) -> Path:
    """Let the folder of a location be no folder; give what it is."""
    archive = Path(depot.archive.shelf.url)
    archive.mkdir()
    place = archive / HERE
    place.write_text("no folder")
    return place
