"""One logical call before it is sent, and how the parts of both clients ask.

The methods themselves are in `calls/`, a file for each subject; those of `AsyncGate` are made of them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import grpc
from google.protobuf.message import Message

from fulfillment_gate.errors import Failure, InvalidArgument
from fulfillment_gate.ids import new_operation_id
from fulfillment_gate.rpcs import ResponseT, Rpc
from fulfillment_gate.telling import Telling

MESSAGE_MAX_BYTES: Final = 4 * 1024 * 1024
"""What a gRPC server takes by default; four times the largest well-formed request."""


@dataclass(frozen=True, slots=True)
class Ask(Generic[ResponseT]):
    """One logical call: the same message for all of its attempts."""

    rpc: Rpc[ResponseT]
    request: Message

    @property
    def operation_id(self) -> str:
        """The name of what it changes; empty for what has none."""
        return str(getattr(self.request, "operation_id", ""))

    @property
    def serialize(self) -> Callable[[Message], bytes]:
        """What turns the request into bytes."""
        return type(self.request).SerializeToString

    def __post_init__(self) -> None:
        """Refuse what no server takes: the wire would call it RESOURCE_EXHAUSTED, which looks worth a retry."""
        size = self.request.ByteSize()
        if size > MESSAGE_MAX_BYTES:
            why = f"{size} bytes; at most {MESSAGE_MAX_BYTES}"
            raise InvalidArgument(
                Failure(
                    code=grpc.StatusCode.INVALID_ARGUMENT,
                    message=f"request: {why}",
                    reason="INVALID_FIELD",
                    field_violations=(("request", why),),
                )
            )


def named(operation_id: str | None) -> str:
    """Name an operation once for all its attempts.

    The caller's id is kept, an empty one too: the gate refuses it, where a new one would hide the caller's fault.
    """
    return new_operation_id() if operation_id is None else operation_id


class Calls(ABC):
    """What each part of `Gate` stands on."""

    @abstractmethod
    def _ask(self, rpc: Rpc[ResponseT], request: Message, timeout_s: float | None) -> ResponseT:
        """Ask until it is answered, or raise the GateError that says why it is not."""

    @abstractmethod
    def _tell(self, rpc: Rpc[ResponseT], telling: Telling, timeout_s: float | None) -> ResponseT:
        """Tell a stream until it is answered, going on where it broke off; raise as `_ask`."""


class AsyncCalls(ABC):
    """What each part of `AsyncGate` stands on."""

    @abstractmethod
    async def _ask(self, rpc: Rpc[ResponseT], request: Message, timeout_s: float | None) -> ResponseT:
        """Do as `Calls._ask`."""

    @abstractmethod
    async def _tell(self, rpc: Rpc[ResponseT], telling: Telling, timeout_s: float | None) -> ResponseT:
        """Do as `Calls._tell`."""


class _Page(Protocol):
    next_page_token: str


class _PageOfRevisions(Protocol):
    next_from_revision: int


PageT = TypeVar("PageT", bound=_Page)
PageOfRevisionsT = TypeVar("PageOfRevisionsT", bound=_PageOfRevisions)


def pages(ask: Callable[[str], PageT]) -> Iterator[PageT]:
    """Give the pages that follow from the first, each asked for when it is wanted; `ask` takes a page_token."""
    page = ask("")
    yield page
    while page.next_page_token:
        page = ask(page.next_page_token)
        yield page


async def pages_async(ask: Callable[[str], Awaitable[PageT]]) -> AsyncIterator[PageT]:
    """Do as `pages`."""
    page = await ask("")
    yield page
    while page.next_page_token:
        page = await ask(page.next_page_token)
        yield page


def pages_from(ask: Callable[[int], PageOfRevisionsT], revision: int) -> Iterator[PageOfRevisionsT]:
    """Give the pages from a revision to the newest, each asked for when it is wanted; `ask` takes a revision."""
    wanted = revision or 1
    while wanted:
        page = ask(wanted)
        yield page
        wanted = page.next_from_revision


async def pages_from_async(
    ask: Callable[[int], Awaitable[PageOfRevisionsT]], revision: int
) -> AsyncIterator[PageOfRevisionsT]:
    """Do as `pages_from`."""
    wanted = revision or 1
    while wanted:
        page = await ask(wanted)
        yield page
        wanted = page.next_from_revision
