"""fulfillment_gate.v1.LedgerService."""

from __future__ import annotations

from fulfillment_gate.v1 import ledger_service_pb2 as ledger_pb
from gate_service.app.ports import Call
from gate_service.app.questions import Questions
from gate_service.domain import limits
from gate_service.rpc.decode.parts import page_size
from gate_service.rpc.encode import ledger as encode
from gate_service.rpc.fields import ident, integer


class Ledger:
    """The journal of a location."""

    def __init__(self, questions: Questions) -> None:
        """Keep the use cases."""
        self._questions = questions

    async def list_entries(self, request: ledger_pb.ListEntriesRequest, call: Call) -> ledger_pb.ListEntriesResponse:
        """Entries from a revision on."""
        location_id = ident(request.location_id, "location_id")
        start = integer(request.from_revision, "from_revision", 0, limits.BUCKET_MAX) or 1
        size = page_size(request.page_size, limits.LIST_ENTRIES_MAX, limits.LIST_ENTRIES_DEFAULT)
        page = await self._questions.list_entries(location_id, start, size, call)
        return encode.list_entries(page, request.include_canonical)
