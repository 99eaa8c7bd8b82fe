"""Every way in which one field of a sound request can be spoilt, and the path that the error must name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.protobuf.message import Message

from gate_service.domain import limits
from tests.rpc.sound import SOUND

Change = Callable[[Any], None]

BAD_IDS = ["", "{L}", "L:1", "L\n", "L\x00", "\tL", "two words", "ü", "~L", "-L", "x" * 65]
BAD_OPTIONAL_IDS = BAD_IDS[1:]
BAD_QUANTITIES = [0, -1, limits.QUANTITY_MAX + 1, 2**63 - 1, -(2**63)]
BAD_FIGURES = BAD_QUANTITIES[1:]
"""As quantities, where 0 says something."""
BAD_TOKENS = ["x" * 201, "ü", "a\nb", "\x00"]
REQUIRED_IDS = {
    "operation_id",
    "location_id",
    "order_id",
    "wave_id",
    "shipment_id",
    "sku",
    "unmatched_id",
    "return_id",
    "hold_id",
    "proposal_id",
    "count_id",
    "into_sku",
    "document_id",
    "to_location_id",
    "transfer_id",
}
OPTIONAL_IDS = {
    "channel",
    "permit_id",
    "reference",
    "line_id",
    "lot_id",
    "covers_after",
    "covers_through",
    "variance_id",
}
VALUES: dict[str, list[Any]] = {
    "quantity": BAD_QUANTITIES,
    "picked_quantity": [0, -1, limits.QUANTITY_MAX + 1],
    "short_quantity": [-1, limits.QUANTITY_MAX + 1],
    "counted_quantity": BAD_FIGURES,
    "delta": [0, limits.QUANTITY_MAX + 1, -limits.QUANTITY_MAX - 1],
    "unit": ["case", "CASE", "\x00"],
    "amount": ["1.5", "one", "\x00"],
    "short_reason": [99, 1],
    "bucket": [0, 5, 6, 7, 8, 9, 10, 99],
    "landing": [0, 99],
    "reason": [0, 99],
    "atomicity": [0, 99],
    "kind": [0, 3, 99],
    "from_status": [0, 5, 99],
    "to_status": [0, 1, 99],
    "ttl_ms": [-1, 1, 999, limits.TTL_MAX_MS + 1, 2**62],
    "max_age_ms": [-1, limits.STALE_MAX_MS + 1, 2**62],
    "permit_ttl_ms": [-1, 59_999, limits.PERMIT_TTL_MAX_MS + 1],
    "version": [0, -1, limits.VERSION_MAX + 1, 2**62],
    "expected_at_ms": [-1, limits.AT_MAX_MS + 1, 2**62],
    "as_of_revision": [-1, limits.BUCKET_MAX + 1, 2**62],
    "from_revision": [-1, limits.BUCKET_MAX + 1],
    "note": ["x" * 201, "line\nbreak", "bell\x07"],
    "page_token": BAD_TOKENS,
    "number": [-1, limits.EVENT_NUMBER_MAX + 1, 2**62],
}
VALUES |= dict.fromkeys(REQUIRED_IDS, BAD_IDS) | dict.fromkeys(OPTIONAL_IDS, BAD_OPTIONAL_IDS)
OF_ONE_METHOD: dict[tuple[str, str], list[Any]] = {
    # The gate may find the location of an order itself.
    ("ReserveStock", "location_id"): BAD_OPTIONAL_IDS,
    ("ConfirmReservation", "location_id"): BAD_OPTIONAL_IDS,
    ("GetReservation", "location_id"): BAD_OPTIONAL_IDS,
    ("ReleaseReservation", "location_id"): BAD_OPTIONAL_IDS,
    ("ReleaseReservation", "line_id"): BAD_IDS,
    ("CheckAvailability", "quantity"): BAD_FIGURES,
    ("SetQuota", "quantity"): BAD_FIGURES,
    ("SetQuota", "channel"): BAD_IDS,
    ("RecordReceipt", "document_id"): BAD_OPTIONAL_IDS,
    ("RecordReturn", "order_id"): BAD_OPTIONAL_IDS,
    ("RecordReturn", "landing"): [99],
    ("ResolveShipment", "order_id"): BAD_OPTIONAL_IDS,
    ("MoveStock", "reason"): BAD_OPTIONAL_IDS,
    ("AnnounceIncoming", "version"): [-1, limits.VERSION_MAX + 1],
    ("ListStock", "page_token"): BAD_OPTIONAL_IDS,
    ("ListViolations", "system"): BAD_OPTIONAL_IDS,
    ("GetSnapshot", "system"): BAD_OPTIONAL_IDS,
    ("GetSnapshot", "snapshot_id"): BAD_IDS,
    ("ListSnapshots", "system"): BAD_OPTIONAL_IDS,
    ("ListSnapshots", "location_id"): BAD_OPTIONAL_IDS,
    ("ListVariances", "system"): BAD_OPTIONAL_IDS,
    ("ListVariances", "location_id"): BAD_OPTIONAL_IDS,
    ("ListVariances", "sku"): BAD_OPTIONAL_IDS,
    ("ListVariances", "cause"): [99],
    ("ListVariances", "state"): [99],
    ("GetVariance", "variance_id"): BAD_IDS,
    ("ChangeVariance", "variance_id"): BAD_IDS,
    ("ChangeVariance", "verb"): [0, 99],
    ("ChangeVariance", "note"): ["", " ", *VALUES["note"]],
    ("ChangeVariance", "owner"): ["kim", *VALUES["note"]],
    ("ChangeVariance", "version"): [-1, limits.VERSION_MAX + 1, 2**62],
    ("ListBuffers", "channel"): BAD_OPTIONAL_IDS,
    ("ListBuffers", "location_id"): BAD_OPTIONAL_IDS,
    ("StartCount", "task_id"): BAD_IDS,
    ("SubmitCountTask", "task_id"): BAD_IDS,
    ("SubmitCountTask", "counted"): BAD_FIGURES,
    ("GetCountAccuracy", "location_id"): BAD_OPTIONAL_IDS,
    ("GetCountAccuracy", "days"): [-1, 401, 2**31 - 1],
}
PAGES_MAX = {
    "ListUnmatchedShipments": 500,
    "ListStockHolds": 500,
    "ListProposals": 100,
    "ListShortages": 100,
    "ListQuotas": 500,
    "ListStock": 2_000,
    "ListIncoming": 100,
    "ListEntries": 1_000,
    "ListDeliveries": 1_000,
    "ListHandoffChanges": 100,
    "ListViolations": 10_000,
    "ListVariances": 500,
    "ListCountTasks": 500,
    "ListSnapshots": 500,
}
EVENT = {
    "system": BAD_OPTIONAL_IDS,
    "document_type": BAD_OPTIONAL_IDS,
    "document": BAD_IDS,
    "line": BAD_OPTIONAL_IDS,
    "action": BAD_OPTIONAL_IDS,
    "number": VALUES["number"],
}


def bad_values(method: str, name: str) -> list[Any]:
    """Give what a field of a method's request, or of a line of it, must not be."""
    if name == "page_size":
        return [-1, PAGES_MAX[method] + 1, 2**31 - 1]
    return OF_ONE_METHOD.get((method, name), VALUES.get(name, []))


def requests(method: str) -> Iterator[tuple[str, Message]]:
    """Give the sound request of a method with one field spoilt, in each way there is, and the path of that field."""
    sound = SOUND[method]
    for path, change in _changes(method, sound):
        bad = type(sound)()
        bad.CopyFrom(sound)
        change(bad)
        yield path, bad


def _changes(method: str, sound: Message) -> Iterator[tuple[str, Change]]:
    fields = sound.DESCRIPTOR.fields_by_name
    for name in fields:
        for value in bad_values(method, name):
            yield name, _set(name, value)
    line = fields["lines"].message_type if "lines" in fields else None
    if line is not None:
        for name in line.fields_by_name:
            for value in bad_values(method, name):
                yield f"lines[0].{name}", _set_in_line(name, value)
    if "source_event" in fields:
        yield "source_event.document", lambda bad: bad.source_event.SetInParent()
        for name, values in EVENT.items():
            for value in values:
                yield f"source_event.{name}", _set_in_event(name, value)


def _set(name: str, value: Any) -> Change:  # noqa: ANN401 - whatever the field takes
    return lambda bad: setattr(bad, name, value)


def _set_in_line(name: str, value: Any) -> Change:  # noqa: ANN401
    return lambda bad: setattr(bad.lines[0], name, value)


def _set_in_event(name: str, value: Any) -> Change:  # noqa: ANN401
    def change(bad: Any) -> None:  # noqa: ANN401 - any request with an event
        bad.source_event.document = "D"
        setattr(bad.source_event, name, value)

    return change
