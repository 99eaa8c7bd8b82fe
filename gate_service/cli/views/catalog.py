"""Items, what codes mean, and what became of an import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeVar

from gate_service.cli.console import number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

RowT = TypeVar("RowT")

_PAGE: Final = 1_000
_MERGES_SHOWN: Final = 10


def imported(answer: sdk.CommitImportResponse) -> Iterator[RenderableType]:
    """Tell whether it is in force, what is wrong, and which SKUs became one."""
    found = answer.catalog_import
    wrong = f"{number(found.bad_row_count)} of {number(found.row_count)} rows"
    if found.version:
        yield (
            f"[bold green]in force[/]{SEPARATOR}version {number(found.version)}{SEPARATOR}"
            f"{number(found.item_count)} items in the catalog"
        )
        if found.bad_row_count:
            yield f"[yellow]Left out: {wrong}.[/]"
    elif found.bad_row_count:
        yield f"[bold red]Nothing is put in force: {wrong} are wrong.[/]"
    else:
        yield f"[bold red]Nothing is put in force: {found.import_id} is {_state(found)}.[/]"
    if answer.errors:
        yield from row_errors(answer.errors)
    more = found.bad_row_count - len(answer.errors)
    if more > 0:
        yield f"[dim]… and {number(more)} more: gate catalog errors {found.import_id}[/]"
    if found.bad_row_count and not found.version:
        yield f"[dim]Mend the file and import it anew, or add --import-id {found.import_id} --skip-bad-rows.[/]"
    yield from _merges(found, answer.merges)


def _state(found: sdk.Import) -> str:
    from fulfillment_gate import ImportState  # noqa: PLC0415 it brings grpc

    return short_name(ImportState.DESCRIPTOR, found.state).lower().replace("_", " ")


def _merges(found: sdk.Import, merges: Sequence[sdk.ItemMerge]) -> Iterator[RenderableType]:
    for merge in merges[:_MERGES_SHOWN]:
        yield f"{merge.sku} is {merge.into_sku} from now on; its stock moves by an entry in each ledger."
    more = found.merge_count - min(len(merges), _MERGES_SHOWN)
    if more > 0:
        yield f"[dim]… and {number(more)} more SKUs that became one with another.[/]"


def row_errors(errors: Iterable[sdk.RowError]) -> Iterator[RenderableType]:
    """Tell what is wrong, row by row."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    for page in _pages(errors):
        rows = [[number(each.row_number), escape(each.sku), each.field, escape(each.message)] for each in page]
        yield small_table(["line", "SKU", "field", "what is wrong"], rows, right=("line",))


def item(answer: sdk.GetItemResponse) -> Iterator[RenderableType]:
    """Tell all of one item."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    from gate_service.cli.columns import Columns  # noqa: PLC0415 the same

    found = answer.item
    about = [escape(found.description), f"class {_abc(found)}" if found.abc else "", _kind(found)]
    yield SEPARATOR.join([f"[bold]{found.sku}[/]", *(part for part in about if part)])
    rows = [["alias", escape(alias), ""] for alias in found.aliases]
    rows += [["GTIN", gtin.gtin, gtin.unit] for gtin in found.gtins]
    rows += [["unit", unit.unit, f"{number(unit.factor)} base units"] for unit in found.units]
    rows += [["component", part.sku, f"{number(part.quantity)} in each"] for part in found.kit]
    if rows:
        yield Columns(("what", "code", "more"), rows, head=False)
    yield f"[dim]catalog version {number(answer.version)}[/]"


def items(found: Iterable[sdk.Item]) -> Iterator[RenderableType]:
    """Tell items, one to a line."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    none = True
    for page in _pages(found):
        none = False
        rows = [
            [
                each.sku,
                _abc(each),
                " ".join(f"{unit.unit}={number(unit.factor)}" for unit in each.units),
                _kind(each),
                number(len(each.aliases) + len(each.gtins)),
                escape(each.description),
            ]
            for each in page
        ]
        yield small_table(["SKU", "ABC", "units", "kind", "codes", "description"], rows, right=("codes",))
    if none:
        yield "[yellow]There is no catalog yet: codes are taken as they are written.[/]"


def resolved(answer: sdk.ResolveItemsResponse) -> Iterator[RenderableType]:
    """Tell what codes mean."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    rows = [
        [
            escape(each.identifier),
            f"[bold]{each.sku}[/]" if each.known else "[red]unknown[/]",
            f"{each.unit} of {number(each.factor)}" if each.unit else "",
            each.gtin,
            escape(each.lot),
            _kind(each.item),
        ]
        for each in answer.items
    ]
    yield small_table(["code", "SKU", "unit", "GTIN", "lot", "kind"], rows)


def unknown(found: Iterable[sdk.UnknownItem]) -> Iterator[RenderableType]:
    """Tell what nobody knows, and who used it last."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    none = True
    for page in _pages(found):
        none = False
        rows = [
            [
                number(each.use_count),
                escape(each.identifier),
                when(each.first_at_ms),
                when(each.last_at_ms),
                escape(each.last_system),
                each.last_location_id,
            ]
            for each in page
        ]
        yield small_table(["used", "code", "first", "last", "by", "at"], rows, right=("used",))
    if none:
        yield "[green]Every code that was used is known.[/]"


def forgotten(answer: sdk.ForgetUnknownItemsResponse) -> Iterator[RenderableType]:
    """Tell how many are off the list."""
    yield f"{number(answer.forgotten_count)} off the list of unknown codes."


def _kind(found: sdk.Item) -> str:
    return "kit" if found.kit else "no stock" if found.non_stock else ""


def _abc(found: sdk.Item) -> str:
    from fulfillment_gate import AbcClass  # noqa: PLC0415 it brings grpc

    return short_name(AbcClass.DESCRIPTOR, found.abc)


def _pages(found: Iterable[RowT]) -> Iterator[list[RowT]]:
    each = iter(found)
    while page := [*islice(each, _PAGE)]:
        yield page
