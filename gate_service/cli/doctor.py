"""`gate doctor`: whether the store can keep what the gate is set to promise, and how to mend it where it cannot."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gate_service.cli.answers import for_people, note, plainly
from gate_service.cli.console import Output
from gate_service.cli.exits import ExitCode
from gate_service.cli.tooling import OutputOption, run, told, with_store
from gate_service.settings import Loaded, Settings, SettingsError

if TYPE_CHECKING:
    from gate_service.domain.findings import Finding, Inspection

_OTHERS = (
    "Fill in PASSWORD, send it to every server of the store, replicas too, and keep it there (ACL SAVE, or in the "
    "configuration file). Whoever connects without a name is still the user `default`: ACL SETUSER default off, once "
    "nobody needs it."
)


@with_store
def doctor(
    loaded: Loaded,
    *,
    print_acl: Annotated[
        bool, typer.Option("--print-acl", help="Write the command that makes the gate's user at the store, and end.")
    ] = False,
    user: Annotated[str, typer.Option(metavar="NAME", help="With --print-acl: how that user is called.")] = "gate",
    output: OutputOption = Output.TABLE,
) -> int:
    """Look whether the store can keep what the gate is set to promise.

    Each finding says what is lost by it and how to mend it. Nothing is changed. Ends with 0 where the promise can be
    kept, warnings or not; with 1 where something is found that is an error; with 3 where the store cannot be asked.
    """
    with told(output):
        if print_acl:
            _write_acl(loaded.settings, user, output)
            return ExitCode.OK
        return _look(loaded.settings, output)


def _look(settings: Settings, output: Output) -> int:
    from gate_service.bootstrap.errors import StoreUnreachable  # noqa: PLC0415 redis is slow to import
    from gate_service.bootstrap.inspection import examine  # noqa: PLC0415

    try:
        found = run(examine(settings))
    except StoreUnreachable as error:
        return _unreached(f"{str(error)[:1].upper()}{str(error)[1:]}.", output)
    if output is Output.TABLE:
        from gate_service.cli.views.doctor import verdict  # noqa: PLC0415 rich is slow to import

        for_people(verdict(found))
    elif output is Output.JSON:
        plainly(output, _plain(found, settings))
    else:
        for each in found.findings:
            plainly(output, _plain_finding(each))
    return ExitCode.DENIED if found.errors else ExitCode.OK


def _unreached(message: str, output: Output) -> int:
    code = ExitCode.UNAVAILABLE
    told_so = message if output is Output.TABLE else json.dumps({"error": {"exit_code": int(code), "message": message}})
    typer.echo(told_so, err=True)
    return code


def _plain(found: Inspection, settings: Settings) -> dict[str, Any]:
    return {
        "keeps_promise": not found.broken,
        "durability": settings.durability._asdict(),
        "at_ms": found.at_ms,
        "findings": [_plain_finding(each) for each in found.findings],
    }


def _plain_finding(finding: Finding) -> dict[str, str]:
    return {name: str(value) for name, value in finding._asdict().items()}


def _write_acl(settings: Settings, user: str, output: Output) -> None:
    from gate_service.doctor.rights import acl_line  # noqa: PLC0415 what only this option needs
    from gate_service.doctor.terms import Terms  # noqa: PLC0415

    if not user.isascii() or not user.isprintable() or not user or set(user) & {" ", ":", "@"}:
        raise SettingsError(f"--user {user!r} cannot be written into a URL: use letters, digits and dashes.")
    terms = Terms.of(settings.redis_url, settings.durability)
    line = acl_line(user, terms.kind, terms.database)
    if output is Output.TABLE:
        typer.echo(line)
    else:
        plainly(output, {"user": user, "acl": line})
    note(output, _OTHERS)
