"""The handoff map: what is in force, how it changed, and who tried what it does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, named, pages_from
from fulfillment_gate.v1 import handoff_service_pb2 as handoff_pb2


class HandoffCalls(Calls):
    """HandoffService."""

    def get_handoffs(self, *, timeout_s: float | None = None) -> handoff_pb2.GetHandoffsResponse:
        """Give the handoff map in force, whole, as canonical JSON; version 0 where none is."""
        return self._ask(rpcs.GET_HANDOFFS, handoff_pb2.GetHandoffsRequest(), timeout_s)

    def apply_handoffs(
        self, document: str, *, operation_id: str | None = None, timeout_s: float | None = None
    ) -> handoff_pb2.ApplyHandoffsResponse:
        """Put another handoff map (YAML or JSON) in force at all gates of the store, under a greater version.

        Raises InvalidArgument, with every wrong line in `field_violations`, and Refused (HANDOFFS_VERSION_STALE).
        """
        request = handoff_pb2.ApplyHandoffsRequest(operation_id=named(operation_id), document=document)
        return self._ask(rpcs.APPLY_HANDOFFS, request, timeout_s)

    def list_handoff_changes(
        self, *, from_revision: int = 0, page_size: int = 0, timeout_s: float | None = None
    ) -> handoff_pb2.ListHandoffChangesResponse:
        """Give a page of the changes of the handoff map, the oldest first, up to page_size (0: 20, at most 100)."""
        request = handoff_pb2.ListHandoffChangesRequest(from_revision=from_revision, page_size=page_size)
        return self._ask(rpcs.LIST_HANDOFF_CHANGES, request, timeout_s)

    def iter_handoff_changes(
        self, *, from_revision: int = 1, timeout_s: float | None = None
    ) -> Iterator[handoff_pb2.HandoffChange]:
        """Give every change from a revision to the newest, page by page; `timeout_s` is for each page."""
        for page in pages_from(
            lambda revision: self.list_handoff_changes(from_revision=revision, timeout_s=timeout_s), from_revision
        ):
            yield from page.changes

    def list_violations(
        self, *, system: str = "", page_size: int = 0, timeout_s: float | None = None
    ) -> handoff_pb2.ListViolationsResponse:
        """Give who tried what the map does not allow, of one system or ("") of all, the latest first.

        Up to page_size (0: 1,000, at most 10,000); `total` says how many there are.
        """
        request = handoff_pb2.ListViolationsRequest(system=system, page_size=page_size)
        return self._ask(rpcs.LIST_VIOLATIONS, request, timeout_s)
