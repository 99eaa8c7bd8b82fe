"""From a text to a handoff map, or to all that is wrong with it, each with its line and with what to do."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from gate_service.domain import handoff_document, handoff_rules, limits
from gate_service.domain.handoff_rules import Fault, HandoffsInvalid, LineFault, Path
from gate_service.domain.handoffs import HandoffMap

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

_SHOWN_MAX: Final = 40
_KINDS: Final = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
}
_ID: Final = "must be 1 to 64 characters of A-Z a-z 0-9 . _ @ + / - and start with a letter or a digit"


def read(text: str) -> HandoffMap:
    """Give the map. Raises `HandoffsInvalid` with everything that is wrong."""
    if len(text.encode()) > limits.HANDOFFS_MAX_BYTES:
        raise HandoffsInvalid([LineFault(1, "", f"a map is at most {limits.HANDOFFS_MAX_BYTES:,} bytes")])
    from gate_service.handoffs.plain import Plain, where  # noqa: PLC0415 YAML, which a gate without a map does without

    plain = Plain(text)
    found = [*_malformed(plain.data)]
    if not found:  # what it says only makes sense once its form is right
        found = handoff_rules.faults(plain.data)
    faults = [*plain.faults, *(LineFault(plain.line(path), where(path), message) for path, message in found)]
    if faults:
        raise HandoffsInvalid(faults)
    handoffs = handoff_document.read(plain.data)
    if len(handoffs.canonical) > limits.HANDOFFS_MAX_BYTES:  # an anchor can make more of it than was written
        raise HandoffsInvalid([LineFault(1, "", f"comes to more than {limits.HANDOFFS_MAX_BYTES:,} bytes")])
    return handoffs


def schema_text() -> str:
    """Give the JSON Schema of a map, for editors."""
    return resources.files(__package__).joinpath("handoffs.schema.json").read_text("utf-8")


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator, validators  # noqa: PLC0415 slow to import, and only for a map

    def is_whole(_: object, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool)  # the standard takes 5.0 for one

    checker = Draft202012Validator.TYPE_CHECKER.redefine("integer", is_whole)
    strict = validators.extend(Draft202012Validator, type_checker=checker)  # type: ignore[no-untyped-call]
    validator: Draft202012Validator = strict(json.loads(schema_text()))
    return validator


def _malformed(data: object) -> Iterator[Fault]:
    for error in _validator().iter_errors(data):
        path: Path = tuple(error.absolute_path)
        schema: Any = error.schema
        if "propertyNames" in error.absolute_schema_path:
            yield Fault((*path, error.instance), _wrong(error))
        elif error.validator == "additionalProperties":
            for name in sorted(set(error.instance) - set(schema["properties"])):
                yield Fault((*path, name), _unknown(name, schema["properties"]))
        elif error.validator == "required":
            missing = next(name for name in schema["required"] if f"'{name}'" in error.message)
            yield Fault(path, f"says no {missing}; add it")
        elif "tokens" in path:
            yield Fault(path, _wrong_token(error))
        else:
            yield Fault(path, _wrong(error))


def _wrong_token(error: ValidationError) -> str:
    """Say what must be, and never what is: it may be the token itself."""
    if error.validator == "maxItems":
        return "names more than two; a system has the old one and the new one while they are changed"
    return 'must be "sha256:" and 64 hex digits; `gate handoffs token SYSTEM` makes a token and this line'


def _wrong(error: ValidationError) -> str:
    told = _WRONG.get(str(error.validator), _too_long)
    return told(error.instance, error.schema)


def _too_long(value: Any, schema: Any) -> str:  # noqa: ANN401 - whatever YAML can hold
    most = next(schema[name] for name in ("maxLength", "maxItems", "maxProperties") if name in schema)
    return f"is too long: {len(value):,}, where at most {most:,} are taken"


def _wrong_kind(value: Any, schema: Any) -> str:  # noqa: ANN401 - whatever YAML can hold
    kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    hint = ": put it in quotes" if kinds == ["string"] and not isinstance(value, list | dict) else ""
    return f"must be {' or '.join(_KINDS[kind] for kind in kinds)}, not {_shown(value)}{hint}"


def _wrong_text(value: Any, schema: Any) -> str:  # noqa: ANN401 - whatever YAML can hold
    return "must not hold control characters" if "maxLength" in schema else f"{_ID}, not {_shown(value)}"


def _out_of_bounds(value: Any, schema: Any) -> str:  # noqa: ANN401 - whatever YAML can hold
    return f"must be {schema['minimum']:,} to {schema['maximum']:,}, not {value:,}"


def _twice(value: Any, _: Any) -> str:  # noqa: ANN401 - whatever YAML can hold
    return f"names {_shown(next(each for each in value if value.count(each) > 1))} twice"


# By the keyword of the schema that was not met; all others are about a length.
_WRONG: Final[Mapping[str, Callable[[Any, Any], str]]] = {
    "type": _wrong_kind,
    "enum": lambda value, schema: _unknown(value, schema["enum"]),
    "pattern": _wrong_text,
    "minimum": _out_of_bounds,
    "maximum": _out_of_bounds,
    "uniqueItems": _twice,
    "minLength": lambda *_: "must not be empty",
    "minItems": lambda *_: "must not be empty",
}


def _unknown(value: object, known: Iterable[str]) -> str:
    words = list(known)
    near = difflib.get_close_matches(str(value), words, 1)
    hint = f'did you mean "{near[0]}"?' if near else f"known are {', '.join(words)}"
    return f"{_shown(value)} is not known here; {hint}"


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever YAML can hold
    if isinstance(value, list | dict):
        return _KINDS["array" if isinstance(value, list) else "object"]
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]}…"
