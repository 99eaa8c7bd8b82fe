"""The last scene: the ledger is read aloud and audited."""

from __future__ import annotations

from gate_service.cli.replaying.closing import list_stock
from gate_service.cli.replaying.entries import entry_of
from gate_service.cli.storytelling.stage import SHOP, Scene, Stage
from gate_service.cli.views.ledger import Journal
from gate_service.domain.audit import Audit


async def ledger_is_audited(stage: Stage) -> Scene:
    """Show every entry, and check that they explain the stock to the unit."""
    gate = stage.by("wms")
    revision, levels = await list_stock(gate, SHOP)
    entries = [entry async for entry in gate.iter_entries(SHOP, include_canonical=True) if entry.revision <= revision]
    audit = Audit()
    for entry in entries:
        audit.add(entry_of(entry))
    report = audit.finish(levels)
    held = sum(result.ok for result in report.results if result.checked)
    verdict = f"[bold green]{held} checks held[/]" if report.ok else f"[bold red]{len(report.failed)} checks failed[/]"
    return Scene(
        "ledger_is_audited",
        "The ledger remembers all of it",
        [
            *Journal().page(entries),
            f"audit of {report.entries} entries: {verdict}, oversold [bold]{report.oversold}[/]",
        ],
        "Every yes and every no stands there once, chained to the one before, and adds up to the stock.",
        {
            "entries": report.entries,
            "checks": {result.name: result.violations for result in report.results if result.checked},
            "audit_ok": report.ok,
            "oversold": report.oversold,
        },
    )
