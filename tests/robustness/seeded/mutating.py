"""Copies of the gate with something in them written otherwise."""

from __future__ import annotations

import compileall
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import gate_service
from tests.robustness.seeded.bugs import Change

PACKAGE = "gate_service"
GATE = Path(gate_service.__file__).parent


class NotThereError(Exception):
    """The text of a change does not stand exactly once in its file: the table has to follow the code."""


def snapshot(folder: Path) -> Path:
    """Copy the gate as it is, so that the copies made from it agree, and compile it once for all; give its folder."""
    shutil.copytree(GATE, folder / PACKAGE)
    compileall.compile_dir(folder, quiet=1)
    return folder


def mutated(pristine: Path, folder: Path, changes: Sequence[Change]) -> Path:
    """Copy a snapshot and change it; give the folder that a process finds it by. Raises `NotThereError`."""
    texts = changed_texts(pristine / PACKAGE, changes)
    shutil.copytree(pristine / PACKAGE, folder / PACKAGE, copy_function=os.link)  # what is changed is written anew
    for name, text in texts.items():
        path = folder / PACKAGE / name
        path.unlink()
        path.write_text(text, "utf-8")
    return folder


def changed_texts(package: Path, changes: Sequence[Change]) -> dict[str, str]:
    """Give what the changed files hold, by their paths below the package. Raises `NotThereError`."""
    texts: dict[str, str] = {}
    for change in changes:
        path = package / change.path
        if change.path not in texts:
            texts[change.path] = path.read_text("utf-8") if path.exists() else ""
        times = texts[change.path].count(change.before)
        if times != 1:
            where = f"{PACKAGE}/{change.path}"
            raise NotThereError(f"{where} holds the text to change {times} times, not once:\n{change.before}")
        texts[change.path] = texts[change.path].replace(change.before, change.after)
    return texts
