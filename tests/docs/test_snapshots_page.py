"""docs/snapshots.md against the file that is read, the header, the states, and the bounds."""

from __future__ import annotations

import re

import typer

from fulfillment_gate.v1 import reconciliation_service_pb2 as pb
from gate_service.app.reconcile.snapshots.leaving import SNAPSHOTS_KEPT_MS
from gate_service.app.reconcile.snapshots.snapshots import AHEAD_MAX_MS
from gate_service.app.reconcile.snapshots.taking import PART_ROWS
from gate_service.cli import snapshot_file
from gate_service.cli.main import app
from gate_service.domain import limits
from gate_service.domain.reconcile.duplicates import BAD_ROWS_KEPT
from gate_service.domain.reconcile.policy import DAY_MS
from gate_service.domain.reconcile.records import SnapshotState
from gate_service.reconcile.rows import ROWS_KEPT_S
from tests.docs import pages

PAGE = "snapshots.md"


def test_the_columns_of_a_file_are_those_that_are_read() -> None:
    rows = pages.table(PAGE, "column", "also")
    assert tuple(pages.plain(row["column"]) for row in rows) == snapshot_file.COLUMNS
    assert {name: pages.plain(row["column"]) for row in rows for name in pages.code(row["also"])} == snapshot_file.ALSO
    assert [pages.plain(row["column"]) for row in rows if row["must be there"] == "yes"] == ["sku", "quantity"]


def test_the_fields_of_a_header_are_described_with_the_options_that_fill_them() -> None:
    rows = pages.table(PAGE, "field", "option")
    described = sorted(pages.plain(row["field"]) for row in rows)
    assert described == sorted(field.name for field in pb.SnapshotHeader.DESCRIPTOR.fields)
    group = typer.main.get_command(app).commands["snapshot"]  # type: ignore[attr-defined] # it is a group
    options = {name for parameter in group.commands["submit"].params for name in parameter.opts}
    assert {pages.plain(row["option"]) for row in rows} <= options


def test_every_state_is_explained() -> None:
    assert [pages.plain(row["state"]) for row in pages.table(PAGE, "state")] == [state.value for state in SnapshotState]


def test_the_figures_are_those_of_the_code() -> None:
    text = re.sub(r"\s+", " ", pages.text(PAGE))
    for told in (
        f"in messages of up to {limits.SNAPSHOT_ROWS_MAX:,}",
        f"The gate keeps {PART_ROWS:,} rows at a time",
        f"kept for {SNAPSHOTS_KEPT_MS // DAY_MS} days",
        f"the first {BAD_ROWS_KEPT:,}, and the number of all",
        f"nothing comes for {limits.STREAM_IDLE_MS // 1_000} s",
        f"ahead of the store's by {AHEAD_MAX_MS // 1_000} s",
    ):
        assert told in text
    assert "kept for a week" in text
    assert ROWS_KEPT_S == 7 * 86_400
