"""The pages of docs/ as data: tables, links and the paths they name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"

Row = dict[str, str]


def text(page: str) -> str:
    """Give a page of docs/ as it stands."""
    return (DOCS / page).read_text()


def tables(page: str) -> list[list[Row]]:
    """Give each table of a page as rows by column heading; `code` marks are left out, and so are escapes."""
    found = []
    for block in re.findall(r"^\|.+\|\n\|[-|: ]+\|\n(?:\|.*\|\n?)+", text(page), re.MULTILINE):
        heading, _, *rows = block.strip().splitlines()
        names = _cells(heading)
        found.append([dict(zip(names, _cells(row), strict=True)) for row in rows])
    return found


def table(page: str, *columns: str) -> list[Row]:
    """Give the rows of all tables of a page whose headings begin with these columns; at least one row."""
    found = [row for rows in tables(page) for row in rows if tuple(row)[: len(columns)] == columns]
    assert found, f"{page} has no table of {', '.join(columns)}"
    return found


def code(cell: str) -> list[str]:
    """Give what stands in `code` marks, in order."""
    return re.findall(r"`([^`]+)`", cell)


def plain(cell: str) -> str:
    """Give a cell without its code marks."""
    return cell.replace("`", "")


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
