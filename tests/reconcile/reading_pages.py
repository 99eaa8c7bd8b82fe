"""Reads an HTML page for tests: its tags, its tables by the heading above, and what was left open."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = frozenset({"meta", "br", "hr", "rect", "circle", "line", "path", "wbr"})


@dataclass
class Table:
    """A table by its texts."""

    head: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, title: str) -> list[str]:
        """Give a column by its title."""
        return [row[self.head.index(title)] for row in self.rows]


class Page(HTMLParser):
    """A page that was read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.tables: dict[str, Table] = {}
        """The last one below each heading of the second rank."""
        self.left_open: list[str] = []
        self._heading = ""
        self._table = Table()
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        if tag not in _EMPTY:
            self.left_open.append(tag)
        if tag in {"h2", "th", "td"}:
            self._text = []
        if tag == "table":
            self._table = self.tables[self._heading] = Table()
        if tag == "tr":
            self._table.rows.append([])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.left_open.pop() == tag, f"</{tag}> closes something else"
        text = "".join(self._text)
        if tag == "h2":
            self._heading = text
        elif tag == "th":
            self._table.head.append(text)
        elif tag == "td":
            self._table.rows[-1].append(text)
        elif tag == "thead":
            self._table.rows.clear()

    def handle_data(self, data: str) -> None:
        self._text.append(data)


def read_page(text: str) -> Page:
    """Read a page."""
    page = Page()
    page.feed(text)
    page.close()
    return page
