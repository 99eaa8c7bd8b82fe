"""`gate ledger`: what happened, entry by entry."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.console import Output
from gate_service.cli.exits import InputError
from gate_service.cli.options import AtLocation, with_options

if TYPE_CHECKING:
    import fulfillment_gate as sdk

_POLL_S = 0.5


@with_options
def ledger(
    options: AtLocation,
    from_revision: Annotated[int, typer.Option(min=1, help="The first entry wanted.")] = 1,
    limit: Annotated[int, typer.Option(min=0, help="How many entries; 0: all there are.")] = 0,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as entries come, until Ctrl-C.")] = False,
    canonical: Annotated[bool, typer.Option(help="In JSON: also the exact texts each entry was hashed from.")] = False,
) -> None:
    """Show the entries of a location's ledger, oldest first."""
    if follow and options.output is Output.JSON:
        raise InputError("-o json writes one object at the end, which --follow never reaches. Use -o jsonl.")
    with options.gate() as gate, contextlib.suppress(KeyboardInterrupt):
        entries = _entries(gate, options.location, from_revision, limit, follow=follow, canonical=canonical)
        if options.output is Output.TABLE:
            _for_people(entries)
        else:
            _plainly(options.output, options.location, entries)


def _entries(
    gate: sdk.Gate, location: str, from_revision: int, limit: int, *, follow: bool, canonical: bool
) -> Iterator[sdk.ListEntriesResponse]:
    """Give pages with as many entries as wanted."""
    left = limit
    wanted = from_revision
    while True:
        page = gate.list_entries(
            location, from_revision=wanted, page_size=min(left, 1_000) if limit else 1_000, include_canonical=canonical
        )
        yield page
        if page.entries:
            left -= len(page.entries)
            wanted = page.entries[-1].revision + 1
        if limit and left <= 0:
            return
        if not page.next_from_revision:
            if not follow:
                return
            time.sleep(_POLL_S)


def _for_people(pages: Iterator[sdk.ListEntriesResponse]) -> None:
    from gate_service.cli.console import data  # noqa: PLC0415 what only this form needs
    from gate_service.cli.views.ledger import Journal  # noqa: PLC0415

    console = data()
    journal = Journal()
    for page in pages:
        for part in journal.page(page.entries):
            console.print(part, crop=False)


def _plainly(output: Output, location: str, pages: Iterator[sdk.ListEntriesResponse]) -> None:
    from gate_service.cli.answers import plainly  # noqa: PLC0415 what only this form needs
    from gate_service.cli.plain import compact, plain  # noqa: PLC0415

    if output is Output.JSON:
        read = [plain(page) for page in pages]
        entries = [entry for page in read for entry in page["entries"]]
        plainly(output, {"location_id": location, "lineage": read[-1]["lineage"], "entries": entries})
        return
    for page in pages:
        for entry in page.entries:
            typer.echo(compact(plain(entry)))
