"""What one version of the handoff map changes against another, in sentences that stand in the ledger for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from gate_service.domain.handoffs import HandoffMap

CHANGES_MAX: Final = 200
_SHOWN_MAX: Final = 120

Plain = Mapping[str, Any]


def changes(before: HandoffMap | None, after: HandoffMap) -> tuple[str, ...]:
    """Give a sentence for each change, at most `CHANGES_MAX`; the hashes of tokens are only counted."""
    old: Plain = json.loads(before.canonical) if before else {}
    new: Plain = json.loads(after.canonical)
    told = [
        *_named("system", old.get("systems", {}), new["systems"]),
        *_named("channel", old.get("channels", {}), new["channels"]),
        *(f"policy: {each}" for each in _fields(old.get("policy", {}), new["policy"])),
        *_formulas(old.get("measures", {}), new.get("measures", {})),
    ]
    if len(told) > CHANGES_MAX:
        return (*told[: CHANGES_MAX - 1], f"and {len(told) - CHANGES_MAX + 1} more changes")
    return tuple(told)


def _named(what: str, old: Plain, new: Plain) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if name not in new:
            yield f"{what} {name}: taken away"
        elif name not in old:
            yield f"{what} {name}: new"
        else:
            yield from (f"{what} {name}: {each}" for each in _fields(old[name], new[name]))


def _fields(old: Plain, new: Plain) -> Iterator[str]:
    for field in sorted({*old, *new}):
        was, now = old.get(field), new.get(field)
        if was == now:
            continue
        if field == "tokens":
            yield _counted(set(was or ()), set(now or ()))
        elif field == "operations":
            yield from _operations(was or {}, now or {})
        elif isinstance(was or now, list) and sorted(was or ()) != sorted(now or ()):
            yield _shortened(f"{field} {_moved(set(was or ()), set(now or ()))}")
        else:
            yield _shortened(f"{field} {_shown(was)} -> {_shown(now)}")


def _operations(old: Plain, new: Plain) -> Iterator[str]:
    for verb in sorted({*old, *new}):
        if verb not in new:
            yield f"may no longer {verb}"
        elif verb not in old:
            yield _shortened(f"may {verb}" + (f" with {_shown(new[verb])}" if new[verb] else ""))
        elif old[verb] != new[verb]:
            yield _shortened(f"{verb} with {_shown(old[verb])} -> {_shown(new[verb])}")


def _formulas(old: Plain, new: Plain) -> Iterator[str]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield _shortened(f"measure {name}: {_shown(old.get(name))} -> {_shown(new.get(name))}")


def _moved(old: set[str], new: set[str]) -> str:
    return " ".join([*(f"+{each}" for each in sorted(new - old)), *(f"-{each}" for each in sorted(old - new))])


def _counted(old: set[str], new: set[str]) -> str:
    return f"tokens +{len(new - old)} -{len(old - new)}"


def _shown(value: object) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=True)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
