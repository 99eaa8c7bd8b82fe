"""fulfillment_gate.v1.VarianceService."""

from __future__ import annotations

from fulfillment_gate.v1 import variance_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.variances.told import ToldVariances
from gate_service.app.reconcile.variances.variances import VarianceDesk
from gate_service.domain import limits
from gate_service.rpc.decode import variances as decode
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import variances as encode
from gate_service.rpc.fields import ident, integer


class Variances:
    """Differences between mirrors and the gate, and what is done about them."""

    def __init__(self, desk: VarianceDesk, told: ToldVariances) -> None:
        """Keep the use cases."""
        self._desk = desk
        self._told = told

    async def list_variances(self, request: pb.ListVariancesRequest, call: Call) -> pb.ListVariancesResponse:
        """Which stand."""
        size = page_size(request.page_size, limits.LIST_CASES_MAX, limits.LIST_CASES_DEFAULT)
        token = page_token(request.page_token)
        return encode.list_variances(await self._desk.page(decode.wanted(request), size, token, call))

    async def get_variance(self, request: pb.GetVarianceRequest, call: Call) -> pb.GetVarianceResponse:
        """One, explained."""
        seen = await self._desk.get(ident(request.variance_id, "variance_id"), call)
        return encode.get_variance(seen, await self._told.told(seen.variance))

    async def change_variance(self, request: pb.ChangeVarianceRequest, call: Call) -> pb.ChangeVarianceResponse:
        """Work on one."""
        variance_id = ident(request.variance_id, "variance_id")
        version = integer(request.version, "version", 0, limits.VERSION_MAX)
        seen, changed = await self._desk.change(variance_id, decode.wish(request, call), version, call)
        return encode.change_variance(seen, changed=changed)
