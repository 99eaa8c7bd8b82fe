"""Responses of CountingService. None of them has a figure that the record expects."""

from __future__ import annotations

from fulfillment_gate.v1 import counting_service_pb2 as pb
from gate_service.app.reconcile.counting.accuracy import Accuracy
from gate_service.app.reconcile.counting.desk import Submitted, TaskPage
from gate_service.domain.reconcile.records import CountTask
from gate_service.rpc import enums


def list_count_tasks(page: TaskPage) -> pb.ListCountTasksResponse:
    """Encode a page of tasks."""
    return pb.ListCountTasksResponse(
        tasks=map(task, page.tasks), next_page_token=page.next_token, waiting_count=page.waiting
    )


def start_count(started: CountTask) -> pb.StartCountResponse:
    """Encode what is to be counted."""
    return pb.StartCountResponse(task=task(started), as_of_revision=started.as_of_revision)


def submit_count_task(submitted: Submitted) -> pb.SubmitCountTaskResponse:
    """Encode what became of a count."""
    return pb.SubmitCountTaskResponse(task=task(submitted.task), booked=submitted.booked, replayed=submitted.replayed)


def task(told: CountTask) -> pb.CountTask:
    """Encode a task."""
    return pb.CountTask(
        task_id=told.task_id,
        location_id=told.location_id,
        sku=told.sku,
        trigger=enums.COUNT_TRIGGER.number(told.trigger),
        because=told.because,
        abc=told.abc,
        state=enums.COUNT_TASK_STATE.number(told.state),
        due_at_ms=told.due_at_ms,
        counter=told.counter,
        count_number=len(told.counts),
        booked_at_ms=told.booked_at_ms,
        revision=told.revision,
    )


def get_count_accuracy(found: Accuracy) -> pb.GetCountAccuracyResponse:
    """Encode how right the record was found."""
    return pb.GetCountAccuracyResponse(
        groups=[
            pb.CountAccuracy(
                group=group,
                name=name,
                counted=sums.counted,
                right=sums.right,
                adjusted_units=sums.adjusted_units,
                counted_units=sums.counted_units,
                accuracy_basis_points=sums.basis_points,
            )
            for (group, name), sums in found.groups.items()
        ],
        trend=[
            pb.AdjustmentDay(
                day=f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}",
                counted=sums.counted,
                adjusted=sums.adjusted,
                adjusted_units=sums.adjusted_units,
            )
            for day, sums in found.days
        ],
    )
