"""The part of the report that says what arrived: of each feed the figures, and every delivery that was not plain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fulfillment_gate.v1 import feed_service_pb2 as feed_pb2
from gate_service.cli.replaying.adding_up import LISTED, count
from gate_service.cli.replaying.clean import Comparison
from gate_service.cli.replaying.closing import Closing
from gate_service.cli.replaying.run import Run
from gate_service.cli.replaying.telling import About, about_of

TOLD: Final = ("absorbed", "late", "repeated_number", "refused", "conflict")
"""The verdicts whose deliveries the report lists. Gaps are left out: each is the other side of a late event."""


def report_of_arrivals(run: Run, closing: Closing, comparison: Comparison) -> dict[str, Any]:
    """Give its keys of the report."""
    tally = run.feed.tally
    listed = closing.arrivals.listed
    return {
        "disturbance": {"told_again": tally.told_again, "overtaken": tally.overtaken, "dropped": tally.dropped},
        "attempts": tally.attempts,
        "held_back_and_late": len(tally.must_be_late),
        "put_away": [{**_event(each.about), "number": each.number, "reason": each.reason} for each in tally.put_away],
        "feeds": [_feed(feed) for feed in closing.arrivals.feeds],
        "deliveries_complete": closing.arrivals.complete,
        "deliveries": {verdict: [_delivery(each) for each in listed.get(verdict, ())] for verdict in TOLD},
        "clean": _clean(comparison),
    }


def _feed(feed: feed_pb2.Feed) -> dict[str, Any]:
    counted = {verdict: count(feed, verdict) for verdict in LISTED}
    numbers = {"first_number": feed.first_number, "last_number": feed.last_number, "gaps": len(feed.gaps)}
    return {"system": feed.system, "deliveries": feed.event_count, **counted, **numbers}


def _delivery(delivery: feed_pb2.Delivery) -> dict[str, Any]:
    place = {"operation_id": delivery.operation_id, "revision": delivery.revision, "reason": delivery.reason}
    return {**_event(about_of(delivery.source_event)), "number": delivery.source_event.number, **place}


def _event(about: About) -> Mapping[str, str]:
    return about._asdict()


def _clean(comparison: Comparison) -> dict[str, Any]:
    check = comparison.check
    return {
        "location": comparison.location,
        "skus": check.checked if check else 0,
        "differing": check.violations if check else 0,
        "why_not": comparison.why_not,
    }
