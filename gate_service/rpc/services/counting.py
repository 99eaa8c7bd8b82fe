"""fulfillment_gate.v1.CountingService."""

from __future__ import annotations

from fulfillment_gate.v1 import counting_service_pb2 as pb
from gate_service.app.ports import Call
from gate_service.app.reconcile.ports import Records


class Counting:
    """Answers CountingService."""

    def __init__(self, records: Records) -> None:
        """Keep the records."""
        self._records = records

    async def list_count_tasks(self, request: pb.ListCountTasksRequest, call: Call) -> pb.ListCountTasksResponse:
        """Not there yet."""
        raise NotImplementedError

    async def start_count(self, request: pb.StartCountRequest, call: Call) -> pb.StartCountResponse:
        """Not there yet."""
        raise NotImplementedError

    async def submit_count_task(self, request: pb.SubmitCountTaskRequest, call: Call) -> pb.SubmitCountTaskResponse:
        """Not there yet."""
        raise NotImplementedError

    async def get_count_accuracy(self, request: pb.GetCountAccuracyRequest, call: Call) -> pb.GetCountAccuracyResponse:
        """Not there yet."""
        raise NotImplementedError
