"""Whatever a page points at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs import pages

PAGES = sorted(pages.DOCS.glob("*.md"))
README = pages.ROOT / "README.md"
TOP = {path.name for path in pages.ROOT.iterdir()}


def without_examples(text: str) -> str:
    """Leave out what is shown as output or input: fenced and indented blocks."""
    without_fences = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"^ {4}.*$", "", without_fences, flags=re.MULTILINE)


def headings(page: Path) -> set[str]:
    """Give the anchors that a page offers."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, README], ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if anchor and file.suffix == ".md":
            assert anchor in headings(file), target


@pytest.mark.parametrize("page", [*PAGES, README], ids=lambda page: page.name)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    for mark in pages.code(without_examples(page.read_text())):
        if re.fullmatch(r"[\w./-]+", mark) and (mark.split("/")[0] in TOP and ("/" in mark or "." in mark)):
            assert (pages.ROOT / mark).exists(), mark


def test_the_index_lists_every_page_once() -> None:
    listed = re.findall(r"\]\(([\w-]+\.md)\)", (pages.DOCS / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in PAGES if path.name != "README.md")
