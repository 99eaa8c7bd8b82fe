"""`gate archive`: copies every ledger out of the store as it grows, and frees the store of what is old."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate_service.cli.console import notes
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.tooling import ARCHIVE_ENV, check_ids, run, told, with_store
from gate_service.settings import Loaded, Settings

if TYPE_CHECKING:
    from gate_service.archive.following import Progress
    from gate_service.bootstrap.archiving import Outcome, Plan

_DAY_MS = 86_400_000
_SEGMENTS = "Segments"
_STORE = "What becomes of it in the store"


@with_store
def archive(  # noqa: PLR0913 each is a flag
    loaded: Loaded,
    to: Annotated[
        str,
        typer.Option("--to", envvar=ARCHIVE_ENV, metavar="URL", help="Where to: a folder, or a URL that fsspec knows."),
    ] = "",
    location: Annotated[
        list[str] | None, typer.Option("--location", "-l", metavar="LOCATION", help="Only these; else all there are.")
    ] = None,
    *,
    once: Annotated[bool, typer.Option("--once", help="End when all is archived that is there now.")] = False,
    every_s: Annotated[
        float, typer.Option(min=0.1, help="How long new entries wait at most.", rich_help_panel=_SEGMENTS)
    ] = 10.0,
    segment_entries: Annotated[
        int, typer.Option(min=1, max=100_000, help="A segment with so many is full.", rich_help_panel=_SEGMENTS)
    ] = 10_000,
    segment_bytes: Annotated[
        int, typer.Option(min=1_000, help="So is one with so much text.", rich_help_panel=_SEGMENTS)
    ] = 8_000_000,
    at_once: Annotated[int, typer.Option(min=1, max=64, help="Locations in work, a segment of each in memory.")] = 1,
    trim: Annotated[
        bool, typer.Option(help="Take out of the store what is archived and old.", rich_help_panel=_STORE)
    ] = False,
    keep_days: Annotated[
        float, typer.Option(min=1, help="How long entries stay in the store.", rich_help_panel=_STORE)
    ] = 35.0,
    forget_days: Annotated[
        float,
        typer.Option(min=1, help="How long an operation_id is refused that was used.", rich_help_panel=_STORE),
    ] = 400.0,
) -> int:
    """Copy the ledgers into an archive, and go on as they grow, until Ctrl-C or SIGTERM.

    It may be killed at any time, and goes on where the archive ends. At the end it says what was done, as JSON. Ends
    with 4 where a location is fenced, or its ledger does not continue what is archived.
    """
    with told():
        from gate_service.archive.tails import Bounds  # noqa: PLC0415 only tools need it
        from gate_service.archive.trimmer import Retention  # noqa: PLC0415
        from gate_service.bootstrap.archiving import Plan  # noqa: PLC0415 it brings the store

        if not to:
            raise InputError(f"Where to? Say --to FOLDER, --to URL, or {ARCHIVE_ENV}.")
        check_ids(location or ())
        if forget_days < keep_days:
            raise InputError(f"--forget-days {forget_days:g} is less than --keep-days {keep_days:g}.")
        retention = Retention(int(keep_days * _DAY_MS), int(forget_days * _DAY_MS)) if trim else None
        bounds = Bounds(segment_entries, segment_bytes)
        plan = Plan(once, bounds, every_s, at_once, tuple(location or ()), retention)
        outcome = run(_archive(loaded.settings, to, plan))
        typer.echo(json.dumps(_summary(to, outcome), ensure_ascii=False))
        return ExitCode.OK if outcome.sound else ExitCode.DRIFT


async def _archive(settings: Settings, url: str, plan: Plan) -> Outcome:
    from gate_service.bootstrap.archiving import Archiving  # noqa: PLC0415 it brings the store
    from gate_service.bootstrap.tools import open_tools  # noqa: PLC0415

    async with open_tools(settings, url) as tools:
        assert tools.archive is not None  # noqa: S101 - it was named
        with _progress() as on_step:
            return await Archiving(tools, tools.archive, plan, on_step, _say).run()


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None]]:
    """Show how far all is where somebody looks; tell what is wrong with a location in any case."""
    if not sys.stderr.isatty():
        yield _tell
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415 slow to import

    far: dict[str, tuple[int, int]] = {}
    columns = (TextColumn("archived"), BarColumn(), MofNCompleteColumn(), TextColumn("entries, {task.description}"))
    with Progress(*columns, console=notes(), transient=True) as bar:
        task = bar.add_task("")

        def on_step(progress: Any) -> None:  # noqa: ANN401 its name is taken here
            _tell(progress)
            far[progress.location_id] = (progress.archived, progress.archived + progress.behind)
            done, total = (sum(each) for each in zip(*far.values(), strict=True))
            bar.update(task, completed=done, total=total, description=f"{len(far)} locations")

        yield on_step


def _tell(progress: Progress) -> None:
    if progress.fence:
        missing = progress.fence.remembered.revision
        _say(
            f"{progress.location_id} is fenced: up to revision {missing} was acknowledged or archived, and the store "
            f"has another history. Look at it with: gate recover {progress.location_id}"
        )
    elif progress.fault:
        _say(str(progress.fault))
    elif progress.left_behind:
        _say(
            f"{progress.location_id} was recovered: {progress.left_behind} archived entries are no part of its history "
            "any more. They stay in the archive, apart."
        )


def _say(text: str) -> None:
    notes().print(text, style="yellow", markup=False, soft_wrap=True)


def _summary(url: str, outcome: Outcome) -> dict[str, Any]:
    from gate_service.archive.shelf import masked  # noqa: PLC0415 only tools need it

    locations = [_location(each, outcome) for _, each in sorted(outcome.progress.items())]
    entries = sum(each.written for each in outcome.progress.values())
    return {"archive": masked(url), "entries": entries, "sound": outcome.sound, "locations": locations}


def _location(progress: Progress, outcome: Outcome) -> dict[str, Any]:
    fault = progress.fault or outcome.not_trimmed.get(progress.location_id)
    found: dict[str, Any] = {
        "location_id": progress.location_id,
        "archived_revision": progress.archived,
        "entries": progress.written,
        "behind": progress.behind,
        "left_behind": progress.left_behind,
        "fenced_since_ms": progress.fence.since_ms if progress.fence else 0,
        "fault": str(fault) if fault else "",
    }
    trimmed = outcome.trimmed.get(progress.location_id)
    if trimmed:
        found["trimmed"] = {
            "entries": trimmed.entries,
            "markers_forgotten": trimmed.forgotten,
            "bytes_before": trimmed.bytes_before,
            "bytes_after": trimmed.bytes_after,
        }
    return found
