"""fulfillment_gate.v1.FeedService."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from fulfillment_gate.v1 import feed_service_pb2 as feed_pb
from gate_service.app.ports import Call
from gate_service.app.questions import Questions
from gate_service.domain import limits
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import feeds as encode
from gate_service.rpc.fields import ident


class MapOfFeeds(Protocol):
    """What the handoff map says of feeds."""

    def owner_of(self, system: str) -> str:
        """Give whom to tell; "" for nobody."""
        ...

    def cadences(self, location_id: str) -> Mapping[str, int]:
        """Give how long each system may be silent, in ms."""
        ...

    def expected(self, location_id: str) -> Collection[str]:
        """Name the systems that must be heard of here."""
        ...


class Feeds:
    """What arrived of the events that other systems tell."""

    def __init__(self, questions: Questions, map_of_feeds: MapOfFeeds) -> None:
        """Keep the use cases, and what is said of feeds."""
        self._questions = questions
        self._map = map_of_feeds

    async def list_feeds(self, request: feed_pb.ListFeedsRequest, call: Call) -> feed_pb.ListFeedsResponse:
        """How far each system's events are."""
        location_id = ident(request.location_id, "location_id")
        answer = await self._questions.list_feeds(location_id, call)
        return encode.list_feeds(
            answer, self._map.owner_of, self._map.cadences(location_id), self._map.expected(location_id)
        )

    async def list_deliveries(
        self, request: feed_pb.ListDeliveriesRequest, call: Call
    ) -> feed_pb.ListDeliveriesResponse:
        """What was not simply new and in order."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_DELIVERIES_MAX, limits.LIST_DELIVERIES_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_deliveries(await self._questions.list_deliveries(location_id, size, token, call))
