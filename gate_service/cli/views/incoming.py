"""Announcements, what came of them, and transfers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views import stock
from gate_service.cli.views.parts import SEPARATOR, at_revision, headline, units, word

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_NOTHING = "[dim]-[/]"
_SKUS_MAX = 3


def announced(
    did: str,
    location: str,
    document_id: str,
    answer: sdk.AnnounceIncomingResponse | sdk.AmendIncomingResponse,
) -> Iterator[RenderableType]:
    """Tell what is expected now, or that something newer was known."""
    about = f"{document_id} version {answer.version} at {location}"
    if answer.superseded:
        yield headline("superseded", about, answer.applied)
        yield "[yellow]A newer version was known already; nothing changed.[/]"
    else:
        yield headline(did, about, answer.applied)
    yield from stock.levels(answer.levels)


def listed(
    location: str, found: Sequence[sdk.IncomingDocument], revision: int, *, overdue_only: bool
) -> Iterator[RenderableType]:
    """Tell what is open, since when it should be here, and who announced it."""
    yield at_revision(location, revision)
    if not found:
        yield "[green]Nothing is overdue.[/]" if overdue_only else "Nothing is expected."
        return
    yield small_table(
        ["document", "kind", "expected", "", "open", "announced", "came", "by", "what is open"],
        [
            [
                each.document_id,
                _kind(each.kind),
                when(each.expected_at_ms) if each.expected_at_ms else _NOTHING,
                word("overdue") if each.overdue else "",
                number(sum(part.open_quantity for part in each.progress)),
                number(sum(part.expected_quantity for part in each.progress)),
                number(sum(part.received_quantity for part in each.progress)),
                each.system,
                _open(each),
            ]
            for each in found
        ],
        right=("open", "announced", "came"),
    )


def _open(document: sdk.IncomingDocument) -> str:
    told = [f"{part.sku} {number(part.open_quantity)}" for part in document.progress if part.open_quantity]
    more = f", … {len(told) - _SKUS_MAX:,} more SKUs" if len(told) > _SKUS_MAX else ""
    return ", ".join(told[:_SKUS_MAX]) + more


def document(location: str, answer: sdk.GetIncomingResponse) -> Iterator[RenderableType]:
    """Tell what was announced of each SKU, what came, and what is open."""
    found = answer.document
    announced_as = f"{_kind(found.kind)} " if found.version else ""
    version = f"{SEPARATOR}version {found.version}" if found.version else ""
    yield (
        f"{word(_standing(found))} {announced_as}{found.document_id} at {location}{version}"
        f"{SEPARATOR}revision {number(answer.revision)}"
    )
    about = [f"first told of by {found.system or 'nobody by name'} {when(found.created_at_ms)}"]
    about += [f"expected {when(found.expected_at_ms)}"] if found.expected_at_ms else []
    about += [f"from {found.from_location_id}"] if found.from_location_id else []
    yield SEPARATOR.join(about)
    figures = ["expected", "received", "open"]
    missing = {part.sku: part.expected_quantity - part.received_quantity for part in found.progress if found.closed}
    late = ["never came"] if any(units_missing > 0 for units_missing in missing.values()) else []
    yield small_table(
        ["SKU", *figures, *late, ""],
        [
            [
                part.sku,
                *(number(getattr(part, f"{name}_quantity")) for name in figures),
                *(_never_came(missing[part.sku]) for _ in late),
                _over(part),
            ]
            for part in found.progress
        ],
        right=[*figures, *late],
    )


def _standing(document: sdk.IncomingDocument) -> str:
    """Say in a word or two where a document stands."""
    if document.closed:
        return "closed"
    if not document.version:
        return "not announced"
    if document.overdue:
        return "overdue"
    if any(part.open_quantity for part in document.progress):
        return "open"
    told = any(part.expected_quantity or part.received_quantity for part in document.progress)
    return "done" if told else "cancelled"


def _never_came(missing: int) -> str:
    return f"[yellow]{number(missing)}[/]" if missing > 0 else "[dim]0[/]"


def _over(part: sdk.DocumentProgress) -> str:
    more = part.received_quantity - part.expected_quantity
    return f"[yellow]{number(more)} more than announced[/]" if more > 0 else ""


def _kind(kind: int) -> str:
    from fulfillment_gate import DocumentKind  # noqa: PLC0415 it brings grpc

    return short_name(DocumentKind.DESCRIPTOR, kind).lower().replace("_", " ") or "[yellow]not announced[/]"


def sent(location: str, to_location: str, total: int, answer: sdk.TransferStockResponse) -> Iterator[RenderableType]:
    """Tell what left, and that it is expected at the other end."""
    yield headline("sent", f"{units(total)} from {location} to {to_location}", answer.applied)
    if answer.applied.replayed:
        yield "[dim]This transfer was confirmed before; nothing changed.[/]"
    yield f"expected at {to_location}{SEPARATOR}revision {number(answer.announced.revision)} there"
    yield from stock.levels(answer.levels)
