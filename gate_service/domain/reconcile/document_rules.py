"""What a handoff map must not say of reconciliation, although its form is right: where, and what to do about it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator
from typing import Final

from gate_service.domain.decimals import hundredths
from gate_service.domain.reconcile.document import Document
from gate_service.domain.reconcile.measures import OWN, FormulaError, formula
from gate_service.domain.reconcile.policy import BufferRules

Path = tuple[str | int, ...]
_TWO_PLACES: Final = "must have at most two decimal places"
_DEFAULT: Final = BufferRules()


def faults(document: Document) -> Iterator[tuple[Path, str]]:
    """Give everything that is wrong with the parts of reconciliation."""
    measures = document.get("measures") or {}
    yield from _measures(measures)
    for name, system in (document.get("systems") or {}).items():
        measure = (system.get("mirror") or {}).get("measure")
        if measure is not None and measure not in OWN and measure not in measures:
            hint = _hint(measure, {*OWN, *measures})
            yield ("systems", name, "mirror", "measure"), f'there is no measure "{measure}"; {hint}'
    for name, channel in (document.get("channels") or {}).items():
        if "adaptive_buffer" in channel:
            yield from _buffer(("channels", name), channel)
    if not _is_fine((document.get("policy") or {}).get("unit_value") or 0):
        yield ("policy", "unit_value"), _TWO_PLACES


def _measures(measures: Document) -> Iterator[tuple[Path, str]]:
    for name, text in measures.items():
        if name in OWN:
            yield ("measures", name), f"is a measure of the gate: {OWN[name].text}; give yours another name"
        try:
            formula(name, text)
        except FormulaError as error:
            yield ("measures", name), str(error)


def _buffer(path: Path, channel: Document) -> Iterator[tuple[Path, str]]:
    for other in ("buffer", "buffer_percent"):
        if other in channel:
            yield (*path, other), f"keep either {other} or adaptive_buffer, which replaces it, not both"
    adaptive = channel["adaptive_buffer"] or {}
    least = adaptive.get("least_percent", _DEFAULT.least_basis_points / 100)
    most = adaptive.get("most_percent", _DEFAULT.most_basis_points / 100)
    for name in ("least_percent", "most_percent"):
        if not _is_fine(adaptive.get(name, 0)):
            yield (*path, "adaptive_buffer", name), _TWO_PLACES
    if least > most:
        told = "least_percent" if "least_percent" in adaptive else "most_percent"
        yield (*path, "adaptive_buffer", told), f"at least {least:g} and at most {most:g} percent leave nothing between"


def _is_fine(figure: float) -> bool:
    try:
        hundredths(figure)
    except ValueError:
        return False
    return True


def _hint(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, 1)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(sorted(known))}; or add it under measures"
