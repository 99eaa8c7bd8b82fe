"""Reads what stands in a store by the sound code, without a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from gate_service.app.ports import Call
from gate_service.bootstrap import parts
from gate_service.domain.errors import GateError, Unavailable
from gate_service.rpc.pipeline import Method
from gate_service.settings import Settings
from tests.robustness.chaos.caller import Caller
from tests.robustness.chaos.history import History, Outcome, Record
from tests.rpc.wire import INPUTS, PATHS

_ASKING = Call("witness")


class Witness(Caller):
    """Asks the methods of a gate as they are, past the wire. For questions only."""

    def __init__(self, store_url: str) -> None:
        """Put a gate together; the first question connects."""
        super().__init__([], History())
        self._parts = parts.build(Settings(redis_url=store_url), lambda: None, development=True)
        self._by_name: Mapping[str, Method] = {method.name: method for method in self._parts.methods}

    @property
    def gates(self) -> int:
        """Count it as one."""
        return 1

    async def call(
        self, gate: int, request: Message, *, actor: str = "ann", timeout_s: float = 5.0, hang_up_after_s: float = 0.0
    ) -> Record:
        """Ask a question, and give its record."""
        del timeout_s, hang_up_after_s  # it waits as long as its store takes
        name = INPUTS[request.DESCRIPTOR.full_name]
        with self.history.asking(name, request, gate, actor) as record:
            method: Any = self._by_name[PATHS[name]]
            try:
                record.reply = await method.answer(request, _ASKING)
                record.outcome = Outcome.ANSWERED
            except Unavailable as no:
                record.outcome, record.reason = Outcome.NOT_APPLIED, str(no.reason)
            except GateError as no:
                record.outcome, record.reason = Outcome.TURNED_AWAY, str(no.reason)
        return record

    async def close(self) -> None:
        """Close its connections."""
        await self._parts.close()
