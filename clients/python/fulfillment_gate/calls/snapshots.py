"""What a system believes the stock to be, told to the gate, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, pages
from fulfillment_gate.telling import Progress, Telling
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2

SNAPSHOTS_PAGE_SIZE = 500
"""Snapshots that the iterator asks for at once: as many as the contract allows, for fewer round trips."""


class SnapshotCalls(Calls):
    """ReconciliationService."""

    def submit_snapshot(
        self,
        header: reconciliation_pb2.SnapshotHeader,
        rows: Iterable[reconciliation_pb2.SnapshotRow],
        *,
        progress: Progress | None = None,
        timeout_s: float | None = None,
    ) -> reconciliation_pb2.SubmitSnapshotResponse:
        """Tell a snapshot of any size, as a stream; what is told again under its name is taken once.

        Where the stream breaks off, it goes on by itself behind the rows that are there. For that `rows` are gone
        through anew: a list, or whatever can be iterated more than once; an iterator is told once only. `progress`
        hears how many rows were handed on, and may hear less after a break. `timeout_s` is for each stream; without it
        an hour. Wrong rows are no error: see `bad_rows` and the state of the answer. Raises NotFound (UNKNOWN_SYSTEM,
        UNKNOWN_LOCATION, UNKNOWN_MEASURE), AlreadyExists (SNAPSHOT_ID_REUSED), Refused (SNAPSHOT_INCOMPLETE,
        AS_OF_AHEAD), and what the rows raise.
        """
        return self._tell(rpcs.SUBMIT_SNAPSHOT, Telling(header, rows, progress), timeout_s)

    def get_snapshot(
        self, snapshot_id: str, *, system: str = "", timeout_s: float | None = None
    ) -> reconciliation_pb2.GetSnapshotResponse:
        """Give a snapshot as it stands, the caller's own or another system's. Raises NotFound (SNAPSHOT_NOT_FOUND)."""
        request = reconciliation_pb2.GetSnapshotRequest(system=system, snapshot_id=snapshot_id)
        return self._ask(rpcs.GET_SNAPSHOT, request, timeout_s)

    def list_snapshots(
        self,
        *,
        system: str = "",
        location_id: str = "",
        page_size: int = 0,
        page_token: str = "",
        timeout_s: float | None = None,
    ) -> reconciliation_pb2.ListSnapshotsResponse:
        """Give a page of snapshots, newest first, without their bad rows; up to page_size (0: 100, at most 500)."""
        request = reconciliation_pb2.ListSnapshotsRequest(
            system=system, location_id=location_id, page_size=page_size, page_token=page_token
        )
        return self._ask(rpcs.LIST_SNAPSHOTS, request, timeout_s)

    def iter_snapshots(
        self, *, system: str = "", location_id: str = "", timeout_s: float | None = None
    ) -> Iterator[reconciliation_pb2.Snapshot]:
        """Give every snapshot, page by page as they are wanted; `timeout_s` is for each page."""
        for page in pages(
            lambda token: self.list_snapshots(
                system=system,
                location_id=location_id,
                page_size=SNAPSHOTS_PAGE_SIZE,
                page_token=token,
                timeout_s=timeout_s,
            )
        ):
            yield from page.snapshots
