"""Turns a stored refusal into the domain's error, in words that help the reader."""

from __future__ import annotations

from typing import Any

from gate_service.domain.errors import InvalidField, LocationFenced, Refused, Violation
from gate_service.domain.operations import Operation
from gate_service.domain.replies import Applied
from gate_service.domain.vocabulary import Reason

_TEXTS = {
    Reason.UNKNOWN_LOCATION: (
        "nothing was ever received or announced at this location; record a receipt first, or mend the id"
    ),
    Reason.UNKNOWN_SKU: "these SKUs were never received at this location; record a receipt first, or mend the code",
    Reason.RESERVATION_NOT_FOUND: "this order has no reservation at this location",
    Reason.PERMIT_NOT_FOUND: "this permit was never given at this location",
    Reason.LINE_NOT_FOUND: "the reservation has no such line",
    Reason.INSUFFICIENT_STOCK: "less may be promised than was asked for",
    Reason.RESERVATION_EXISTS: "this order is reserved here already, by another operation",
    Reason.RESERVATION_RELEASED: "this reservation was released; a late event does not take it again",
    Reason.HOLD_EXPIRED: "the hold ran out and its stock is no longer there",
    Reason.RELEASE_EXCEEDS_LINE: "more was to be released than the line still holds",
    Reason.PICK_IN_PROGRESS: (
        "units under a permit cannot be released: what is not picked goes back when the permit runs out, "
        "what is picked must be shipped"
    ),
    Reason.ALREADY_SHIPPED: "everything was shipped already",
    Reason.PERMIT_REQUIRED: "no pick and no shipment without a permit; authorise the wave first",
    Reason.PERMIT_EXPIRED: "the permit ran out before these units were picked; authorise the wave again",
    Reason.LINE_NOT_PERMITTED: "the permit does not cover these lines",
    Reason.PICK_EXCEEDS_PERMIT: "more was reported than the permit still allows",
    Reason.SHIPMENT_EXCEEDS_PERMIT: "more was to be shipped than the permit still allows",
    Reason.SHIPMENT_ID_REUSED: "this shipment_id was used for this order with other lines",
    Reason.INSUFFICIENT_ON_HAND: "the correction would take a bucket below what is physically possible",
    Reason.QUANTITY_OVERFLOW: "a bucket would exceed its bound",
    Reason.OPERATION_ID_REUSED: "this operation_id was used before with another content; use a new one",
    Reason.HANDOFFS_VERSION_STALE: "a handoff map of this version, or a newer one, is in force; count the version up",
    Reason.SOURCE_EVENT_CONFLICT: (
        "this source event was told before with another content; look at both, and tell what is true as another event"
    ),
    Reason.SOURCE_EVENT_RETIRED: "this source event was told before, so long ago that its answer is no longer kept",
    Reason.SKU_MERGED: "this SKU became part of another one; name that one",
    Reason.MERGE_TOO_LARGE: (
        "more open orders or announcements rest on this SKU than one merge takes; "
        "ship, release, receive or close some first"
    ),
    Reason.ORDER_NOT_COMMITTED: (
        "the order is held for a checkout and was not placed: nothing of it can have been shipped; confirm it first"
    ),
    Reason.SHIPMENT_EXCEEDS_ORDER: "more was to be shipped than the order still has open",
    Reason.UNMATCHED_NOT_FOUND: "no such confirmation waits at this location; somebody may have resolved it",
    Reason.DOCUMENT_NOT_FOUND: "no such document was ever announced at this location",
    Reason.DOCUMENT_VERSION_REUSED: (
        "this version of the document was told before with another content; count the version up with each change; "
        "and never let a transfer and another document have one id"
    ),
    Reason.TRANSFER_ID_REUSED: "this transfer_id was used at this location for another transfer; use a new one",
    Reason.STOCK_HOLD_EXISTS: "a hold of this name is placed at this location already",
    Reason.STOCK_HOLD_NOT_FOUND: "no hold of this name is placed at this location; somebody may have lifted it",
    Reason.PROPOSAL_NOT_FOUND: "no such correction waits at this location; somebody may have decided it",
    Reason.SECOND_ACTOR_REQUIRED: "the yes must come from another person than the one who asked, named by gate-actor",
    Reason.AS_OF_AHEAD: "the count is of a revision that this location has not reached; mend as_of_revision",
    Reason.COUNT_RANGE_TOO_WIDE: (
        "the range covers too many SKUs that were not counted; tell the count in smaller parts"
    ),
    Reason.LINES_REQUIRED: (
        "something of this order has left under another shipment_id, and this parcel, which may be the same one, does "
        "not say what it held: tell its lines"
    ),
    Reason.OPERATION_ID_RETIRED: (
        "this operation_id was used here so long ago that its answer is only in the archive; it was not applied again"
    ),
    Reason.FENCE_CHANGED: "the location is not fenced, or by another finding than the one looked at; look again",
    Reason.AS_OF_TOO_OLD: "what moved since as_of_revision is only in the archive; count anew, as of now",
    Reason.APPROVAL_REQUIRED: "more would be written off than one person alone may; ask for it by AdjustStock",
}
_ABOUT = (
    "location_id",
    "order_id",
    "permit_id",
    "shipment_id",
    "wave_id",
    "document_id",
    "transfer_id",
    "hold_id",
    "proposal_id",
    "unmatched_id",
    "operation_id",
)
_CARRIED = ("stored_revision", "sku", "into_sku", "unmatched_id", "proposal_id")
"""What a refusal says of itself beside its lines."""


def about(operation: Operation[Any]) -> dict[str, str]:
    """Name what an operation concerns, for a refusal's metadata."""
    return {name: getattr(operation, name, "") for name in _ABOUT}


def refused(data: dict[str, Any], applied: Applied, about: dict[str, str]) -> Refused | InvalidField | LocationFenced:
    """Read a refusal's JSON; `about` names what it concerned (location_id, order_id …) for the metadata."""
    reason = Reason(data["refused"])
    if reason is Reason.INVALID_FIELD:
        return InvalidField(data["field"], "is out of its bound")
    if reason is Reason.LOCATION_FENCED:
        return LocationFenced(about.get("location_id", ""), data["fenced_since_ms"])
    metadata = {name: value for name, value in about.items() if value}
    metadata |= {name: str(data[name]) for name in _CARRIED if name in data}
    violations = tuple(Violation(*row) for row in data.get("violations") or ())
    return Refused(reason, _TEXTS[reason], metadata, violations, applied)
