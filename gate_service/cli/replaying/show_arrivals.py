"""What arrived, for people: the feeds, the events that were not plain, and what the stock was compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gate_service.cli.console import number, small_table

if TYPE_CHECKING:
    from rich.console import RenderableType

_VERDICTS = ("absorbed", "late", "repeated_number", "refused", "conflict", "retired")
_SHOWN = 3


def arrivals(report: Mapping[str, Any], *, listed: bool) -> Iterator[RenderableType]:
    """Tell what the feeds counted, and of each verdict some events, or all where they are to be `listed`."""
    yield _feeds(report)
    disturbed = report["disturbance"]
    if any(disturbed.values()):
        told = {what: number(count) for what, count in disturbed.items()}
        yield (
            f"\n{told['told_again']} events were told again, {told['overtaken']} held back until others had passed, "
            f"{told['dropped']} dropped at first.\n"
            f"What came too early was refused, and told again as another attempt: {number(report['attempts'])} times.\n"
            f"Of the late ones {number(report['held_back_and_late'])} were late because they had been held back; "
            "calls in flight passed the others."
        )
    if not report["deliveries_complete"]:
        yield "[yellow]The gate no longer lists the oldest deliveries: its list was not compared with its counters.[/]"
    if listed or any(disturbed.values()):
        for verdict, deliveries in report["deliveries"].items():
            yield from _listed(verdict.replace("_", " "), deliveries, all_of_them=listed)
        yield from _listed("put away: settled by what overtook it", report["put_away"], all_of_them=listed)


def _feeds(report: Mapping[str, Any]) -> RenderableType:
    names = [name.replace("_", " ") for name in _VERDICTS]
    rows = [
        [
            feed["system"],
            number(feed["deliveries"]),
            f"{number(feed['first_number'])} to {number(feed['last_number'])}",
            number(feed["gaps"]),
            *(number(feed[verdict]) for verdict in _VERDICTS),
        ]
        for feed in report["feeds"]
    ]
    return small_table(
        ["feed", "deliveries", "numbers", "gaps", *names], rows, right=("deliveries", "numbers", "gaps", *names)
    )


def _listed(title: str, deliveries: Sequence[Mapping[str, Any]], *, all_of_them: bool) -> Iterator[RenderableType]:
    from rich.markup import escape  # noqa: PLC0415 slow to import

    if not deliveries:
        return
    shown = deliveries if all_of_them else deliveries[:_SHOWN]
    yield ""
    yield small_table(
        [title, "no.", "event", "entry", ""],
        [
            [
                each["system"],
                number(each["number"]),
                escape(" ".join(filter(None, (each["document"], each["line"], each["action"])))),
                number(each["revision"]) if "revision" in each else "",
                each["reason"],
            ]
            for each in shown
        ],
        right=("no.", "entry"),
    )
    if len(shown) < len(deliveries):
        yield f"  … and {number(len(deliveries) - len(shown))} more; --list-deliveries lists them"


def compared(report: Mapping[str, Any]) -> Iterator[str]:
    """Tell what the stock was compared with."""
    clean = report["clean"]
    if clean["location"]:
        told, same = report["disturbance"]["told_again"], clean["skus"] - clean["differing"]
        absorbed = sum(feed["absorbed"] for feed in report["feeds"])
        yield f"told again and absorbed: [bold]{number(absorbed)}[/] of {number(told)}"
        yield (
            f"stock as in the clean run: [bold]{number(same)}[/] of {number(clean['skus'])} SKUs, in every figure that "
            f"`gate stock list` shows\n  (the same history told once, in order and in time, at {clean['location']})"
        )
    elif any(report["disturbance"].values()):
        yield f"[yellow]Its stock was not compared with a clean run: {clean['why_not']}.[/]"
