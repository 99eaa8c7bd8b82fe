"""A handoff map as a Mermaid flowchart: who writes where, and which location serves whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gate_service.domain.handoff_holes import SOMEWHERE
from gate_service.domain.handoffs import HandoffMap, System
from gate_service.domain.verbs import EVERYWHERE

VERBS_MAX = 4


def mermaid(handoffs: HandoffMap) -> str:
    """Give the chart. A dotted line is a mirror that reads, a thick one relays another system's events."""
    return "\n".join(["flowchart LR", *(f"  {line}" for line in _lines(handoffs)), ""])


def verbs(system: System) -> str:
    """Name what a system writes at a location; only so many that a line can be read."""
    named = sorted(set(system.operations) - EVERYWHERE)
    more = [f"and {len(named) - VERBS_MAX} more"] if len(named) > VERBS_MAX else []
    return ", ".join([*named[:VERBS_MAX], *more])


def reaches(system: System, places: Iterable[str]) -> list[str]:
    """Name the locations that a system may act at."""
    return [place for place in places if place in system.locations]


def _lines(handoffs: HandoffMap) -> Iterator[str]:
    systems = {name: f"s{place}" for place, name in enumerate(sorted(handoffs.systems))}
    places = {name: f"l{place}" for place, name in enumerate(handoffs.locations() or (SOMEWHERE,))}
    channels = {name: f"c{place}" for place, name in enumerate(sorted(handoffs.channels))}
    for name, node in systems.items():
        system = handoffs.systems[name]
        owner = f"<br/>{_text(system.owner.name)}" if system.owner else ""
        yield f'{node}["{_text(name)}<br/>{system.role}{owner}"]'
    for name, node in places.items():
        yield f'{node}[("{_text("everywhere" if name == SOMEWHERE else name)}")]'
    for name, node in channels.items():
        yield f'{node}(["{_text(name)}"])'
    for name, node in systems.items():
        system = handoffs.systems[name]
        for place in reaches(system, places):
            told = verbs(system)
            if told or system.reads:
                yield f'{node} -->|"{told}"| {places[place]}' if told else f'{node} -.->|"reads"| {places[place]}'
        for other in sorted(system.relays_for):
            yield f'{node} ==>|"relays for"| {systems[other]}'
    for name, node in channels.items():
        for rank, place in enumerate(handoffs.channels[name].locations, 1):
            yield f'{places[place]} -->|"serves, {rank}"| {node}'


def _text(text: str) -> str:
    """Write a text so that no sign of it means anything to Mermaid."""
    return "".join(one if one.isalnum() or one in " ._@+/-" else f"#{ord(one)};" for one in text)
