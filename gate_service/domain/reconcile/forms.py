"""Records as JSON, by their own fields. Defaults are left out, and what a newer gate wrote besides is passed over."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

RecordT = TypeVar("RecordT")


def dump(record: object) -> str:
    """Write a record: dataclasses of texts, whole numbers, truths, enums, tuples, maps by text, and of such records."""
    return json.dumps(_plain(record), separators=(",", ":"), ensure_ascii=False)


def load(kind: type[RecordT], text: str) -> RecordT:
    """Read what `dump` wrote. Raises KeyError, TypeError or ValueError where it is none."""
    found: RecordT = _read(kind, json.loads(text))
    return found


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        told = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: _plain(one) for each, one in told if one != _default(each)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value


def _default(each: Any) -> object:  # noqa: ANN401 - a dataclass field is generic in what it holds
    if each.default_factory is not MISSING:
        return each.default_factory()
    return each.default


@cache
def _kinds(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    origin = get_origin(kind)
    if origin is UnionType:  # only "such a record, or None"
        return None if value is None else _read(get_args(kind)[0], value)
    if origin is tuple:
        return tuple(_read(get_args(kind)[0], one) for one in value)
    if origin is dict:
        return {key: _read(get_args(kind)[1], one) for key, one in value.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return kind(**{name: _read(_kinds(kind)[name], one) for name, one in value.items() if name in _kinds(kind)})
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value
