"""Turns an answer into plain data whose shape never depends on its values.

Names are those of the contract, 64-bit numbers are numbers, an enum is its short name (`PICK`; empty where it says
nothing), a message that is not set is null, and no field is ever left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from google.protobuf.descriptor import EnumDescriptor
    from google.protobuf.message import Message


def plain(message: Message) -> dict[str, Any]:
    """Give the message as a dict that `json` can write."""
    return {field.name: _field(message, field) for field in message.DESCRIPTOR.fields}


def _field(message: Message, field: Any) -> Any:  # noqa: ANN401 a descriptor of either runtime; what JSON can hold
    value = getattr(message, field.name)
    if field.is_repeated:
        return [_value(field, each) for each in value]
    if field.message_type is not None and not message.HasField(field.name):
        return None
    return _value(field, value)


def _value(field: Any, value: Any) -> Any:  # noqa: ANN401 the same
    if field.message_type is not None:
        return plain(value)
    return short_name(field.enum_type, value) if field.enum_type is not None else value


def short_name(enum: EnumDescriptor, value: int) -> str:
    """Give the name of a value without the name of its type; the bare number where a newer gate said it."""
    found = enum.values_by_number.get(value)
    if found is None:
        return str(value)
    return "" if value == 0 else found.name.removeprefix(_prefix(enum))


def value_of(enum: EnumDescriptor, short: str) -> int:
    """Give the value of a short name in any case. Raises KeyError."""
    return enum.values_by_name[_prefix(enum) + short.upper()].number


def short_names(enum: EnumDescriptor) -> list[str]:
    """Give the short names that say something, in lower case as a person types them."""
    return [each.name.removeprefix(_prefix(enum)).lower() for each in enum.values if each.number != 0]


def _prefix(enum: EnumDescriptor) -> str:
    return enum.values_by_number[0].name.removesuffix("UNSPECIFIED")


def pretty(value: Any) -> str:  # noqa: ANN401 whatever JSON can hold
    """Write for `-o json`."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def compact(value: Any) -> str:  # noqa: ANN401 whatever JSON can hold
    """Write for `-o jsonl`: one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
