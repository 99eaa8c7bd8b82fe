"""`gate config …`: what is set, and by whom."""

from __future__ import annotations

from typing import Annotated

import typer

from gate_service.cli.answers import for_people, plainly
from gate_service.cli.console import Output
from gate_service.cli.serving_options import with_settings
from gate_service.settings import Loaded

app = typer.Typer(no_args_is_help=True, help="What is set, and where from.")


@app.callback()
def _group() -> None:
    """Stay a group, though there is one command yet."""


@app.command()
@with_settings()
def show(
    loaded: Loaded,
    *,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value came from.")] = False,
    output: Annotated[Output, typer.Option("--output", "-o", help="For people or for programs.")] = Output.TABLE,
) -> None:
    """Show every setting as `gate serve` would see it here and now. Passwords are not shown."""
    settings = loaded.shown()
    if output is Output.TABLE:
        from gate_service.cli.views.config import table  # noqa: PLC0415 rich is slow to import

        for_people([table(settings, origin=origin)])
    elif origin:
        plainly(output, {each.key: {"value": each.value, "origin": each.origin} for each in settings})
    else:
        plainly(output, {each.key: each.value for each in settings})
