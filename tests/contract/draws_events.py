"""Random events of the callers' world: told once, told again, told otherwise, and numbered with gaps."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hypothesis import strategies as st

from gate_service.domain import operations as ops

_DOCUMENTS = ("D-1", "D-2", "D-3", "D-4", "D-5", "D-6", "D-7", "D-8")


def about_an_event(
    data: st.DataObject, operation: ops.Operation[object], told: Sequence[ops.Operation[object]]
) -> ops.Operation[object]:
    """Let some operations tell of an event; `told` are those that were asked at their location."""
    if data.draw(st.integers(0, 4)) < 3:
        return operation
    system = data.draw(st.sampled_from(("", "", "erp")))
    document = data.draw(st.sampled_from((f"F-{len(told)}", *_DOCUMENTS)))
    source = ops.SourceEvent(system, "order", document, "", "told", next_number(data, system, told))
    return dataclasses.replace(operation, source=source)


def next_number(data: st.DataObject, system: str, told: Sequence[ops.Operation[object]]) -> int:
    """Draw the number of an event in its feed: mostly the next one, some too far ahead, some late, some used before."""
    used = [one.source.number for one in told if one.source and one.source.system == system]
    newest = max(used, default=10)
    candidates = (0, newest + 1, newest + 1, newest + 1, newest + 3, newest + 6, newest - 1, newest - 3, newest - 8)
    return max(0, data.draw(st.sampled_from(candidates)))


def told_again(
    data: st.DataObject, told: Sequence[ops.Operation[object]], operation_id: str
) -> ops.Operation[object] | None:
    """Tell an event again under another name, now and then with another number; None where none was told."""
    candidates = [one for one in told if one.source]
    if not candidates:
        return None
    first = data.draw(st.sampled_from(candidates))
    source = first.source
    assert source is not None
    if data.draw(st.integers(0, 3)) == 3:
        source = source._replace(number=next_number(data, source.system, told))
    return dataclasses.replace(first, operation_id=operation_id, source=source)
