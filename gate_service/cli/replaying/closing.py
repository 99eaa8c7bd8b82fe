"""The end of a replay: the ledger is audited, and compared with the books that the replay kept for itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from fulfillment_gate import AsyncGate, NotFound
from gate_service.cli.replaying.adding_up import Arrivals, FeedWatch, add_up
from gate_service.cli.replaying.books import Books
from gate_service.cli.replaying.caller import Tally
from gate_service.cli.replaying.chance import Disposition
from gate_service.cli.replaying.entries import entry_of, level_of
from gate_service.cli.replaying.plan import Plan
from gate_service.cli.replaying.run import Run
from gate_service.domain.audit import Audit, AuditReport
from gate_service.domain.audit_answers import check_real_time_order
from gate_service.domain.audit_checks import Check, CheckResult, Finding
from gate_service.domain.stock import StockLevel

_LISTS: Final = 5
"""How often the stock is listed anew where somebody else wrote between two pages."""


@dataclass(frozen=True, slots=True)
class Closing:
    """What was found. `alone` is False where others wrote to the location: then only the ledger is audited."""

    audit: AuditReport
    invariants: tuple[CheckResult, ...]
    alone: bool
    levels: tuple[StockLevel, ...]
    arrivals: Arrivals

    @property
    def ok(self) -> bool:
        """Say whether everything held."""
        return all(result.ok for result in self.invariants)


class BusyLocationError(Exception):
    """Others write to the location all the time, so its stock cannot be read at one revision."""


async def close_books(run: Run, plan: Plan) -> Closing:
    """Audit the location. Raises `BusyLocationError`, and GateError where the gate is gone."""
    tally = run.caller.tally
    revision, levels = await list_stock(run.gate, run.location)
    audit, watch = Audit(tally.acknowledged), FeedWatch()
    alone = True
    if revision:
        async for message in run.gate.iter_entries(run.location, include_canonical=True):
            entry = entry_of(message)
            audit.add(entry)
            watch.add(entry)
            # What the gate does by itself is named "~…": holds and permits that ran out.
            alone = alone and message.operation_id.startswith((f"{run.name}/", "~"))
            if message.revision == revision:
                break
    report = audit.finish(levels)
    arrivals = await _arrivals(run, exists=revision > 0)
    own = [check_real_time_order(tally.fresh), absorbed(tally), rows_accounted(run.books, plan.rows)]
    if alone:
        own += [books_agree(run.books, plan.opening, levels), *add_up(arrivals, watch, run.feed)]
    return Closing(report, (*report.results, *own), alone, tuple(levels), arrivals)


async def _arrivals(run: Run, *, exists: bool) -> Arrivals:
    """Read what the gate says of all that arrived."""
    if not exists:
        return Arrivals.of((), ())
    feeds = (await run.gate.list_feeds(run.location)).feeds
    return Arrivals.of(feeds, [delivery async for delivery in run.gate.iter_deliveries(run.location)])


async def list_stock(gate: AsyncGate, location: str) -> tuple[int, list[StockLevel]]:
    """Give all levels and the one revision at which they are true; revision 0 where the location was never opened."""
    for _ in range(_LISTS):
        levels: list[StockLevel] = []
        revisions: set[int] = set()
        token = ""
        while True:
            try:
                page = await gate.list_stock(location, page_size=2_000, page_token=token)
            except NotFound:
                return 0, []
            revisions.add(page.revision)
            levels.extend(map(level_of, page.levels))
            token = page.next_page_token
            if not token:
                break
        if len(revisions) == 1:
            return revisions.pop(), levels
    raise BusyLocationError(f"Somebody writes to {location} all the time: its stock cannot be listed at one revision.")


def absorbed(tally: Tally) -> CheckResult:
    """Check that every second delivery got the first one's answer."""
    check = Check("a second delivery changes nothing", "I6", tally.duplicates_sent)
    check.violations = tally.duplicates_sent - tally.duplicates_absorbed
    if check.violations:
        name = tally.not_absorbed[0]
        check.first = Finding(tally.acknowledged.get(name, 0), name, "its second delivery got another answer")
    return check.result()


def rows_accounted(books: Books, rows: int) -> CheckResult:
    """Check that every row of the file has a fate."""
    check = Check("every row has one fate", "replay", rows)
    check.violations = abs(rows - len(books.fates))
    if check.violations:
        check.first = Finding(0, "", f"{rows} rows in the file, {len(books.fates)} fates")
    return check.result()


def books_agree(books: Books, opening: Mapping[str, int], levels: Iterable[StockLevel]) -> CheckResult:
    """Check the listed stock against the replay's own books: what came, what left, what came back, what is to pick."""
    expected = _expected(books, opening)
    check = Check("the stock is what the replay's own books say", "replay")
    listed = {
        level.sku: _Figures(
            level.on_hand, level.held + level.committed + level.allocated, level.quality_control, level.damaged
        )
        for level in levels
    }
    for sku in sorted(expected.keys() | listed.keys()):
        check.checked += 1
        by_books, by_gate = expected.get(sku, _Figures()), listed.get(sku, _Figures())
        if by_books != by_gate:
            told = f"{sku} by the books {by_books._asdict()}, listed {by_gate._asdict()}"
            check.fail(Finding(0, "", told))
    return check.result()


class _Figures(NamedTuple):
    on_hand: int = 0
    promised: int = 0
    quality_control: int = 0
    damaged: int = 0


def _expected(books: Books, opening: Mapping[str, int]) -> dict[str, _Figures]:
    on_hand, promised, inspecting = Counter(opening), Counter[str](), Counter(books.returned)
    for units in books.inspected.values():
        inspecting.subtract(units)
    on_hand.update(books.found)
    on_hand.update(books.returned)
    on_hand.subtract(books.written_off)
    on_hand.subtract(books.inspected[Disposition.WRITTEN_OFF])
    for book in books.lines:
        on_hand[book.line.sku] -= book.shipped
        promised[book.line.sku] += book.committed
    # A picker who breaks nothing: what is damaged came back so.
    damaged = books.inspected[Disposition.DAMAGED]
    skus = on_hand.keys() | promised.keys()
    return {sku: _Figures(on_hand[sku], promised[sku], inspecting[sku], damaged[sku]) for sku in skus}
