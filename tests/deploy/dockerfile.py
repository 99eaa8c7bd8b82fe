"""The Dockerfile as the tests read it."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from tests.deploy.manifest import ROOT


class Step(NamedTuple):
    """One instruction, with its lines joined."""

    word: str
    rest: str


def steps() -> list[Step]:
    """Give every instruction of the file, in its order."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [Step(*line.split(maxsplit=1)) for line in lines]


def stages() -> list[list[Step]]:
    """Give the instructions of each stage."""
    found: list[list[Step]] = []
    for step in steps():
        if step.word == "FROM":
            found.append([])
        found[-1].append(step)
    return found


def last_stage(word: str) -> list[str]:
    """Give what this instruction says in the stage that becomes the image."""
    return [step.rest for step in stages()[-1] if step.word == word]


def health_command() -> list[str]:
    """Give the command by which Docker asks whether the container is healthy."""
    (check,) = last_stage("HEALTHCHECK")
    command: list[str] = json.loads(check.partition("CMD")[2])
    return command
