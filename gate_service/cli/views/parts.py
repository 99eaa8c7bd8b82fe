"""What several views are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gate_service.cli.console import how_long, number, when

if TYPE_CHECKING:
    import fulfillment_gate as sdk

SEPARATOR = " [dim]·[/] "
_STYLES = {
    "held": "cyan",
    "expired": "yellow",
    "shorted": "yellow",
    "released": "yellow",
    "trim": "yellow",
    "block": "red",
    "denied": "red",
    "waits": "yellow",
    "rejected": "yellow",
    "superseded": "yellow",
    "absorbed": "cyan",
    "late": "cyan",
    "overdue": "red",
    "conflict": "red",
    "retired": "red",
    "refused": "red",
    "gap": "yellow",
    "repeated number": "yellow",
    "closed": "dim",
    "cancelled": "dim",
    "not announced": "yellow",
}


def word(text: str) -> str:
    """Show a state or a verdict in its colour."""
    return f"[bold {_STYLES.get(text.lower(), 'green')}]{text.upper()}[/]"


def headline(did: str, about: str, applied: sdk.Applied) -> str:
    """Tell what was done and where it stands in the ledger."""
    again = ""
    if applied.absorbed:
        again = f"{SEPARATOR}[yellow]told before: this is the answer from then[/]"
    elif applied.replayed:
        again = f"{SEPARATOR}[yellow]done before: this is the stored answer[/]"
    return f"{word(did)} {about}{SEPARATOR}revision {number(applied.revision)}{again}"


def units(count: int) -> str:
    """Write a quantity."""
    return f"{number(count)} unit" if count == 1 else f"{number(count)} units"


def until(at_ms: int, now_ms: int) -> str:
    """Write when something ends and how long that is from the store's now; never from this computer's clock."""
    return f"{when(at_ms)} ({how_long(at_ms - now_ms)})"


def at_revision(location: str, revision: int) -> str:
    """Tell where, and at which revision, a list is true."""
    return f"[bold]{location}[/]{SEPARATOR}revision {number(revision)}"


def by(system: str, actor: str) -> str:
    """Tell who did it: the person, and the system they used."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    return escape(f"{actor} @ {system}" if actor and system else actor or system) or "[dim]-[/]"
