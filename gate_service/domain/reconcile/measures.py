"""What a figure of stock means: a sum of buckets, each added or taken off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gate_service.domain.vocabulary import Bucket

_COUNTED: Final = (
    Bucket.ON_HAND,
    Bucket.HELD,
    Bucket.COMMITTED,
    Bucket.ALLOCATED,
    Bucket.DAMAGED,
    Bucket.QUALITY_CONTROL,
    Bucket.SUSPECT,
    Bucket.INCOMING,
)
"""The buckets that a mirror can know of."""
COMMITMENTS: Final = (Bucket.HELD, Bucket.COMMITTED, Bucket.ALLOCATED)
"""What a mirror may have taken off its figure already."""
_TERM: Final = re.compile(r"\s*([+-]?)\s*([a-z_]+)")


class FormulaError(ValueError):
    """A formula cannot be read. The text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A named sum of buckets."""

    name: str
    terms: Mapping[Bucket, int]
    """1 or -1 for each bucket that counts."""

    def of(self, buckets: Mapping[Bucket, int]) -> int:
        """Give the figure of a balance, or of a change; a bucket that is left out is 0."""
        return sum(sign * buckets.get(bucket, 0) for bucket, sign in self.terms.items())

    def deducting(self, commitments: Iterable[Bucket]) -> Measure:
        """Give the measure whose figures have these commitments taken off already; once, where it does so anyhow."""
        terms = {**dict.fromkeys(commitments, -1), **self.terms}
        return Measure(self.name, terms) if terms != self.terms else self

    @property
    def may_be_negative(self) -> bool:
        """Say whether its figure can be below 0: it takes something off."""
        return any(sign < 0 for sign in self.terms.values())

    @property
    def text(self) -> str:
        """Write its formula."""
        words = [f"{'+' if sign > 0 else '-'} {bucket}" for bucket, sign in self.terms.items()]
        return " ".join(words).removeprefix("+ ")


def formula(name: str, text: str) -> Measure:
    """Read "on_hand - damaged". Raises `FormulaError`."""
    terms: dict[Bucket, int] = {}
    place = 0
    while place < len(text.rstrip()):
        found = _TERM.match(text, place)
        if found is None or (place > 0 and not found[1]):
            raise FormulaError(f"{text!r} is no sum of buckets: write it like on_hand - damaged")
        if found[2] not in _COUNTED:
            raise FormulaError(f"{found[2]!r} is no bucket: say {', '.join(_COUNTED)}")
        bucket = Bucket(found[2])
        if bucket in terms:
            raise FormulaError(f"{bucket} stands twice in {text!r}")
        terms[bucket] = -1 if found[1] == "-" else 1
        place = found.end()
    if not terms:
        raise FormulaError("a formula names at least one bucket")
    return Measure(name, terms)


AVAILABLE: Final = "available"
OWN: Final[Mapping[str, Measure]] = {
    **{str(bucket): Measure(str(bucket), {bucket: 1}) for bucket in _COUNTED},
    AVAILABLE: formula(AVAILABLE, "on_hand - held - committed - allocated - damaged - quality_control - suspect"),
}
"""The gate's own measures, by name. Those of the handoff map come beside them."""
