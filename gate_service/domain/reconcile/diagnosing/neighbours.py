"""WRONG_SKU: what one SKU lacks, another one that is easily taken for it has too much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_letters
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.diagnosing.hypotheses import Hypothesis, Scope

_FITS: Final = 30.0
"""Two figures that cancel, of two SKUs that are taken for one another, by just one event: hardly by chance."""
_CANCELS: Final = 0.3
"""They cancel, and no event fits."""
_BOTH_DIFFER: Final = 0.3
"""Both differ, and do not cancel: something else may lie over one of them. Shared by all relatives that differ."""
_VARIANTS_MAX: Final = 12
"""Of so many variants of one article any two may cancel by chance."""


def pairs(scopes: Sequence[Scope]) -> Mapping[str, Sequence[Scope]]:
    """Give, for each SKU, those of its relatives that differ too, whichever of both names the other.

    Variants of one article, whose codes are a number with other letters behind it, are relatives, too.
    """
    by_sku = {scope.difference.sku: scope for scope in scopes}
    variants: dict[str, list[str]] = defaultdict(list)
    for sku in by_sku:
        variants[_article(sku)].append(sku)
    found: dict[str, dict[str, Scope]] = defaultdict(dict)
    for scope in scopes:
        alike = variants[_article(scope.difference.sku)]
        for other in (*scope.difference.relatives, *(alike if len(alike) <= _VARIANTS_MAX else ())):
            if other in by_sku and other != scope.difference.sku:
                found[scope.difference.sku][other] = by_sku[other]
                found[other][scope.difference.sku] = scope
    return {sku: tuple(others.values()) for sku, others in found.items()}


def _article(sku: str) -> str:
    """Give the code without the letters behind its number; all of it where there is no number."""
    return sku.rstrip(ascii_letters) or sku


def under_another_sku(scope: Scope, others: Sequence[Scope]) -> Iterator[Hypothesis]:
    """Give what would be off if an event of this SKU stood under a relative, or one of a relative under this."""
    for other in others:
        amounts = {other.residual, *(residual for residual, _ in other.otherwise)}
        fitting = 0
        for hypothesis in _exchanged(scope, other):
            cancels = hypothesis.amount == scope.residual and -scope.residual in amounts
            fitting += cancels
            yield hypothesis._replace(weight=hypothesis.weight * (_FITS if cancels else _BOTH_DIFFER / len(others)))
        if not fitting and -scope.residual in amounts:
            yield Hypothesis(Cause.WRONG_SKU, _CANCELS, scope.residual, about=other.difference.sku)


def _exchanged(scope: Scope, other: Scope) -> Iterator[Hypothesis]:
    about = other.difference.sku
    yield from _away(scope, about)
    for event, delta in other.everything:
        yield Hypothesis(Cause.WRONG_SKU, other.freshness(event), delta, event.changes, event, about=about)


def _away(scope: Scope, about: str) -> Iterator[Hypothesis]:
    for event, delta in scope.deltas:
        away = {bucket: -change for bucket, change in event.changes.items()}
        yield Hypothesis(Cause.WRONG_SKU, scope.freshness(event), -delta, away, event, about=about)
