"""`gate handoffs …`: the map of who may do what, checked, drawn, put in force, and what it turned away."""

from __future__ import annotations

import hashlib
import secrets
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gate_service.cli.answers import for_people, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError, reported
from gate_service.cli.options import Caller, with_options

if TYPE_CHECKING:
    from gate_service.domain.handoffs import HandoffMap

LIVE: Final = "live"
_TOKEN_BYTES: Final = 32
_SOUND: Final = "version {version} is sound: {systems} systems, {channels} channels, sha256 {sha256}"

app = typer.Typer(no_args_is_help=True, help="The handoff map: who may do what, and where.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The map, as YAML.")]
SourceArgument = Annotated[
    str, typer.Argument(metavar="FILE|live", help="The map as YAML, or `live`: the one in force at the gate.")
]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="For people or for programs.")]


class Drawing(StrEnum):
    """In which language a map is drawn."""

    MERMAID = "mermaid"
    SVG = "svg"


@app.command()
def validate(file: FileArgument, output: OutputOption = Output.TABLE) -> None:
    """Read a map and say what is wrong with it, each mistake with its line. Ends with 2 where something is.

    It goes in stages: whether it is YAML, then its form, then what it means. The mistakes of a later stage are told
    once the earlier ones are mended.
    """
    with reported(output):
        handoffs = _read(file)
        facts: dict[str, object] = {
            "version": handoffs.version,
            "sha256": handoffs.sha256,
            "systems": len(handoffs.systems),
            "channels": len(handoffs.channels),
        }
        if output is not Output.TABLE:
            plainly(output, facts)
            return
        typer.echo(
            "version {version} is sound: {systems} systems, {channels} channels, sha256 {sha256}".format(**facts)
        )


@app.command()
@with_options
def check(options: Caller, source: SourceArgument) -> ExitCode | None:
    """Find the holes in a map: what nobody does, what two do, who cannot be told. Ends with 4 where there are any."""
    from gate_service.domain.handoff_holes import holes  # noqa: PLC0415 what only this command needs

    found = holes(_map(options, source))
    if options.output is Output.TABLE:
        from gate_service.cli.views import handoffs as view  # noqa: PLC0415 rich is slow to import

        for_people(view.holes(found))
    elif options.output is Output.JSON:
        plainly(options.output, {"holes": [each._asdict() for each in found]})
    else:
        for each in found:
            plainly(options.output, each._asdict())
    return ExitCode.DRIFT if found else None


@app.command()
@with_options
def graph(
    options: Caller,
    source: SourceArgument,
    drawing: Annotated[Drawing, typer.Option("--format", help="What to draw it in.")] = Drawing.MERMAID,
) -> None:
    """Draw a map: systems, what they write where, and which locations serve which channels."""
    handoffs = _map(options, source)
    if drawing is Drawing.SVG:
        from gate_service.cli.views.handoff_svg import svg  # noqa: PLC0415 what only this form needs

        typer.echo(svg(handoffs), nl=False)
        return
    from gate_service.cli.views.handoff_graph import mermaid  # noqa: PLC0415 what only this form needs

    typer.echo(mermaid(handoffs), nl=False)


@app.command()
@with_options
def apply(
    options: Caller,
    file: FileArgument,
    operation_id: Annotated[
        str | None, typer.Option(metavar="ID", help="Your name for this operation; made for you where you give none.")
    ] = None,
) -> None:
    """Put a map in force at all gates of the store. Its version must be greater than that in force."""
    from gate_service.cli.views import handoffs as view  # noqa: PLC0415 what only this command needs

    _read(file)  # the gate would find the same; here each mistake has the name of the file
    with options.gate() as gate:
        answer = gate.apply_handoffs(_text(file), operation_id=operation_id)
    show(options.output, answer, lambda: view.applied(answer))


@app.command("show")
@with_options
def show_map(options: Caller) -> None:
    """Show the map in force: every system, and what it may do where."""
    from gate_service.cli.views import handoffs as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_handoffs()
    show(options.output, answer, lambda: view.systems(_in_force(answer.document)))


@app.command()
@with_options
def changes(
    options: Caller, from_revision: Annotated[int, typer.Option(min=1, help="The first change wanted.")] = 1
) -> None:
    """Show what was changed in the map, when and by whom, the oldest first."""
    from gate_service.cli.plain import plain  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import handoffs as view  # noqa: PLC0415

    with options.gate() as gate:
        found = [*gate.iter_handoff_changes(from_revision=from_revision)]
    if options.output is Output.TABLE:
        for_people(view.changes(found))
    elif options.output is Output.JSON:
        plainly(options.output, {"changes": [plain(each) for each in found]})
    else:
        for each in found:
            plainly(options.output, plain(each))


@app.command()
@with_options
def violations(
    options: Caller,
    of: Annotated[str, typer.Option(metavar="SYSTEM", help="Only those of this system; `?` for unknown callers.")] = "",
    limit: Annotated[int, typer.Option(min=0, max=10_000, help="How many; 0: 1,000.")] = 0,
) -> None:
    """Show who tried what the map does not allow, where, how often and when; the latest first."""
    from gate_service.cli.views import handoffs as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.list_violations(system=of, page_size=limit)
    show(options.output, answer, lambda: view.violations(answer), listing="violations")


@app.command()
def token(
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="The system that it will name.")],
    output: OutputOption = Output.TABLE,
) -> None:
    """Make a token for a system. It is shown once, here, and kept nowhere; the map holds its hash.

    The token goes to stdout, and to stderr the line for the map. A system may have two while one replaces the other.
    """
    from gate_service.domain.limits import ID_PATTERN  # noqa: PLC0415 what only this command needs

    with reported(output):
        if not ID_PATTERN.fullmatch(system):
            raise InputError(f"{system!r} cannot be the id of a system: 1 to 64 characters of A-Z a-z 0-9 . _ @ + / -.")
        made = f"fgt_{secrets.token_urlsafe(_TOKEN_BYTES)}"
        digest = f"sha256:{hashlib.sha256(made.encode()).hexdigest()}"
        if output is not Output.TABLE:
            plainly(output, {"system": system, "token": made, "sha256": digest})
            return
        typer.echo(made)
        typer.echo(f'For the map, at systems.{system}.tokens:\n      - "{digest}"', err=True)


@app.command()
def schema() -> None:
    """Print the JSON Schema of a map, for editors."""
    from gate_service.handoffs import schema_text  # noqa: PLC0415 what only this command needs

    typer.echo(schema_text(), nl=False)


def _map(options: Caller, source: str) -> HandoffMap:
    if source != LIVE:
        return _read(Path(source))
    with options.gate() as gate:
        return _in_force(gate.get_handoffs().document)


def _in_force(document: str) -> HandoffMap:
    from gate_service.domain.handoff_document import read_canonical  # noqa: PLC0415 what few commands need

    if not document:
        raise InputError("No handoff map is in force at this gate; `gate handoffs apply FILE` puts one in force.")
    return read_canonical(document)


def _read(file: Path) -> HandoffMap:
    from gate_service.domain.handoff_rules import HandoffsInvalid  # noqa: PLC0415 what few commands need
    from gate_service.handoffs import read  # noqa: PLC0415

    try:
        return read(_text(file))
    except HandoffsInvalid as error:
        rows = [(f"{file}:{fault.line}", str(fault)) for fault in error.faults]
        raise InputError(f"{file} is no sound handoff map.", rows) from None


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"{file} is not UTF-8 text.") from None
