"""Tables, paragraphs and drawings of an HTML page. All that is written into them is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final, NamedTuple

Figures = Mapping[str, Any]


_STACKED_FROM: Final = 9
"""Tables of more columns are told row by row where the page is narrow."""


class Column(NamedTuple):
    """One column of a table; `kind` is "n" for numbers, "long" for sentences, "code" for what must not be broken.

    "word" is for names in capitals, which may be broken behind an underscore.
    """

    title: str
    name: str
    kind: str = ""


def table(columns: Sequence[Column], rows: Iterable[Figures]) -> str:
    """Write a table; it scrolls by itself where it is too wide."""
    head = "".join(f'<th class="{column.kind}">{escape(column.title)}</th>' for column in columns)
    body = "".join(
        f'<tr class="{"sum" if row.get("sum") else ""}">{"".join(_cell(column, row) for column in columns)}</tr>'
        for row in rows
    )
    long = any(column.kind == "long" for column in columns)
    kind = ' class="many"' if len(columns) > _STACKED_FROM else ' class="stack"' if long else ""
    return f'<div class="wide"><table{kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(column: Column, row: Figures) -> str:
    value: Any = row.get(column.name, "")
    text = escape(number(value) if isinstance(value, int | float) else str(value if value is not None else "-"))
    kind = f"severity {text}" if column.kind == "severity" else column.kind
    if column.kind == "word":
        text = text.replace("_", "_<wbr>")
    return f'<td class="{kind}" data-title="{escape(column.title)}">{text}</td>'


def number(value: float) -> str:
    """Write a number for people."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}".removesuffix(".0")


def many(count: int, name: str) -> str:
    """Write how many of something there are."""
    return f"{count:,} {name}" + ("" if count == 1 else "s")


def listed_of(listed: int, count: int) -> str:
    """Say how many of all are listed, where not all are."""
    return "" if listed == count else f"; {listed:,} are listed"


def paragraph(text: str) -> str:
    """Write a paragraph."""
    return f"<p>{escape(text)}</p>"


def figure(drawing: str) -> str:
    """Put a drawing into the page; it has escaped what is written in it."""
    return f"<figure>{drawing}</figure>"
