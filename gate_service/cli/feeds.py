"""`gate feeds`, `gate deliveries`: what arrived of the events that other systems tell, and what did not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gate_service.cli.answers import show
from gate_service.cli.options import AtLocation, with_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    import fulfillment_gate as sdk

_PAGE_MAX = 1_000


@with_options
def feeds(options: AtLocation) -> None:
    """Show how far each system's events are, and which are missing.

    A gap has an age, and an owner where the handoff map names one.
    """
    from gate_service.cli.views import feeds as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.list_feeds(options.location)
    show(options.output, answer, lambda: view.listed(options.location, answer), listing="feeds")


@with_options
def deliveries(
    options: AtLocation,
    limit: Annotated[int, typer.Option(min=0, help="How many; 0: all that are kept.")] = 100,
) -> None:
    """Show the events that came twice, late, or were refused, newest first."""
    from gate_service.cli.listing import show_all  # noqa: PLC0415 what only this command needs
    from gate_service.cli.views import feeds as view  # noqa: PLC0415

    with options.gate() as gate:
        show_all(
            options,
            _read(gate, options.location, limit),
            "deliveries",
            lambda found, _: view.deliveries(options.location, found),
        )


def _read(gate: sdk.Gate, location: str, limit: int) -> Iterator[sdk.ListDeliveriesResponse]:
    """Give pages with as many deliveries as wanted."""
    left, token = limit, ""
    while True:
        size = min(left, _PAGE_MAX) if limit else _PAGE_MAX
        page = gate.list_deliveries(location, page_size=size, page_token=token)
        yield page
        left -= len(page.deliveries)
        token = page.next_page_token
        if not token or (limit and left <= 0):
            return
