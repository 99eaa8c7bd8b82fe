"""What the handoff map says of reconciliation, as plain data and back; what means the same is the same data.

The form is that of handoffs.schema.json. A part that says no more than its default is left out, and so are words that
only a newer gate knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gate_service.domain.decimals import from_hundredths, hundredths
from gate_service.domain.reconcile.causes import Cause
from gate_service.domain.reconcile.measures import COMMITMENTS, FormulaError, Measure, formula
from gate_service.domain.reconcile.policy import DAY_MS, DEADLINES, BufferRules, CountRules, MirrorRules, ReconcileRules
from gate_service.domain.reconcile.records import Action, FindingKind

Document = Mapping[str, Any]
Plain = dict[str, Any]

POLICY_PARTS: Final = frozenset({"corrections", "deadlines", "counting", "unit_value"})
"""What of the policy is written here."""
_MIRROR: Final = MirrorRules()
_COUNTING: Final = CountRules()
_BUFFER: Final = BufferRules()
_CAUSES: Final = frozenset(Cause)
_ACTIONS: Final = frozenset(Action)
_DAYS: Final = {"a_days": "a_ms", "b_days": "b_ms", "c_days": "c_ms"}
_COUNTS: Final = ("per_day", "tolerance_percent", "tolerance_units", "negative_adjustment_units")
_PERCENTS: Final = {"least_percent": "least_basis_points", "most_percent": "most_basis_points"}


def read(document: Document) -> ReconcileRules:
    """Give the rules of a map that has passed the schema, here or at the gate that wrote it."""
    policy = document.get("policy") or {}
    systems, channels = document.get("systems") or {}, document.get("channels") or {}
    buffers = {name: each.get("adaptive_buffer") for name, each in channels.items()}
    return ReconcileRules(
        measures=_measures(document.get("measures") or {}),
        mirrors={name: _mirror(each["mirror"] or {}) for name, each in systems.items() if "mirror" in each},
        corrections={
            cause: action
            for cause, action in _corrections(policy.get("corrections") or {}).items()
            if action is not Action.REPORT
        },
        deadlines_ms={
            FindingKind(kind): ms
            for kind, ms in (policy.get("deadlines") or {}).items()
            if kind in DEADLINES and DEADLINES[FindingKind(kind)] != ms
        },
        counting=_counting(policy.get("counting") or {}),
        buffers={name: _buffer(each or {}) for name, each in buffers.items() if "adaptive_buffer" in channels[name]},
        unit_values_cents=hundredths(policy.get("unit_value") or 0),
    )


def _measures(plain: Document) -> dict[str, Measure]:
    found = {}
    for name, text in plain.items():
        try:
            found[name] = formula(name, text)
        except FormulaError:  # of buckets that only a newer gate knows: here nothing can be compared by it
            continue
    return found


def _mirror(plain: Document) -> MirrorRules:
    deducts = plain.get("deducts") or ()
    return MirrorRules(
        measure=plain.get("measure", _MIRROR.measure),
        deducts=tuple(str(bucket) for bucket in COMMITMENTS if bucket in deducts),
        cadence_ms=plain.get("cadence_ms", _MIRROR.cadence_ms),
        lag_ms=plain.get("lag_ms", _MIRROR.lag_ms),
        corrections=_corrections(plain.get("corrections") or {}),
    )


def _corrections(plain: Document) -> dict[Cause, Action]:
    known = {cause: action for cause, action in plain.items() if cause in _CAUSES and action in _ACTIONS}
    return {Cause(cause): Action(action) for cause, action in known.items()}


def _counting(plain: Document) -> CountRules:
    told = {field: plain[name] * DAY_MS for name, field in _DAYS.items() if name in plain}
    return CountRules(**told, **{name: plain[name] for name in _COUNTS if name in plain})


def _buffer(plain: Document) -> BufferRules:
    told = {field: hundredths(plain[name]) for name, field in _PERCENTS.items() if name in plain}
    return BufferRules(plain.get("quantile_percent", _BUFFER.quantile_percent), **told)


def plain_measures(rules: ReconcileRules) -> Plain:
    """Write the map's own measures."""
    return {name: measure.text for name, measure in rules.measures.items()}


def plain_mirror(mirror: MirrorRules | None) -> Plain:
    """Write what is known of a system's figures, as a part of the system; nothing for one that is no mirror."""
    if mirror is None:
        return {}
    plain: Plain = {
        name: getattr(mirror, name)
        for name in ("measure", "cadence_ms", "lag_ms")
        if getattr(mirror, name) != getattr(_MIRROR, name)
    }
    if mirror.deducts:
        plain["deducts"] = list(mirror.deducts)
    if mirror.corrections:
        plain["corrections"] = _plain_corrections(mirror.corrections)
    return {"mirror": plain}


def plain_buffer(buffer: BufferRules | None) -> Plain:
    """Write an adaptive buffer as a part of its channel; nothing for a channel without."""
    if buffer is None:
        return {}
    plain: Plain = {
        name: from_hundredths(getattr(buffer, field))
        for name, field in _PERCENTS.items()
        if getattr(buffer, field) != getattr(_BUFFER, field)
    }
    if buffer.quantile_percent != _BUFFER.quantile_percent:
        plain["quantile_percent"] = buffer.quantile_percent
    return {"adaptive_buffer": plain}


def plain_policy(rules: ReconcileRules) -> Plain:
    """Write `POLICY_PARTS`, those that say something."""
    counting = rules.counting
    days = {name: getattr(counting, field) // DAY_MS for name, field in _DAYS.items() if _told(counting, field)}
    told: Plain = {
        "corrections": _plain_corrections(rules.corrections),
        "deadlines": {str(kind): ms for kind, ms in rules.deadlines_ms.items()},
        "counting": days | {name: getattr(counting, name) for name in _COUNTS if _told(counting, name)},
        "unit_value": from_hundredths(rules.unit_values_cents),
    }
    return {name: value for name, value in told.items() if value}


def _told(counting: CountRules, field: str) -> bool:
    return bool(getattr(counting, field) != getattr(_COUNTING, field))


def _plain_corrections(corrections: Mapping[Cause, Action]) -> Plain:
    return {str(cause): str(action) for cause, action in corrections.items()}
