"""The one chain every call goes through: identify, check, do, map errors, observe. Bytes in, bytes out.

No transport's types come in here, so that a second transport is one more file beside `grpc_transport.py`.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2

from gate_service.app.ports import Call
from gate_service.domain import limits
from gate_service.domain.denials import Denied
from gate_service.domain.errors import GateError, InvalidField, Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.rpc import status
from gate_service.rpc.identity import Door

_log = structlog.get_logger("gate.rpc")
# Whatever a caller cannot mend; the rest is told at debug, where an operator may look.
_LOUD = frozenset({Reason.STORE_UNAVAILABLE, Reason.OUTCOME_UNKNOWN, Reason.INTERNAL})


@dataclass(frozen=True, slots=True)
class Method:
    """One RPC: its full name, how its request is read, and who answers it."""

    name: str
    """`/package.Service/Method`."""
    request_type: type[Message]
    answer: Callable[[Any, Call], Awaitable[Message]]
    streams: bool = False
    """True where the request comes in parts; `answer` then gets them one after the other."""


class CallFailed(Exception):
    """A call ended with this status."""

    def __init__(self, value: status_pb2.Status) -> None:
        """Keep the status."""
        super().__init__(value.code)
        self.status = value


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def _method(service: ServiceDescriptor, method: MethodDescriptor, servicer: object) -> Method:
    answer = getattr(servicer, _snake(method.name), None)
    if answer is None:
        raise TypeError(f"{type(servicer).__name__} has no {_snake(method.name)} for {service.full_name}.{method.name}")
    name = f"/{service.full_name}/{method.name}"
    return Method(name, GetMessageClass(method.input_type), answer, method.client_streaming)


def methods(servicers: Mapping[ServiceDescriptor, object]) -> list[Method]:
    """Pair every RPC of every service with its method; one without stops the start with a TypeError."""
    return [_method(service, method, servicer) for service, servicer in servicers.items() for method in service.methods]


@dataclass(slots=True, eq=False, repr=False)
class Asked:
    """One call as the wire brought it. Never shown: a header may hold a secret."""

    payload: bytes
    headers: Mapping[str, str]
    """Those of `identity.HEADERS`."""
    names: Sequence[str]
    """Names in the caller's certificate; none where it showed none."""
    remaining_s: float | None
    """The caller's deadline from now; None for none."""
    parts: AsyncIterator[bytes] | None = None
    """Instead of the payload, where the request comes in parts; may raise `GateError`."""
    idle_s: float = limits.STREAM_IDLE_MS / 1000
    """How long the next part may be awaited."""


async def answer(method: Method, asked: Asked, door: Door) -> bytes:
    """Answer one call. Raises `CallFailed` with the status to send; nothing else but cancellation."""
    try:
        deadline = None if asked.remaining_s is None else time.monotonic() + asked.remaining_s
        call = door.call(method.name, asked.headers, asked.names, deadline)
        request = _parse(method, asked.payload) if asked.parts is None else _parsed(method, asked.parts, asked.idle_s)
        response = await method.answer(request, call)
        return response.SerializeToString()
    except GateError as error:
        if isinstance(error, Denied):
            door.turned_away(error, asked.headers)
        _tell(method, error)
        raise CallFailed(status.from_error(error)) from None
    except Exception as error:  # noqa: BLE001 - the outer edge: whatever it is, the caller gets a fixed text
        # The text of an unforeseen error may hold a URL or a payload: neither log nor reply gets it.
        _log.error("call failed", method=method.name, error=type(error).__name__, at=_place(error))
        raise CallFailed(status.internal()) from None


async def _parsed(method: Method, parts: AsyncIterator[bytes], idle_s: float) -> AsyncIterator[Message]:
    """Give the parts of a request, each as it comes. Whoever stops telling holds no call open for ever."""
    while True:
        try:
            payload = await asyncio.wait_for(anext(parts), idle_s)
        except StopAsyncIteration:
            return
        except TimeoutError:
            idle_ms = f"{idle_s * 1000:.0f}"
            text = f"request: no further part came within {idle_ms} ms; what was taken before stays"
            raise GateError(Reason.DEADLINE_PASSED, text, {"field": "request", "idle_ms": idle_ms}) from None
        yield _parse(method, payload)


def _parse(method: Method, payload: bytes) -> Message:
    if len(payload) > limits.MESSAGE_MAX_BYTES:
        raise InvalidField("request", f"must be at most {limits.MESSAGE_MAX_BYTES:,} bytes, not {len(payload):,}")
    request = method.request_type()
    try:
        request.ParseFromString(payload)
    except DecodeError:
        raise InvalidField("request", f"is not a {request.DESCRIPTOR.full_name}") from None
    return request


def _tell(method: Method, error: GateError) -> None:
    if error.reason in _LOUD:
        _log.warning("call failed", method=method.name, reason=error.reason.value, **_because(error))
    else:
        _log.debug("call refused", method=method.name, reason=error.reason.value)


def _because(error: GateError) -> Mapping[str, str]:
    cause = error.__cause__
    while isinstance(cause, Unavailable):  # said once more on its way up; what lies beneath it is why
        cause = cause.__cause__
    # A script's failure is a bug of ours and its text is ours; anybody else's text stays unsaid.
    if isinstance(cause, GateError):
        return {"bug": cause.message}
    return {"cause": type(cause).__name__} if cause else {}


def _place(error: BaseException) -> str:
    """Name the file and line an error came from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
