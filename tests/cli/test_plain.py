from __future__ import annotations

from collections.abc import Iterable

import pytest
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message

import fulfillment_gate as sdk
from gate_service.cli.plain import compact, plain, pretty, short_name
from gate_service.domain import vocabulary


def test_no_field_is_ever_left_out_and_a_message_that_is_not_set_is_null() -> None:
    assert plain(sdk.LineAvailability(sku="MUG")) == {
        "sku": "MUG",
        "quantity": 0,
        "known": False,
        "promise": 0,
        "sufficient": False,
        "level": None,
        "safety_stock": 0,
        "buffer": 0,
        "ring_fenced_for_others": 0,
        "components": [],
        "non_stock": False,
    }


def test_large_numbers_stay_numbers_and_enums_are_their_short_names() -> None:
    entry = sdk.LedgerEntry(
        revision=2**53 + 1,
        kind=sdk.OPERATION_KIND_EXPIRE_HOLD,
        changes=[sdk.StockChange(sku="MUG", bucket=sdk.BUCKET_QUALITY_CONTROL, delta=-3)],
    )
    told = plain(entry)
    assert told["revision"] == 2**53 + 1
    assert told["kind"] == "EXPIRE_HOLD"
    assert told["changes"] == [{"sku": "MUG", "bucket": "QUALITY_CONTROL", "delta": -3}]
    assert plain(sdk.LineVerdict(verdict=sdk.VERDICT_PICK))["reason"] == ""


def test_a_value_that_a_newer_gate_says_is_shown_as_its_number() -> None:
    assert short_name(sdk.Verdict.DESCRIPTOR, 99) == "99"


@pytest.mark.parametrize(
    "message",
    [
        sdk.AuthorizeWaveResponse,
        sdk.CheckAvailabilityResponse,
        sdk.GetReservationResponse,
        sdk.ListEntriesResponse,
        sdk.ReportPickResponse,
    ],
)
def test_the_shape_does_not_depend_on_the_values(message: type[Message]) -> None:
    assert set(plain(message())) == {field.name for field in message.DESCRIPTOR.fields}


def test_names_are_written_as_they_are() -> None:
    assert compact({"note": "Köln", "n": 1}) == '{"note":"Köln","n":1}'
    assert pretty({"note": "Köln"}) == '{\n  "note": "Köln"\n}'


@pytest.mark.parametrize(
    ("words", "enum"),
    [
        (vocabulary.Landing, sdk.Landing),
        (vocabulary.AdjustmentReason, sdk.AdjustmentReason),
        (vocabulary.WaveAtomicity, sdk.WaveAtomicity),
        (vocabulary.ShortReason, sdk.ShortReason),
    ],
)
def test_the_words_of_the_command_line_are_those_of_the_contract(words: Iterable[str], enum: EnumTypeWrapper) -> None:
    short = {short_name(enum.DESCRIPTOR, value.number).lower() for value in enum.DESCRIPTOR.values}
    assert {str(word) for word in words if word} == short - {""}
