"""The arithmetic behind a promise, term by term, and the term at which it fell short."""

from __future__ import annotations

from collections.abc import Iterator
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
    """The sum over all lines of this SKU."""
    known: bool
    terms: tuple[Term, ...]
    available: int
    promise: int

    @property
    def missing(self) -> int:
        """Units too few; 0 where there are enough."""
        return max(0, self.wanted - self.promise)

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
        }


def explain_location(answer: sdk.LocationAvailability) -> Iterator[Explanation]:
    """Explain each SKU once, in the order first asked."""
    wanted: dict[str, int] = {}
    for line in answer.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    first = {line.sku: line for line in reversed(answer.lines)}
    for sku, quantity in wanted.items():
        yield _explain(first[sku], quantity)


def _explain(line: sdk.LineAvailability, wanted: int) -> Explanation:
    level = line.level
    taken = [(name, getattr(level, name)) for name in _TAKEN]
    terms: list[Term] = []
    rest = missing = 0
    for name, units in (
        ("on_hand", level.on_hand),
        *taken,
        ("safety_stock", line.safety_stock),
        ("buffer", line.buffer),
    ):
        rest = rest - units if terms else units
        now_missing = min(wanted, max(0, wanted - rest))
        terms.append(Term(name, units, rest, now_missing - missing))
        missing = now_missing
    return Explanation(
        sku=line.sku,
        wanted=wanted,
        known=line.known,
        terms=tuple(terms),
        available=level.available,
        promise=line.promise,
    )
