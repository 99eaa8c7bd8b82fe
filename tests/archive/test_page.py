"""docs/archive.md against the command, the form of a segment, and the bounds of trimming."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import typer.main

from gate_service.archive.segment import write
from gate_service.archive.trimmer import KEEP_NEWEST
from gate_service.archive.verifying import HISTORY, MARKERS, STOCK
from gate_service.cli.main import app
from gate_service.ledger.trimming import ENTRIES_PER_CALL
from gate_service.settings import Settings
from gate_service.settings.model import kinds
from tests.archive.making import chain, header_of
from tests.docs import pages

PAGE = "archive.md"


def flags(command: str) -> dict[str, Any]:
    """Give the flags of a command that are no settings, with their defaults."""
    found = typer.main.get_command(app).commands[command].params  # type: ignore[attr-defined] # it is a group
    return {each.opts[0]: each.default for each in found if each.name not in {"config", *kinds()}}


def test_every_flag_of_the_command_stands_there_with_its_default() -> None:
    rows = {pages.plain(row["flag"]): row["default"] for row in pages.table(PAGE, "flag", "default")}
    defaults = flags("archive")
    assert rows.keys() == defaults.keys()
    for name, default in defaults.items():
        if default:
            assert float(rows[name]) == float(default), name
        else:
            assert rows[name] in ("", "all", "off", "goes on"), name


def test_the_settings_that_the_commands_take_are_those_that_are_named() -> None:
    named = re.search(r"and take (.*?) from the same flags", pages.text(PAGE), re.DOTALL)
    assert named is not None
    settings = set(pages.code(named[1]))
    for command in ("archive", "verify", "balance"):
        found = typer.main.get_command(app).commands[command].params  # type: ignore[attr-defined] # it is a group
        assert {each.name for each in found} & set(Settings.__dataclass_fields__) == settings


def test_the_lines_of_a_segment_have_the_fields_described() -> None:
    entries = chain(1, 2)
    segment, packed = write(header_of(entries), entries)
    header, entry, _, seal = (json.loads(line) for line in gzip.decompress(packed).decode().splitlines())
    rows = {row["line"]: row["fields"] for row in pages.table(PAGE, "line", "fields")}
    assert pages.code(rows["header"]) == ["format", "version", *list(header)[2:]]
    assert (header["format"], header["version"]) == ("gate-segment", 1)
    assert pages.code(rows["each entry"]) == list(entry)
    assert pages.code(rows["seal"]) == list(seal)
    assert re.fullmatch(r"\d{12}-\d{12}\.0001\.[0-9a-f]{16}\.jsonl\.gz", segment.name)


def test_the_bounds_of_trimming_are_those_of_the_code() -> None:
    text = pages.text(PAGE)
    assert f"the newest {KEEP_NEWEST:,} of its location" in text
    assert f"at most {ENTRIES_PER_CALL} entries" in text


def test_what_is_verified_is_named_as_it_is_told() -> None:
    named = {row["what must hold"] for row in pages.table(PAGE, "what must hold")}
    assert {HISTORY, STOCK, MARKERS} <= named
