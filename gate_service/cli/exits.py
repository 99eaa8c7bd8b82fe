"""How a command ends: the exit codes, the one place where an error becomes one, and how it is told."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import typer

from gate_service.cli.console import Output, notes

if TYPE_CHECKING:
    from fulfillment_gate import GateError

_ROWS_MAX = 20
_HINTS = {
    "UNAUTHENTICATED": "Say who you are: GATE_TOKEN or --token-file, or --client-cert and --client-key.",
    "NOT_PERMITTED": "Who may do what stands in the handoff map; whoever runs the gate sees it: gate handoffs show.",
    "SECOND_ACTOR_REQUIRED": "The second person names themselves with --actor or GATE_ACTOR.",
    "LOCATION_FENCED": "Whoever runs the gate looks at it and opens it again: gate recover LOCATION.",
    "UNKNOWN_CHANNEL": "With --location the gate need not find where.",
    "COUNT_RANGE_TOO_WIDE": "Smaller ranges, or all: --covers-all goes in as many calls as it takes.",
}
"""What to do on the command line, by reason, where the gate's own words cannot know."""


def _kept_as(unmatched_id: str) -> str:
    return (
        f"It is kept as {unmatched_id}, until somebody says what it was: "
        f"gate unmatched resolve {unmatched_id} --order ORDER   or   … --not-ours"
    )


class ExitCode(IntEnum):
    """What a program that calls `gate` goes by."""

    OK = 0
    DENIED = 1
    """The gate said no: refused, not known, too little stock, nothing may be picked."""
    USAGE = 2
    """The command, its input or a setting is wrong; nothing was asked, or the gate could not read the question."""
    UNAVAILABLE = 3
    """No answer: no gate, no store, no time left, or a fault of the gate."""
    DRIFT = 4
    """The record contradicts itself or what it was compared with; a location is fenced."""
    FAULT = 70
    """A fault of this command line."""
    INTERRUPTED = 130
    """Ctrl-C, for a demo or a replay SIGTERM too; what a shell reports for SIGINT."""
    READER_GONE = 141
    """Whoever read the output hung up, as in `gate ledger | head`; what a shell reports for SIGPIPE."""


class InputError(Exception):
    """What was given on the command line or in a file is wrong. `rows` says where, for each place."""

    def __init__(self, message: str, rows: list[tuple[str, str]] | None = None) -> None:
        """Keep the sentence and (where, what) for each mistake."""
        super().__init__(message)
        self.rows = rows or []


@dataclass(frozen=True)
class Ending:
    """How an error is told: to people a sentence, a small table and a hint; to programs one object."""

    exit_code: ExitCode
    message: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[object, ...]] = field(default_factory=list)
    hint: str = ""
    data: dict[str, Any] = field(default_factory=dict)


@contextmanager
def reported(output: Output = Output.TABLE) -> Iterator[None]:
    """Tell errors that can be expected on stderr and end with their exit code; let all others through."""
    try:
        yield
    except BrokenPipeError as error:  # whoever reads our output has seen enough
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 a device
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        raise typer.Exit(ExitCode.READER_GONE) from error
    except typer.Exit:
        raise
    except Exception as error:
        ending = ending_of(error)
        if ending is None:
            raise
        _tell(ending, output)
        raise typer.Exit(ending.exit_code) from error


def ending_of(error: Exception) -> Ending | None:
    """Give the ending for an error that can be expected; None for a fault of our own."""
    from fulfillment_gate import GateError  # noqa: PLC0415 it brings grpc, which a command that ended well may not need
    from gate_service.embedded.errors import EmbeddedStoreError  # noqa: PLC0415
    from gate_service.settings import SettingsError  # noqa: PLC0415

    if isinstance(error, GateError):
        return _gate_said(error)
    if isinstance(error, InputError):
        rows = [*error.rows[:_ROWS_MAX]]
        hint = f"… and {len(error.rows) - _ROWS_MAX} more." if len(error.rows) > _ROWS_MAX else ""
        data = {"rows": [{"where": where, "what": what} for where, what in error.rows]}
        return Ending(ExitCode.USAGE, str(error), ("where", "what"), [*rows], hint, data)
    if isinstance(error, UnicodeEncodeError):  # bytes of the command line that are no text
        return Ending(ExitCode.USAGE, "What was given is not UTF-8 text.")
    if isinstance(error, SettingsError):
        return Ending(ExitCode.USAGE, str(error))
    if isinstance(error, EmbeddedStoreError):
        return Ending(ExitCode.UNAVAILABLE, str(error))
    return None


def exit_code_of(error: GateError) -> ExitCode:
    """Give the exit code for what the gate, or the way to it, answered."""
    import grpc  # noqa: PLC0415 slow to import

    if error.reason == "LOCATION_FENCED":
        return ExitCode.DRIFT
    if error.code in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.OUT_OF_RANGE):
        return ExitCode.USAGE
    said_no = (
        grpc.StatusCode.FAILED_PRECONDITION,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.ALREADY_EXISTS,
        grpc.StatusCode.ABORTED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAUTHENTICATED,
    )
    return ExitCode.DENIED if error.code in said_no else ExitCode.UNAVAILABLE


def _gate_said(error: GateError) -> Ending:
    columns: tuple[str, ...] = ()
    rows: list[tuple[object, ...]] = []
    if error.violations:
        columns = ("line", "SKU", "asked", "possible")
        rows = [(each.line_id, each.sku, each.asked, each.possible) for each in error.violations]
    elif len(error.field_violations) > 1:  # a single one is the message
        columns = ("field", "what is wrong")
        rows = [*error.field_violations]
    data = {
        "message": error.message,
        "code": error.code.name,
        "reason": error.reason,
        "metadata": error.metadata,
        "violations": [
            {"line_id": each.line_id, "sku": each.sku, "asked": each.asked, "possible": each.possible}
            for each in error.violations
        ],
        "violation_count": error.violation_count,
        "field_violations": [{"field": path, "description": what} for path, what in error.field_violations],
        "revision": error.revision,
        "replayed": error.replayed,
        "retry_after_ms": error.retry_after_ms,
        "operation_id": error.operation_id,
        "outcome_unknown": error.outcome_unknown,
    }
    return Ending(exit_code_of(error), _sentence(error), columns, rows, _hint(error), data)


def _sentence(error: GateError) -> str:
    if error.reason:
        stands = f" (entry {error.revision}{', answered before' if error.replayed else ''})" if error.revision else ""
        told = {"operation_id", "field"}
        about = ", ".join(f"{key} {value}" for key, value in sorted(error.metadata.items()) if key not in told)
        return f"{error.reason}: {error.message}{f' [{about}]' if about else ''}{stands}"
    code = error.code.name
    if code == "UNAVAILABLE":
        return f"The gate cannot be reached: {error.message.rpartition('last error: ')[2]}"
    if code == "DEADLINE_EXCEEDED":
        return "The gate did not answer in time (--timeout-s)."
    return f"{code}: {error.message}"


def _hint(error: GateError) -> str:
    hints = [_HINTS[error.reason]] if error.reason in _HINTS else []
    unmatched_id = error.metadata.get("unmatched_id")
    if unmatched_id and error.reason != "UNMATCHED_NOT_FOUND":
        hints.append(_kept_as(unmatched_id))
    if error.violation_count > len(error.violations):
        hints.append(f"… and {error.violation_count - len(error.violations)} more lines.")
    if error.outcome_unknown:
        hints.append(
            "It may have been done all the same. Ask again with "
            f"--operation-id {error.operation_id} to find out; nothing is done twice."
        )
    if error.code.name == "UNAVAILABLE" and not error.reason:
        hints.append("Is it running? `gate dev` starts one here; --target or GATE_TARGET says where to look.")
    return "\n".join(hints)


def _tell(ending: Ending, output: Output) -> None:
    if output is not Output.TABLE:
        told = {"error": {"exit_code": int(ending.exit_code), "message": ending.message, **ending.data}}
        typer.echo(json.dumps(told, ensure_ascii=False), err=True)
        return
    from rich.markup import escape  # noqa: PLC0415 rich is slow to import

    from gate_service.cli.console import number, small_table  # noqa: PLC0415

    console = notes()
    style = "bold red" if ending.exit_code == ExitCode.DENIED else "red"
    console.print(ending.message, style=style, markup=False, soft_wrap=True)
    if ending.rows:
        rows = [[number(cell) if isinstance(cell, int) else escape(str(cell)) for cell in row] for row in ending.rows]
        console.print(small_table(ending.columns, rows, right=("asked", "possible")), crop=False)
    if ending.hint:
        console.print(ending.hint, style="dim", markup=False, soft_wrap=True)
