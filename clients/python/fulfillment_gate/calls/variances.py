"""Differences between mirrors and the gate: why, whose they are, and what is done about them."""

# ruff: noqa: PLR0913 - a method takes what its message has, by name

from __future__ import annotations

from collections.abc import Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, pages
from fulfillment_gate.v1 import reconciliation_service_pb2 as reconciliation_pb2
from fulfillment_gate.v1 import variance_service_pb2 as variance_pb2

VARIANCES_PAGE_SIZE = 500
"""Variances that the iterator asks for at once: as many as the contract allows, for fewer round trips."""


class VarianceCalls(Calls):
    """VarianceService."""

    def list_variances(
        self,
        *,
        system: str = "",
        location_id: str = "",
        sku: str = "",
        cause: reconciliation_pb2.DriftCause = reconciliation_pb2.DRIFT_CAUSE_UNSPECIFIED,
        state: variance_pb2.VarianceState = variance_pb2.VARIANCE_STATE_UNSPECIFIED,
        all_states: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout_s: float | None = None,
    ) -> variance_pb2.ListVariancesResponse:
        """Give a page of variances, those due first before those that are not; a page may be short and not the last.

        Without a state those that are open or acknowledged. Up to page_size (0: 100, at most 500).
        """
        request = variance_pb2.ListVariancesRequest(
            system=system,
            location_id=location_id,
            sku=sku,
            cause=cause,
            state=state,
            all_states=all_states,
            page_size=page_size,
            page_token=page_token,
        )
        return self._ask(rpcs.LIST_VARIANCES, request, timeout_s)

    def iter_variances(
        self,
        *,
        system: str = "",
        location_id: str = "",
        sku: str = "",
        cause: reconciliation_pb2.DriftCause = reconciliation_pb2.DRIFT_CAUSE_UNSPECIFIED,
        state: variance_pb2.VarianceState = variance_pb2.VARIANCE_STATE_UNSPECIFIED,
        all_states: bool = False,
        timeout_s: float | None = None,
    ) -> Iterator[variance_pb2.Variance]:
        """Give every such variance, page by page as they are wanted; `timeout_s` is for each page."""
        for page in pages(
            lambda token: self.list_variances(
                system=system,
                location_id=location_id,
                sku=sku,
                cause=cause,
                state=state,
                all_states=all_states,
                page_size=VARIANCES_PAGE_SIZE,
                page_token=token,
                timeout_s=timeout_s,
            )
        ):
            yield from page.variances

    def get_variance(self, variance_id: str, *, timeout_s: float | None = None) -> variance_pb2.GetVarianceResponse:
        """Give one with its history, explained in words. Raises NotFound (VARIANCE_NOT_FOUND)."""
        request = variance_pb2.GetVarianceRequest(variance_id=variance_id)
        return self._ask(rpcs.GET_VARIANCE, request, timeout_s)

    def change_variance(
        self,
        variance_id: str,
        verb: variance_pb2.VarianceVerb,
        *,
        note: str = "",
        owner: str = "",
        version: int = 0,
        timeout_s: float | None = None,
    ) -> variance_pb2.ChangeVarianceResponse:
        """Acknowledge, resolve, accept, open again, hand over (`owner`) or annotate one; the `actor` says who did.

        RESOLVE, ACCEPT and NOTE need a note of up to 200 characters. With `version` only where it is the one that was
        looked at. Told again it is so already: `changed` is false. Raises NotFound (VARIANCE_NOT_FOUND), Refused
        (VARIANCE_CLOSED), GateError (CHANGED_MEANWHILE).
        """
        request = variance_pb2.ChangeVarianceRequest(
            variance_id=variance_id, verb=verb, note=note, owner=owner, version=version
        )
        return self._ask(rpcs.CHANGE_VARIANCE, request, timeout_s)
