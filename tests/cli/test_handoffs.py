"""In which order the mistakes of a handoff map are told; tests/handoffs/ is about each of them."""

from __future__ import annotations

from pathlib import Path

from gate_service.cli.handoffs import validate
from tests.cli.driving import Commands

_OFFLINE = Commands("127.0.0.1:1", "DC-1")
_MEANS_NOTHING = """\
version: 1
systems:
  shop:
    role: storefront
    locations: [DC-1]
    channels: [web]
    relays_for: [nobody]
"""
_FORMLESS = _MEANS_NOTHING.replace("storefront", "shopkeeper").replace("version: 1", "version: one")


def _lines(folder: Path, text: str) -> list[int]:
    """Give the lines in which `gate handoffs validate` finds mistakes."""
    file = folder / "handoffs.yaml"
    file.write_text(text)
    ended = _OFFLINE("handoffs", "validate", str(file), "-o", "json")
    assert ended.exit_code == 2
    return [int(row["where"].rpartition(":")[2]) for row in ended.error["rows"]]


def test_the_mistakes_of_a_stage_are_told_together_and_those_of_the_next_once_it_is_mended(tmp_path: Path) -> None:
    assert _lines(tmp_path, f"{_FORMLESS}  books: [\n") == [9]
    assert _lines(tmp_path, _FORMLESS) == [1, 4]
    assert _lines(tmp_path, _MEANS_NOTHING) == [6, 7]


def test_the_help_and_the_page_promise_no_more_than_that() -> None:
    page = (Path(__file__).parents[2] / "docs" / "handoffs.md").read_text("utf-8")
    told = validate.__doc__ or ""
    for text in (page, told):
        assert "stages" in text
        assert "at once, each with its line" not in text
        assert "all that is wrong" not in text
