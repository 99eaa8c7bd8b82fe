"""Checks of single fields. Each gives the checked value or raises `InvalidField` with the field's path."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from gate_service.domain import limits
from gate_service.domain.errors import InvalidField

EnumT = TypeVar("EnumT", bound=StrEnum)
LineT = TypeVar("LineT")

_SHOWN_MAX = 40
_is_id = limits.ID_PATTERN.fullmatch


class ProtoEnum(Protocol):
    """What a generated enum type offers."""

    DESCRIPTOR: Any


def _shown(value: str) -> str:
    """Show a bad value so that it can be found, but never at length nor with its control characters."""
    return ascii(value if len(value) <= _SHOWN_MAX else value[:_SHOWN_MAX] + "…")


def ident(value: str, path: str) -> str:
    """Check an id: 1 to 64 characters of the allowlist, matched whole."""
    if _is_id(value) is None:
        if not value:
            raise InvalidField(path, "must not be empty")
        raise InvalidField(
            path,
            f"must be 1 to {limits.ID_MAX_LENGTH} characters of A-Z a-z 0-9 . _ @ + / - and start with a letter or a "
            f"digit, not {_shown(value)}",
        )
    return value


def optional_ident(value: str, path: str) -> str:
    """Check an id that may be empty."""
    return ident(value, path) if value else ""


def integer(value: int, path: str, low: int, high: int) -> int:
    """Check a whole number against both bounds."""
    if not low <= value <= high:
        raise InvalidField(path, f"must be {low:,} to {high:,}, not {value:,}")
    return value


def quantity(value: int, path: str) -> int:
    """Check units of a line: 1 to the bound."""
    if not 1 <= value <= limits.QUANTITY_MAX:
        raise InvalidField(path, f"must be 1 to {limits.QUANTITY_MAX:,}, not {value:,}")
    return value


def line_ident(value: str, place: int, name: str) -> str:
    """Check an id in a line; the path is only put together where it is needed, since a wave has thousands of these."""
    return value if _is_id(value) else ident(value, f"lines[{place}].{name}")


def line_quantity(value: int, place: int) -> int:
    """Check the units of a line."""
    return value if 1 <= value <= limits.QUANTITY_MAX else quantity(value, f"lines[{place}].quantity")


def count(lines: Sequence[object], path: str, low: int, high: int) -> None:
    """Check how many lines there are."""
    if not low <= len(lines) <= high:
        raise InvalidField(path, f"must hold {low:,} to {high:,} lines, not {len(lines):,}")


def unique(keys: Sequence[object], path: str, key_name: str) -> None:
    """Check that no line key stands twice; names the second."""
    if len(set(keys)) == len(keys):
        return
    seen: dict[object, int] = {}
    for place, key in enumerate(keys):
        if key in seen:
            raise InvalidField(f"{path}[{place}]", f"repeats the {key_name} of {path}[{seen[key]}]")
        seen[key] = place


def text(value: str, path: str, longest: int) -> str:
    """Check free text: no longer than its bound, and printable."""
    if len(value) > longest:
        raise InvalidField(path, f"must be at most {longest} characters, not {len(value):,}")
    if not value.isprintable():
        raise InvalidField(path, "must not hold control characters")
    return value


class EnumField:
    """Turns the numbers of one proto enum into the domain's words and back, by their names."""

    def __init__(self, proto: ProtoEnum, prefix: str, domain: type[StrEnum]) -> None:
        """Pair `PREFIX_NAME` with `domain.NAME`; UNSPECIFIED with the domain's empty word where it has one."""
        names = {word.name if word.value else "UNSPECIFIED": word for word in domain}
        self._words = {
            value.number: names[name]
            for value in proto.DESCRIPTOR.values
            if (name := value.name.removeprefix(prefix)) in names
        }
        self._numbers = {word: number for number, word in self._words.items()}
        self._allowed = ", ".join(word.name for number, word in sorted(self._words.items()) if number)

    def word(self, number: int, path: str) -> Any:  # noqa: ANN401 - the caller names the enum it asked for
        """Give the domain's word, or raise for a number that means nothing here."""
        word = self._words.get(number)
        if word is None:
            raise InvalidField(path, f"must be one of {self._allowed}, not {number or 'UNSPECIFIED'}")
        return word

    def number(self, word: StrEnum) -> Any:  # noqa: ANN401 - a generated enum's value type
        """Give the proto's number."""
        return self._numbers[word]
