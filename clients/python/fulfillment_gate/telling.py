"""One snapshot on its way: the messages of its stream, and where to go on when it breaks off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import Final

import grpc

from fulfillment_gate.errors import GateError
from fulfillment_gate.retry import Attempts
from fulfillment_gate.status import may_ask_again
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2

ROWS_AT_ONCE: Final = 2_000
"""Rows of one message: the gate takes more, and this keeps a message of the longest codes below its bound."""
STREAM_S: Final = 3_600.0
"""The deadline of one stream, unless the caller says another one."""
_STATUS_LOST: Final = "Internal error from Core"
"""What the library says for asyncio where a stream was ended while it was written to: the gate's own word is lost."""
_DIGEST_BYTES: Final = 16

Progress = Callable[[int], None]


def outlives(error: GateError) -> bool:
    """Tell whether a stream may go on after this: also where another one of the same snapshot has gone on meanwhile."""
    lost = error.code is grpc.StatusCode.INTERNAL and not error.reason and error.message == _STATUS_LOST
    return lost or error.reason == "CHANGED_MEANWHILE" or may_ask_again(error)


def _nothing(rows: int) -> None:
    del rows


class Telling:
    """A header and rows that can be gone through again, from any place."""

    def __init__(
        self,
        header: reconciliation_pb2.SnapshotHeader,
        rows: Iterable[reconciliation_pb2.SnapshotRow],
        progress: Progress | None,
    ) -> None:
        """Keep what is to be told. `progress` hears how many rows were handed on."""
        self.header = header
        self._rows = rows
        self._once = iter(rows) is rows
        self._progress = progress or _nothing
        self._from = 0
        self._attempts: Attempts | None = None
        self._failure: Exception | None = None

    def parts(self) -> Iterator[reconciliation_pb2.SubmitSnapshotRequest]:
        """Give the messages of one stream. A fault of the rows themselves ends it, and is raised by `broken`."""
        yield reconciliation_pb2.SubmitSnapshotRequest(header=self.header)
        told = self._from
        try:
            rows = islice(iter(self._rows), told, None)
            while batch := list(islice(rows, ROWS_AT_ONCE)):
                part = reconciliation_pb2.SnapshotRows(first_row=told, rows=batch)
                yield reconciliation_pb2.SubmitSnapshotRequest(rows=part)
                told += len(batch)
                self._progress(told)
        except Exception as error:
            self._failure = error
            raise
        yield reconciliation_pb2.SubmitSnapshotRequest(end=reconciliation_pb2.SnapshotEnd(row_count=told))

    def broken(self, ended: grpc.RpcError, attempts: Callable[[], Attempts]) -> float:
        """Give the seconds to wait before it goes on, or raise what ends it. Progress begins the waiting anew."""
        if self._failure is not None:
            raise self._failure from None
        self._attempts = self._attempts or attempts()
        pause_s = self._attempts.pause_after(ended, outlives)
        if self._once:
            self._attempts.give_up(ended)
        return pause_s

    @property
    def asked(self) -> reconciliation_pb2.GetSnapshotRequest:
        """The question how much of it is there."""
        return reconciliation_pb2.GetSnapshotRequest(system=self.header.system, snapshot_id=self.header.snapshot_id)

    def go_on(self, stands: reconciliation_pb2.Snapshot) -> None:
        """Go on behind the rows that are there, where they are these; else from the first, for the gate to say so."""
        if stands.received_rows > self._from:
            self._attempts = None
        same = self._digest(stands.received_rows) == stands.digest
        self._from = stands.received_rows if same else 0

    def _digest(self, count: int) -> str:
        """Give the digest of the first rows, as the contract describes it."""
        total = 0
        for place, row in enumerate(islice(iter(self._rows), count)):
            text = f"{place}\n{row.sku}\n{row.quantity}\n{row.measure}\n{row.unit}".encode()
            total += int.from_bytes(blake2b(text, digest_size=_DIGEST_BYTES).digest(), "big")
        return f"{total % (1 << 8 * _DIGEST_BYTES):x}"
