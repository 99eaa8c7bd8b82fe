"""The score as people read it, and as programs do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from gate_service.domain.reconcile.causes import Cause
from tests.drift.scoring import MIXED_TARGET, SINGLE_TARGET, Matrix, Score, Target

_SHORT: Final = {
    Cause.TIMING: "TIMING",
    Cause.DOUBLE_APPLIED: "DOUBLE",
    Cause.NOT_APPLIED: "MISSED",
    Cause.SHIPPED_STILL_ALLOCATED: "STILL",
    Cause.WRONG_MEASURE: "MEASURE",
    Cause.UNIT_OF_MEASURE: "UNIT",
    Cause.WRONG_SKU: "SKU",
    Cause.PHANTOM: "PHANTOM",
    Cause.COMBINED: "COMB",
    Cause.UNEXPLAINED: "NONE",
}


def lines(score: Score) -> Iterator[str]:
    """Give the tables."""
    yield from _matrix("one fault at a time", score.single, SINGLE_TARGET)
    yield from _matrix(
        "all of them mixed, some upon one another, one random figure to nineteen faults", score.mixed, MIXED_TARGET
    )
    combined = score.mixed.counts[Cause.COMBINED, Cause.COMBINED]
    yield f"of {combined} that were found to be several at once, {score.mixed.right_parts} name every part"
    yield _lag_line(score.lag_only)


def summary(score: Score, seed: int, source: str) -> str:
    """Give it as one line of JSON."""
    missed = score.missed()
    return json.dumps(
        {
            "seed": seed,
            "source": source,
            "cases": sum(score.single.counts.values()) + sum(score.mixed.counts.values()),
            "single": _figures(score.single),
            "mixed": _figures(score.mixed),
            "lag_only_rows": sum(score.lag_only.counts.values()),
            "false_alarms": score.lag_only.false_alarms,
            "targets": {"single": SINGLE_TARGET._asdict(), "mixed": MIXED_TARGET._asdict(), "false_alarms": 0},
            "met": not missed,
            "missed": missed,
        }
    )


def _lag_line(lag: Matrix) -> str:
    return f"lag only: {sum(lag.counts.values())} figures differed, {lag.false_alarms} false alarms (must be 0)"


def line_of(score: Score, seed: int) -> str:
    """Give one seed in a line: its worst figures, and what it missed."""
    told = [
        f"{name} prec. {min(each.precision(cause) for cause in each.causes):.3f} "
        f"recall {min(each.recall(cause) for cause in each.causes):.3f}"
        for name, each in (("single", score.single), ("mixed", score.mixed))
    ]
    missed = score.missed()
    return f"seed {seed}: worst of {'; of '.join(told)}; {'MISSED ' + ', '.join(missed) if missed else 'met'}"


def worst_lines(scores: Mapping[int, Score]) -> Iterator[str]:
    """Give, for each cause, the worst of several seeds."""
    for title, matrices, target in (
        ("one fault at a time", [each.single for each in scores.values()], SINGLE_TARGET),
        ("all of them mixed", [each.mixed for each in scores.values()], MIXED_TARGET),
    ):
        targets = f"(precision at least {target.precision}, recall at least {target.recall})"
        yield f"{title}, the worst of {len(matrices)} seeds {targets}:"
        yield f"  {'put in':<24}{'cases':>6}{'prec.':>7}{'recall':>7}"
        for cause in Cause:
            if all(each.cases(cause) for each in matrices):
                cases = min(each.cases(cause) for each in matrices)
                precision = min(each.precision(cause) for each in matrices)
                recall = min(each.recall(cause) for each in matrices)
                yield f"  {cause:<24}{cases:>6}{precision:>7.3f}{recall:>7.3f}"
        yield ""
    yield _lag_line(next(iter(scores.values())).lag_only)
    missed = sum(bool(each.missed()) for each in scores.values())
    yield f"{len(scores) - missed} of {len(scores)} seeds meet every target"


def _figures(matrix: Matrix) -> dict[str, dict[str, float]]:
    return {
        cause: {
            "cases": matrix.cases(cause),
            "precision": round(matrix.precision(cause), 4),
            "recall": round(matrix.recall(cause), 4),
        }
        for cause in Cause
        if matrix.cases(cause)
    }


def _matrix(title: str, matrix: Matrix, target: Target) -> Iterator[str]:
    yield f"{title} (precision at least {target.precision}, recall at least {target.recall}):"
    yield f"  {'put in':<24}{'cases':>6}{'prec.':>7}{'recall':>7}   said: " + "".join(
        f"{_SHORT[said]:>8}" for said in Cause
    )
    for truth in Cause:
        if matrix.cases(truth):
            told = "".join(f"{matrix.counts[truth, said] or '·':>8}" for said in Cause)
            yield (
                f"  {truth:<24}{matrix.cases(truth):>6}{matrix.precision(truth):>7.3f}{matrix.recall(truth):>7.3f}"
                f"         {told}"
            )
    yield f"  left out: {matrix.too_young} whose event is younger than the mirror may be behind"
    yield ""
