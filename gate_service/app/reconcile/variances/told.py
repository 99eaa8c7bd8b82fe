"""A variance told in a paragraph, with what became of the count that was asked for because of it."""

from __future__ import annotations

from gate_service.app.reconcile.ports import Collection, Records
from gate_service.domain.reconcile.explaining import did, explain
from gate_service.domain.reconcile.forms import load
from gate_service.domain.reconcile.records import CountTask, Variance

COUNT_TASK = "count task "
"""What the note of a step `count_asked` begins with; the name of the task follows."""


class ToldVariances:
    """Tells variances to people."""

    def __init__(self, records: Records) -> None:
        """Keep the records; nothing is read."""
        self._records = records

    async def told(self, variance: Variance) -> str:
        """Give the paragraph. Raises `Unavailable`."""
        return explain(variance, await self._count(variance))

    async def _count(self, variance: Variance) -> CountTask | None:
        step = did(variance)
        if step is None or not step.note.startswith(COUNT_TASK):
            return None
        (kept,) = await self._records.get(Collection.TASKS, [step.note.removeprefix(COUNT_TASK)])
        return load(CountTask, kept.text) if kept else None
