"""Where an order is served from when its caller names no location. docs/sourcing.md says the rule in words.

Pure arithmetic on what each location may promise: the same order and the same offers give the same parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gate_service.domain.errors import Violation
from gate_service.domain.location_sets import first_sets
from gate_service.domain.operations import OrderLine, ReserveStock
from gate_service.domain.vocabulary import Reason


class Offer(NamedTuple):
    """What one location may promise by SKU, in base units; a SKU that was never received there is not in it."""

    location_id: str
    promises: Mapping[str, int]


class Part(NamedTuple):
    """What one location is to serve of an order, under the order's own line ids."""

    location_id: str
    lines: tuple[OrderLine, ...]
    kits: tuple[OrderLine, ...] = ()
    non_stock: tuple[OrderLine, ...] = ()


class Shortfall(NamedTuple):
    """Why an order cannot be served. `nearest` is the location the figures are of; empty where they are of all."""

    reason: Reason
    violations: tuple[Violation, ...]
    nearest: str = ""


class _Need(NamedTuple):
    """A line, or a kit with its components: `quantity` times what `each` says. It is given in whole units."""

    quantity: int
    each: tuple[OrderLine, ...]
    skus: Mapping[str, int]
    """Base units of each SKU in one."""
    kit: OrderLine | None = None


Given = dict[int, int]
"""What one location gives: units of a need, by the place of the need."""


def plan(order: ReserveStock, offers: Sequence[Offer], *, split: bool) -> tuple[Part, ...] | Shortfall:
    """Give the parts of an order, the offers being in the order of the channel; or why there are none."""
    unknown = _unknown(order, offers)
    if unknown:
        return Shortfall(Reason.UNKNOWN_SKU, unknown)
    wanted = _sums((line.sku, line.quantity) for line in order.lines)
    whole = next((offer for offer in offers if _covers(offer.promises, wanted)), None)
    if whole is not None:
        return (Part(whole.location_id, order.lines, order.kits, order.non_stock),)
    if not split:
        return _nearest(order, wanted, offers)
    needs = _needs(order)
    for chosen in first_sets(wanted, [offer.promises for offer in offers]):
        given, left_open = _fill(needs, [offers[place] for place in chosen])
        if not left_open:
            return _parts(order, needs, [offers[place] for place in chosen], given)
    return _short_everywhere(order, wanted, needs, offers)


def _unknown(order: ReserveStock, offers: Sequence[Offer]) -> tuple[Violation, ...]:
    """Name the lines whose SKU no location ever received; without any location these are all of them."""
    return tuple(
        Violation(line.line_id, line.sku, line.quantity, 0)
        for line in order.lines
        if not any(line.sku in offer.promises for offer in offers)
    )


def _sums(units: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for sku, quantity in units:
        sums[sku] = sums.get(sku, 0) + quantity
    return sums


def _covers(promises: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    return all(promises.get(sku, 0) >= quantity for sku, quantity in wanted.items())


def _needs(order: ReserveStock) -> list[_Need]:
    """Give what may go to different places; the components of a kit may not, for it would arrive in pieces."""
    by_id = {line.line_id: line for line in order.lines}
    of_kits: dict[str, _Need] = {}
    for kit in order.kits:
        need = _kit(kit, by_id)
        of_kits |= dict.fromkeys((line.line_id for line in need.each), need)
    needs: list[_Need] = []
    for line in order.lines:
        kit_need = of_kits.get(line.line_id)
        if kit_need is None:
            needs.append(_Need(line.quantity, (line._replace(quantity=1),), {line.sku: 1}))
        elif kit_need.each[0].line_id == line.line_id:
            needs.append(kit_need)
    return needs


def _kit(kit: OrderLine, by_id: Mapping[str, OrderLine]) -> _Need:
    """Read a kit with its component lines `<line_id>/1`, `<line_id>/2` …; one that does not divide stays together."""
    lines: list[OrderLine] = []
    while (line := by_id.get(f"{kit.line_id}/{len(lines) + 1}")) is not None:
        lines.append(line)
    times = 1 if any(line.quantity % kit.quantity for line in lines) else kit.quantity
    each = tuple(line._replace(quantity=line.quantity // times) for line in lines)
    return _Need(times, each, _sums((line.sku, line.quantity) for line in each), kit)


def _fill(needs: Sequence[_Need], offers: Sequence[Offer]) -> tuple[list[Given], Given]:
    """Share the needs out, and give what stays open.

    First each need that some location has whole goes to the first that has; then what is left is torn, each location in
    turn giving all it can.
    """
    left = [dict(offer.promises) for offer in offers]
    given: list[Given] = [{} for _ in offers]
    torn: list[int] = []
    for number, need in enumerate(needs):
        place = next((at for at, stock in enumerate(left) if _most(stock, need) >= need.quantity), None)
        if place is None:
            torn.append(number)
        else:
            _take(left[place], need, need.quantity)
            given[place][number] = need.quantity
    left_open: Given = {}
    for number in torn:
        missing = needs[number].quantity
        for place, stock in enumerate(left):
            units = min(missing, _most(stock, needs[number]))
            if units > 0:
                _take(stock, needs[number], units)
                given[place][number] = units
                missing -= units
        if missing:
            left_open[number] = missing
    return given, left_open


def _most(stock: Mapping[str, int], need: _Need) -> int:
    return min((stock.get(sku, 0) // units for sku, units in need.skus.items()), default=need.quantity)


def _take(stock: dict[str, int], need: _Need, quantity: int) -> None:
    for sku, units in need.skus.items():
        stock[sku] -= units * quantity


def _parts(
    order: ReserveStock, needs: Sequence[_Need], offers: Sequence[Offer], given: Sequence[Given]
) -> tuple[Part, ...]:
    """Write down what each location gives, in the order of the channel and with the lines in the order's."""
    place_of = {line.line_id: place for place, line in enumerate(order.lines)}
    parts: list[Part] = []
    for offer, units in zip(offers, given, strict=True):
        if not units:
            continue
        lines = [line._replace(quantity=line.quantity * units[at]) for at in units for line in needs[at].each]
        kits = []
        for at, quantity in sorted(units.items()):
            kit = needs[at].kit
            if kit is not None:
                kits.append(kit._replace(quantity=kit.quantity // needs[at].quantity * quantity))
        parts.append(
            Part(offer.location_id, tuple(sorted(lines, key=lambda line: place_of[line.line_id])), tuple(kits))
        )
    with_components = {need.kit.line_id for need in needs if need.kit is not None}
    rest = tuple(kit for kit in order.kits if kit.line_id not in with_components)
    parts[0] = parts[0]._replace(kits=parts[0].kits + rest, non_stock=order.non_stock)
    return tuple(parts)


def _violations(order: ReserveStock, wanted: Mapping[str, int], promises: Mapping[str, int]) -> tuple[Violation, ...]:
    """Name the lines of every SKU of which there is too little; asked is the SKU's sum."""
    return tuple(
        Violation(line.line_id, line.sku, wanted[line.sku], promises.get(line.sku, 0))
        for line in order.lines
        if wanted[line.sku] > promises.get(line.sku, 0)
    )


def _nearest(order: ReserveStock, wanted: Mapping[str, int], offers: Sequence[Offer]) -> Shortfall:
    """Give the figures of the location that has the most units of the order; the first among equals."""

    def units(offer: Offer) -> int:
        return sum(min(quantity, offer.promises.get(sku, 0)) for sku, quantity in wanted.items())

    best = max(offers, key=units)
    return Shortfall(Reason.INSUFFICIENT_STOCK, _violations(order, wanted, best.promises), best.location_id)


def _short_everywhere(
    order: ReserveStock, wanted: Mapping[str, int], needs: Sequence[_Need], offers: Sequence[Offer]
) -> Shortfall:
    """Give the figures of all locations together; where these suffice, kits do not come together: say which."""
    together = {sku: sum(offer.promises.get(sku, 0) for offer in offers) for sku in wanted}
    violations = _violations(order, wanted, together)
    if not violations:
        _, left_open = _fill(needs, offers)
        violations = tuple(
            Violation(
                line.line_id,
                line.sku,
                line.quantity * needs[at].quantity,
                line.quantity * (needs[at].quantity - missing),
            )
            for at, missing in sorted(left_open.items())
            for line in needs[at].each
        )
    return Shortfall(Reason.INSUFFICIENT_STOCK, violations)
