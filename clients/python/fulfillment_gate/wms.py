"""For a warehouse: release a wave, and know for each line what to do; count; book in what came; tell what it believes.

The rule of the gate is that nothing is picked without its yes. So where the gate cannot be asked, these functions
raise: no error, no answer that is not understood, and no missing permit ever yields something to pick.
"""

# ruff: noqa: PLR0913 - a function takes what its message has, by name

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.count_plan import LocationCount
from fulfillment_gate.counts import count_begins, count_begins_async, count_location, count_location_async
from fulfillment_gate.errors import GateError, Refused
from fulfillment_gate.mirrors import compared, compared_async, tell_stock, tell_stock_async
from fulfillment_gate.receipts import Received, receive, receive_async
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import fulfillment_gate_service_pb2 as gate_pb2
from fulfillment_gate.v1 import types_pb2

__all__ = [
    "ADVICE",
    "NOT_UNDERSTOOD",
    "STOP",
    "LocationCount",
    "Pick",
    "PickingStopped",
    "Received",
    "Shortfall",
    "WaveRelease",
    "compared",
    "compared_async",
    "count_begins",
    "count_begins_async",
    "count_location",
    "count_location_async",
    "receive",
    "receive_async",
    "release_wave",
    "release_wave_async",
    "tell_stock",
    "tell_stock_async",
]

ADVICE: Final[dict[gate_pb2.VerdictReason, str]] = {
    gate_pb2.VERDICT_REASON_UNSPECIFIED: "The gate gave no reason: do not pick these units, and ask again.",
    gate_pb2.VERDICT_REASON_NOT_COMMITTED: "Wait until the order is confirmed for these units, then ask again.",
    gate_pb2.VERDICT_REASON_NO_RESERVATION: "Take the line off the wave: the order has no claim on it here.",
    gate_pb2.VERDICT_REASON_HOLD_EXPIRED: (
        "Take the line off the wave: its hold ran out before the order was placed; a late confirmation may revive it."
    ),
    gate_pb2.VERDICT_REASON_ALREADY_ALLOCATED: (
        "Do not pick twice: these units are under an earlier permit, or have left already."
    ),
    gate_pb2.VERDICT_REASON_INSUFFICIENT_ALLOCATABLE: (
        "Leave these units until stock comes in, or serve the order from another location."
    ),
    gate_pb2.VERDICT_REASON_STOCK_ON_HOLD: (
        "Have the damaged, inspected or doubted stock of this SKU cleared or counted, then ask again."
    ),
    gate_pb2.VERDICT_REASON_UNKNOWN_SKU: "Check the item code: this SKU was never received at this location.",
    gate_pb2.VERDICT_REASON_ORDER_INCOMPLETE: (
        "Leave the line until the other lines of its order can be picked, or ask line by line."
    ),
    gate_pb2.VERDICT_REASON_WAVE_INCOMPLETE: (
        "Take the lines that are blocked for another reason off the wave, then ask again for the rest."
    ),
}
"""What a warehouse does about the units it may not pick, for each reason of the contract."""

NOT_UNDERSTOOD: Final = "Do not pick: this answer of the gate is not understood; the SDK may be older than the gate."

STOP: Final = (
    "Stop picking at this location, under permits given before too: its record has lost history, and what was allowed "
    "may be promised to others by now. Whoever runs the gate says when to go on."
)
"""What a warehouse does at a location that is fenced."""


class PickingStopped(Refused):
    """The location is fenced: nothing is released there, and what was released is in doubt. `STOP` says what to do."""

    def __str__(self) -> str:
        """Say what went wrong, and what to do."""
        return f"{super().__str__()}. {STOP}"


@dataclass(frozen=True, slots=True)
class Pick:
    """Units that may be picked, under a permit that the pick report and the shipment must present."""

    order_id: str
    line_id: str
    sku: str
    quantity: int
    """Base units to pick, 1 or more: what was authorised, which may be less than was asked."""
    permit_id: str


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Units that were asked for and may not be picked."""

    order_id: str
    line_id: str
    sku: str
    asked: int
    """Base units asked for."""
    authorized: int
    """Base units that may be picked all the same: 0 for a blocked line."""
    reason: str
    """The name of a VerdictReason without its prefix (`STOCK_ON_HOLD`); empty where the gate gave none."""
    advice: str
    """One sentence for the person who runs the wave."""


@dataclass(frozen=True, slots=True)
class WaveRelease:
    """The gate's word on a wave, sorted by what is to be done."""

    location_id: str
    wave_id: str
    permit_id: str
    """Empty where nothing may be picked."""
    permit_expires_at_ms: int
    """Until when it may be picked, ms since the epoch by the store's clock; 0 without a permit."""
    revision: int
    """Where the decision stands in the ledger of the location."""
    picks: tuple[Pick, ...]
    """All that may be picked, trimmed lines with what is left of them, in the order asked."""
    trimmed: tuple[Shortfall, ...]
    """Lines that are among the picks with less than was asked."""
    blocked: tuple[Shortfall, ...]
    """Lines that are not to be picked at all."""

    @property
    def may_pick(self) -> bool:
        """True where there is anything to pick."""
        return bool(self.picks)


def release_wave(
    gate: Gate,
    location_id: str,
    wave_id: str,
    lines: Iterable[gate_pb2.WaveLine],
    *,
    atomicity: gate_pb2.WaveAtomicity = gate_pb2.WAVE_ATOMICITY_LINE,
    permit_ttl_ms: int = 0,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> WaveRelease:
    """Ask the gate for the wave (1 to 2,000 lines) and sort its answer by what is to be done.

    The permit lasts permit_ttl_ms (0: four hours). Raises PickingStopped where the location is fenced, and whatever
    `Gate.authorize_wave` raises: an exception means that nothing may be picked. Where its `outcome_unknown` is true,
    the gate may have given a permit; asking again with `operation_id=error.operation_id` brings it.
    """
    try:
        answer = gate.authorize_wave(
            location_id,
            wave_id,
            lines,
            atomicity=atomicity,
            permit_ttl_ms=permit_ttl_ms,
            operation_id=operation_id,
            source_event=source_event,
            timeout_s=timeout_s,
        )
    except GateError as error:
        raise _stopped(error) from error.__cause__
    return _sorted(location_id, wave_id, answer)


async def release_wave_async(
    gate: AsyncGate,
    location_id: str,
    wave_id: str,
    lines: Iterable[gate_pb2.WaveLine],
    *,
    atomicity: gate_pb2.WaveAtomicity = gate_pb2.WAVE_ATOMICITY_LINE,
    permit_ttl_ms: int = 0,
    operation_id: str | None = None,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> WaveRelease:
    """Do as `release_wave`."""
    try:
        answer = await gate.authorize_wave(
            location_id,
            wave_id,
            lines,
            atomicity=atomicity,
            permit_ttl_ms=permit_ttl_ms,
            operation_id=operation_id,
            source_event=source_event,
            timeout_s=timeout_s,
        )
    except GateError as error:
        raise _stopped(error) from error.__cause__
    return _sorted(location_id, wave_id, answer)


def _stopped(error: GateError) -> GateError:
    return PickingStopped(error.failure) if error.reason == "LOCATION_FENCED" else error


def _sorted(location_id: str, wave_id: str, answer: gate_pb2.AuthorizeWaveResponse) -> WaveRelease:
    picks: list[Pick] = []
    trimmed: list[Shortfall] = []
    blocked: list[Shortfall] = []
    for line in answer.lines:
        units = _units_to_pick(line, answer.permit_id)
        if units:
            picks.append(Pick(line.order_id, line.line_id, line.sku, units, answer.permit_id))
        if units < line.quantity:
            (trimmed if units else blocked).append(_shortfall(line, units))
    return WaveRelease(
        location_id=location_id,
        wave_id=wave_id,
        permit_id=answer.permit_id,
        permit_expires_at_ms=answer.permit_expires_at_ms,
        revision=answer.applied.revision,
        picks=tuple(picks),
        trimmed=tuple(trimmed),
        blocked=tuple(blocked),
    )


def _units_to_pick(line: gate_pb2.LineVerdict, permit_id: str) -> int:
    """Give the units authorised, and 0 for all that is not a yes in every respect."""
    full = line.verdict == gate_pb2.VERDICT_PICK and 0 < line.authorized_quantity == line.quantity
    part = line.verdict == gate_pb2.VERDICT_TRIM and 0 < line.authorized_quantity < line.quantity
    return line.authorized_quantity if permit_id and (full or part) else 0


def _shortfall(line: gate_pb2.LineVerdict, authorized: int) -> Shortfall:
    said_no = line.verdict in {gate_pb2.VERDICT_TRIM, gate_pb2.VERDICT_BLOCK}
    understood = said_no and line.authorized_quantity == authorized and line.reason in ADVICE
    return Shortfall(
        order_id=line.order_id,
        line_id=line.line_id,
        sku=line.sku,
        asked=line.quantity,
        authorized=authorized,
        reason=_name(line.reason),
        advice=ADVICE[line.reason] if understood else NOT_UNDERSTOOD,
    )


def _name(reason: gate_pb2.VerdictReason) -> str:
    if reason == gate_pb2.VERDICT_REASON_UNSPECIFIED:
        return ""
    try:
        return gate_pb2.VerdictReason.Name(reason).removeprefix("VERDICT_REASON_")
    except ValueError:  # a reason of a newer contract
        return str(int(reason))
