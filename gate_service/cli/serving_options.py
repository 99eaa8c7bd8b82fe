"""Every setting of the gate as a flag, made from the settings themselves, for `dev`, `serve` and `config show`."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, get_type_hints

import typer

from gate_service.cli.exits import reported
from gate_service.settings import CONFIG_ENV, ENV_PREFIX, Settings, load
from gate_service.settings.model import kinds

_DEFAULT_FILE: Final = Path("gate.toml")
_PANEL: Final = "Settings"
Command = Callable[..., int | None]

ConfigOption = Annotated[
    Path | None,
    typer.Option(envvar=CONFIG_ENV, metavar="FILE", help="A TOML file with settings; gate.toml where there is one."),
]


def with_settings(*, without: tuple[str, ...] = ()) -> Callable[[Command], Callable[..., None]]:
    """Give a command every setting as a flag (but for `without`) and hand it what was loaded as its first argument."""

    def decorate(command: Command) -> Callable[..., None]:
        hints = get_type_hints(command, include_extras=True)
        _, *own = inspect.signature(command).parameters.values()
        names = [name for name in kinds() if name not in without]

        @functools.wraps(command)
        def run(config: Path | None, **given: Any) -> None:  # noqa: ANN401 whatever the command takes
            flags = {name: given.pop(name) for name in names}
            with reported():
                loaded = load(flags, os.environ, config or (_DEFAULT_FILE if _DEFAULT_FILE.exists() else None))
                ended = command(loaded, **given)
            if ended:
                raise typer.Exit(ended)

        parameters = [
            *(each.replace(annotation=hints[each.name], kind=inspect.Parameter.KEYWORD_ONLY) for each in own),
            _parameter("config", ConfigOption),
            *(_parameter(name, _flag(name)) for name in names),
        ]
        del run.__wrapped__  # its annotations would be read instead of ours
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return decorate


def _parameter(name: str, annotation: object) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _flag(name: str) -> object:
    """Take every flag as text: what it may be is said in one place, by the settings."""
    default = next(_default(each) for each in dataclasses.fields(Settings) if each.name == name)
    told = f", default {default}" if default not in ("", {}) else ""
    about = f"{kinds()[name].about} ({ENV_PREFIX}{name.upper()}{told})"
    return Annotated[str | None, typer.Option(help=about, metavar=kinds()[name].metavar, rich_help_panel=_PANEL)]


def _default(setting: dataclasses.Field[Any]) -> object:
    return {} if setting.default is dataclasses.MISSING else setting.default
