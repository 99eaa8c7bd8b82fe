"""Records as JSON, by their own fields. Defaults are left out, and what a newer gate wrote besides is passed over."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from functools import cache, lru_cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

RecordT = TypeVar("RecordT")


def dump(record: object) -> str:
    """Write a record: dataclasses of texts, whole numbers, truths, enums, tuples, maps by text, and of such records."""
    return json.dumps(_plain(record), separators=(",", ":"), ensure_ascii=False)


def load(kind: type[RecordT], text: str) -> RecordT:
    """Read what `dump` wrote. Raises KeyError, TypeError or ValueError where it is none."""
    found: RecordT = _reader(kind)(json.loads(text))  # type: ignore[arg-type] # a class can be hashed
    return found


@lru_cache(maxsize=4)
def told(text: str) -> dict[str, Any]:
    """Read the body or the reply of an entry, once for all who learn from it; nobody may change what it gives."""
    found: dict[str, Any] = json.loads(text)
    return found


def _plain(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        told = ((name, getattr(value, name), default) for name, default in _defaults(type(value)))
        return {name: _plain(one) for name, one, default in told if one != default}
    return value


@cache
def _defaults(kind: type) -> tuple[tuple[str, object], ...]:
    """Give each field of a record with its default, which nobody changes."""
    return tuple((each.name, _default(each)) for each in fields(kind))


def _default(each: Any) -> object:  # noqa: ANN401 - a dataclass field is generic in what it holds
    if each.default_factory is not MISSING:
        return each.default_factory()
    return each.default


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
    return value


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - a type of any form
    """Give what makes such a value of what JSON holds; found once for each type."""
    origin = get_origin(kind)
    if origin is UnionType:  # only "such a record, or None"
        some = _reader(get_args(kind)[0])
        return lambda value: None if value is None else some(value)
    if origin is tuple:
        of_tuple = _reader(get_args(kind)[0])
        return lambda value: tuple([of_tuple(one) for one in value])
    if origin is dict:
        of_map = _reader(get_args(kind)[1])
        return lambda value: {key: of_map(one) for key, one in value.items()}
    if is_dataclass(kind) and isinstance(kind, type):
        return _record_reader(kind)
    return kind if isinstance(kind, type) and issubclass(kind, StrEnum) else _as_it_is


def _record_reader(kind: type) -> Callable[[Any], Any]:
    readers: dict[str, Callable[[Any], Any]] = {}  # filled when a first record is read: one may hold its own kind

    def read(value: Any) -> Any:  # noqa: ANN401 - what JSON holds
        if not readers:
            readers.update({name: _reader(each) for name, each in get_type_hints(kind).items()})
        return kind(**{name: readers[name](one) for name, one in value.items() if name in readers})

    return read
