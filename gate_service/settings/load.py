"""Puts the settings together and remembers where each came from."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

from gate_service.domain.durability import Durability
from gate_service.settings.kinds import Kind
from gate_service.settings.model import Settings, SettingsError, kinds, masked
from gate_service.store.options import UrlError

ENV_PREFIX: Final = "GATE_"
CONFIG_ENV: Final = "GATE_CONFIG"
DEFAULT: Final = "default"


class Shown(NamedTuple):
    """One setting as it may be shown to anybody."""

    key: str
    value: object
    origin: str
    about: str


@dataclass(frozen=True)
class Loaded:
    """The settings, and for each of them "flag", "env GATE_…", "file …" or "default"."""

    settings: Settings
    origins: dict[str, str]

    def shown(self) -> list[Shown]:
        """Give every setting with its origin, without a secret in it."""
        return [
            Shown(key, _showable(kind, getattr(self.settings, key)), self.origins[key], kind.about)
            for key, kind in kinds().items()
        ]


def load(flags: Mapping[str, object], env: Mapping[str, str], file: Path | None) -> Loaded:
    """Give each setting from the first that has it: a flag that is not None, a variable that is not empty, the file.

    Variables of other names are not ours and are left alone (an orchestrator sets `GATE_PORT` for a service named
    gate); unknown keys in the file are a mistake. Raises `SettingsError`.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(kinds(), DEFAULT)
    # The weakest first, so that the stronger replaces it; what a stronger one hides is still checked.
    for key, value, origin in (*_from_file(file), *_from_env(env), *_from_flags(flags)):
        values[key] = _read(key, value, origin)
        origins[key] = origin
    return Loaded(Settings(**values), origins)


def _from_file(file: Path | None) -> Iterator[tuple[str, object, str]]:
    if file is None:
        return
    origin = f"file {file}"
    try:
        table = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise SettingsError(f"The {origin} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The {origin} is not valid TOML: {error}.") from error
    for key, value in table.items():
        yield key, value, origin


def _from_env(env: Mapping[str, str]) -> Iterator[tuple[str, object, str]]:
    for key in kinds():
        name = ENV_PREFIX + key.upper()
        if env.get(name):
            yield key, env[name], f"env {name}"


def _from_flags(flags: Mapping[str, object]) -> Iterator[tuple[str, object, str]]:
    for key, value in flags.items():
        if value is not None:
            yield key, value, "flag"


def _read(key: str, value: object, origin: str) -> object:
    kind = kinds().get(key)
    if kind is None:
        near = difflib.get_close_matches(key, kinds(), 1)
        hint = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(kinds())}."
        raise SettingsError(f"There is no setting {key!r} ({origin}). {hint}")
    try:
        return kind.read(value)
    except (TypeError, ValueError, AttributeError) as error:
        what = f"{key} = {_showable(kind, value)!r} ({origin}) is not allowed"
        # Only such an error is known to hold nothing that must not be shown; then it says which part is wrong.
        why = f" Here, {error}." if isinstance(error, UrlError) else ""
        raise SettingsError(f"{what}: it must be {kind.allowed}.{why}") from error


def _showable(kind: Kind, value: object) -> object:
    """Give the value without its secret, as plain data."""
    if kind.secret:
        return masked(str(value))
    if isinstance(value, Durability):
        return {name: str(each) if isinstance(each, str) else each for name, each in value._asdict().items()}
    return dict(value) if isinstance(value, Mapping) else str(value) if isinstance(value, str) else value
