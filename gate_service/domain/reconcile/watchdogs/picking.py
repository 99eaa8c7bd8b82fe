"""From the wave to the door: authorised units are picked, picked units are shipped.

A wave is over when nothing of its permit is left to pick, or the permit ran out. What was picked for an order under a
permit is over when it has left. Which units leave with a parcel is read off the entry's changes: of a SKU, `picked`
falls by what was reported picked, `allocated` by that and what nobody had reported.
"""

from __future__ import annotations

from dataclasses import replace

from gate_service.domain.reconcile.expecting import Book, Expectation
from gate_service.domain.reconcile.policy import ReconcileRules
from gate_service.domain.reconcile.records import FindingKind
from gate_service.domain.reconcile.watchdogs.telling import Told, renamed
from gate_service.domain.vocabulary import Bucket

_WAVE = FindingKind.WAVE_WITHOUT_PICK
_PICKED = FindingKind.PICKED_WITHOUT_SHIPMENT


def authorised(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Expect what a permit allows to be picked: units by "order SKU"."""
    permit_id, entry = told.reply["permit_id"], told.entry
    if not permit_id:
        return
    units: dict[str, int] = {}
    for (order_id, _, sku, _), (_, _, given) in zip(told.body["lines"], told.reply["lines"], strict=True):
        if given:
            name = f"{order_id} {sku}"
            units[name] = units.get(name, 0) + given
    deadline_ms = entry.at_ms + rules.deadline_ms(_WAVE)
    book.put(
        Expectation(
            _WAVE,
            book.location_id,
            permit_id,
            entry.at_ms,
            deadline_ms,
            deadline_ms,
            told.system,
            entry.revision,
            units,
        )
    )


def picked(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Expect what was picked to be shipped, and no more to be picked than is left."""
    permit_id: str = told.body["permit_id"]
    found: dict[str, dict[str, int]] = {}
    gone: dict[str, int] = {}
    for order_id, _, sku, units, short, *_ in told.body["lines"]:
        name = f"{order_id} {sku}"
        gone[name] = gone.get(name, 0) + units + short
        if units:
            of_order = found.setdefault(order_id, {})
            of_order[sku] = of_order.get(sku, 0) + units
    _progress(book, book.get(_WAVE, permit_id), gone, told, rules)
    for order_id, by_sku in found.items():
        _expect_shipment(book, told, rules, order_id, permit_id, by_sku)


def _expect_shipment(
    book: Book, told: Told, rules: ReconcileRules, order_id: str, permit_id: str, by_sku: dict[str, int]
) -> None:
    entry, subject = told.entry, f"{order_id} {permit_id}"
    before = book.get(_PICKED, subject)
    units = dict(before.open) if before else {}
    for sku, more in by_sku.items():
        units[sku] = units.get(sku, 0) + more
    deadline_ms = entry.at_ms + rules.deadline_ms(_PICKED)
    book.put(
        Expectation(
            _PICKED,
            book.location_id,
            subject,
            entry.at_ms,
            deadline_ms,
            deadline_ms,
            told.system,
            entry.revision,
            units,
        )
    )


def shipped(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Expect no more what left with a parcel; without a permit it comes from the order's oldest ones."""
    order_id: str = told.body["order_id"]
    if not order_id:
        return
    reported = {sku: -delta for sku, delta in told.moved(Bucket.PICKED).items() if delta < 0}
    allocated = {sku: -delta for sku, delta in told.moved(Bucket.ALLOCATED).items() if delta < 0}
    unreported = {f"{order_id} {sku}": units - reported.get(sku, 0) for sku, units in allocated.items()}
    permit_id: str = told.body.get("permit_id", "")
    if permit_id:
        _progress(book, book.get(_PICKED, f"{order_id} {permit_id}"), reported, told, rules)
        _progress(book, book.get(_WAVE, permit_id), unreported, told, rules)
        return
    for each in book.of(_PICKED, f"{order_id} "):
        _use_up(reported, each, _progress(book, each, reported, told, rules))
    waits = {name for name, units in unreported.items() if units > 0}
    for each in book.of(_WAVE) if waits else ():
        if not waits.isdisjoint(each.open):
            _use_up(unreported, each, _progress(book, each, unreported, told, rules))


def expired(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Expect no more picks under a permit that ran out; what was picked may still be shipped."""
    _ = rules
    wave = book.get(_WAVE, told.body["permit_id"])
    if wave:
        book.end(wave)


def merged(book: Book, told: Told, rules: ReconcileRules) -> None:
    """Follow a SKU that became part of another one."""
    _ = rules
    old, new = told.body["sku"], told.body["into_sku"]
    for each in (*book.of(_WAVE), *book.of(_PICKED)):
        units = each.open
        for name in each.open:
            begin, _, sku = name.rpartition(" ")
            if sku == old:
                units = renamed(units, name, f"{begin} {new}" if begin else new)
        if units is not each.open:
            book.put(replace(each, open=units))


def _progress(
    book: Book, before: Expectation | None, gone: dict[str, int], told: Told, rules: ReconcileRules
) -> Expectation | None:
    """Take off what came; what is left has its time anew. Gives what is left, None for nothing."""
    if before is None:
        return None
    after = before
    for name, units in gone.items():
        after = after.without(name, units)
    if after.open == before.open:
        return before
    if not after.open:
        book.end(before)
        return None
    deadline_ms = told.entry.at_ms + rules.deadline_ms(before.kind)
    book.put(replace(after, since_ms=told.entry.at_ms, deadline_ms=deadline_ms, due_ms=deadline_ms))
    return after


def _use_up(gone: dict[str, int], before: Expectation, after: Expectation | None) -> None:
    """Take off what one permit accounted for, so that the next one does not again."""
    left = after.open if after else {}
    for name, units in before.open.items():
        if name in gone:
            gone[name] -= units - left.get(name, 0)
