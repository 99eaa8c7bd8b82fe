"""A checker that has never failed is not trusted: planted bugs must be noticed, and nothing else may be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.robustness.chaos import laws
from tests.robustness.seeded import SeededResult, render_section, run_bugs
from tests.robustness.seeded.bugs import Change, SeededBug
from tests.robustness.seeded.mutating import GATE, NotThereError, changed_texts, mutated, snapshot
from tests.robustness.seeded.scenarios.ledger import yes_and_no
from tests.robustness.seeded.stage import Stage, Unfit
from tests.robustness.seeded.table import TABLE

FEWEST = 14
QUICK = [bug for bug in TABLE if bug.quick]
HARMLESS = SeededBug(
    "a remark says less",
    (Change("ledger/lua/ops/reserve_stock.lua", "claims an order's lines, all or none", "claims"),),
    yes_and_no,
    (laws.CHAIN,),
)


async def _does_not_come_to_the_point(_: Stage) -> None:
    raise Unfit("the store did not break")


UNFIT = SeededBug("nothing", (), _does_not_come_to_the_point, (laws.CHAIN,))


@pytest.mark.slow
async def test_planted_bugs_are_noticed_and_what_breaks_nothing_is_not() -> None:
    told: list[str] = []
    results = await run_bugs([*QUICK, HARMLESS, UNFIT], told.append)
    *planted, harmless, unfit = results
    assert all(result.caught for result in planted), "\n".join(told)
    assert not harmless.caught
    assert harmless.by == "nothing"
    assert not unfit.caught
    assert "the store did not break" in unfit.by
    assert len(told) == len(results)


@pytest.mark.parametrize("bug", TABLE, ids=lambda bug: bug.name)
def test_a_planted_bug_changes_what_stands_once_in_the_code(bug: SeededBug) -> None:
    changed_texts(GATE, bug.given)
    changed_texts(GATE, bug.changes)
    assert changed_texts(GATE, (*bug.given, *bug.changes))


def test_the_table_has_enough_bugs_and_names_each_but_once() -> None:
    names = [bug.name for bug in TABLE]
    assert len(set(names)) == len(names) >= FEWEST
    assert all(bug.laws for bug in TABLE)


@pytest.mark.parametrize(
    ("path", "before"), [("ledger/lanes.py", "no such text"), ("ledger/lanes.py", "return"), ("no.py", "a")]
)
def test_a_text_that_stands_not_at_all_or_more_than_once_is_told(path: str, before: str) -> None:
    with pytest.raises(NotThereError, match=rf"gate_service/{path} holds the text to change \d+ times, not once"):
        changed_texts(GATE, [Change(path, before, "")])


def test_a_changed_copy_leaves_the_one_it_was_made_from_alone(tmp_path: Path) -> None:
    pristine = snapshot(tmp_path / "pristine")
    changed = mutated(pristine, tmp_path / "changed", HARMLESS.changes)
    (change,) = HARMLESS.changes
    texts = [(folder / "gate_service" / change.path).read_text() for folder in (pristine, changed)]
    assert texts[0] == (GATE / change.path).read_text()
    assert texts[1] == texts[0].replace(change.before, change.after)


def test_a_bug_that_is_missed_stands_out_in_the_section() -> None:
    results = [
        SeededResult("one thing", caught=True, by=laws.ONCE, seconds=1.4, changed=("a.py", "b.lua")),
        SeededResult("another", caught=False, by="nothing", seconds=2.0),
    ]
    section = render_section(results)
    assert "## Seeded bugs" in section
    assert "1 of 2 were caught, in 3 s" in section
    assert f"| 1 | one thing | `a.py`, `b.lua` | yes | {laws.ONCE} |" in section
    assert "| 2 | another |  | **no** | nothing |" in section
