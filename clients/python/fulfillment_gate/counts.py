"""For a warehouse: tell the count of a whole location."""

from __future__ import annotations

from collections.abc import Iterable

from fulfillment_gate.aio import AsyncGate
from fulfillment_gate.count_plan import CountPlan, CountTerms, LocationCount
from fulfillment_gate.errors import GateError
from fulfillment_gate.sync import Gate
from fulfillment_gate.v1 import catalog_service_pb2 as catalog_pb2
from fulfillment_gate.v1 import stock_service_pb2 as stock_pb2
from fulfillment_gate.v1 import types_pb2


def count_begins(gate: Gate, location_id: str, *, timeout_s: float | None = None) -> int:
    """Give the revision that a count which begins now is as of. Raises NotFound (UNKNOWN_LOCATION)."""
    return gate.list_stock(location_id, page_size=1, timeout_s=timeout_s).revision


async def count_begins_async(gate: AsyncGate, location_id: str, *, timeout_s: float | None = None) -> int:
    """Do as `count_begins`."""
    return (await gate.list_stock(location_id, page_size=1, timeout_s=timeout_s)).revision


def count_location(
    gate: Gate,
    location_id: str,
    count_id: str,
    lines: Iterable[stock_pb2.CountLine],
    *,
    as_of_revision: int,
    includes_picked: bool = False,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> LocationCount:
    """Tell all that was counted at a location, in any order and number of lines: what is not among them is not there.

    `as_of_revision` is what `count_begins` gave before the first shelf was counted: whatever came, left or was picked
    since is accounted for. With `includes_picked`, picked units that are not yet shipped are among those counted.

    It is sent in parts of up to 2,000 SKUs, each whole by itself, with the operation ids `<count_id>/1`, `/2` …; a
    `source_event` gets the number of the part as its line. Interrupted, the same call again goes on where it was, and
    gives the whole result. `timeout_s` is that of each part.

    Raises NotFound (UNKNOWN_LOCATION; UNKNOWN_ITEM with the identifiers, before anything is told), AlreadyExists
    (OPERATION_ID_REUSED: this count_id was used for other lines), Refused (AS_OF_AHEAD, QUANTITY_OVERFLOW), ValueError
    for a count_id of more than 58 characters.
    """
    plan = CountPlan(CountTerms(location_id, count_id, as_of_revision, includes_picked, source_event), lines)
    meant: list[catalog_pb2.ResolvedItem] = []
    for some in plan.identifiers():
        meant += gate.resolve_items(some, timeout_s=timeout_s).items
    plan.lay_out(meant, [level.sku for level in gate.iter_stock(location_id, timeout_s=timeout_s)])
    while part := plan.part():
        try:
            answer = gate.submit_count(
                location_id,
                count_id,
                part.lines,
                as_of_revision=as_of_revision,
                includes_picked=includes_picked,
                covers_range=True,
                covers_after=part.after,
                covers_through=part.through,
                operation_id=part.operation_id,
                source_event=part.source_event,
                timeout_s=timeout_s,
            )
        except GateError as error:
            if revision := plan.look_at(error):
                told = gate.list_entries(
                    location_id, from_revision=revision, page_size=1, include_canonical=True, timeout_s=timeout_s
                )
                plan.repeat(told, error)
        else:
            plan.answered(part, answer)
    return plan.result()


async def count_location_async(
    gate: AsyncGate,
    location_id: str,
    count_id: str,
    lines: Iterable[stock_pb2.CountLine],
    *,
    as_of_revision: int,
    includes_picked: bool = False,
    source_event: types_pb2.SourceEvent | None = None,
    timeout_s: float | None = None,
) -> LocationCount:
    """Do as `count_location`."""
    plan = CountPlan(CountTerms(location_id, count_id, as_of_revision, includes_picked, source_event), lines)
    meant: list[catalog_pb2.ResolvedItem] = []
    for some in plan.identifiers():
        meant += (await gate.resolve_items(some, timeout_s=timeout_s)).items
    plan.lay_out(meant, [level.sku async for level in gate.iter_stock(location_id, timeout_s=timeout_s)])
    while part := plan.part():
        try:
            answer = await gate.submit_count(
                location_id,
                count_id,
                part.lines,
                as_of_revision=as_of_revision,
                includes_picked=includes_picked,
                covers_range=True,
                covers_after=part.after,
                covers_through=part.through,
                operation_id=part.operation_id,
                source_event=part.source_event,
                timeout_s=timeout_s,
            )
        except GateError as error:
            if revision := plan.look_at(error):
                told = await gate.list_entries(
                    location_id, from_revision=revision, page_size=1, include_canonical=True, timeout_s=timeout_s
                )
                plan.repeat(told, error)
        else:
            plan.answered(part, answer)
    return plan.result()
