"""`gate verify`: holds archive, ledger and stock to each other, from the first entry on."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate_service.cli.answers import for_people, note, plainly
from gate_service.cli.console import Output, notes
from gate_service.cli.exits import ExitCode
from gate_service.cli.tooling import ArchiveOption, OutputOption, check_ids, run, told, with_store
from gate_service.settings import Loaded, Settings

if TYPE_CHECKING:
    from gate_service.archive.findings import Report

_SHOWN_MAX = 20


@with_store
def verify(
    loaded: Loaded,
    location: Annotated[
        list[str] | None, typer.Argument(metavar="[LOCATION]…", help="Which; else all there are.")
    ] = None,
    archive: ArchiveOption = "",
    output: OutputOption = Output.TABLE,
) -> int:
    """Verify the record: no gap, an intact chain, segments as the store has them, stock that is the sum of all entries.

    Gates may go on meanwhile. What is trimmed is read from the archive. Names the first entry at which something shows,
    and ends with 4 then, or where a location is named of which nobody knows.
    """
    with told(output):
        check_ids(location or ())
        reports, ended = run(_verify(loaded.settings, archive, tuple(location or ())))
        if output is Output.TABLE:
            _for_people(reports)
        else:
            plainly(output, {"ok": all(each.ok for each in reports), "locations": [_plain(each) for each in reports]})
        return ExitCode.DRIFT if any(each.findings for each in reports) else ended


async def _verify(settings: Settings, url: str, only: Sequence[str]) -> tuple[list[Report], ExitCode]:
    """Verify one location after the other; say how it ends where nothing is found."""
    import asyncio  # noqa: PLC0415 `--help` does without

    from gate_service.archive import ArchiveError, NotReachable, UnknownLocation  # noqa: PLC0415 only tools need it
    from gate_service.archive.verifying import Verification  # noqa: PLC0415
    from gate_service.bootstrap.tools import check_known, open_readers  # noqa: PLC0415 it brings the store
    from gate_service.domain.errors import Unavailable  # noqa: PLC0415

    reports, ended = [], ExitCode.OK
    async with open_readers(settings, url) as tools:
        archived = await asyncio.to_thread(tools.archive.locations) if tools.archive else ()
        for location_id in only or sorted({*archived, *await tools.journal.locations()}):
            with _progress(location_id) as on_entries:
                verification = Verification(location_id, tools.archive, tools.journal, tools.standing, on_entries)
                try:
                    if only:
                        await check_known(tools, location_id)
                    await verification.run()
                except (Unavailable, NotReachable) as error:  # the others may be at other servers
                    verification.report.stopped, ended = str(error), max(ended, ExitCode.UNAVAILABLE)
                except UnknownLocation as error:
                    verification.report.stopped, ended = str(error), max(ended, ExitCode.DRIFT)
                except ArchiveError as error:
                    verification.report.stopped, ended = str(error), max(ended, ExitCode.USAGE)
                reports.append(verification.report)
    return reports, ended


@contextmanager
def _progress(location_id: str) -> Iterator[Callable[[int, int], None]]:
    """Show how far it is where somebody looks."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    from rich.progress import (  # noqa: PLC0415 slow to import
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn(location_id), BarColumn(), MofNCompleteColumn(), TextColumn("entries"), TimeRemainingColumn())
    with Progress(*columns, console=notes(), transient=True) as bar:
        task = bar.add_task(location_id, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


def _plain(report: Report) -> dict[str, Any]:
    found = dataclasses.asdict(report)
    found["findings"] = [each._asdict() for each in sorted(report.findings, key=lambda one: one.revision)]
    return {**found, "ok": report.ok}


def _for_people(reports: Sequence[Report]) -> None:
    from rich.markup import escape  # noqa: PLC0415 rich is slow to import

    from gate_service.cli.console import number, small_table  # noqa: PLC0415

    figures = ("revision", "archived", "compared", "markers", "claims", "skus")
    rows = [
        [escape(each.location_id), *(number(getattr(each, name)) for name in figures), _verdict(each)]
        for each in reports
    ]
    heads = ("location", "revision", "archived", "compared", "markers", "claims", "SKUs", "")
    parts: list[Any] = [small_table(heads, rows, right=heads[1:-1])]
    for report in reports:
        findings = sorted(report.findings, key=lambda each: each.revision)
        if findings:
            first, told_rows = findings[0], findings[:_SHOWN_MAX]
            parts.append(f"[bold red]{escape(report.location_id)} differs first at revision {first.revision:,}[/]")
            cells = [
                [number(each.revision), escape(each.check), escape(each.expected), escape(each.found)]
                for each in told_rows
            ]
            parts.append(small_table(("revision", "what must hold", "expected", "found"), cells, right=("revision",)))
        if len(findings) > _SHOWN_MAX:
            parts.append(f"… and {len(findings) - _SHOWN_MAX:,} more; -o json has all.")
    for_people(parts)
    for report in reports:
        if report.stopped:
            notes().print(f"{report.location_id} is not verified: {report.stopped}", style="yellow", soft_wrap=True)
        for text in (*(f"not looked at: {each}" for each in report.unchecked), *report.notes):
            note(Output.TABLE, f"{report.location_id}: {text}")


def _verdict(report: Report) -> str:
    if report.findings:
        return f"[red]{len(report.findings)} found[/]"
    if report.stopped:
        return "[yellow]not verified[/]"
    return "[yellow]sound, not all looked at[/]" if report.unchecked else "[green]sound[/]"
