"""The arithmetic behind a promise, term by term, and the term at which it fell short."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_TAKEN = ("held", "committed", "allocated", "damaged", "quality_control", "suspect")


@dataclass(frozen=True)
class Term:
    """One term: `units` are taken away (for the first, `on_hand`, are there) and leave `rest`."""

    name: str
    units: int
    rest: int
    denied: int
    """How many of the wanted units are missing because of this very term; over all terms they add up to `missing`."""


@dataclass(frozen=True)
class Explanation:
    """Why a SKU may be promised or not. Quantities in base units."""

    sku: str
    wanted: int
    """The sum over all lines of this SKU; of a kit's component, what those kits need of it."""
    known: bool
    terms: tuple[Term, ...]
    """None for a kit or a code without stock."""
    available: int
    promise: int
    own_quota: int = 0
    """Units of the promise that only this channel may have."""
    components: tuple[Explanation, ...] = ()
    """What a kit is made of."""
    non_stock: bool = False
    """True for a code without stock: it may always be promised."""

    @property
    def missing(self) -> int:
        """Units too few; 0 where there are enough."""
        return 0 if self.non_stock else max(0, self.wanted - self.promise)

    @property
    def denied_by(self) -> tuple[Term, ...]:
        """The terms that stand in the way, in the order in which they are taken away; none for a yes."""
        return tuple(term for term in self.terms if term.denied)

    def plain(self) -> dict[str, Any]:
        """Give it as data."""
        return {
            "wanted": self.wanted,
            "missing": self.missing,
            "denied_by": [term.name for term in self.denied_by],
            "terms": [asdict(term) for term in self.terms],
            "available": self.available,
            "promise": self.promise,
            "own_quota": self.own_quota,
            "components": [{"sku": each.sku, **each.plain()} for each in self.components],
            "non_stock": self.non_stock,
        }


def explain_location(answer: sdk.LocationAvailability) -> Iterator[Explanation]:
    """Explain each SKU once, in the order first asked."""
    return _explain_all(answer.lines)


def _explain_all(lines: Iterable[sdk.LineAvailability]) -> Iterator[Explanation]:
    by_sku: dict[str, list[sdk.LineAvailability]] = {}
    for line in lines:
        by_sku.setdefault(line.sku, []).append(line)
    for same in by_sku.values():
        yield _explain(same)


def _explain(same: list[sdk.LineAvailability]) -> Explanation:
    """Explain lines of one SKU."""
    line, wanted = same[0], sum(each.quantity for each in same)
    components = tuple(_explain_all(part for each in same for part in each.components))
    bare = bool(components) or line.non_stock
    return Explanation(
        sku=line.sku,
        wanted=wanted,
        known=line.known or bare,
        terms=() if bare else _terms(line, wanted),
        available=line.level.available,
        promise=line.promise,
        own_quota=max(0, line.level.ring_fenced - line.ring_fenced_for_others),
        components=components,
        non_stock=line.non_stock,
    )


def _terms(line: sdk.LineAvailability, wanted: int) -> tuple[Term, ...]:
    terms: list[Term] = []
    rest = missing = 0
    for name, units in _arithmetic(line):
        rest = rest - units if terms else units
        now_missing = min(wanted, max(0, wanted - rest))
        terms.append(Term(name, units, rest, now_missing - missing))
        missing = now_missing
    return tuple(terms)


def _arithmetic(line: sdk.LineAvailability) -> Iterator[tuple[str, int]]:
    """Give what is on hand and then all that is taken away from it, in the order of docs/transitions.md."""
    level = line.level
    yield "on_hand", level.on_hand
    for name in _TAKEN:
        yield name, getattr(level, name)
    yield "safety_stock", line.safety_stock
    yield "buffer", line.buffer
    yield "ring_fenced_for_others", line.ring_fenced_for_others
    left = level.available - line.safety_stock - line.buffer - line.ring_fenced_for_others
    yield "stock_hold", max(0, left) if level.stock_holds else 0
