"""What was found at the store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.markup import escape

from gate_service.cli.console import small_table
from gate_service.domain.findings import Finding, Inspection, Severity

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHOWN: Final = {
    Severity.OK: "[green]ok[/]",
    Severity.WARNING: "[yellow]warning[/]",
    Severity.ERROR: "[bold red]error[/]",
}


def verdict(found: Inspection, *, stale: bool = False) -> Iterator[RenderableType]:
    """Say whether the promise can be kept, then what each thing that is not as it should be costs, then the rest.

    With `stale` it is about another time than now.
    """
    errors, warnings = (found.which_are(each) for each in (Severity.ERROR, Severity.WARNING))
    counted = ", ".join(_counted(len(each), name) for each, name in ((errors, "error"), (warnings, "warning")) if each)
    if found.broken:
        yield f"[bold red]The store cannot keep the promise.[/] {counted}."
    elif stale:
        yield f"The store could keep the promise then. {f'{counted}.' if counted else ''}".rstrip()
    else:
        yield f"[bold green]The store can keep the promise.[/] {f'{counted}.' if counted else ''}".rstrip()
    for each in (*errors, *warnings):
        yield ""
        yield from _in_full(each)
    yield ""
    rows = [_row(each) for each in found.which_are(Severity.OK)]
    yield small_table(("check", "", "server", "found"), rows)


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'s'[: count != 1]}"


def _in_full(finding: Finding) -> Iterator[str]:
    where = f" [dim]at {escape(finding.server)}[/]" if finding.server else ""
    yield f"{_SHOWN[finding.severity]}  [bold]{finding.check}[/]{where}: {escape(finding.found)}"
    yield f"  Lost: {escape(finding.consequence)}"
    yield f"  Mend: {escape(finding.remedy)}"


def _row(finding: Finding) -> list[str]:
    return [finding.check, _SHOWN[finding.severity], escape(finding.server), escape(finding.found)]
