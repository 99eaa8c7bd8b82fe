"""Parts of a snapshot, checked. What is wrong with single rows is found later, and listed row by row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.domain import limits
from gate_service.domain.errors import InvalidField
from gate_service.domain.reconcile.measures import COMMITMENTS
from gate_service.domain.reconcile.telling import Header, ToldRow
from gate_service.rpc.fields import count, ident, integer, optional_ident

_LAST: Final = limits.BUCKET_MAX


def header(told: pb.SnapshotHeader) -> Header:
    """Check what a snapshot is about."""
    as_of = told.WhichOneof("as_of")
    return Header(
        snapshot_id=ident(told.snapshot_id, "header.snapshot_id"),
        location_id=ident(told.location_id, "header.location_id"),
        system=optional_ident(told.system, "header.system"),
        measure=optional_ident(told.measure, "header.measure"),
        deducts=_deducts(told.deducts),
        as_of_revision=integer(told.as_of_revision, "header.as_of_revision", int(as_of == "as_of_revision"), _LAST),
        as_of_ms=integer(told.as_of_ms, "header.as_of_ms", int(as_of == "as_of_ms"), limits.AT_MAX_MS),
        whole=told.whole,
        skip_bad_rows=told.skip_bad_rows,
    )


def _deducts(told: Iterable[str]) -> tuple[str, ...]:
    names = list(told)
    for place, name in enumerate(names):
        if name not in COMMITMENTS:
            raise InvalidField(f"header.deducts[{place}]", f"must be {', '.join(COMMITMENTS)}, not {name[:40]!a}")
        if name in names[:place]:
            raise InvalidField(f"header.deducts[{place}]", f"names {name} twice")
    return tuple(str(bucket) for bucket in COMMITMENTS if bucket in names)


def rows(told: pb.SnapshotRows) -> tuple[int, list[ToldRow]]:
    """Check some rows: give the place of the first, and all of them as they were written."""
    first = integer(told.first_row, "rows.first_row", 0, limits.SNAPSHOT_MAX)
    count(told.rows, "rows.rows", 1, limits.SNAPSHOT_ROWS_MAX)
    return first, [ToldRow(row.sku, row.quantity, row.measure, row.unit) for row in told.rows]


def end(told: pb.SnapshotEnd) -> int:
    """Check how many rows a snapshot is said to have."""
    return integer(told.row_count, "end.row_count", 0, limits.SNAPSHOT_MAX)
