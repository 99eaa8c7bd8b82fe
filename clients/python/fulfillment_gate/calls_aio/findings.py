"""What should have happened and has not, and what happened to whatever reconciliation keeps.

Generated from calls/findings.py by scripts/generate_sdk.py. Do not edit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import AsyncCalls, pages_async
from fulfillment_gate.v1 import finding_service_pb2 as finding_pb2

FINDINGS_PAGE_SIZE = 500
"""Findings that the iterator asks for at once: as many as the contract allows, for fewer round trips."""
EVENTS_WAIT_MS = 20_000
"""How long the gate waits for an event before it answers that there was none: as long as the contract allows."""
_WAIT_MARGIN_S = 10.0


class AsyncFindingCalls(AsyncCalls):
    """FindingService."""

    async def list_findings(
        self,
        *,
        location_id: str = "",
        kind: finding_pb2.FindingKind = finding_pb2.FINDING_KIND_UNSPECIFIED,
        owner: str = "",
        cleared_too: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout_s: float | None = None,
    ) -> finding_pb2.ListFindingsResponse:
        """Give a page of findings that stand, the oldest first; a page may be short and not the last.

        With `cleared_too` those that are over as well. Up to page_size (0: 100, at most 500).
        """
        request = finding_pb2.ListFindingsRequest(
            location_id=location_id,
            kind=kind,
            owner=owner,
            cleared_too=cleared_too,
            page_size=page_size,
            page_token=page_token,
        )
        return await self._ask(rpcs.LIST_FINDINGS, request, timeout_s)

    async def iter_findings(
        self,
        *,
        location_id: str = "",
        kind: finding_pb2.FindingKind = finding_pb2.FINDING_KIND_UNSPECIFIED,
        owner: str = "",
        cleared_too: bool = False,
        timeout_s: float | None = None,
    ) -> AsyncIterator[finding_pb2.DriftFinding]:
        """Give every such finding, page by page as they are wanted; `timeout_s` is for each page."""
        async for page in pages_async(
            lambda token: self.list_findings(
                location_id=location_id,
                kind=kind,
                owner=owner,
                cleared_too=cleared_too,
                page_size=FINDINGS_PAGE_SIZE,
                page_token=token,
                timeout_s=timeout_s,
            )
        ):
            for one in page.findings:
                yield one

    async def acknowledge_finding(
        self, finding_id: str, *, note: str = "", timeout_s: float | None = None
    ) -> finding_pb2.AcknowledgeFindingResponse:
        """Say that somebody looks after it, the `actor`, or add a note of up to 200 characters.

        Told again without a note it is so already. Raises NotFound (FINDING_NOT_FOUND).
        """
        request = finding_pb2.AcknowledgeFindingRequest(finding_id=finding_id, note=note)
        return await self._ask(rpcs.ACKNOWLEDGE_FINDING, request, timeout_s)

    async def list_events(
        self, *, after_token: str = "", limit: int = 0, wait_ms: int = 0, timeout_s: float | None = None
    ) -> finding_pb2.ListEventsResponse:
        """Give what happened to variances, findings, snapshots and count tasks behind a token, the oldest first.

        "" begins with the oldest that is kept, "now" with what comes next; then go on with `next_token` of the answer.
        Up to `limit` (0: 100, at most 1,000). Where there is none, the gate waits up to `wait_ms` for one (at most
        EVENTS_WAIT_MS).
        """
        request = finding_pb2.ListEventsRequest(after_token=after_token, limit=limit, wait_ms=wait_ms)
        if timeout_s is None and wait_ms:
            timeout_s = wait_ms / 1000 + _WAIT_MARGIN_S
        return await self._ask(rpcs.LIST_EVENTS, request, timeout_s)
