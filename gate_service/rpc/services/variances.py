"""fulfillment_gate.v1.VarianceService."""

from __future__ import annotations

from fulfillment_gate.v1 import variance_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Records


class Variances:
    """Answers VarianceService."""

    def __init__(self, records: Records) -> None:
        """Keep the records."""
        self._records = records

    async def list_variances(self, request: pb.ListVariancesRequest, call: Call) -> pb.ListVariancesResponse:
        """Not there yet."""
        raise NotImplementedError

    async def get_variance(self, request: pb.GetVarianceRequest, call: Call) -> pb.GetVarianceResponse:
        """Not there yet."""
        raise NotImplementedError

    async def change_variance(self, request: pb.ChangeVarianceRequest, call: Call) -> pb.ChangeVarianceResponse:
        """Not there yet."""
        raise NotImplementedError
