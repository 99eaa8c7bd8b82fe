"""Loads the Lua scripts. A script is one text, put together from its files, and called by the hash of that text.

Content-addressed scripts let two versions of the gate run side by side during a rollout.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from gate_service.store.script import Script

_INCLUDE = re.compile(r'include\("([a-z_/]+)"\)')


def _read(path: str) -> str:
    return resources.files(__package__).joinpath("lua", f"{path}.lua").read_text(encoding="utf-8")


def _assemble(path: str) -> str:
    """Replace each `include("lib/x")` by a call of that file's text: what the file returns is its value.

    A file sees the locals of those that include it, directly or not, as they stand above its place.
    """
    return _INCLUDE.sub(lambda found: f"(function()\n{_assemble(found[1])}\nend)()", _read(path))


@cache
def load(name: str, *, allow_oom: bool = False) -> Script:
    """Assemble the script of a name, as its file in `lua/` is called.

    With `allow_oom` the store runs it beyond its memory limit too.
    """
    source = ("#!lua flags=allow-oom\n" if allow_oom else "") + _assemble(name)
    return Script.of(name, source)
