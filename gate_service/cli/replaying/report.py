"""The figures of a replay, as one plain object: what `-o json` writes and the table shows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from gate_service.cli.replaying.arrivals import report_of_arrivals
from gate_service.cli.replaying.books import Books, Fate, LineBook
from gate_service.cli.replaying.clean import Comparison
from gate_service.cli.replaying.closing import Closing
from gate_service.cli.replaying.commission import Commission
from gate_service.cli.replaying.plan import Plan
from gate_service.cli.replaying.run import Run
from gate_service.domain.audit import CheckResult

PASSING: Final = (
    "seconds",
    "lines_per_s",
    "calls",
    "resumed",
    "replayed_answers",
    "attempts",
    "held_back_and_late",
    "put_away",
    "feeds",
    "deliveries",
)
"""The keys that differ between a run and the same run interrupted and resumed. All others are the same.

Calls in flight together overtake one another: which of the events that are told late found what it rests on, and which
numbers passed each other, is another matter each time. With --late or --reorder that goes for `ledger_entries` too.
"""


class Conduct(NamedTuple):
    """How it went, as far as the books do not know."""

    commission: Commission
    resumed: bool
    seconds: float
    """From the first call to the last parcel: without start-up, audit and clean run."""
    comparison: Comparison


def make_report(run: Run, plan: Plan, closing: Closing, conduct: Conduct) -> dict[str, Any]:
    """Give the report. Its keys never depend on its values; quantities are units, times seconds and ms."""
    books, tally = run.books, run.caller.tally
    invariants = [*closing.invariants, *([conduct.comparison.check] if conduct.comparison.check else [])]
    return {
        "lines": plan.rows,
        "oversold": closing.audit.oversold,
        "invariants_ok": all(result.ok for result in invariants) and not closing.audit.oversold,
        "duplicates_sent": tally.duplicates_sent,
        "duplicates_absorbed": tally.duplicates_absorbed,
        "duplicates_without_a_call": _not_carried(run, plan),
        "overpromised": closing.audit.overpromised,
        **_conditions(run, conduct),
        "rows": {fate.value: count for fate, count in _fates(books).items()},
        "orders": _orders(books),
        "races_lost": books.races_lost,
        "units": _units(books),
        "opening_units": sum(plan.opening.values()),
        "skus": len(plan.opening),
        "waves": {
            "count": books.waves,
            "lines": books.wave_lines,
            "verdicts": {verdict: books.verdicts[verdict] for verdict in ("PICK", "TRIM", "BLOCK")},
            "reasons": dict(sorted(books.reasons.items())),
            "parcels": books.parcels,
        },
        **report_of_arrivals(run, closing, conduct.comparison),
        "not_stock": _not_stock(plan),
        "unusable": [unusable._asdict() for unusable in plan.unusable],
        "write_offs_refused": [
            {"row": refused.row, "invoice": refused.invoice, "sku": refused.sku, "units": refused.quantity}
            for refused in sorted(books.write_offs_refused, key=lambda refused: refused.row)
        ],
        "ledger_entries": closing.audit.entries,
        "location_shared": not closing.alone,
        "replayed_answers": tally.replayed,
        "seconds": round(conduct.seconds, 3),
        "lines_per_s": round(plan.rows / conduct.seconds) if conduct.seconds else 0,
        "calls": {kind: _latency(took_ns) for kind, took_ns in sorted(tally.took_ns.items())},
        "invariants": [_invariant(result) for result in invariants],
    }


def _not_carried(run: Run, plan: Plan) -> int:
    """Count the rows that came twice and that no operation carried: no stock, or not a unit of it was granted."""
    twice = {row for row in range(1, plan.rows + 1) if run.chance.delivered_twice(row)}
    return len(twice - run.caller.tally.rows_delivered_twice)


def _conditions(run: Run, conduct: Conduct) -> dict[str, Any]:
    asked = conduct.commission
    return {
        "file": asked.file.name,
        "run": run.name,
        "location": asked.location,
        "seed": asked.seed,
        "stock_factor": asked.stock_factor,
        "duplicate": asked.duplicate,
        "short": asked.short,
        "redeliver": asked.redeliver,
        "reorder": asked.reorder,
        "late": asked.late,
        "limit": asked.limit,
        "concurrency": asked.concurrency,
        "racing": asked.racing,
        "resumed": conduct.resumed,
    }


def _fates(books: Books) -> dict[Fate, int]:
    counted = Counter(books.fates.values())
    return {fate: counted[fate] for fate in Fate}


def _orders(books: Books) -> dict[str, int]:
    ends = Counter(_end_of(list(lines.values())) for lines in books.orders.values())
    return {"in": len(books.orders), **{fate.value: ends[fate] for fate in (Fate.FILLED, Fate.TRIMMED, Fate.REFUSED)}}


def _end_of(lines: Sequence[LineBook]) -> Fate:
    if all(line.reserved == line.line.quantity for line in lines):
        return Fate.FILLED
    return Fate.TRIMMED if any(line.reserved for line in lines) else Fate.REFUSED


def _units(books: Books) -> dict[str, int]:
    lines = books.lines
    return {
        "asked": sum(book.line.quantity for book in lines),
        "filled": sum(book.reserved for book in lines),
        "shipped": sum(book.shipped for book in lines),
        "released": sum(book.released for book in lines),
        "shorted": sum(book.shorted for book in lines),
        "still_committed": sum(book.committed for book in lines),
        "surplus": books.surplus,
        "returned": books.returned.total(),
        **{f"returned_{each.value.replace(' ', '_')}": units.total() for each, units in books.inspected.items()},
        "nothing_to_undo": books.nothing_to_undo,
        "written_off": books.written_off.total(),
        "write_off_refused": sum(refused.quantity for refused in books.write_offs_refused),
        "found": books.found.total(),
    }


def _not_stock(plan: Plan) -> dict[str, Any]:
    by_code = Counter(row.code for row in plan.not_stock)
    return {
        "rows": len(plan.not_stock),
        "by_code": dict(by_code.most_common()),
        "list": [
            {
                "row": row.number,
                "invoice": row.invoice,
                "code": row.code,
                "description": row.description,
                "quantity": row.quantity,
            }
            for row in plan.not_stock
        ],
    }


def _latency(took_ns: Sequence[int]) -> dict[str, float]:
    ordered = sorted(took_ns)
    return {"count": len(ordered), "p50_ms": _percentile(ordered, 0.50), "p99_ms": _percentile(ordered, 0.99)}


def _percentile(ordered_ns: Sequence[int], share: float) -> float:
    """Give the smallest time that at least this share of the calls did not exceed, in ms."""
    rank = max(0, math.ceil(len(ordered_ns) * share) - 1)
    return round(ordered_ns[rank] / 1_000_000, 2)


def _invariant(result: CheckResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "invariant": result.invariant,
        "checked": result.checked,
        "violations": result.violations,
        "first": result.first._asdict() if result.first else None,
    }
