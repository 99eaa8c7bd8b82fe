"""Counting the shelves, a part of them at a time; nobody who counts learns what is expected to be there."""

from __future__ import annotations

from collections.abc import Iterator

from fulfillment_gate import rpcs
from fulfillment_gate.asking import Calls, pages
from fulfillment_gate.v1 import counting_service_pb2 as counting_pb2

COUNT_TASKS_PAGE_SIZE = 500
"""Tasks that the iterator asks for at once: as many as the contract allows, for fewer round trips."""


class CountingCalls(Calls):
    """CountingService."""

    def list_count_tasks(
        self,
        location_id: str,
        *,
        all_open: bool = False,
        page_size: int = 0,
        page_token: str = "",
        timeout_s: float | None = None,
    ) -> counting_pb2.ListCountTasksResponse:
        """Give a page of the count tasks that are due, the most urgent first; with `all_open` those due later, too.

        Up to page_size (0: 100, at most 500). Raises NotFound (UNKNOWN_LOCATION).
        """
        request = counting_pb2.ListCountTasksRequest(
            location_id=location_id, all_open=all_open, page_size=page_size, page_token=page_token
        )
        return self._ask(rpcs.LIST_COUNT_TASKS, request, timeout_s)

    def iter_count_tasks(
        self, location_id: str, *, all_open: bool = False, timeout_s: float | None = None
    ) -> Iterator[counting_pb2.CountTask]:
        """Give every count task that is due, page by page as they are wanted; `timeout_s` is for each page.

        Raises as list_count_tasks.
        """
        for page in pages(
            lambda token: self.list_count_tasks(
                location_id,
                all_open=all_open,
                page_size=COUNT_TASKS_PAGE_SIZE,
                page_token=token,
                timeout_s=timeout_s,
            )
        ):
            yield from page.tasks

    def start_count(self, task_id: str, *, timeout_s: float | None = None) -> counting_pb2.StartCountResponse:
        """Take a count task on, as the `actor` of the client: what moves from now on is reckoned in.

        Whoever has it already begins anew. Raises NotFound (COUNT_TASK_NOT_FOUND), Refused (COUNT_TASK_CLOSED,
        COUNT_TASK_TAKEN, SECOND_COUNTER_REQUIRED), PermissionDenied (SECOND_ACTOR_REQUIRED).
        """
        return self._ask(rpcs.START_COUNT, counting_pb2.StartCountRequest(task_id=task_id), timeout_s)

    def submit_count_task(
        self, task_id: str, counted: int, *, includes_picked: bool = False, timeout_s: float | None = None
    ) -> counting_pb2.SubmitCountTaskResponse:
        """Tell what was counted; where `booked` is not set in the answer, somebody else has to count.

        Told again it is answered again, and done once. Raises NotFound (COUNT_TASK_NOT_FOUND), Refused
        (COUNT_TASK_CLOSED, COUNT_NOT_STARTED, SECOND_COUNTER_REQUIRED, AS_OF_TOO_OLD, SKU_MERGED, QUANTITY_OVERFLOW),
        PermissionDenied (SECOND_ACTOR_REQUIRED).
        """
        request = counting_pb2.SubmitCountTaskRequest(task_id=task_id, counted=counted, includes_picked=includes_picked)
        return self._ask(rpcs.SUBMIT_COUNT_TASK, request, timeout_s)

    def get_count_accuracy(
        self, location_id: str = "", *, days: int = 0, timeout_s: float | None = None
    ) -> counting_pb2.GetCountAccuracyResponse:
        """Give how right the record was found in the last days (0: 30, at most 400), by location, class and counter.

        Of one location, or of all that the caller may see; and day by day how often it had to be corrected.
        """
        request = counting_pb2.GetCountAccuracyRequest(location_id=location_id, days=days)
        return self._ask(rpcs.GET_COUNT_ACCURACY, request, timeout_s)
