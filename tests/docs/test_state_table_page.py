"""docs/state-table.md shows the table that the contract tests play."""

from __future__ import annotations

from pathlib import Path

from gate_service.domain.state_table import TABLE, Event, as_markdown
from gate_service.domain.vocabulary import ReservationState

PAGE = Path(__file__).parents[2] / "docs" / "state-table.md"


def test_the_page_shows_the_table_as_it_is() -> None:
    assert as_markdown() in PAGE.read_text(encoding="utf-8")


def test_every_event_but_those_of_time_and_repetition_has_an_answer_in_every_state() -> None:
    whole = [row for event, row in TABLE.items() if event is not Event.TIME and not event.name.endswith("_AGAIN")]
    assert all(set(row) == {None, *ReservationState} for row in whole)
