"""A handoff map as a drawing: systems on the left, locations in the middle, channels on the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from gate_service.cli.views.handoff_graph import reaches, reports, verbs
from gate_service.domain.handoff_holes import SOMEWHERE
from gate_service.domain.handoffs import HandoffMap

_WIDTH: Final = 220
_HEIGHT: Final = 44
_GAP: Final = 22
_BETWEEN: Final = 260
_MARGIN: Final = 24

_STYLE: Final = """<style>
  text { font: 13px sans-serif; fill: #1b1f24; }
  .more { font-size: 11px; fill: #57606a; }
  rect { fill: #f6f8fa; stroke: #57606a; rx: 6; }
  .place rect { fill: #ddf4ff; } .channel rect { fill: #fff8c5; }
  path { fill: none; stroke: #57606a; stroke-width: 1.2; }
  .reads { stroke-dasharray: 4 4; } .relays { stroke-width: 3; }
</style>"""


class _Box(NamedTuple):
    x: int
    y: int

    @property
    def left(self) -> tuple[int, int]:
        return self.x, self.y + _HEIGHT // 2

    @property
    def right(self) -> tuple[int, int]:
        return self.x + _WIDTH, self.y + _HEIGHT // 2


def svg(handoffs: HandoffMap) -> str:
    """Give the drawing. A dashed line reads, or reports figures; a thick one relays another system's events."""
    names = (sorted(handoffs.systems), handoffs.locations() or (SOMEWHERE,), sorted(handoffs.channels))
    systems, places, channels = (_column(place, column) for place, column in enumerate(names))
    height = 2 * _MARGIN + max(len(column) for column in names) * (_HEIGHT + _GAP)
    width = 2 * _MARGIN + 3 * _WIDTH + 2 * _BETWEEN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f"<title>Handoff map, version {handoffs.version}</title>",
        _STYLE,
        *_lines(handoffs, systems, places, channels),
        *(_box("system", box, name, _about(handoffs, name)) for name, box in systems.items()),
        *(_box("place", box, "everywhere" if name == SOMEWHERE else name, "") for name, box in places.items()),
        *(_box("channel", box, name, "") for name, box in channels.items()),
        "</svg>",
        "",
    ]
    return "\n".join(lines)


def _column(place: int, names: Sequence[str]) -> dict[str, _Box]:
    x = _MARGIN + place * (_WIDTH + _BETWEEN)
    return {name: _Box(x, _MARGIN + row * (_HEIGHT + _GAP)) for row, name in enumerate(names)}


def _about(handoffs: HandoffMap, name: str) -> str:
    system = handoffs.systems[name]
    return f"{system.role}, {system.owner.name}" if system.owner else f"{system.role}, no owner"


def _box(kind: str, box: _Box, name: str, about: str) -> str:
    middle = box.x + _WIDTH // 2
    below = (
        f'<text class="more" text-anchor="middle" x="{middle}" y="{box.y + 35}">{escape(about)}</text>' if about else ""
    )
    return (
        f'<g class="{kind}"><rect x="{box.x}" y="{box.y}" width="{_WIDTH}" height="{_HEIGHT}"/>'
        f'<text text-anchor="middle" x="{middle}" y="{box.y + (18 if about else 27)}">{escape(name)}</text>{below}</g>'
    )


def _lines(
    handoffs: HandoffMap, systems: Mapping[str, _Box], places: Mapping[str, _Box], channels: Mapping[str, _Box]
) -> Iterator[str]:
    for name, box in systems.items():
        system = handoffs.systems[name]
        told = ", ".join(filter(None, (verbs(system), reports(handoffs, name))))
        for place in reaches(system, places):
            if told or system.reads:
                kind = "" if verbs(system) else "reads"
                yield _line(kind, box.right, places[place].left, f"{name}: {told or 'reads'}")
        for other in sorted(system.relays_for):
            yield _line("relays", box.left, systems[other].left, f"{name} relays for {other}", bend=-_MARGIN)
    for name, box in channels.items():
        for rank, place in enumerate(handoffs.channels[name].locations, 1):
            yield _line("", places[place].right, box.left, f"{place} serves {name}, {rank}")


def _line(kind: str, start: tuple[int, int], end: tuple[int, int], told: str, bend: int = _BETWEEN // 2) -> str:
    (x1, y1), (x2, y2) = start, end
    turned = x1 + bend if bend < 0 else x2 - bend
    curve = f"M{x1},{y1} C{x1 + bend},{y1} {turned},{y2} {x2},{y2}"
    return f'<path class="{kind}" d="{curve}"><title>{escape(told)}</title></path>'
