"""Variances: what stands, why, and what was done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from gate_service.cli.console import number, signed, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import SEPARATOR, by, word
from gate_service.domain.reconcile.explaining import handoff_told

if TYPE_CHECKING:
    from google.protobuf.message import Message
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_SEVERITIES = {"critical": "bold white on red", "high": "bold red", "medium": "yellow", "low": "dim"}
_NOTHING = "[dim]-[/]"
_EVENTS_SHOWN = 5


def listed(found: Sequence[sdk.Variance]) -> Iterator[RenderableType]:
    """Tell what is listed, and how many of each severity."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    if not found:
        yield "[green]No variances.[/]"
        return
    counted = Counter(_name(each, "severity") for each in found)
    yield SEPARATOR.join(
        f"{_severity(name)} {number(counted[name])}" for name in ("critical", "high", "medium", "low") if counted[name]
    )
    yield small_table(
        ["variance", "", "location", "mirror", "SKU", "says", "is", "±", "cause", "state", "due", "owner"],
        [
            [
                each.variance_id,
                _severity(_name(each, "severity")),
                each.location_id,
                f"{each.system} {each.measure}",
                each.sku,
                number(each.reported),
                number(each.expected),
                signed(each.difference),
                _cause(each),
                _state(each),
                when(each.due_at_ms) if not each.closed_at_ms else _NOTHING,
                escape(each.owner),
            ]
            for each in found
        ],
        right=("says", "is", "±"),
    )
    yield from _of_one_event(found)
    yield "[dim]gate variance explain VARIANCE tells what happened.[/]"


def _of_one_event(found: Sequence[sdk.Variance]) -> Iterator[RenderableType]:
    """Tell which of the listed ones come of one and the same event: a receipt that is lost is one for each line."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    events = {
        each.variance_id: (each.location_id, each.diagnosis.handoff, each.diagnosis.evidence[0].revision)
        for each in found
        if each.diagnosis.handoff and each.diagnosis.evidence and each.diagnosis.evidence[0].revision
    }
    texts = {events[each.variance_id]: each.diagnosis.evidence[0].text for each in found if each.variance_id in events}
    for event, count in Counter(events.values()).most_common(_EVENTS_SHOWN):
        if count > 1:
            location_id, handoff, revision = event
            what = texts[event].partition(" (")[0]
            yield (
                f"{number(count)} of these {number(len(found))} come of one event: {escape(what)}, entry "
                f"{number(revision)} of {escape(location_id)}{SEPARATOR}{escape(handoff_told(handoff))}"
            )


def one(answer: sdk.GetVarianceResponse) -> Iterator[RenderableType]:
    """Tell all of one: the figures, why, what it rests on, and what was done."""
    told = answer.variance
    yield from _head(told)
    yield ""
    yield _text(answer.explanation)
    yield ""
    yield from _evidence(told)
    yield from _history(told)


def explained(answer: sdk.GetVarianceResponse) -> Iterator[RenderableType]:
    """Tell what happened."""
    yield _text(answer.explanation)


def after(answer: sdk.ChangeVarianceResponse) -> Iterator[RenderableType]:
    """Tell what stands now, and whether it was so before."""
    yield from _head(answer.variance)
    if not answer.changed:
        yield "[yellow]It was so already: nothing changed.[/]"


def _head(told: sdk.Variance) -> Iterator[RenderableType]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    severity = _severity(_name(told, "severity"))
    yield (
        f"{_state(told)} [bold]{told.variance_id}[/]{SEPARATOR}{severity}{SEPARATOR}{told.sku} at {told.location_id}"
        f"{SEPARATOR}version {number(told.version)}"
    )
    value = f"{SEPARATOR}worth {told.value_cents / 100:,.2f}" if told.value_cents else ""
    abc = f"{SEPARATOR}class {told.abc}" if told.abc else ""
    yield (
        f"{told.system} says {told.measure} [bold]{number(told.reported)}[/], "
        f"the record [bold]{number(told.expected)}[/] at revision {number(told.revision)}: "
        f"[bold]{signed(told.difference)}[/]{value}{abc}"
    )
    handoff = f"{SEPARATOR}[bold]{escape(handoff_told(told.diagnosis.handoff))}[/]" if told.diagnosis.handoff else ""
    yield f"{_cause(told)}{_how_sure(told)}{handoff}"
    yield f"{escape(told.owner)} looks after it{SEPARATOR}{_dates(told)}"


def _dates(told: sdk.Variance) -> str:
    seen = f"seen {number(told.times_seen)} times" if told.times_seen > 1 else "seen once"
    ends = f"closed {when(told.closed_at_ms)}" if told.closed_at_ms else f"due {when(told.due_at_ms)}"
    return f"found {when(told.opened_at_ms)}{SEPARATOR}{seen}{SEPARATOR}{ends}"


def _evidence(told: sdk.Variance) -> Iterator[RenderableType]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    rows = [(part, each) for part in (told.diagnosis, *told.diagnosis.parts) for each in part.evidence]
    if not rows:
        return
    yield small_table(
        ["evidence", "revision", "number", "units", "time", "what"],
        [
            [
                each.kind,
                number(each.revision) if each.revision else _NOTHING,
                number(each.feed_number) if each.feed_number else _NOTHING,
                signed(each.quantity) if each.quantity else _NOTHING,
                when(each.at_ms) if each.at_ms else _NOTHING,
                escape(each.text),
            ]
            for _, each in rows
        ],
        right=("revision", "number", "units"),
    )
    yield ""


def _history(told: sdk.Variance) -> Iterator[RenderableType]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    yield small_table(
        ["time", "step", "by", "revision", "note"],
        [
            [
                when(each.at_ms),
                each.step,
                by(each.system, each.actor) if each.system or each.actor else "[dim]gate[/]",
                number(each.revision) if each.revision else _NOTHING,
                escape(each.note),
            ]
            for each in told.history
        ],
        right=("revision",),
    )


def _text(paragraph: str) -> RenderableType:
    from rich.text import Text  # noqa: PLC0415 slow to import

    return Text(paragraph)


def _severity(name: str) -> str:
    return f"[{_SEVERITIES.get(name, 'dim')}]{name.upper()}[/]"


def _cause(told: sdk.Variance) -> str:
    return _name(told.diagnosis, "cause").replace("_", " ")


def _how_sure(told: sdk.Variance) -> str:
    """Say how sure the cause is. Of one that nobody found it is how much was looked into, which says nothing here."""
    found = _name(told.diagnosis, "cause") != "unexplained"
    return f" ({told.diagnosis.confidence_percent} % sure)" if found else ""


def _state(told: sdk.Variance) -> str:
    return word(_name(told, "state"))


def _name(message: Message, field: str) -> str:
    enum: Any = message.DESCRIPTOR.fields_by_name[field].enum_type
    return short_name(enum, getattr(message, field)).lower()
