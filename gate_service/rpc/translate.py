"""The edge: whatever codes, packs and kits a caller writes become SKUs and base units before a request is checked.

A request whose lines are all SKUs in base units is looked through and left alone. In any other, lines are rewritten in
place, and the response shows how each was read. A line without a key keeps, as its key, what was written as its SKU: so
it has the same key tomorrow, whatever the catalog says then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, Final

from google.protobuf.message import Message

from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb
from fulfillment_gate.v1 import types_pb2 as types_pb
from gate_service.app.items.lookup import Catalog
from gate_service.app.items.unknown import UnknownItems
from gate_service.app.ports import Call
from gate_service.domain.errors import GateError, Refused
from gate_service.domain.limits import STOCK_LINES_MAX, WAVE_LINES_MAX
from gate_service.domain.vocabulary import Reason
from gate_service.rpc import kits
from gate_service.rpc.fields import ident
from gate_service.rpc.pipeline import Method
from gate_service.rpc.reading import Line, Shape, may_be_known, shape_of

_LINES_MAX: Final = max(STOCK_LINES_MAX, WAVE_LINES_MAX)
"""More lines than any request may have are not read at all: the check of the field refuses them."""
_TOLD_BEFORE: Final = frozenset({Reason.OPERATION_ID_REUSED, Reason.SOURCE_EVENT_CONFLICT})


class _Reading:
    """What a call's request was before it was rewritten; None where it is as it came."""

    __slots__ = ("as_written", "original")

    def __init__(self) -> None:
        self.original: Message | None = None
        self.as_written = False


_READING: Final[ContextVar[_Reading | None]] = ContextVar("reading", default=None)
"""Set for a call whose request may have to be read a second time."""


class Translator:
    """Implements `services.Items` by the catalog in force."""

    def __init__(self, catalog: Catalog, unknown: UnknownItems) -> None:
        """Keep what is known, and where it is noted that something is not."""
        self._catalog = catalog
        self._unknown = unknown
        self._shapes: dict[type[Message], Shape | None] = {}

    async def translate(self, request: Any, call: Call) -> Sequence[types_pb.Conversion]:  # noqa: ANN401 - any request
        """Rewrite the lines of a request; see the protocol. Raises `Unavailable` besides."""
        shape, reading = self._shape(request), _READING.get()
        if shape is None or self._as_it_is(request, shape) or (reading is not None and reading.as_written):
            return ()
        if isinstance(request, gate_pb.CheckAvailabilityRequest):  # read by `question`, before anybody else
            return ()
        lines = await self._read(request, shape)
        unknown = [line for line in lines if self._note_unknown(line, request, call)]
        if not isinstance(
            request, gate_pb.AuthorizeWaveRequest
        ):  # there it is a verdict on the line, and not on the wave
            self._refuse_unknown(unknown)
        _keep(reading, request)
        conversions = [each for line in lines for each in line.convert()]
        if isinstance(request, gate_pb.ReserveStockRequest):
            kits.order(request, lines)
        else:
            kits.refuse_without_stock(lines)
        return conversions

    async def question(self, request: gate_pb.CheckAvailabilityRequest, call: Call) -> kits.Question | None:
        """Rewrite a question, and give what turns the answers to it into answers to what was asked.

        None where it stays as it is. To know nothing of an item is an answer. Raises `InvalidField` and `Unavailable`.
        """
        shape = self._shape(request)
        if shape is None or self._as_it_is(request, shape):
            return None
        lines = await self._read(request, shape)
        for line in lines:
            if line.meant is None and not self._note_unknown(line, request, call):
                ident(line.given, line.field("sku"))
        _keep(_READING.get(), request)
        question = kits.Question([each for line in lines for each in line.convert()])
        question.rewrite(request, lines)
        return question

    async def refresh(self) -> None:
        """Hear of the newest catalog at once. Raises `Unavailable`."""
        await self._catalog.refresh()

    def _shape(self, request: Message) -> Shape | None:
        kind = type(request)
        try:
            return self._shapes[kind]
        except KeyError:
            return self._shapes.setdefault(kind, shape_of(request.DESCRIPTOR))

    def _as_it_is(self, request: Any, shape: Shape) -> bool:  # noqa: ANN401 - any request
        """Say whether every line is a SKU that was used just now, in base units: what most requests are."""
        lines = getattr(request, shape.lines) if shape.lines else (request,)
        if len(lines) > _LINES_MAX:
            return True
        hot = self._catalog.hot if self._catalog.version else None
        has_unit, has_amount = shape.has_unit, shape.has_amount
        for line in lines:
            if hot is not None:
                meant = hot.get(line.sku)
                if meant is None or not meant.plain:
                    return False
            if (has_unit and line.unit) or (has_amount and line.amount):
                return False
        return True

    async def _read(self, request: Any, shape: Shape) -> list[Line]:  # noqa: ANN401 - any request
        messages = getattr(request, shape.lines) if shape.lines else (request,)
        hot = self._catalog.hot
        meant = {sku: found for line in messages if (found := hot.get(sku := line.sku)) is not None}
        if len(meant) < len(messages):  # asked for all of them, so that all are of one catalog
            meant = await self._catalog.resolve({line.sku for line in messages if may_be_known(line.sku)})
        return [
            Line(message, f"{shape.lines}[{place}]" if shape.lines else "", meant.get(message.sku), shape)
            for place, message in enumerate(messages)
        ]

    def _note_unknown(self, line: Line, request: Any, call: Call) -> bool:  # noqa: ANN401 - any request
        """Put the identifier of a line on the list, where it may be one and nobody knows it."""
        if line.meant is not None or not may_be_known(line.given):
            return False
        listed = self._catalog.listed(line.given)
        if not listed.isprintable():
            return False
        self._unknown.note(listed, call.system, getattr(request, "location_id", ""))
        return True

    @staticmethod
    def _refuse_unknown(unknown: Sequence[Line]) -> None:
        if not unknown:
            return
        first = unknown[0]
        more = f", nor {len(unknown) - 1:,} more of this request" if len(unknown) > 1 else ""
        raise Refused(
            Reason.UNKNOWN_ITEM,
            f"the catalog does not know {first.given!a}{more}; nothing changed, and it was noted: mend the identifier, "
            "or import the item",
            {"field": first.field("sku"), "identifier": first.given, "unknown_count": str(len(unknown))},
            [line.violation() for line in unknown],
        )


def _keep(reading: _Reading | None, request: Any) -> None:  # noqa: ANN401 - any request
    """Remember a request that is about to be rewritten."""
    if reading is not None and reading.original is None:
        reading.original = type(request)()
        reading.original.CopyFrom(request)


def with_items(methods: Iterable[Method], translator: Translator) -> list[Method]:
    """Give methods that read their requests a second time where the catalog has changed under the first reading."""
    found = []
    for method in methods:
        if method.request_type is gate_pb.CheckAvailabilityRequest:
            found.append(replace(method, answer=_Checks(method, translator).answer))
        elif shape_of(method.request_type.DESCRIPTOR) is not None:
            found.append(replace(method, answer=_Again(method, translator).answer))
        else:
            found.append(method)
    return found


class _Again:
    """A method whose request may have to be read a second time.

    A gate hears of a new catalog a moment late. Where the ledger says that a SKU was merged meanwhile, the request is
    read again by the newest catalog, and asked once more. And a call that is repeated across an import would come with
    other SKUs than the first time, and be taken for another one under the same name: it is asked once more as it was
    written, which is what it was before.
    """

    def __init__(self, method: Method, translator: Translator) -> None:
        self._ask = method.answer
        self._translator = translator

    async def answer(self, request: Any, call: Call) -> Message:  # noqa: ANN401 - as `Method.answer`
        reading = _Reading()
        token = _READING.set(reading)
        try:
            return await self.once(request, call)
        except GateError as no:
            if no.reason is Reason.SKU_MERGED:
                await self._translator.refresh()
                return await self.once(reading.original or request, call)
            if no.reason in _TOLD_BEFORE and reading.original is not None:
                reading.as_written = True
                return await self._as_written(reading.original, call, no)
            raise
        finally:
            _READING.reset(token)

    async def once(self, request: Any, call: Call) -> Message:  # noqa: ANN401 - as `Method.answer`
        return await self._ask(request, call)

    async def _as_written(self, original: Message, call: Call, no: GateError) -> Message:
        try:
            return await self.once(original, call)
        except GateError:
            raise no from None


class _Checks(_Again):
    """CheckAvailability: kits are asked about by their components, and answered as kits."""

    async def once(self, request: Any, call: Call) -> Message:  # noqa: ANN401 - as `Method.answer`
        question = await self._translator.question(request, call)
        response = await self._ask(request, call)
        if question is not None and isinstance(response, gate_pb.CheckAvailabilityResponse):
            question.answer(response)
        return response
