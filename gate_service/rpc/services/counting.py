"""fulfillment_gate.v1.CountingService."""

from __future__ import annotations

from typing import Final

from fulfillment_gate.v1 import counting_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.counting.accuracy import CountAccuracy
from gate_service.app.reconcile.counting.desk import CountDesk
from gate_service.app.reconcile.counting.tallying import KEPT_DAYS
from gate_service.domain import limits
from gate_service.rpc.decode.parts import page_size, page_token
from gate_service.rpc.encode import counting as encode
from gate_service.rpc.fields import ident, integer, optional_ident

_DAYS_DEFAULT: Final = 30


class Counting:
    """Counting the shelves, a part of them at a time. No answer says what is expected to be there."""

    def __init__(self, desk: CountDesk, accuracy: CountAccuracy) -> None:
        """Keep the use cases."""
        self._desk = desk
        self._accuracy = accuracy

    async def list_count_tasks(self, request: pb.ListCountTasksRequest, call: Call) -> pb.ListCountTasksResponse:
        """What is due."""
        location_id = ident(request.location_id, "location_id")
        size = page_size(request.page_size, limits.LIST_CASES_MAX, limits.LIST_CASES_DEFAULT)
        token = page_token(request.page_token)
        page = await self._desk.page(location_id, size, token, call, all_open=request.all_open)
        return encode.list_count_tasks(page)

    async def start_count(self, request: pb.StartCountRequest, call: Call) -> pb.StartCountResponse:
        """Somebody takes it on."""
        return encode.start_count(await self._desk.start(ident(request.task_id, "task_id"), call))

    async def submit_count_task(self, request: pb.SubmitCountTaskRequest, call: Call) -> pb.SubmitCountTaskResponse:
        """Somebody counted."""
        task_id = ident(request.task_id, "task_id")
        counted = integer(request.counted, "counted", 0, limits.QUANTITY_MAX)
        submitted = await self._desk.submit(task_id, counted, call, includes_picked=request.includes_picked)
        return encode.submit_count_task(submitted)

    async def get_count_accuracy(self, request: pb.GetCountAccuracyRequest, call: Call) -> pb.GetCountAccuracyResponse:
        """How right the record was found."""
        location_id = optional_ident(request.location_id, "location_id")
        days = integer(request.days, "days", 0, KEPT_DAYS) or _DAYS_DEFAULT
        return encode.get_count_accuracy(await self._accuracy.of(location_id, days, call))
