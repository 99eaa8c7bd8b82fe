"""The README's promises: numbered without a gap, each with a test that is there."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROMISES = re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |^What it does not)", README, re.MULTILINE | re.DOTALL)


def test_the_promises_are_numbered_from_one_without_a_gap() -> None:
    assert [int(number) for number, _ in PROMISES] == list(range(1, len(PROMISES) + 1))
    assert len(PROMISES) >= 10


@pytest.mark.parametrize(("number", "promise"), PROMISES, ids=[number for number, _ in PROMISES])
def test_a_promise_links_to_a_test_that_is_there(number: str, promise: str) -> None:
    tests = re.findall(r"\((tests/[\w/]+/test_\w+\.py)\)", promise)
    assert tests, f"promise {number} names no test"
    assert all((ROOT / path).is_file() for path in tests)
