"""`gate status`: how sure a running gate is."""

from __future__ import annotations

from gate_service.cli.answers import show
from gate_service.cli.exits import ExitCode
from gate_service.cli.options import Caller, with_options


@with_options
def status(options: Caller) -> ExitCode | None:
    """Show the state of a gate: its store, its promise, what was found wrong with it, and which locations are fenced.

    Ends with 3 where the gate does not serve, else with 4 where a location is fenced.
    """
    from gate_service.cli.views import status as view  # noqa: PLC0415 what only this command needs

    with options.gate() as gate:
        answer = gate.get_status()
    show(options.output, answer, lambda: view.state(answer))
    if not answer.serving:
        return ExitCode.UNAVAILABLE
    return ExitCode.DRIFT if answer.fenced else None
