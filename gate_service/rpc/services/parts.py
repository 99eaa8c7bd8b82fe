"""The way of every request that changes something: translated, checked, done, encoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from google.protobuf.message import Message

from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.app.commands import Commands
from gate_service.app.ports import Call
from gate_service.domain.operations import Operation

RequestT = TypeVar("RequestT", bound=Message)
ReplyT = TypeVar("ReplyT")
ResponseT = TypeVar("ResponseT", bound="Converted")


class Converted(Protocol):
    """A response that shows how identifiers and units were read."""

    conversions: Any


class Items(Protocol):
    """Reads what callers write: other codes for an item, packs, kits."""

    async def translate(self, request: Message, call: Call) -> Sequence[types_pb.Conversion]:
        """Rewrite the lines of a request in SKUs and base units, in place; give what was not as it is kept.

        Raises `InvalidField` for a unit or an amount that comes to no base units, `Refused` with UNKNOWN_ITEM or
        KIT_NOT_STOCKED.
        """
        ...


class Writes:
    """Answers requests that change stock."""

    def __init__(self, commands: Commands, items: Items) -> None:
        """Keep who does it, and who knows what is meant."""
        self._commands = commands
        self._items = items

    async def answer(
        self,
        request: RequestT,
        call: Call,
        decode: Callable[[RequestT], Operation[ReplyT]],
        encode: Callable[[ReplyT], ResponseT],
    ) -> ResponseT:
        """Translate a request, check it, do it, and show in the response how it was read."""
        conversions = await self._items.translate(request, call)
        response = encode(await self._commands.apply(decode(request), call))
        if conversions:
            response.conversions.extend(conversions)
        return response
