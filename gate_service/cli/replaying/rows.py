"""Reads an order history: CSV, plain or gzipped, one row for each line of an invoice."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import IO, Final, NamedTuple

from gate_service.cli.exits import InputError
from gate_service.domain.limits import QUANTITY_MAX

INVOICE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
"""What fits into an operation id together with the name of the run and the step."""

_NAMES: Final[Mapping[str, str]] = {
    "invoiceno": "invoice",
    "invoice": "invoice",
    "stockcode": "code",
    "description": "description",
    "quantity": "quantity",
    "invoicedate": "date",
    "unitprice": "price",
    "price": "price",
    "customerid": "customer",
}
_NEEDED: Final = ("invoice", "code", "quantity", "date")
_DATES: Final = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%m/%d/%Y %H:%M")


class Row(NamedTuple):
    """One usable row. `number` counts from 1 under the header, `quantity` is in units and never 0."""

    number: int
    invoice: str
    code: str
    """In upper case, without blanks around it: the same item is written in both cases."""
    description: str
    quantity: int
    at: datetime
    priced: bool
    """False where it costs nothing, or no price is given."""
    customer: str
    """Empty where there is none."""


class Unusable(NamedTuple):
    """A row that cannot be read, and why."""

    number: int
    text: str
    why: str


def read_rows(path: Path, limit: int = 0) -> list[Row | Unusable]:
    """Read the rows of a file, the first `limit` of them if that is not 0. Raises `InputError`."""
    try:
        with _open(path) as file:
            rows = rows_of(file)
            return list(islice(rows, limit) if limit else rows)
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.") from error
    except (OSError, EOFError, csv.Error) as error:
        raise InputError(f"{path} cannot be read: {error}") from error


def _open(path: Path) -> IO[str]:
    # A description that is not UTF-8 is still a description; ids and figures are checked by themselves.
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", errors="replace", newline="")
    return path.open(encoding="utf-8-sig", errors="replace", newline="")


def rows_of(lines: Iterator[str] | IO[str]) -> Iterator[Row | Unusable]:
    """Read the rows of CSV text with a header. Raises `InputError` where a needed column is not there."""
    reader = csv.reader(lines)
    header = next(reader, [])
    columns = [_NAMES.get(re.sub(r"[^a-z]", "", name.lower()), "") for name in header]
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise InputError(f"The header has no column for: {', '.join(missing)}. It reads: {', '.join(header)}")
    for number, cells in enumerate((cells for cells in reader if cells), start=1):
        try:
            yield _row(number, columns, cells)
        except ValueError as error:
            yield Unusable(number, ",".join(cells)[:200], str(error))


def _row(number: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    if len(cells) != len(columns):
        raise ValueError(f"{len(cells)} columns instead of {len(columns)}")
    named = {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name}
    if not INVOICE.fullmatch(named["invoice"]):
        raise ValueError(f"invoice {named['invoice']!r} is not 1 to 20 letters, digits, '.', '_' or '-'")
    if not named["code"]:
        raise ValueError("no stock code")
    return Row(
        number=number,
        invoice=named["invoice"].upper(),
        code=named["code"].upper(),
        description=named.get("description", ""),
        quantity=_quantity(named["quantity"]),
        at=_date(named["date"]),
        priced=_price(named.get("price", "")) > 0,
        customer=named.get("customer", "").removesuffix(".0"),
    )


def _quantity(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text):
        raise ValueError(f"quantity {text!r} is not a whole number")
    quantity = int(text)
    if quantity == 0:
        raise ValueError("quantity 0 moves nothing")
    if abs(quantity) > QUANTITY_MAX:
        raise ValueError(f"quantity {text} is beyond {QUANTITY_MAX}")
    return quantity


def _date(text: str) -> datetime:
    for form in _DATES:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 only the order of the rows and their days count
        except ValueError:
            continue
    raise ValueError(f"date {text!r} is not written as 2010-12-31 23:59:59")


def _price(text: str) -> Decimal:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        raise ValueError(f"price {text!r} is not a number") from None
