"""`gate restore`: rebuilds locations in an empty store."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.console import Output, notes
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.tooling import ArchiveOption, OutputOption, check_ids, run, told, with_store
from gate_service.cli.words import at_ms
from gate_service.settings import Loaded, Settings, masked

if TYPE_CHECKING:
    from gate_service.bootstrap.histories import Sources
    from gate_service.bootstrap.restoring import Cut, Planned, Restored
    from gate_service.bootstrap.tools import Tools
    from gate_service.ledger.journal import Journal

_HISTORY = "Where the history is"
_HOW_FAR = "How far"


@with_store
def restore(
    loaded: Loaded,
    archive: ArchiveOption = "",
    ledger_from: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Another store in which some of the ledger survived.", rich_help_panel=_HISTORY
        ),
    ] = "",
    location: Annotated[
        list[str] | None,
        typer.Option("--location", "-l", metavar="LOCATION", help="This one; can be given again. Else all there are."),
    ] = None,
    to_revision: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Up to this entry.", rich_help_panel=_HOW_FAR)
    ] = None,
    to_time: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="Up to this time, such as 2026-03-01T14:00Z; a day stands for its end.",
            rich_help_panel=_HOW_FAR,
        ),
    ] = "",
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    output: OutputOption = Output.TABLE,
) -> ExitCode:
    """Rebuild locations in the store named by --redis-url, from an archive, from a ledger that survived, or from both.

    Each entry is done again by the code that wrote it, and must come to what was recorded. A location is closed until
    all of it is there; interrupted, the same again goes on. Where less is wanted than there is, or less is there than a
    gate remembers, it stays closed for `gate recover`. Ends with 4 where one did not come to what was wanted.
    """
    with told(output):
        from gate_service.bootstrap.restoring import Cut  # noqa: PLC0415 it brings the store

        if not archive and not ledger_from:
            raise InputError("From where? Say --archive URL, --ledger-from URL, or both.")
        if ledger_from == loaded.settings.redis_url:
            raise InputError("--ledger-from is the store to restore into: name the one in which the ledger survived.")
        if to_revision is not None and to_time:
            raise InputError("--to-revision or --to-time: say one of them.")
        check_ids(location or ())
        cut = Cut(to_revision, at_ms(to_time) if to_time else None)
        restored = run(_restore(loaded.settings, (archive, ledger_from), location or [], cut, asking=not yes))
        _show(output, restored)
        return ExitCode.OK if all(each.as_asked for each in restored) else ExitCode.DRIFT


async def _restore(
    settings: Settings, urls: tuple[str, str], asked: Sequence[str], cut: Cut, *, asking: bool
) -> list[Restored]:
    """Look at everything before anything is written. With `asking` a person is asked for a yes."""
    from gate_service.bootstrap.comparing import begins_too_late, compare, too_late  # noqa: PLC0415 it brings the store
    from gate_service.bootstrap.histories import Sources  # noqa: PLC0415
    from gate_service.bootstrap.restoring import Standing, plan  # noqa: PLC0415
    from gate_service.bootstrap.tools import open_readers  # noqa: PLC0415

    archive_url, surviving_url = urls
    async with open_readers(settings, archive_url) as tools, _surviving(settings, surviving_url) as surviving:
        sources = Sources(tools.archive, surviving)
        with _refusals_told():
            planned = await plan(sources, tools.journal, asked, cut)
            _check(planned)
            missing = [each for each in planned if each.standing is not Standing.THERE]
            if missing and all([await begins_too_late(sources, each, cut) for each in missing]):
                restored = [await too_late(tools, each) for each in missing]  # closing them would help nobody
            else:
                if asking and missing:
                    _ask(planned, settings)
                restored = await _write(settings, tools, sources, missing, cut)
            there = [each for each in planned if each.standing is Standing.THERE]
            restored += [await compare(tools, sources, each, cut) for each in there]
    return sorted(restored, key=lambda each: each.location_id)


async def _write(
    settings: Settings, tools: Tools, sources: Sources, planned: Sequence[Planned], cut: Cut
) -> list[Restored]:
    """Restore what is missing."""
    import asyncio  # noqa: PLC0415 `--help` does without

    from gate_service.bootstrap.restoring import close, finish, patience_s, tell, total  # noqa: PLC0415
    from gate_service.cli.progress import progress  # noqa: PLC0415
    from gate_service.ledger.replay import Replay  # noqa: PLC0415

    if not planned:
        return []
    replay, missing = Replay(tools.store), [each.history for each in planned]
    await close(replay, missing)
    with progress("restoring", total(missing, cut), "entries") as advance:
        told_again = [await tell(replay, sources, history, cut, advance) for history in missing]
    await asyncio.sleep(patience_s(settings.sweep_interval_ms))
    return [await finish(replay, telling) for telling in told_again]


@contextmanager
def _refusals_told() -> Iterator[None]:
    from gate_service.bootstrap.histories import HoleError  # noqa: PLC0415 it brings the store
    from gate_service.ledger.replay import ReplayRefused  # noqa: PLC0415

    try:
        yield
    except (HoleError, ReplayRefused) as error:
        raise InputError(str(error)) from error


@asynccontextmanager
async def _surviving(settings: Settings, url: str) -> AsyncIterator[Journal | None]:
    """Open the ledger of another store. Raises InputError."""
    from gate_service.ledger.journal import Journal  # noqa: PLC0415 it brings the store
    from gate_service.store.connect import connect  # noqa: PLC0415

    if not url:
        yield None
        return
    try:
        store = connect(url, settings.store_timeout_ms)
    except ValueError as error:
        raise InputError(f"--ledger-from {masked(url)} is no URL of a store: say redis://HOST:PORT/0.") from error
    try:
        yield Journal(store, replicated=False)
    finally:
        await store.close()


def _check(planned: Sequence[Planned]) -> None:
    """See that there is something to restore, and nothing in its way. Raises InputError."""
    from gate_service.bootstrap.restoring import Standing  # noqa: PLC0415 it brings the store

    wrong = [(each.history.location_id, "nothing is known of it") for each in planned if not each.history.head.revision]
    wrong += [
        (each.history.location_id, f"something else stands there, at revision {each.found.revision}")
        for each in planned
        if each.standing is Standing.IN_THE_WAY
    ]
    if wrong or not planned:
        raise InputError("Nothing was restored: an empty store is needed, and a history for each location.", wrong)


def _ask(planned: Sequence[Planned], settings: Settings) -> None:
    from gate_service.cli.views import restoring as view  # noqa: PLC0415 rich is slow to import

    if not sys.stdin.isatty():
        raise InputError("Nobody is there to be asked: look at what would be restored, and say --yes.")
    notes().print(view.planned(planned), crop=False)
    typer.confirm(f"Restore them into {masked(settings.redis_url)}?", abort=True, err=True)


def _show(output: Output, restored: Sequence[Restored]) -> None:
    from gate_service.cli.answers import for_people, plainly  # noqa: PLC0415
    from gate_service.cli.views import restoring as view  # noqa: PLC0415 rich is slow to import

    if output is Output.TABLE:
        for_people(view.restored(restored))
    elif output is Output.JSON:
        plainly(output, view.plain_restored(restored))
    else:
        for each in view.plain_restored(restored)["locations"]:
            plainly(output, each)
