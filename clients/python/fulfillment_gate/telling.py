"""One snapshot on its way: the messages of its stream, and where to go on when it breaks off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

import grpc

from fulfillment_gate.retry import Attempts
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2

ROWS_AT_ONCE: Final = 2_000
"""Rows of one message: the gate takes more, and this keeps a message of the longest codes below its bound."""
STREAM_S: Final = 3_600.0
"""The deadline of one stream, unless the caller says another one."""
GOES_ON: Final = frozenset({"CHANGED_MEANWHILE"})
"""An earlier stream of the same snapshot was still being read: it has gone further meanwhile."""

Progress = Callable[[int], None]


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
        pause_s = self._attempts.pause_after(ended, GOES_ON)
        if self._once:
            self._attempts.give_up(ended)
        return pause_s

    @property
    def asked(self) -> reconciliation_pb2.GetSnapshotRequest:
        """The question how much of it is there."""
        return reconciliation_pb2.GetSnapshotRequest(system=self.header.system, snapshot_id=self.header.snapshot_id)

    def go_on(self, received_rows: int) -> None:
        """Go on behind so many rows."""
        if received_rows > self._from:
            self._from, self._attempts = received_rows, None
