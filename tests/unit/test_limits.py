"""The contract's comments and the code state the same bounds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gate_service.domain import limits

ROOT = Path(__file__).parents[2]
PROTOS = ROOT / "protos" / "fulfillment_gate" / "v1"
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PROTOS.glob("*.proto")))
MESSAGES = {
    match[1]: match[2] for match in re.finditer(r"^(?:message|enum) (\w+) \{\n(.*?)^\}", TEXT, re.MULTILINE | re.DOTALL)
}
"""The body of every message and enum, by its name."""

SAID = {
    "ID_MAX_LENGTH": {"": "1 to {:,} characters of [A-Za-z0-9._@+/-]"},
    "QUANTITY_MAX": {
        "": 'base units ("eaches"), 1 to {:,} where',
        "KitLine.quantity": "1 to {:,}",
        "AvailabilityLine.quantity": "0 to {:,}; 0 asks",
        "ReserveLine.quantity": "Units, 1 to {:,}.",
        "ReleaseLine.quantity": "Units, 1 to {:,}.",
        "WaveLine.quantity": "Units, 1 to {:,}.",
        "PickLine.picked_quantity": "0 to {:,};",
        "PickLine.short_quantity": "0 to {:,}.",
        "ShipLine.quantity": "Units, 1 to {:,}.",
        "ReceiptLine.quantity": "Units, 1 to {:,}.",
        "ReturnLine.quantity": "Units, 1 to {:,}.",
        "MoveLine.quantity": "Units, 1 to {:,}.",
        "PlaceStockHoldRequest.quantity": "Units of the lot, 1 to {:,}:",
        "AdjustmentLine.delta": "-{0:,} to {0:,}, not 0",
        "CountLine.counted_quantity": "0 to {:,}. Lines of one SKU add up.",
        "QuotaLine.quantity": "0 to {:,};",
        "IncomingLine.quantity": "Units, 1 to {:,}.",
        "TransferLine.quantity": "Units, 1 to {:,}.",
    },
    "BUCKET_MAX": {"": "A bucket never exceeds {:,}."},
    "MESSAGE_MAX_BYTES": {"": "at most {:,} bytes"},
    "NOTE_MAX_LENGTH": {
        "AdjustStockRequest.note": "up to {:,} characters",
        "ApproveAdjustmentRequest.note": "up to {:,} characters",
        "LiftStockHoldRequest.note": "up to {:,} characters",
        "MoveStockRequest.note": "up to {:,} characters",
        "PlaceStockHoldRequest.note": "up to {:,} characters",
        "ResolveShipmentRequest.note": "up to {:,} characters",
    },
    "CHECK_LINES_MAX": {"CheckAvailabilityRequest.lines": "1 to {:,} lines.", "GetStockRequest.skus": "1 to {:,} SKUs"},
    "CHECK_LOCATIONS_MAX": {"CheckAvailabilityRequest.location_ids": "0 to {:,} locations"},
    "CHECK_ANSWERS_MAX": {"CheckAvailabilityRequest.location_ids": "Lines times locations: at most {:,}."},
    "STALE_MAX_MS": {"CheckAvailabilityRequest.max_age_ms": "0 to {:,} ms;"},
    "ORDER_LINES_MAX": {
        "ReserveStockRequest.lines": "1 to {:,} lines.",
        "ReleaseReservationRequest.lines": "0 to {:,} lines,",
        "ConfirmShipmentRequest.lines": "0 to {:,} lines.",
    },
    "WAVE_LINES_MAX": {"AuthorizeWaveRequest.lines": "1 to {:,} lines;", "ReportPickRequest.lines": "1 to {:,} lines,"},
    "STOCK_LINES_MAX": {
        "RecordReceiptRequest.lines": "1 to {:,} lines,",
        "MoveStockRequest.lines": "1 to {:,} lines,",
        "AdjustStockRequest.lines": "1 to {:,} lines,",
        "SubmitCountRequest.lines": "1 to {0:,} lines; with covers_range 0 to {0:,}.",
        "SetQuotaRequest.lines": "1 to {:,} lines,",
        "AnnounceIncomingRequest.lines": "1 to {:,} lines.",
        "AmendIncomingRequest.lines": "0 to {:,} lines,",
    },
    "RETURN_LINES_MAX": {"RecordReturnRequest.lines": "1 to {:,} lines,"},
    "TRANSFER_LINES_MAX": {"TransferStockRequest.lines": "1 to {:,} lines,"},
    "COUNT_COVERED_MAX": {
        "SubmitCountRequest.covers_range": "At most {:,} such SKUs.",
        "ErrorReason.ERROR_REASON_COUNT_RANGE_TOO_WIDE": "more than {:,} SKUs",
    },
    "TTL_MIN_MS": {"ReserveStockRequest.ttl_ms": "How long to hold, {:,} to"},
    "TTL_MAX_MS": {"ReserveStockRequest.ttl_ms": "to {:,} ms (a day)"},
    "PERMIT_TTL_MIN_MS": {"AuthorizeWaveRequest.permit_ttl_ms": "How long the permit allows to pick, {:,} to"},
    "PERMIT_TTL_MAX_MS": {"AuthorizeWaveRequest.permit_ttl_ms": "to {:,} ms (a week)"},
    "PERMIT_TTL_DEFAULT_MS": {"AuthorizeWaveRequest.permit_ttl_ms": "0: {:,} (four hours)"},
    "VERSION_MAX": {
        "AnnounceIncomingRequest.version": "1 to {:,}; 0: 1.",
        "AmendIncomingRequest.version": "1 to {:,}.",
    },
    "AT_MAX_MS": {
        "AnnounceIncomingRequest.expected_at_ms": "up to {:,};",
        "AmendIncomingRequest.expected_at_ms": "up to {:,};",
        "TransferStockRequest.expected_at_ms": "up to {:,};",
        "SnapshotHeader.as_of_ms": "up to {:,};",
    },
    "EVENT_NUMBER_MAX": {"SourceEvent.number": "1 to {:,}; 0: not numbered"},
    "HIT_ORDERS_MAX": {"Shortage.orders": "At most {:,}."},
    "FEED_GAPS_MAX": {"Feed.gaps": "at most {:,} gaps"},
    "DELIVERIES_KEPT": {"": "The newest\n  // {:,} or so of a location are kept."},
    "LIST_STOCK_MAX": {"ListStockRequest.page_size": "1 to {:,};"},
    "LIST_STOCK_DEFAULT": {"ListStockRequest.page_size": "; 0: {:,}."},
    "LIST_ENTRIES_MAX": {"ListEntriesRequest.page_size": "1 to {:,};"},
    "LIST_ENTRIES_DEFAULT": {"ListEntriesRequest.page_size": "; 0: {:,}."},
    "LIST_CASES_MAX": {
        "ListUnmatchedShipmentsRequest.page_size": "1 to {:,};",
        "ListStockHoldsRequest.page_size": "1 to {:,};",
        "ListQuotasRequest.page_size": "1 to {:,};",
    },
    "LIST_CASES_DEFAULT": {
        "ListUnmatchedShipmentsRequest.page_size": "; 0: {:,}.",
        "ListStockHoldsRequest.page_size": "; 0: {:,}.",
        "ListQuotasRequest.page_size": "; 0: {:,}.",
    },
    "LIST_DOCUMENTS_MAX": {
        "ListIncomingRequest.page_size": "1 to {:,};",
        "ListProposalsRequest.page_size": "1 to {:,};",
        "ListShortagesRequest.page_size": "1 to {:,};",
    },
    "LIST_DOCUMENTS_DEFAULT": {
        "ListIncomingRequest.page_size": "; 0: {:,}.",
        "ListProposalsRequest.page_size": "; 0: {:,}.",
        "ListShortagesRequest.page_size": "; 0: {:,}.",
    },
    "LIST_DELIVERIES_MAX": {"ListDeliveriesRequest.page_size": "1 to {:,};"},
    "LIST_DELIVERIES_DEFAULT": {"ListDeliveriesRequest.page_size": "; 0: {:,}."},
    "HANDOFFS_MAX_BYTES": {"ApplyHandoffsRequest.document": "up to {:,} bytes"},
    "VIOLATIONS_KEPT": {
        "ViolationCause.VIOLATION_CAUSE_OTHERS": "once {:,} different",
        "ListViolationsRequest.page_size": "1 to {:,};",
    },
    "LIST_VIOLATIONS_DEFAULT": {"ListViolationsRequest.page_size": "; 0: {:,}."},
    "STREAM_IDLE_MS": {"": "nothing comes for {:,} ms"},
    "SNAPSHOT_ROWS_MAX": {"SnapshotRows.rows": "1 to {:,} rows."},
    "SNAPSHOT_MAX": {"SnapshotEnd.row_count": "0 to {:,}."},
    "LIST_SNAPSHOTS_MAX": {"ListSnapshotsRequest.page_size": "1 to {:,};"},
    "LIST_SNAPSHOTS_DEFAULT": {"ListSnapshotsRequest.page_size": "; 0: {:,}."},
    "LIST_CHANGES_MAX": {"ListHandoffChangesRequest.page_size": "1 to {:,};"},
    "LIST_CHANGES_DEFAULT": {"ListHandoffChangesRequest.page_size": "; 0: {:,}."},
}
"""What the contract says of each bound, by field; under the empty name what it says of all of them."""

NO_CALLERS_CONCERN = {
    "EVENTS_RETIRED_PER_CALL": "up to {:,} source events whose retention has ended",
    "FIGURE_MAX": "both within ± {:,}",
}
"""Bounds that no call shows; they stand in docs/transitions.md."""


def comment(where: str) -> str:
    """Give the comment at "Message.field" or "Enum.VALUE", on one line."""
    message, _, field = where.partition(".")
    found = re.search(
        rf"((?:^ {{2,4}}//[^\n]*\n)+)^ {{2,4}}(?:repeated )?(?:[\w.]+ )?{field} = \d+;", MESSAGES[message], re.MULTILINE
    )
    assert found, f"{where} is not in the contract"
    return " ".join(re.findall(r"// ([^\n]*)", found[1]))


def test_every_bound_is_said() -> None:
    bounds = {name for name in vars(limits) if name.isupper() and isinstance(getattr(limits, name), int)}
    assert set(SAID) | set(NO_CALLERS_CONCERN) == bounds


@pytest.mark.parametrize(("name", "where"), [(name, where) for name, said in SAID.items() for where in said])
def test_a_bound_in_the_contract_is_the_one_in_the_code(name: str, where: str) -> None:
    text = comment(where) if where else TEXT
    assert SAID[name][where].format(getattr(limits, name)) in text


@pytest.mark.parametrize("name", NO_CALLERS_CONCERN)
def test_a_bound_in_the_pages_is_the_one_in_the_code(name: str) -> None:
    page = (ROOT / "docs" / "transitions.md").read_text(encoding="utf-8")
    assert NO_CALLERS_CONCERN[name].format(getattr(limits, name)) in page


@pytest.mark.parametrize("message", [name for name in MESSAGES if re.search(r" page_size = ", MESSAGES[name])])
def test_every_page_says_how_large_it_may_be_and_how_large_it_is(message: str) -> None:
    assert re.search(r"1 to [\d,]+; 0: [\d,]+\.", comment(f"{message}.page_size"))


@pytest.mark.parametrize("field", re.findall(r"^(?:  )(?:repeated )?[\w.]+ (\w+) = \d+;", TEXT, re.MULTILINE))
def test_every_field_of_the_contract_is_documented(field: str) -> None:
    assert re.search(rf"//[^\n]*\n  (?:repeated )?[\w.]+ {field} = ", TEXT)
