"""docs/errors.md against the contract and the one table from reason to code."""

from __future__ import annotations

import pytest
from google.rpc import code_pb2

from fulfillment_gate.v1 import error_reason_pb2
from gate_service.domain.errors import GateError, InvalidField, Refused, Unavailable
from gate_service.domain.vocabulary import Reason
from gate_service.rpc import status
from tests.docs import pages

PAGE = "errors.md"
ROWS = pages.table(PAGE, "reason", "code")


def test_the_page_has_every_reason_of_the_contract_in_its_order_and_no_other() -> None:
    contract = [each.name.removeprefix("ERROR_REASON_") for each in error_reason_pb2.ErrorReason.DESCRIPTOR.values]
    assert ["UNSPECIFIED", *(pages.plain(row["reason"]) for row in ROWS)] == contract


@pytest.mark.parametrize("row", ROWS, ids=lambda row: pages.plain(row["reason"]))
def test_a_reason_has_the_code_that_the_gate_sends(row: pages.Row) -> None:
    assert row["code"] == code_pb2.Code.Name(status.CODES[Reason(pages.plain(row["reason"]))])
    assert row["when"].endswith(".")
    assert row["what the caller does"].endswith(".")


@pytest.mark.parametrize(
    ("error", "where"),
    [
        (InvalidField("lines[3].quantity", "must be 1"), "INVALID_ARGUMENT"),
        (Refused(Reason.UNKNOWN_SKU, "no"), "a refusal by the ledger"),
        (Refused(Reason.HOLD_EXPIRED, "no"), "FAILED_PRECONDITION"),
        (Unavailable(Reason.OVERLOADED, "later", 100), "UNAVAILABLE, RESOURCE_EXHAUSTED"),
        (Unavailable(Reason.STORE_UNAVAILABLE, "later", 100), "UNAVAILABLE, RESOURCE_EXHAUSTED"),
    ],
)
def test_an_error_carries_the_details_that_the_page_names(error: GateError, where: str) -> None:
    described = {row["where"]: pages.code(row["detail"])[0] for row in pages.table(PAGE, "where", "detail")}
    sent = [detail.TypeName() for detail in status.from_error(error).details]
    assert "google.rpc.ErrorInfo" in sent
    assert described[where] in sent
    if where == "FAILED_PRECONDITION":
        assert described["a refusal by the ledger"] in sent


def test_every_code_that_asks_for_patience_carries_how_long() -> None:
    patient = {code_pb2.UNAVAILABLE, code_pb2.RESOURCE_EXHAUSTED}
    reasons = {reason for reason, code in status.CODES.items() if code in patient}
    assert {Reason.STORE_UNAVAILABLE, Reason.OUTCOME_UNKNOWN, Reason.SHUTTING_DOWN, Reason.OVERLOADED} == reasons
