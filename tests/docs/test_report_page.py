"""docs/report.md and docs/buffers.md say what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from gate_service.app.reconcile.buffers import evidence as buffer_evidence
from gate_service.app.reconcile.buffers import making as buffer_making
from gate_service.app.reconcile.reporting import days as day_book
from gate_service.app.reconcile.reporting import reporting
from gate_service.domain.reconcile import buffers
from gate_service.domain.reconcile.costs import CLAIM, factors
from gate_service.domain.reconcile.days import COUNTS_KEPT, SHIP_MINUTES

DOCS = Path(__file__).parents[2] / "docs"
REPORT = (DOCS / "report.md").read_text()
BUFFERS = (DOCS / "buffers.md").read_text()


def test_the_claim_stands_there_as_the_code_has_it() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", REPORT, re.MULTILINE))
    assert {name: float(figure) for name, figure in rows.items()} == dict(CLAIM)


def test_the_costs_of_the_example_can_be_read() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", REPORT, re.DOTALL)
    told = tomllib.loads(example)
    assert told.pop("currency") == "EUR"
    assert factors(told) == {**CLAIM, **told}


def test_how_long_and_how_many_is_as_in_the_code() -> None:
    assert f"kept for {day_book.KEPT_DAYS} days" in REPORT
    assert f"up to {reporting.LISTED}" in REPORT
    assert f"classes from {SHIP_MINUTES[0]} minutes to four days" in REPORT
    assert SHIP_MINUTES[-1] == 4 * 24 * 60


def test_the_page_of_buffers_says_by_how_much_and_how_often() -> None:
    told = " ".join(BUFFERS.split())
    assert buffer_making.EVERY_MS == 6 * 3_600_000
    assert "every six hours" in told
    assert f"Of the last {buffer_evidence.WINDOW_DAYS} days" in told
    assert buffer_evidence.RATE_DAYS == 7
    assert "in the last seven days" in told
    assert f"at least {buffers.ENOUGH} looks" in told
    assert f"the fixed {buffers.percent(buffers.FIXED_DEFAULT)} counts" in told
    assert f"{COUNTS_KEPT} counted SKUs of a day" in told


def test_the_drawing_that_the_page_shows_is_there_and_loads_nothing() -> None:
    (name,) = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", BUFFERS)
    drawn = (DOCS / name).read_text()
    assert drawn.startswith("<svg")
    assert "href" not in drawn
    assert "url(" not in drawn
