"""A handoff map as a Mermaid flowchart: who writes where, and which location serves whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gate_service.domain.handoff_holes import SOMEWHERE
from gate_service.domain.handoffs import HandoffMap, System
from gate_service.domain.verbs import EVERYWHERE, RECONCILING

VERBS_MAX = 4


def mermaid(handoffs: HandoffMap) -> str:
    """Give the chart. A dotted line reads, or reports figures; a thick one relays another system's events."""
    return "\n".join(["flowchart LR", *(f"  {line}" for line in _lines(handoffs)), ""])


def verbs(system: System) -> str:
    """Name what a system writes at a location; only so many that a line can be read."""
    named = sorted(set(system.operations) - EVERYWHERE - RECONCILING)
    more = [f"and {len(named) - VERBS_MAX} more"] if len(named) > VERBS_MAX else []
    return ", ".join([*named[:VERBS_MAX], *more])


def reports(handoffs: HandoffMap, name: str) -> str:
    """Say what a mirror reports; nothing for a system that is none."""
    mirror = handoffs.reconcile.mirrors.get(name)
    return f"reports {mirror.measure}" if mirror else ""


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
            yield from (f"{node} {arrow} {places[place]}" for arrow in _arrows(handoffs, system))
        for other in sorted(system.relays_for):
            yield f'{node} ==>|"relays for"| {systems[other]}'
    for name, node in channels.items():
        for rank, place in enumerate(handoffs.channels[name].locations, 1):
            yield f'{places[place]} -->|"serves, {rank}"| {node}'


def _arrows(handoffs: HandoffMap, system: System) -> Iterator[str]:
    """Give what leads from a system to each of its locations."""
    told, figures = verbs(system), reports(handoffs, system.system_id)
    if told:
        yield f'-->|"{told}"|'
    if figures or (system.reads and not told):
        yield f'-.->|"{_text(figures) or "reads"}"|'


def _text(text: str) -> str:
    """Write a text so that no sign of it means anything to Mermaid."""
    return "".join(one if one.isalnum() or one in " ._@+/-" else f"#{ord(one)};" for one in text)
