"""A feed that fell silent is told as such, and one that never spoke where it should."""

from __future__ import annotations

import pytest

from gate_service.domain.cases import Feed, FeedsAnswer
from gate_service.rpc.encode.feeds import list_feeds

NOW_MS = 1_000_000
MINUTE_MS = 60_000


def heard(system: str, ago_ms: int) -> Feed:
    return Feed(system, 3, NOW_MS - ago_ms, 1, 3, (), 0, 0, 0, 0, 0, 0, 0)


def told(*feeds: Feed, cadences: dict[str, int] | None = None, expected: tuple[str, ...] = ()) -> dict[str, bool]:
    answer = list_feeds(FeedsAnswer(feeds, 7, NOW_MS), lambda system: f"{system}'s owner", cadences or {}, expected)
    assert answer.as_of_ms == NOW_MS
    assert all(feed.owner == f"{feed.system}'s owner" for feed in answer.feeds)
    return {feed.system: feed.silent for feed in answer.feeds}


@pytest.mark.parametrize(("ago_ms", "silent"), [(0, False), (MINUTE_MS, False), (MINUTE_MS + 1, True)])
def test_a_feed_is_silent_beyond_its_cadence(ago_ms: int, silent: bool) -> None:  # noqa: FBT001 a parameter of the case
    assert told(heard("wms", ago_ms), cadences={"wms": MINUTE_MS}) == {"wms": silent}


def test_a_feed_of_which_nothing_is_expected_is_never_silent() -> None:
    assert told(heard("wms", NOW_MS)) == {"wms": False}


def test_a_system_that_never_spoke_where_it_is_expected_is_listed_as_silent() -> None:
    cadences = {"wms": MINUTE_MS, "erp": MINUTE_MS}
    assert told(heard("wms", 0), cadences=cadences, expected=("erp", "wms")) == {"erp": True, "wms": False}
