"""Small plots as SVG, drawn with what the reader's page says of colours: bars, lines and points.

All that is written into them is escaped. In a page of its own `standalone` gives them the colours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

_WIDTH: Final = 640
_HEIGHT: Final = 260
_LEFT: Final = 62
_RIGHT: Final = 14
_TOP: Final = 12
_BOTTOM: Final = 40
_LABELS_MAX: Final = 8
_ROW: Final = 26
_BARS: Final = 440
"""How wide bars are drawn: they are read on a phone as well."""
_NAME: Final = 190
_NAME_LETTERS: Final = 26
_LABEL: Final = 13
"""How high a label is."""
COLOURS: Final = 6
"""Series that are told apart by colour."""

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1f2328; --dim: #59636e; --line: #d1d9e0; --page: #ffffff; --card: #f6f8fa;
  --c0: #0b6bcb; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df; --c4: #bf3989; --c5: #6e7781; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --dim: #9198a1; --line: #3d444d; --page: #0d1117;
  --card: #151b23; --c0: #4493f8; --c1: #f0883e; --c2: #3fb950; --c3: #a371f7; --c4: #db61a2; --c5: #8b949e;
  --bad: #f85149; } }
svg.plot { width: 100%; height: auto; display: block; }
svg.plot text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg.plot .dim { fill: var(--dim); font-size: 11px; }
svg.plot .grid { stroke: var(--line); stroke-width: 1; }
""" + "\n".join(
    f"svg.plot .f{n} {{ fill: var(--c{n}); }} svg.plot .s{n} {{ stroke: var(--c{n}); fill: none; stroke-width: 2; }}"
    for n in range(COLOURS)
)


class Series(NamedTuple):
    """One figure over the same places as the others; None where there is none."""

    name: str
    figures: Sequence[float | None]


class Point(NamedTuple):
    """One point with its name; `kind` gives its colour."""

    name: str
    x: float
    y: float
    kind: int = 0


def nice(most: float) -> tuple[float, float]:
    """Give a round upper end of an axis that begins at 0, and the step between its lines."""
    if most <= 0:
        return 1.0, 1.0
    step = 10 ** math.floor(math.log10(most))
    for part in (0.2, 0.5, 1.0, 2.0):
        if most / (step * part) <= 5:  # noqa: PLR2004 - lines of a grid
            return step * part * math.ceil(most / (step * part)), step * part
    return step * math.ceil(most / step), step


def lines(title: str, places: Sequence[str], series: Sequence[Series]) -> str:
    """Draw figures over places, such as days: a line for each series, with a point where it has no neighbours."""
    top, step = nice(max((each for one in series for each in one.figures if each is not None), default=0))
    span = max(1, len(places) - 1)

    def x(place: int) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (place / span if len(places) > 1 else 0.5)

    def y(figure: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - figure / top)

    drawn = [*_grid(top, step, y)]
    every = max(1, math.ceil(len(places) / _LABELS_MAX))
    for place in range(0, len(places), every):
        anchor = "start" if place == 0 and len(places) > 1 else "middle"
        drawn.append(_text(x(place), _HEIGHT - _BOTTOM + 16, places[place], "dim", anchor))
    for number, each in enumerate(series):
        told = [(x(place), y(figure)) for place, figure in enumerate(each.figures) if figure is not None]
        path = " ".join(f"{'L' if place else 'M'}{px:.1f} {py:.1f}" for place, (px, py) in enumerate(told))
        drawn.append(f'<path class="s{number % COLOURS}" d="{path}"/>' if path else "")
        drawn += [f'<circle class="f{number % COLOURS}" cx="{px:.1f}" cy="{py:.1f}" r="2.5"/>' for px, py in told]
    drawn += _legend([each.name for each in series], _HEIGHT - 8)
    return _svg(title, _HEIGHT, drawn)


def bars(title: str, rows: Sequence[tuple[str, float]], unit: str = "") -> str:
    """Draw one bar for each name, the figure beside it."""
    most = max((figure for _, figure in rows), default=0) or 1
    room = _BARS - _NAME - 70 - 7 * len(unit)
    drawn = []
    for place, (name, figure) in enumerate(rows):
        y = _TOP + place * _ROW
        drawn.append(_text(_NAME - 8, y + 15, _short(name), "", "end", full=name))
        width = max(1.0, room * max(0.0, figure) / most)
        drawn.append(f'<rect class="f0" x="{_NAME}" y="{y + 3}" width="{width:.1f}" height="{_ROW - 8}" rx="2"/>')
        drawn.append(_text(_NAME + width + 6, y + 15, f"{figure:,.0f}{unit}", "dim", "start"))
    return _svg(title, 2 * _TOP + max(1, len(rows)) * _ROW, drawn, _BARS, "plot bars")


def scatter(title: str, x_name: str, y_name: str, points: Sequence[Point], kinds: Sequence[str] = ()) -> str:
    """Draw named points; both axes begin at 0. `kinds` says what the colours mean."""
    right, across = nice(max((each.x for each in points), default=0))
    top, step = nice(max((each.y for each in points), default=0))

    def x(figure: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT - 70) * figure / right

    def y(figure: float) -> float:
        return _TOP + 10 + (_HEIGHT - _TOP - 10 - _BOTTOM) * (1 - figure / top)

    drawn = [*_grid(top, step, y)]
    drawn += [
        _text(x(number * across), _HEIGHT - _BOTTOM + 16, f"{number * across:,.0f}", "dim", "middle")
        for number in range(round(right / across) + 1)
    ]
    drawn.append(_text((_LEFT + _WIDTH) / 2, _HEIGHT - 6, x_name, "dim", "middle"))
    drawn.append(_text(_LEFT, _TOP + 2, y_name, "dim", "start"))
    drawn += _legend(kinds, _TOP + 2, _LEFT + 160)
    taken: list[tuple[float, float, float]] = []
    for each in sorted(points, key=lambda one: (one.y, one.x)):
        px, py = x(each.x), y(each.y)
        drawn.append(f'<circle class="f{each.kind % COLOURS}" cx="{px:.1f}" cy="{py:.1f}" r="5"/>')
        at = py + 4
        wide = 12 + 6.6 * len(each.name)
        while any(px < tx + tw and tx < px + wide and abs(at - ty) < _LABEL for tx, ty, tw in taken):
            at -= _LABEL
        taken.append((px, at, wide))
        drawn.append(_text(px + 9, at, each.name, "", "start"))
    return _svg(title, _HEIGHT, drawn)


def standalone(drawing: str) -> str:
    """Give a drawing that stands in a file of its own."""
    return drawing.replace(">", f' xmlns="http://www.w3.org/2000/svg"><style>{STYLE}</style>', 1) + "\n"


def _svg(title: str, height: float, drawn: Iterable[str], width: int = _WIDTH, kind: str = "plot") -> str:
    told = escape(title, quote=True)
    body = "".join(each for each in drawn if each)
    return (
        f'<svg class="{kind}" viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{told}">'
        f"<title>{told}</title>{body}</svg>"
    )


def _grid(top: float, step: float, y: object) -> Iterator[str]:
    assert callable(y)  # noqa: S101 - a place on the axis
    for number in range(round(top / step) + 1):
        at = y(number * step)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
        told = f"{number * step:,.0f}" if step >= 1 else f"{number * step:,.1f}"
        yield _text(_LEFT - 6, at + 4, told, "dim", "end")


def _legend(names: Sequence[str], y: float, at: float = _LEFT) -> Iterator[str]:
    for number, name in enumerate(names):
        yield f'<rect class="f{number % COLOURS}" x="{at:.0f}" y="{y - 9:.0f}" width="10" height="10" rx="2"/>'
        yield _text(at + 14, y, _short(name), "dim", "start", full=name)
        at += 30 + 6.2 * len(_short(name))


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LETTERS else f"{name[: _NAME_LETTERS - 1]}…"


def _text(x: float, y: float, text: str, style: str, anchor: str, full: str = "") -> str:
    more = f"<title>{escape(full)}</title>" if full and full != text else ""
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{more}{escape(text)}</text>'
