"""Answers that come in pages: read to their end and written as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from gate_service.cli.answers import for_people, plainly
from gate_service.cli.console import Output
from gate_service.cli.plain import compact, plain

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gate_service.cli.options import AtLocation


def pages(ask: Callable[[str], Any]) -> Iterator[Any]:
    """Give each page; `ask` takes the token of the page before, empty for the first."""
    token = ""
    while True:
        page = ask(token)
        yield page
        token = page.next_page_token
        if not token:
            return


def show_all(
    options: AtLocation,
    read: Iterable[Any],
    field: str,
    people: Callable[[Sequence[Any], int], Iterable[RenderableType]],
) -> None:
    """Write the elements of `field` of all pages; `people` gets them with the revision of the last page.

    In JSON lines each element is written as soon as its page is there.
    """
    elements: list[Any] = []
    revision, lineage = 0, None
    for page in read:
        revision = getattr(page, "revision", 0)
        lineage = plain(page.lineage) if hasattr(page, "lineage") else None
        if options.output is Output.JSONL:
            for each in getattr(page, field):
                typer.echo(compact(plain(each)))
        else:
            elements.extend(getattr(page, field))
    if options.output is Output.TABLE:
        for_people(people(elements, revision))
    elif options.output is Output.JSON:
        whole: dict[str, Any] = {"location_id": options.location, "revision": revision, "lineage": lineage}
        plainly(options.output, {**whole, field: [plain(each) for each in elements]})
