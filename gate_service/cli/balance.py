"""`gate balance`: what stood on the shelves at a revision or at a time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gate_service.cli.answers import for_people, plainly
from gate_service.cli.console import Output, when
from gate_service.cli.exits import ExitCode, InputError
from gate_service.cli.options import DEFAULT_LOCATION
from gate_service.cli.tooling import ArchiveOption, OutputOption, check_ids, run, told, with_store
from gate_service.settings import Loaded, Settings

if TYPE_CHECKING:
    from gate_service.archive.balance import Balance

_DIGITS_OF_MS = 12
"""A revision has fewer, and a time in ms has more since 1973."""


class _Point(NamedTuple):
    revision: int | None
    at_ms: int | None


@with_store
def balance(
    loaded: Loaded,
    at: Annotated[
        str,
        typer.Option("--at", metavar="REVISION|TIME", help="A revision, a time as ISO 8601 or in ms; else the newest."),
    ] = "",
    location: Annotated[
        str, typer.Option("--location", "-l", envvar="GATE_LOCATION", metavar="LOCATION", help="The location.")
    ] = DEFAULT_LOCATION,
    sku: Annotated[str, typer.Option("--sku", "-s", metavar="SKU", help="Only this one, by its own name.")] = "",
    archive: ArchiveOption = "",
    output: OutputOption = Output.TABLE,
) -> int:
    """Show every bucket as it stood then, added up from the entries of the archive and of the ledger.

    Without a store what the archive has is enough; without an archive, what the store still has. Ends with 1 where
    there was nothing yet, with 4 where nobody knows of the location.
    """
    with told(output):
        check_ids([location])
        point = _point(at)
        found = run(_balance(loaded.settings, archive, location, point, sku))
        if point.revision is not None and found.revision < point.revision:
            raise InputError(f"{location} has no revision {point.revision} yet: the newest is {found.revision}.")
        if output is Output.TABLE:
            for_people(_for_people(found))
        else:
            plainly(output, _plain(found))
        return ExitCode.OK if found.stock else ExitCode.DENIED


def _point(text: str) -> _Point:
    """Read a revision or a time. Raises InputError."""
    if not text:
        return _Point(None, None)
    if re.fullmatch(r"[0-9]{1,18}", text):
        number = int(text)
        return _Point(None, number) if len(text) >= _DIGITS_OF_MS else _Point(number, None)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"--at {text} is neither a revision nor a time: say 4711, 2026-11-03T14:00:00Z or ms since the epoch."
        ) from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _Point(None, int(moment.timestamp() * 1000))


async def _balance(settings: Settings, url: str, location_id: str, point: _Point, sku: str) -> Balance:
    from gate_service.archive import Archive, UnknownLocation  # noqa: PLC0415 only tools need it
    from gate_service.archive.balance import balance_at  # noqa: PLC0415
    from gate_service.archive.history import History  # noqa: PLC0415
    from gate_service.bootstrap.tools import check_known, open_readers  # noqa: PLC0415 it brings the store

    if url and not settings.redis_url:
        archive = Archive.open(url)
        archive.check_holds()
        if not archive.all_segments(location_id):
            raise UnknownLocation(location_id, f"the archive {archive.shelf.url} does not have")
        history = History(location_id, archive, None)
        return await balance_at(history, point.revision, point.at_ms, sku)
    async with open_readers(settings, url) as tools:
        await check_known(tools, location_id)
        history = History(location_id, tools.archive, tools.journal)
        return await balance_at(history, point.revision, point.at_ms, sku)


def _plain(found: Balance) -> dict[str, Any]:
    stock = [{"sku": sku, **{str(bucket): units for bucket, units in row.items()}} for sku, row in _rows(found)]
    return {"location_id": found.location_id, "revision": found.revision, "at_ms": found.at_ms, "stock": stock}


def _rows(found: Balance) -> list[tuple[str, dict[str, int]]]:
    return sorted(found.stock.items())


def _for_people(found: Balance) -> list[Any]:
    from gate_service.cli.console import number, small_table  # noqa: PLC0415 rich is slow to import
    from gate_service.domain.vocabulary import Bucket  # noqa: PLC0415 what only this form needs

    if not found.revision:
        return [f"{found.location_id} had no entry yet."]
    buckets = [bucket for bucket in Bucket if any(row[bucket] for row in found.stock.values())]
    rows = [[sku, *(number(row[bucket]) for bucket in buckets)] for sku, row in _rows(found)]
    said = f"{found.location_id} as of revision {found.revision:,}, {when(found.at_ms)}"
    return [said, small_table(["SKU", *buckets], rows, right=buckets)]
