"""Sends one call to one gate and writes down how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Final, Self

import grpc
import grpc.aio
from google.protobuf.message import Message

from fulfillment_gate.errors import Failure
from fulfillment_gate.status import NOT_APPLIED_REASONS, error_of
from fulfillment_gate.v1.error_reason_pb2 import Refusal
from tests.robustness.chaos.history import History, Outcome, Record
from tests.rpc.wire import INPUTS, PATHS, RESPONSES

SYSTEM: Final = "chaos"
_OPTIONS: Final[tuple[tuple[str, int], ...]] = (
    ("grpc.enable_retries", 0),
    ("grpc.max_receive_message_length", 64 * 1024 * 1024),
    ("grpc.initial_reconnect_backoff_ms", 50),
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.max_reconnect_backoff_ms", 500),
    ("grpc.use_local_subchannel_pool", 1),
)
_NOT_TOLD = frozenset({"OUTCOME_UNKNOWN", "INTERNAL"})


class Caller:
    """Channels to all gates of a site, and the history of what was sent through them."""

    def __init__(self, addresses: Sequence[str], history: History) -> None:
        """Open a channel to each gate; nothing is sent."""
        self.history = history
        self._channels = [grpc.aio.insecure_channel(address, _OPTIONS) for address in addresses]
        self._methods: dict[tuple[int, str], Any] = {}

    @property
    def gates(self) -> int:
        """Count the gates."""
        return len(self._channels)

    async def __aenter__(self) -> Self:
        """Give itself."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        for channel in self._channels:
            await channel.close()

    async def call(
        self, gate: int, request: Message, *, actor: str = "ann", timeout_s: float = 5.0, hang_up_after_s: float = 0.0
    ) -> Record:
        """Send one request once and give its record; hang up after a while where that is not 0."""
        method = INPUTS[request.DESCRIPTOR.full_name]
        with self.history.asking(method, request, gate, actor) as record:
            metadata = (("gate-system", SYSTEM), ("gate-actor", actor))
            call = self._method(gate, method)(request, timeout=timeout_s, metadata=metadata)
            if hang_up_after_s:
                asyncio.get_running_loop().call_later(hang_up_after_s, call.cancel)
            try:
                reply = await call
            except grpc.RpcError as ended:
                _ended(record, ended)
            except asyncio.CancelledError:
                record.reason = "grpc CANCELLED"
                if asyncio.current_task().cancelling():  # type: ignore[union-attr]  # a coroutine runs in a task
                    raise
            else:
                _answered(record, reply)
        return record

    def _method(self, gate: int, method: str) -> Any:  # noqa: ANN401 - typed by each message, and there are many
        found = self._methods.get((gate, method))
        if found is None:
            found = self._channels[gate].unary_unary(
                PATHS[method], lambda request: request.SerializeToString(), RESPONSES[method].FromString
            )
            self._methods[gate, method] = found
        return found


def _answered(record: Record, reply: Any) -> None:  # noqa: ANN401 - any response
    record.reply = reply
    if record.is_question:
        record.outcome = Outcome.ANSWERED
        locations = getattr(reply, "locations", None)
        at = reply.applied if hasattr(reply, "applied") else locations[0] if locations else reply
        record.revision = getattr(at, "revision", 0)
        record.at_ms = getattr(at, "at_ms", 0) or getattr(at, "as_of_ms", 0)
        _lineage(record, at)
        return
    record.outcome = Outcome.APPLIED
    applied = reply.applied
    record.revision, record.at_ms = applied.revision, applied.at_ms
    record.replayed, record.absorbed = applied.replayed, applied.absorbed
    record.chain_hash = applied.chain_hash


def _lineage(record: Record, at: Any) -> None:  # noqa: ANN401 - a response, or the part of a location
    """Note which history a question was answered from, and whether that is fenced."""
    told = at if hasattr(at, "chain_hash") else at.lineage
    record.chain_hash = told.chain_hash
    if getattr(told, "fenced", False):
        record.reason = "LOCATION_FENCED"


def _ended(record: Record, ended: grpc.RpcError) -> None:
    error = error_of(ended, record.operation_id)
    record.reason = error.reason or f"grpc {error.code.name}"
    record.metadata = dict(error.failure.metadata)
    record.metadata["text"] = error.failure.message
    record.reply = _refusal(error.failure)
    if error.revision > 0:
        record.outcome, record.revision, record.replayed = Outcome.REFUSED, error.revision, error.failure.replayed
    elif error.reason in NOT_APPLIED_REASONS:
        record.outcome = Outcome.NOT_APPLIED
    elif error.reason and error.reason not in _NOT_TOLD:
        record.outcome = Outcome.TURNED_AWAY


def _refusal(failure: Failure) -> Refusal | None:
    """Give what a stored no told of the lines that stood in its way."""
    if not failure.revision:
        return None
    return Refusal(
        revision=failure.revision,
        replayed=failure.replayed,
        violations=failure.violations,
        violation_count=failure.violation_count,
    )
