"""`gate catalog …`: which codes mean which item, how items come in, and which codes nobody knows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gate_service.cli.answers import for_people, note, plainly, show
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.files import STDIN
from gate_service.cli.options import Caller, with_options

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_INTO: Final = "into"

app = typer.Typer(no_args_is_help=True, help="Bring items in, and see what codes mean.")


class Mode(StrEnum):
    """What an import does with the items that it does not name."""

    MERGE = "merge"
    REPLACE = "replace"


@app.command("import")
@with_options
def bring_in(
    options: Caller,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="CSV with a header or JSON lines; - is stdin.")],
    mode: Annotated[
        Mode, typer.Option(help="merge: what the file does not name stays. replace: it leaves the catalog.")
    ] = Mode.MERGE,
    *,
    skip_bad_rows: Annotated[
        bool, typer.Option("--skip-bad-rows", help="Leave wrong rows out. Else one wrong row, and nothing is applied.")
    ] = False,
    import_id: Annotated[
        str, typer.Option(metavar="ID", help="Your name for the import. With the same one it goes on where it stopped.")
    ] = "",
    yes: Annotated[
        bool,
        typer.Option("--yes", help="With --mode replace: items that the file does not name may leave the catalog."),
    ] = False,
) -> ExitCode | None:
    """Bring in items from a file: all at one stroke, or not at all.

    Columns: sku, aliases, gtins, units, kit, stocked, abc, description; only sku is needed. A cell holds several with |
    between them: gtins 5012345678900|15012345678907=case, units case=12, kit MUG=2|BOX. docs/catalog.md says more.
    """
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli import catalog_file, csv_rows  # noqa: PLC0415 what only this command needs
    from gate_service.cli.catalog_import import Teller, Upload  # noqa: PLC0415
    from gate_service.cli.catalog_leaving import Leaving  # noqa: PLC0415

    name = import_id or sdk.new_operation_id()
    how = sdk.IMPORT_MODE_REPLACE if mode is Mode.REPLACE else sdk.IMPORT_MODE_MERGE
    quiet = replace(options, output=Output.JSONL)  # no "waiting for the gate": the teller says what it waits for
    with quiet.gate() as gate, csv_rows.opened(file) as source:
        rows = catalog_file.rows(source, "stdin" if file == STDIN else file)
        rows = chain([next(rows)], rows)  # a file without any row begins nothing
        upload = Upload(gate, name, options.timeout_s)
        if upload.begin(how):
            note(options.output, f"If this is interrupted, the same command with --import-id {name} goes on.")
        leaving = Leaving() if mode is Mode.REPLACE and not upload.in_force else None
        with Teller() as upload.tell:
            count = upload.stage(leaving.noting(rows) if leaving else rows)
            leaving_count = leaving.count(gate, upload.tell) if leaving else 0
        if leaving_count:
            _agree(leaving_count, name, yes=yes, asks=file != STDIN)
        with Teller() as upload.tell:
            answer = upload.commit(count, skip_bad_rows=skip_bad_rows)
        return _ended(options, gate, answer)


def _agree(leaving_count: int, import_id: str, *, yes: bool, asks: bool) -> None:
    """Go on only where it is wanted that so many items leave the catalog. Raises InputError."""
    told = (
        f"Items of the catalog in force that are not in the file: {leaving_count:,}. With --mode replace they leave "
        "it, and whoever names them is refused, whatever stock and orders they have."
    )
    if yes or (asks and sys.stdin.isatty() and sys.stderr.isatty()):
        typer.echo(told, err=True)
        if yes or typer.confirm("Are they to leave?", err=True):
            return
        told = "Nothing is put in force."
    else:
        told += " Nothing is put in force."
    raise InputError(
        f"{told} The same command with --import-id {import_id} --yes lets them leave; without --mode replace, and "
        "under another --import-id, they stay."
    )


@app.command()
@with_options
def merge(
    options: Caller,
    words: Annotated[list[str], typer.Argument(metavar="SKU into SKU", help="What ends, and what goes on.")],
) -> ExitCode | None:
    """Make one SKU of two: the first becomes an alias of the second, and its stock moves there."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc
    from gate_service.cli.catalog_import import Upload  # noqa: PLC0415 what only this command needs

    if len(words) != 3 or words[1].lower() != _INTO:  # noqa: PLR2004 two SKUs and a word between them
        raise InputError("Say which SKU ends and which goes on: gate catalog merge MUG-OLD into MUG.")
    gone, _, into = words
    with options.gate() as gate:
        item = gate.get_item(into).item
        if gone in (item.sku, *item.aliases):
            raise InputError(f"{gone} means {item.sku} already.")
        item.aliases.append(gone)
        item.units.extend(_only_in(gate, gone, item))
        upload = Upload(gate, sdk.new_operation_id(), options.timeout_s)
        upload.begin(sdk.IMPORT_MODE_MERGE)
        count = upload.stage([sdk.ImportRow(row_number=1, item=item)])
        return _ended(options, gate, upload.commit(count, skip_bad_rows=False))


def _only_in(gate: sdk.Gate, gone: str, item: sdk.Item) -> list[sdk.ItemUnit]:
    """Give the units that a SKU has and an item has not; the gate refuses those that both have and count otherwise."""
    import fulfillment_gate as sdk  # noqa: PLC0415 it brings grpc

    try:
        old = gate.get_item(gone).item
    except sdk.NotFound:  # only a ledger knows it
        return []
    there = {unit.unit for unit in item.units}
    return [unit for unit in old.units if unit.unit not in there]


def _ended(options: Caller, gate: sdk.Gate, answer: sdk.CommitImportResponse) -> ExitCode | None:
    """Tell what became of an import: all rows that are wrong, for programs; the first, for people."""
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415 what only these commands need
    from gate_service.cli.views import catalog  # noqa: PLC0415

    found = answer.catalog_import
    if options.output is Output.TABLE:
        for_people(catalog.imported(answer))
    else:
        errors = gate.iter_import_errors(found.import_id) if found.bad_row_count else iter(())
        if options.output is Output.JSON:
            plainly(options.output, {**plain(answer), "errors": [plain(error) for error in errors]})
        else:
            typer.echo(compact(plain(found)))
            for error in errors:
                typer.echo(compact(plain(error)))
    return None if found.version else ExitCode.USAGE


@app.command()
@with_options
def errors(
    options: Caller, import_id: Annotated[str, typer.Argument(metavar="ID", help="The import, as it said its name.")]
) -> None:
    """Show every row of an import that is wrong."""
    from gate_service.cli.views import catalog  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        _list(options, gate.iter_import_errors(import_id), "errors", {"import_id": import_id}, catalog.row_errors)


@app.command("show")
@with_options
def show_item(
    options: Caller,
    identifier: Annotated[str, typer.Argument(metavar="CODE", help="The SKU, or any other code of it.")],
) -> None:
    """Show one item: its codes, packs and components."""
    from gate_service.cli.views import catalog  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_item(identifier)
    show(options.output, answer, lambda: catalog.item(answer))


@app.command()
@with_options
def resolve(
    options: Caller,
    identifiers: Annotated[list[str], typer.Argument(metavar="CODE", help="SKUs, aliases, GTINs, scanned strings.")],
) -> ExitCode | None:
    """Show what codes mean. Ends with 1 where nobody knows any of them."""
    from gate_service.cli.views import catalog  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.resolve_items(identifiers)
    show(options.output, answer, lambda: catalog.resolved(answer), listing="items")
    return None if any(item.known for item in answer.items) else ExitCode.DENIED


@app.command("list")
@with_options
def list_all(options: Caller) -> None:
    """Show all items, in no particular order. What `-o jsonl` writes can be imported again."""
    from gate_service.cli.views import catalog  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        about = {"version": gate.list_items(page_size=1).version}
        _list(options, gate.iter_items(), "items", about, catalog.items)


@app.command()
@with_options
def unknown(options: Caller) -> None:
    """Show the codes that somebody used and nobody knows, the most repeated first."""
    from gate_service.cli.views import catalog  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        _list(options, gate.iter_unknown_items(), "items", {}, catalog.unknown)


@app.command()
@with_options
def forget(
    options: Caller,
    identifiers: Annotated[list[str] | None, typer.Argument(metavar="CODE", help="As `unknown` shows them.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Take codes off the list of unknown ones: they are dealt with."""
    from gate_service.cli.views import catalog  # noqa: PLC0415 what only this command needs

    if everything == bool(identifiers):
        raise InputError("Name the codes that are dealt with, or say --all.")
    with options.gate() as gate:
        answer = gate.forget_unknown_items(identifiers or (), everything=everything)
    show(options.output, answer, lambda: catalog.forgotten(answer))


def _list(options: Caller, found: Any, name: str, about: Mapping[str, object], people: Any) -> None:  # noqa: ANN401 messages
    """Write messages as they come, or as one."""
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415 what only these commands need

    if options.output is Output.TABLE:
        for_people(people(found))
    elif options.output is Output.JSONL:
        for each in found:
            typer.echo(compact(plain(each)))
    else:
        plainly(options.output, {**about, name: [plain(each) for each in found]})
