"""A table that is quick to write: tens of thousands of rows go to a terminal or a pipe without a pause.

Columns are as wide as their widest cell and never cut; only the last one is folded to fit. Cells are texts with rich's
markup; what comes from outside has to be escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

_GAP = Segment("  ")
_LAST_MIN = 24


class Columns:
    """Rows under a head. `right` names the columns of figures, `widths` what a column takes at least."""

    def __init__(
        self,
        names: Sequence[str],
        rows: Iterable[Sequence[str]],
        right: Iterable[str] = (),
        *,
        widths: Mapping[str, int] | None = None,
        head: bool = True,
    ) -> None:
        """Keep what will be written."""
        self._head = [f"[bold]{name}[/]" if name else "" for name in names] if head else []
        self._rows = [[*row] for row in rows]
        self._right = [name in {*right} for name in names]
        self._least = [(widths or {}).get(name, 0) for name in names]

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Say how wide it is, so that it can stand inside something else."""
        width = _total(self._widths(_Cells(console), options.max_width))
        return Measurement(width, width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Write the head, a line, and the rows."""
        cells = _Cells(console)
        widths = self._widths(cells, options.max_width)
        if self._head:
            yield from self._line(cells, self._head, widths)
            yield from (Segment("─" * _total(widths), Style(dim=True)), Segment.line())
        for row in self._rows:
            yield from self._line(cells, row, widths)

    def _widths(self, cells: _Cells, room: int) -> list[int]:
        shown = [self._head, *self._rows] if self._head else self._rows
        widths = [max([least, *(cells.width(row[place]) for row in shown)]) for place, least in enumerate(self._least)]
        widths[-1] = min(widths[-1], max(_LAST_MIN, room - _total([*widths[:-1], 0])))
        return widths

    def _line(self, cells: _Cells, row: Sequence[str], widths: list[int]) -> Iterator[Segment]:
        last = len(widths) - 1
        for place, (cell, width, right) in enumerate(zip(row, widths, self._right, strict=True)):
            told, blank = cells.segments(cell), max(0, width - cells.width(cell))
            if place == last and not right:
                yield from cells.folded(cell, width, _total([*widths[:-1], 0]))
                continue
            blanks = [Segment(" " * blank)] if blank else []
            yield from (*blanks, *told) if right else (*told, *blanks)
            if place != last:
                yield _GAP
        yield Segment.line()


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP.text) * (len(widths) - 1)


class _Cells:
    """Reads the markup of each different cell once: most say what others say too."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._read: dict[str, tuple[list[Segment], int]] = {}

    def segments(self, cell: str) -> list[Segment]:
        return self._of(cell)[0]

    def width(self, cell: str) -> int:
        return self._of(cell)[1]

    def folded(self, cell: str, width: int, indent: int) -> Iterator[Segment]:
        """Give the cell on as many lines as it needs, each below the other."""
        if self.width(cell) <= width:
            yield from self.segments(cell)
            return
        for number, line in enumerate(Text.from_markup(cell).wrap(self._console, width)):
            if number:
                yield from (Segment.line(), Segment(" " * indent))
            line.rstrip()
            yield from line.render(self._console)

    def _of(self, cell: str) -> tuple[list[Segment], int]:
        found = self._read.get(cell)
        if found is None:
            segments = [*Text.from_markup(cell, end="").render(self._console)] if "[" in cell else [Segment(cell)]
            found = self._read[cell] = segments, sum(segment.cell_length for segment in segments)
        return found
