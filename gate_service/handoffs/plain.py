"""YAML as plain data, with the line of every part of it.

Words are read as YAML 1.2 has them: `no` and `1:30` are text, not a flag and a figure, so that an id is what it looks
like. Tags are refused, since a map needs none; an anchor may be used again, up to a bounded size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from gate_service.domain.handoff_rules import HandoffsInvalid, LineFault, Path

_LOADER: Final[type[Any]] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_STANDARD: Final = re.compile(r"tag:yaml\.org,2002:(str|seq|map)")
_PARTS_MAX: Final = 200_000
_DEPTH_MAX: Final = 20
_DIGITS_MAX: Final = 30

_WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}
_FIGURES: Final[tuple[tuple[re.Pattern[str], Callable[[str], float]], ...]] = (
    (re.compile(r"[-+]?(0|[1-9][0-9]*)"), int),
    (re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+|[-+]?(0|[1-9][0-9]*)\.?[0-9]*[eE][-+]?[0-9]{1,3}"), float),
)


class Plain:
    """A text as plain data: `data`, and `line(path)` for each part; `faults` are names that stand twice, or are none.

    Raises `HandoffsInvalid` where it is no YAML.
    """

    def __init__(self, text: str) -> None:
        """Read it."""
        self._lines: dict[Path, int] = {}
        self.faults: list[LineFault] = []
        self._parts = 0
        try:
            _require_shallow(text)
            self.data = self._read((), yaml.compose(text, _LOADER), ())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise _no_yaml(mark.line + 1 if mark else 1, error.problem or "cannot be read") from None
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            raise _no_yaml(line, "holds a character that YAML does not allow") from None

    def line(self, path: Path) -> int:
        """Give the line of a part, or of the nearest part around it, from 1."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _read(self, path: Path, node: yaml.Node | None, around: tuple[int, ...]) -> Any:  # noqa: ANN401 - any data
        if node is None:
            return None
        line = node.start_mark.line + 1
        self._lines.setdefault(path, line)  # that of its name where it has one
        self._parts += 1
        if id(node) in around:
            raise _no_yaml(line, "stands inside itself")
        if len(around) > _DEPTH_MAX:  # an anchor inside an anchor inside an anchor
            raise _no_yaml(line, f"is nested more than {_DEPTH_MAX} deep")
        if self._parts > _PARTS_MAX:
            raise _no_yaml(line, f"has more than {_PARTS_MAX:,} parts")
        if not _STANDARD.fullmatch(node.tag):
            raise _no_yaml(line, f"has a tag, {node.tag}; leave it out")
        inside = (*around, id(node))
        if isinstance(node, yaml.SequenceNode):
            return [self._read((*path, place), each, inside) for place, each in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._table(path, node, inside)
        quoted = isinstance(node, yaml.ScalarNode) and node.style
        return node.value if quoted else _scalar(node.value)

    def _table(self, path: Path, node: yaml.MappingNode, inside: tuple[int, ...]) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                self.faults.append(LineFault(line, where(path), "a name must be text, not a list or a table"))
                continue
            name = key.value
            if name in table:
                first = self._lines[*path, name]
                self.faults.append(LineFault(line, where((*path, name)), f"stands in line {first} already"))
                continue
            self._lines[*path, name] = line
            table[name] = self._read((*path, name), value, inside)
        return table


def _require_shallow(text: str) -> None:
    """Raise where it is nested deeper than any map: whoever composes it descends into it on the stack."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEPTH_MAX:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise _no_yaml(line, f"is nested more than {_DEPTH_MAX} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def where(path: Path) -> str:
    """Write a path as people do: systems.wms-east.locations[0]."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _scalar(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _DIGITS_MAX:
        for pattern, make in _FIGURES:
            if pattern.fullmatch(text):
                return make(text)
    return text


def _no_yaml(line: int, why: str) -> HandoffsInvalid:
    return HandoffsInvalid([LineFault(line, "", f"this is no YAML the gate reads: {why}")])
