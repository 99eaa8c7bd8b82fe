"""The figures of a report as plain data: what `-o json` writes, and what the page is made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from gate_service.domain.reconcile.buffers import percent
from gate_service.domain.reconcile.days import What, median_minutes
from gate_service.domain.reconcile.records import FindingState

if TYPE_CHECKING:
    from gate_service.app.reconcile.reporting.reporting import Report
    from gate_service.domain.reconcile.accuracy import Sums
    from gate_service.domain.reconcile.costs import Costs

Figures = dict[str, Any]
_DAILY: Final = (What.ORDERS, What.NOT_THERE_LINES, What.SHORT_LINES, What.REFUSED_ORDERS, What.SHIPMENTS)


def figures(report: Report, costs: Costs) -> Figures:
    """Give all of it."""
    total = report.total
    return {
        "period": {
            "first": _date(report.period.first),
            "last": _date(report.period.last),
            "days": len(report.period.days),
            "location_id": report.period.location_id,
            "locations": list(report.locations),
            "made_at_ms": report.made_at_ms,
        },
        "sums": {str(each): total.get(each) for each in What},
        "days": [_day(report, day) for day in report.period.days],
        "drift": _drift(report),
        "compared": asdict(report.compared),
        "standing": {"count": report.standing_count, "variances": [_variance(each) for each in report.standing]},
        "accuracy": _accuracy(report),
        "feeds": {system: asdict(counts) for system, counts in report.feeds.items()},
        "blocked": {
            "reasons": dict(sorted(total.reasons.items())),
            "median_minutes_to_ship": median_minutes(total.ship),
            "systems": {system: dict(sums) for system, sums in sorted(total.systems.items())},
        },
        "findings": _findings(report),
        "buffers": [_buffer(each) for each in report.buffers],
        "costs": _costs(costs),
    }


def _day(report: Report, day: int) -> Figures:
    told = report.on(day)
    feeds = report.feed_days.get(day)
    return {
        "day": _date(day),
        **{str(each): told.get(each) for each in _DAILY},
        "absorbed": feeds.absorbed if feeds else 0,
        "variances": sum(of_cause[day] for of_cause in report.drift.by_day.values()),
        "causes": {cause: of_cause[day] for cause, of_cause in sorted(report.drift.by_day.items()) if of_cause[day]},
    }


def _drift(report: Report) -> Figures:
    drift = report.drift
    groups = {
        "system": (drift.by_system, drift.units_by_system),
        "handoff": (drift.by_handoff, drift.units_by_handoff),
        "cause": (drift.by_cause, drift.units_by_cause),
        "owner": (drift.by_owner, drift.units_by_owner),
    }
    return {
        "count": drift.count,
        "units": drift.units,
        "by_hand": drift.by_hand,
        "dealt_with": drift.dealt_with,
        "settled": drift.settled,
        "untouched": drift.untouched,
        **{f"by_{name}": _counted(count, units) for name, (count, units) in groups.items()},
    }


def _counted(count: Counter[str], units: Counter[str]) -> list[Figures]:
    found = sorted(count.items(), key=lambda one: (-one[1], one[0]))
    return [{"name": name, "count": number, "units": units[name]} for name, number in found]


def _variance(each: Any) -> Figures:  # noqa: ANN401 - a record
    return {
        "variance_id": each.variance_id,
        "location_id": each.location_id,
        "system": each.system,
        "sku": each.sku,
        "measure": each.measure,
        "expected": each.expected,
        "reported": each.reported,
        "difference": each.difference,
        "cause": str(each.diagnosis.cause),
        "handoff": each.diagnosis.handoff,
        "severity": str(each.severity),
        "owner": each.owner,
        "opened_at_ms": each.opened_at_ms,
        "note": next((step.note for step in reversed(each.history) if step.note), ""),
    }


def _accuracy(report: Report) -> Figures:
    return {
        "groups": [{"group": group, "name": name, **_sums(one)} for (group, name), one in report.accuracy.items()],
        "days": [{"day": _date(day), **_sums(one)} for day, one in sorted(report.accuracy_days.items())],
    }


def _sums(one: Sums) -> Figures:
    right = round(100 * one.right / one.counted, 1) if one.counted else None
    return {"counted": one.counted, "right": one.right, "right_percent": right, "adjusted": one.adjusted}


def _findings(report: Report) -> Figures:
    kinds = Counter(str(each.kind) for each in report.findings)
    listed = [
        {
            "finding_id": each.finding_id,
            "kind": str(each.kind),
            "location_id": each.location_id,
            "subject": each.subject,
            "owner": each.owner,
            "severity": str(each.severity),
            "stands": each.state is not FindingState.CLEARED,
            "raised_at_ms": each.raised_at_ms,
            "text": each.text,
        }
        for each in report.findings
    ]
    return {"count": report.finding_count, "kinds": dict(sorted(kinds.items())), "findings": listed}


def _buffer(each: Any) -> Figures:  # noqa: ANN401 - a record
    return {
        "channel": each.channel,
        "location_id": each.location_id,
        "abc": each.abc,
        "kept_back": percent(each.basis_points),
        "explanation": each.explanation,
    }


def _costs(costs: Costs) -> Figures:
    return {
        "orders": costs.orders,
        "currency": costs.currency,
        "before": round(costs.before, 2),
        "after": round(costs.after, 2),
        "lines": [
            {
                "name": each.name,
                "title": each.title,
                "per_1000": each.per_1000,
                "before": round(each.before, 2),
                "after": round(each.after, 2),
                "how": each.how,
            }
            for each in costs.lines
        ],
    }


def _date(day: int) -> str:
    return f"{day // 10_000:04}-{day // 100 % 100:02}-{day % 100:02}"


def moment(at_ms: int) -> str:
    """Write a moment, of UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")
