"""Feeds of events, and deliveries that were not simply new and in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gate_service.cli.console import how_long, number, small_table, when
from gate_service.cli.plain import short_name
from gate_service.cli.views.parts import at_revision, word

if TYPE_CHECKING:
    from rich.console import RenderableType

    import fulfillment_gate as sdk

_NOTHING = "[dim]-[/]"
_COUNTED = ("absorbed", "late", "conflict", "repeated_number", "retired", "refused")
_GAPS_MAX = 10


def listed(location: str, answer: sdk.ListFeedsResponse) -> Iterator[RenderableType]:
    """Tell how far each feed is; what is 0 everywhere is left out. Then what is missing, and who is to be told."""
    from rich.markup import escape  # noqa: PLC0415 slow to import

    yield at_revision(location, answer.revision)
    if not answer.feeds:
        yield "No system has told an event here; the --event-… options of a command do."
        return
    shown = [name for name in _COUNTED if any(getattr(feed, f"{name}_count") for feed in answer.feeds)]
    names = [name.replace("_", " ") for name in shown]
    yield small_table(
        ["system", "events", "newest", "numbers", "missing", *names, "owner"],
        [
            [
                feed.system,
                number(feed.event_count),
                _newest(feed),
                f"{number(feed.first_number)} to {number(feed.last_number)}" if feed.first_number else _NOTHING,
                _missing(feed),
                *(number(getattr(feed, f"{name}_count")) for name in shown),
                escape(feed.owner) or _NOTHING,
            ]
            for feed in answer.feeds
        ],
        right=("events", "missing", *names),
    )
    for feed in answer.feeds:
        yield from _gaps(feed, answer.as_of_ms)


def _newest(feed: sdk.Feed) -> str:
    newest = when(feed.newest_at_ms) if feed.newest_at_ms else "never"
    return f"[red]{newest}, silent[/]" if feed.silent else newest


def _missing(feed: sdk.Feed) -> str:
    if not feed.first_number:
        return _NOTHING
    count = sum(gap.to_number - gap.from_number + 1 for gap in feed.gaps)
    return f"[red]{number(count)}[/]" if count or feed.dropped_gap_count else "[dim]0[/]"


def _gaps(feed: sdk.Feed, now_ms: int) -> Iterator[RenderableType]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    told = escape(f"; tell {feed.owner}") if feed.owner else "; the handoff map names no owner"
    if feed.silent and feed.newest_at_ms:
        quiet, cadence = how_long(now_ms - feed.newest_at_ms), how_long(feed.cadence_ms)
        yield f"[yellow]{feed.system}: silent for {quiet}, and expected every {cadence}[/]{told}"
    elif feed.silent:
        yield f"[yellow]{feed.system}: never heard of here, and expected every {how_long(feed.cadence_ms)}[/]{told}"
    for gap in feed.gaps[:_GAPS_MAX]:
        one = gap.from_number == gap.to_number
        numbers = number(gap.from_number) if one else f"{number(gap.from_number)} to {number(gap.to_number)}"
        age = how_long(now_ms - gap.since_ms)
        yield f"[yellow]{feed.system}: {numbers} missing for {age}[/] (since {when(gap.since_ms)}){told}"
    if len(feed.gaps) > _GAPS_MAX:
        yield f"[yellow]{feed.system}: {number(len(feed.gaps) - _GAPS_MAX)} gaps more[/]"
    if feed.dropped_gap_count:
        yield f"[yellow]{feed.system}: {number(feed.dropped_gap_count)} older gaps are no longer kept[/]"


def deliveries(location: str, found: Sequence[sdk.Delivery]) -> Iterator[RenderableType]:
    """Tell what became of each, and where its answer stands."""
    from fulfillment_gate import DeliveryVerdict, OperationKind  # noqa: PLC0415 it brings grpc

    yield f"[bold]{location}[/]"
    if not found:
        yield "Every event so far was new and in order, or none was told."
        return
    yield small_table(
        ["UTC", "verdict", "system", "event", "no.", "what", "rev", "reason"],
        [
            [
                when(each.at_ms).removesuffix(" UTC"),
                word(short_name(DeliveryVerdict.DESCRIPTOR, each.verdict).replace("_", " ")),
                each.source_event.system,
                event(each.source_event),
                number(each.source_event.number) if each.source_event.number else _NOTHING,
                short_name(OperationKind.DESCRIPTOR, each.kind).lower().replace("_", " "),
                number(each.revision) if each.revision else _NOTHING,
                each.reason,
            ]
            for each in found
        ],
        right=("no.", "rev"),
    )


def event(told: sdk.SourceEvent) -> str:
    """Write what happened: `order A-1/1 paid`."""
    document = f"{told.document}/{told.line}" if told.line else told.document
    return " ".join(part for part in (told.document_type, document, told.action) if part)
