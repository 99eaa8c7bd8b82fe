"""Responses of FeedService."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from fulfillment_gate.v1 import feed_service_pb2 as feed_pb
from gate_service.domain.cases import DeliveryPage, Feed, FeedsAnswer
from gate_service.rpc import enums
from gate_service.rpc.encode.parts import lineage, source_event


def list_feeds(
    answer: FeedsAnswer, owner_of: Callable[[str], str], cadences: Mapping[str, int], expected: Collection[str]
) -> feed_pb.ListFeedsResponse:
    """Encode how far each system's events are, and who is to be told where some are missing or none come."""
    told = {row.system: row for row in answer.feeds}
    feeds = [
        _feed(
            told.get(system) or _NEVER._replace(system=system), owner_of(system), cadences.get(system, 0), answer.at_ms
        )
        for system in sorted({*told, *expected})
    ]
    return feed_pb.ListFeedsResponse(
        feeds=feeds, revision=answer.revision, lineage=lineage(answer.lineage), as_of_ms=answer.at_ms
    )


def list_deliveries(page: DeliveryPage) -> feed_pb.ListDeliveriesResponse:
    """Encode a page of deliveries."""
    return feed_pb.ListDeliveriesResponse(
        deliveries=[
            feed_pb.Delivery(
                at_ms=row.at_ms,
                verdict=enums.DELIVERY_VERDICT.number(row.verdict),
                source_event=source_event(row.source),
                kind=enums.OPERATION_KIND.number(row.kind),
                operation_id=row.operation_id,
                revision=row.revision,
                reason=row.reason,
            )
            for row in page.deliveries
        ],
        next_page_token=page.next_token,
    )


_NEVER = Feed("", 0, 0, 0, 0, (), 0, 0, 0, 0, 0, 0, 0)


def _feed(value: Feed, owner: str, cadence_ms: int, now_ms: int) -> feed_pb.Feed:
    return feed_pb.Feed(
        system=value.system,
        event_count=value.events,
        newest_at_ms=value.newest_at_ms,
        first_number=value.first,
        last_number=value.last,
        gaps=[feed_pb.FeedGap(**gap._asdict()) for gap in value.gaps],
        dropped_gap_count=value.dropped_gaps,
        absorbed_count=value.absorbed,
        conflict_count=value.conflicts,
        late_count=value.late,
        repeated_number_count=value.repeated_numbers,
        retired_count=value.retired,
        refused_count=value.refused,
        owner=owner,
        cadence_ms=cadence_ms,
        silent=0 < cadence_ms < now_ms - value.newest_at_ms,
    )
