"""The options that commands share: each set is one class, and a command takes one object of it.

    @with_options
    def reserve(options: Mutation, order_id: str, ...) -> None: ...

To the command line `reserve` has every field of `Mutation` as an option of its own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import typer

from gate_service.cli.console import Output, saying_so
from gate_service.cli.credentials import Credentials
from gate_service.cli.exits import ExitCode, InputError, reported

if TYPE_CHECKING:
    from fulfillment_gate import Gate, SourceEvent

DEFAULT_TARGET: Final = "127.0.0.1:50051"
DEFAULT_LOCATION: Final = "MAIN"
UNPROVEN: Final = "cli"
"""What a caller without credentials is called. With them the gate knows the name, and another would be a lie."""
NO_KEY: Final = (
    "A reference and no key: told twice it is booked twice, unless --event-document or --operation-id names it."
)
"""What to know of the name of a thing that may be told in several calls."""
_PANEL: Final = "The gate and who asks"
_FIRST: Final = ("target", "system", "actor")
_EVENT_PANEL: Final = "What happened in your world: told twice, it is done once"


@dataclass(frozen=True)
class Caller(Credentials):
    """Which gate, who asks it, and how its answer is written."""

    target: Annotated[
        str,
        typer.Option(envvar="GATE_TARGET", metavar="HOST:PORT", help="Where the gate listens.", rich_help_panel=_PANEL),
    ] = DEFAULT_TARGET
    system: Annotated[
        str,
        typer.Option(
            envvar="GATE_SYSTEM",
            metavar="NAME",
            help=f"Your system's name in the ledger; else that of your credentials, or {UNPROVEN}.",
            rich_help_panel=_PANEL,
        ),
    ] = ""
    actor: Annotated[
        str,
        typer.Option(envvar="GATE_ACTOR", metavar="NAME", help="Your own name in the ledger.", rich_help_panel=_PANEL),
    ] = ""
    timeout_s: Annotated[
        float,
        typer.Option(
            envvar="GATE_TIMEOUT_S",
            metavar="SECONDS",
            min=0.001,
            help="Seconds for one call, retries included.",
            rich_help_panel=_PANEL,
        ),
    ] = 5.0
    output: Annotated[
        Output, typer.Option("--output", "-o", help="For people or for programs.", rich_help_panel="Output")
    ] = Output.TABLE

    @contextmanager
    def gate(self) -> Iterator[Gate]:
        """Open the gate. A person who waits for it is told so."""
        from gate_service.cli.fences import WatchedGate  # noqa: PLC0415 it brings grpc, which `--help` does without

        try:
            gate = WatchedGate(
                self.target,
                system=self.system or ("" if self.proven else UNPROVEN),
                actor=self.actor,
                timeout_s=self.timeout_s,
                credentials=self.tls(),
                token=self.token(),
            )
        except ValueError as error:
            raise InputError(f"{error}.") from error
        gate.fenced = self.fenced
        quiet = self.output is not Output.TABLE
        with gate, nullcontext() if quiet else saying_so(f"Waiting for the gate at {self.target} …"):
            yield gate


@dataclass(frozen=True)
class AtLocation(Caller):
    """A call about one location."""

    location: Annotated[
        str,
        typer.Option(
            "--location", "-l", envvar="GATE_LOCATION", metavar="LOCATION", help="The location.", rich_help_panel=_PANEL
        ),
    ] = DEFAULT_LOCATION


@dataclass(frozen=True)
class Mutation(AtLocation):
    """A call that changes something, once, however often it is asked."""

    operation_id: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Your name for this operation. Asked again with the same one, it is answered and not done again. "
            "Made for you where you give none.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    event_document: Annotated[
        str, typer.Option(metavar="ID", help="The document that it is about.", rich_help_panel=_EVENT_PANEL)
    ] = ""
    event_type: Annotated[
        str,
        typer.Option(metavar="TYPE", help="What kind of document, such as order or 945.", rich_help_panel=_EVENT_PANEL),
    ] = ""
    event_line: Annotated[
        str, typer.Option(metavar="ID", help="The line of it; else the whole of it.", rich_help_panel=_EVENT_PANEL)
    ] = ""
    event_action: Annotated[
        str, typer.Option(metavar="ACTION", help="What became of it, such as paid.", rich_help_panel=_EVENT_PANEL)
    ] = ""
    event_number: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Its number, where your events are numbered: 1, 2, 3 …",
            rich_help_panel=_EVENT_PANEL,
        ),
    ] = 0
    event_system: Annotated[
        str,
        typer.Option(metavar="NAME", help="Whose event it is, where you only relay it.", rich_help_panel=_EVENT_PANEL),
    ] = ""

    @property
    def source_event(self) -> SourceEvent | None:
        """What happened in the caller's world; None where nobody said. Raises InputError."""
        named = (self.event_type, self.event_line, self.event_action, self.event_number, self.event_system)
        if not self.event_document:
            if any(named):
                raise InputError("An event needs its document: say --event-document, too.")
            return None
        from fulfillment_gate import SourceEvent  # noqa: PLC0415 it brings grpc

        return SourceEvent(
            system=self.event_system,
            document_type=self.event_type,
            document=self.event_document,
            line=self.event_line,
            action=self.event_action,
            number=self.event_number,
        )


@dataclass(frozen=True)
class OfOrder(Mutation):
    """A change of an order's claim, which may stand at more locations than one."""

    location: Annotated[
        str,
        typer.Option(
            "--location",
            "-l",
            envvar="GATE_LOCATION",
            metavar="LOCATION",
            help=f"The location; else {DEFAULT_LOCATION}.",
            rich_help_panel=_PANEL,
        ),
    ] = ""

    def where(self, context: typer.Context, *, sourced: bool) -> str:
        """Give the location, as the gate is told it: empty where it is for the gate to know. Raises InputError."""
        return claimed_at(self.location, context, sourced=sourced)


def claimed_at(location: str, context: typer.Context, *, sourced: bool) -> str:
    """Give the location of an order's claim: empty where it is for the gate to know.

    With `sourced` a location of the environment gives way. Raises InputError for one on the command line, which was
    meant, and would count for nothing.
    """
    if not sourced:
        return location or DEFAULT_LOCATION
    source = context.get_parameter_source("location")
    if location and source is not None and source.name == "COMMANDLINE":
        raise InputError(f"--sourced leaves it to the gate where, and --location {location} says where: leave one out.")
    return ""


def with_options(command: Callable[..., ExitCode | None]) -> Callable[..., None]:
    """Give the command with the fields of its first parameter's class as options, and with its errors told."""
    hints = get_type_hints(command, include_extras=True)
    first, *own = inspect.signature(command).parameters.values()
    kind: type[Caller] = hints[first.name]
    shared = _parameters(kind)

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 whatever the command takes
        options = kind(**{parameter.name: given.pop(parameter.name) for parameter in shared})
        with reported(options.output):
            try:
                ended = command(options, **given)
            finally:
                if options.fenced:
                    from gate_service.cli.fences import tell  # noqa: PLC0415 seldom needed

                    tell(options.output, options.fenced)
        if ended is None and options.fenced:
            ended = ExitCode.DRIFT
        if ended:
            raise typer.Exit(ended)

    parameters = [
        *(each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY) for each in own),
        *shared,
    ]
    del run.__wrapped__  # its annotations would be read instead of ours
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return run


def _parameters(kind: type[Caller]) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    parameter = functools.partial(inspect.Parameter, kind=inspect.Parameter.KEYWORD_ONLY)
    told = sorted(fields(kind), key=lambda each: each.name not in _FIRST)  # else in their order
    return [parameter(each.name, default=each.default, annotation=hints[each.name]) for each in told]
