"""`gate recover`: looks at a location that is fenced, and opens it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.console import Output, notes
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.tooling import ArchiveOption, OutputOption, check_ids, run, told, with_store
from gate_service.domain.limits import ID_PATTERN, NOTE_MAX_LENGTH
from gate_service.settings import Loaded, Settings

if TYPE_CHECKING:
    from gate_service.bootstrap.recovering import Outcome, Wish
    from gate_service.ledger.fences import Fences

_ACCEPT = "To open it again"


@with_store
def recover(  # noqa: PLR0913 each is a flag
    loaded: Loaded,
    location: Annotated[str, typer.Argument(metavar="[LOCATION]", help="The location that is fenced.")] = "",
    archive: ArchiveOption = "",
    operator: Annotated[
        str,
        typer.Option(
            envvar="GATE_ACTOR", metavar="NAME", help="Who accepts it; stands in the ledger.", rich_help_panel=_ACCEPT
        ),
    ] = "",
    note: Annotated[str, typer.Option(metavar="TEXT", help="Why; stands there too.", rich_help_panel=_ACCEPT)] = "",
    *,
    list_all: Annotated[bool, typer.Option("--list", help="Name every location that is fenced.")] = False,
    from_archive: Annotated[
        bool,
        typer.Option(
            "--from-archive", help="Take what is missing from the archive: it is not lost.", rich_help_panel=_ACCEPT
        ),
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Write. Without it this command only looks.", rich_help_panel=_ACCEPT),
    ] = False,
    output: OutputOption = Output.TABLE,
) -> ExitCode:
    """Show why a location is fenced and what is left of its history, and with --accept open it again.

    The ledger is compared with its own chain, the stock with the ledger, and both with the archive where one is named.
    What the archive has more can be taken from there, and nothing is lost. Else an operator accepts the loss by name:
    the location goes on with what is left, its epoch counts up, and its ledger says which revisions are lost. Ends with
    4 where a location stays fenced, or nobody knows of it. --list ends with 3 where it found none, and could not ask
    everywhere.
    """
    with told(output):
        if list_all:
            return _list(loaded.settings, output)
        _check(location, archive, operator, note, accept=accept, from_archive=from_archive)
        from gate_service.bootstrap.recovering import Wish  # noqa: PLC0415 it brings the store

        wish = Wish(operator, note, from_archive=from_archive, accept=accept)
        outcome = run(_recover(loaded.settings, archive, location, wish))
        _show(output, outcome)
        return ExitCode.DRIFT if outcome.fence else ExitCode.OK


def _check(location: str, archive: str, operator: str, note: str, *, accept: bool, from_archive: bool) -> None:
    """See that what is given goes together. Raises InputError."""
    if not location:
        raise InputError("Which location? Name it, or say --list.")
    check_ids([location])
    if from_archive and not archive:
        raise InputError("--from-archive needs --archive URL.")
    if accept and not ID_PATTERN.fullmatch(operator):
        raise InputError(
            "--accept needs --operator NAME: 1 to 64 letters, digits and . _ @ + / -, beginning with a letter or digit."
        )
    if len(note) > NOTE_MAX_LENGTH:
        raise InputError(f"--note has {len(note)} characters, and may have {NOTE_MAX_LENGTH}.")
    if not note.isprintable():
        raise InputError("--note holds a line break or another control character: say it in one line of plain text.")


async def _recover(settings: Settings, archive_url: str, location_id: str, wish: Wish) -> Outcome:
    from gate_service.bootstrap.recovering import recover  # noqa: PLC0415 it brings the store
    from gate_service.bootstrap.tools import check_known, open_readers  # noqa: PLC0415
    from gate_service.cli.progress import progress  # noqa: PLC0415
    from gate_service.domain.errors import Refused  # noqa: PLC0415
    from gate_service.ledger.replay import ReplayRefused  # noqa: PLC0415

    async with open_readers(settings, archive_url) as tools:
        await check_known(tools, location_id)
        try:
            return await recover(tools, settings.durability, location_id, wish, progress)
        except (Refused, ReplayRefused) as error:
            raise InputError(str(error)) from error


def _show(output: Output, outcome: Outcome) -> None:
    from gate_service.cli.answers import for_people, plainly  # noqa: PLC0415
    from gate_service.cli.views import recovering as view  # noqa: PLC0415 rich is slow to import

    if output is Output.TABLE:
        for_people(view.outcome(outcome))
    else:
        plainly(output, view.plain_outcome(outcome))


def _list(settings: Settings, output: Output) -> ExitCode:
    from gate_service.cli.answers import for_people, plainly  # noqa: PLC0415
    from gate_service.cli.views import recovering as view  # noqa: PLC0415 rich is slow to import

    fences = run(_fences(settings))
    rows = [view.plain_fence(location_id, fence) for location_id, fence in fences.standing.items()]
    if output is Output.TABLE:
        for_people(view.fences(fences))
    elif output is Output.JSON:
        plainly(output, {"locations": rows, "not_asked": [*fences.not_asked], "servers_away": [*fences.servers_away]})
    else:
        for row in rows:
            plainly(output, row)
    if not fences.complete:
        told_apart = ", ".join([*fences.not_asked, *(f"all else at {server}" for server in fences.servers_away)])
        notes().print(f"Could not be asked: {told_apart}.", style="yellow", markup=False, soft_wrap=True)
    if fences.standing:
        return ExitCode.DRIFT
    return ExitCode.OK if fences.complete else ExitCode.UNAVAILABLE


async def _fences(settings: Settings) -> Fences:
    from gate_service.bootstrap.tools import open_tools  # noqa: PLC0415 it brings the store
    from gate_service.ledger.fences import look_for_fences  # noqa: PLC0415

    async with open_tools(settings) as tools:
        return await look_for_fences(tools.store)
