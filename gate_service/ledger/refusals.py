"""Turns a stored refusal into the domain's error, in words that help the reader."""

from __future__ import annotations

from typing import Any

from gate_service.domain.errors import InvalidField, Refused, Violation
from gate_service.domain.replies import NOT_STORED, Applied
from gate_service.domain.vocabulary import Reason

_TEXTS = {
    Reason.UNKNOWN_LOCATION: "nothing was ever received at this location; record a receipt first, or mend the id",
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
}


def refused(data: dict[str, Any], replayed: bool, about: dict[str, str]) -> Refused | InvalidField:  # noqa: FBT001
    """Read a refusal's JSON; `about` names what it concerned (location_id, order_id …) for the metadata."""
    reason = Reason(data["refused"])
    if reason is Reason.INVALID_FIELD:
        return InvalidField(data["field"], "is out of its bound")
    metadata = {name: value for name, value in about.items() if value}
    if "stored_revision" in data:
        metadata["stored_revision"] = str(data["stored_revision"])
    applied = Applied(data["revision"], data["at_ms"], replayed) if "revision" in data else NOT_STORED
    violations = tuple(Violation(*row) for row in data.get("violations") or ())
    return Refused(reason, _TEXTS[reason], metadata, violations, applied)
