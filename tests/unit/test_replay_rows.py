from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from gate_service.cli.exits import InputError
from gate_service.cli.replaying.rows import Row, Unusable, read_rows, rows_of
from tests.replay_data import HEADER, PECULIAR, PECULIAR_ROWS


def read(*lines: str) -> list[Row | Unusable]:
    return list(rows_of(iter([HEADER, *lines])))


def only(line: str) -> Row:
    (row,) = read(line)
    assert isinstance(row, Row)
    return row


def why(line: str) -> str:
    (row,) = read(line)
    assert isinstance(row, Unusable)
    return row.why


def test_codes_are_trimmed_and_in_upper_case() -> None:
    assert only("1, 85123a ,X,1,2024-01-01,1,").code == "85123A"


def test_every_line_under_the_header_is_one_row(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(PECULIAR, "utf-8")
    rows = read_rows(path)
    assert [row.number for row in rows] == list(range(1, PECULIAR_ROWS + 1))


def test_a_gzipped_file_reads_as_the_plain_one(tmp_path: Path) -> None:
    plain, zipped = tmp_path / "orders.csv", tmp_path / "orders.csv.gz"
    plain.write_text(PECULIAR, "utf-8")
    zipped.write_bytes(gzip.compress(PECULIAR.encode()))
    assert read_rows(zipped) == read_rows(plain)


def test_a_limit_reads_so_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(PECULIAR, "utf-8")
    assert read_rows(path, 3) == read_rows(path)[:3]


def test_a_quoted_description_may_hold_a_comma_and_a_newline() -> None:
    row = only('1,12345,"TIN, SMALL\nAND LARGE",1,2024-01-01,1,')
    assert row.description == "TIN, SMALL\nAND LARGE"


def test_bytes_that_are_no_utf_8_spoil_no_row(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(f"{HEADER}\n1,12345,CAF\xe9,1,2024-01-01,1,\n".encode("latin-1"))
    (row,) = read_rows(path)
    assert isinstance(row, Row)
    assert row.description.startswith("CAF")


def test_other_names_and_orders_of_the_columns_are_known() -> None:
    (row,) = rows_of(
        iter(
            ["Customer ID,Price,Quantity,StockCode,Invoice,InvoiceDate,Country", "17.0,2,3,12345,1,2024-01-01 08:26,X"]
        )
    )
    assert isinstance(row, Row)
    assert (row.customer, row.quantity, row.code, row.invoice, row.priced) == ("17", 3, "12345", "1", True)


def test_american_dates_are_read() -> None:
    assert only("1,12345,X,1,12/31/2010 8:26,1,").at.isoformat() == "2010-12-31T08:26:00"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,12345,X,many,2024-01-01,1,", "'many' is not a whole number"),
        ("1,12345,X,1.5,2024-01-01,1,", "'1.5' is not a whole number"),
        ("1,12345,X,\u0663,2024-01-01,1,", "is not a whole number"),
        ("1,12345,X,0,2024-01-01,1,", "moves nothing"),
        ("1,12345,X,1000000001,2024-01-01,1,", "beyond 1000000000"),
        ("1,12345,X,1,yesterday,1,", "date 'yesterday'"),
        ("1,12345,X,1,2024-01-01,cheap,", "price 'cheap'"),
        ("1,,X,1,2024-01-01,1,", "no stock code"),
        (",12345,X,1,2024-01-01,1,", "invoice ''"),
        ("a:b,12345,X,1,2024-01-01,1,", "invoice 'a:b'"),
        ("1,12345", "2 columns instead of 7"),
    ],
)
def test_a_row_that_cannot_be_used_says_why(line: str, reason: str) -> None:
    assert reason in why(line)


def test_a_row_that_cannot_be_used_spoils_no_other() -> None:
    kinds = [type(row) for row in read("1,12345,X,1,2024-01-01,1,", "broken", "2,12345,X,1,2024-01-01,1,")]
    assert kinds == [Row, Unusable, Row]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="no column for: quantity"):
        list(rows_of(iter(["InvoiceNo,StockCode,InvoiceDate"])))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InputError, match="no column for: invoice, code, quantity, date"):
        list(rows_of(iter([])))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        read_rows(tmp_path / "none.csv")


@pytest.mark.parametrize("content", [b"not gzip at all", gzip.compress(PECULIAR.encode())[:-20]])
def test_a_broken_archive_is_told_as_such(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        read_rows(path)
