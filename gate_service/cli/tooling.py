"""What the commands share that speak to the store itself, and not to a gate: their settings, and how they end badly.

@with_store
def verify(loaded: Loaded, ...) -> int:
    with told(output):
        return run(_verify(loaded.settings, ...))
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final, TypeVar

import typer

from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode, InputError, reported
from gate_service.cli.serving_options import Command, with_settings
from gate_service.settings.model import kinds

ResultT = TypeVar("ResultT")

_OF_THE_STORE: Final = ("redis_url", "durability", "store_timeout_ms")
ARCHIVE_ENV: Final = "GATE_ARCHIVE"

ArchiveOption = Annotated[
    str, typer.Option("--archive", envvar=ARCHIVE_ENV, metavar="URL", help="The archive: a folder, or a URL of fsspec.")
]
OutputOption = Annotated[Output, typer.Option("--output", "-o", help="For people or for programs.")]


def with_store(command: Command) -> Callable[..., None]:
    """Give a command what says where the store is as flags, and hand it what was loaded as its first argument."""
    return with_settings(without=tuple(name for name in kinds() if name not in _OF_THE_STORE))(command)


@contextmanager
def told(output: Output = Output.TABLE) -> Iterator[None]:
    """Tell what is wrong with the store or the archive on stderr, and end with its exit code."""
    from gate_service.archive import ArchiveError, Divergence, NotReachable, UnknownLocation  # noqa: PLC0415 what only tools need
    from gate_service.domain.errors import GateError  # noqa: PLC0415

    with reported(output):
        try:
            yield
        except Divergence as error:
            facts = {name: getattr(error, name) for name in ("location_id", "revision", "expected", "found", "where")}
            raise _ending(output, ExitCode.DRIFT, str(error), facts) from error
        except UnknownLocation as error:
            raise _ending(output, ExitCode.DRIFT, str(error), {"location_id": error.location_id}) from error
        except ArchiveError as error:
            away = isinstance(error, NotReachable)
            raise _ending(output, ExitCode.UNAVAILABLE if away else ExitCode.USAGE, str(error), {}) from error
        except GateError as error:
            text = f"{error.reason}: {error.message}"
            raise _ending(output, ExitCode.UNAVAILABLE, text, {"reason": error.reason}) from error


def check_ids(location_ids: Sequence[str]) -> None:
    """See that these can be locations. Raises InputError, which names all that cannot."""
    from gate_service.domain.limits import ID_PATTERN  # noqa: PLC0415 what only tools need
    from gate_service.domain.operations import HOUSE  # noqa: PLC0415

    wrong = [each for each in location_ids if each != HOUSE and not ID_PATTERN.fullmatch(each)]
    if wrong:
        raise InputError(
            f"No location can be called {', '.join(map(repr, wrong))}: say 1 to 64 letters, digits and . _ @ + / -, "
            f"beginning with a letter or digit, or {HOUSE}."
        )


def run(tool: Coroutine[Any, Any, ResultT]) -> ResultT:
    """Run a tool to its end; Ctrl-C ends it where it can be ended."""
    import asyncio  # noqa: PLC0415 `--help` does without

    try:
        return asyncio.run(tool)
    except KeyboardInterrupt:
        raise typer.Exit(ExitCode.INTERRUPTED) from None


def _ending(output: Output, code: ExitCode, message: str, facts: dict[str, object]) -> typer.Exit:
    if output is Output.TABLE:
        typer.secho(message, err=True, fg="red")
    else:
        error = {"exit_code": int(code), "message": message, **facts}
        typer.echo(json.dumps({"error": error}, ensure_ascii=False), err=True)
    return typer.Exit(code)
