"""The integrator's guide says what happens: its code is run as one program against a real gate."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

import fulfillment_gate as sdk
from tests.gate_process import gate_serving, reconciling

GUIDE = Path(__file__).parents[2] / "clients" / "python" / "README.md"
ADDRESS = "127.0.0.1:50051"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END_OF_BLOCK = "~~~~"


def blocks(address: str) -> list[tuple[str, str]]:
    """Give (language, text) of each block, speaking of this gate."""
    return BLOCK.findall(GUIDE.read_text().replace(ADDRESS, address))


@pytest.fixture
def address(store_url: str, tmp_path: Path) -> Iterator[str]:
    with Redis.from_url(store_url) as store:
        store.flushall()
    handoffs = tmp_path / "handoffs.yaml"
    (text,) = [text for language, text in blocks(ADDRESS) if language == "yaml"]
    handoffs.write_text(text)
    with (
        gate_serving(store_url, tmp_path, "--handoffs", str(handoffs), "--authentication", "none") as gate,
        reconciling(store_url, tmp_path),
    ):
        yield gate.address


def run(*arguments: str) -> str:
    done = subprocess.run([sys.executable, *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_guide_prints_what_it_shows(address: str) -> None:
    code: list[str] = []
    shown: list[str] = []
    for language, text in blocks(address):
        if language == "python":
            code.append(text)
            shown.append("")
        elif language == "text":
            shown[-1] = text
    program = f"\nprint({END_OF_BLOCK!r})\n".join(code)
    assert run("-W", "error", "-c", program).split(f"{END_OF_BLOCK}\n") == shown


def test_the_commands_of_the_guide_answer_what_it_shows(address: str) -> None:
    dialogues = [text for language, text in blocks(address) if language == "console"]
    asked = 0
    for command, answer in re.findall(r"^\$ python (.*)\n((?:[^$].*\n)*)", "".join(dialogues), re.MULTILINE):
        assert run(*command.split()) == answer
        asked += 1
    assert asked == 2


def test_the_guide_names_every_error_class() -> None:
    classes = {kind.__name__ for kind in sdk.GateError.__subclasses__() if kind.__module__ == "fulfillment_gate.errors"}
    rows = re.findall(r"^\| (`.*?) \|", GUIDE.read_text(), re.MULTILINE)
    table = {name for row in rows for name in re.findall(r"\w+", row)}
    assert classes == table


def test_the_links_of_the_guide_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", GUIDE.read_text())
    assert links
    assert all((GUIDE.parent / link).exists() for link in links)
