"""Events of the caller's world: told twice, out of order, or not at all."""

from __future__ import annotations

import pytest

from tests.cli.driving import Commands

PAID = ("--event-type", "order", "--event-document", "A-1", "--event-action", "paid")


def test_an_event_that_is_told_twice_is_done_once(stocked: Commands) -> None:
    first = stocked("reserve", "A-1", "MUG:3", *PAID, "-o", "json").data
    again = stocked("reserve", "A-1", "MUG:3", *PAID, "-o", "json").data
    absorbed = {**first["applied"], "replayed": True, "absorbed": True}
    assert again == {**first, "applied": absorbed, "parts": [{**first["parts"][0], "applied": absorbed}]}
    told = stocked("reserve", "A-1", "MUG:3", *PAID).stdout
    assert "told before: this is the answer from then" in told
    other = stocked("reserve", "A-1", "MUG:4", *PAID, "-o", "json")
    assert (other.exit_code, other.error["reason"]) == (1, "SOURCE_EVENT_CONFLICT")
    entry = stocked("ledger", "-o", "jsonl").rows[-1]
    assert entry["source_event"] == {
        "system": "cli",
        "document_type": "order",
        "document": "A-1",
        "line": "",
        "action": "paid",
        "number": 0,
    }


def test_every_delivery_that_was_not_simply_new_is_listed_newest_first(stocked: Commands) -> None:
    for sku, number in (("MUG", 1), ("MUG", 4), ("PEN", 2)):
        told = stocked("stock", "adjust", f"{sku}:-1", "--reason", "count", *numbered(number))
        assert told.exit_code == 0
    stocked("stock", "adjust", "PEN:-1", "--reason", "count", *numbered(2))
    stocked("stock", "adjust", "PEN:-9", "--reason", "count", *numbered(2))
    rows = stocked("deliveries", "-o", "jsonl").rows
    assert [(row["verdict"], row["source_event"]["number"]) for row in rows] == [
        ("CONFLICT", 2),
        ("ABSORBED", 2),
        ("LATE", 2),
        ("GAP", 4),
    ]
    assert [row["verdict"] for row in stocked("deliveries", "--limit", "1", "-o", "jsonl").rows] == ["CONFLICT"]
    table = [line.split() for line in stocked("deliveries").stdout.splitlines()[3:]]
    assert [row[2:] for row in table][-1] == ["GAP", "cli", "adjustment", "D-4", "4", "adjust", "stock", "3"]


def numbered(number: int) -> tuple[str, ...]:
    return ("--event-type", "adjustment", "--event-document", f"D-{number}", "--event-number", str(number))


def test_a_gap_has_an_age_and_a_late_event_fills_it(stocked: Commands) -> None:
    for number in (1, 5):
        stocked("stock", "adjust", "MUG:-1", "--reason", "count", *numbered(number))
    told = stocked("feeds").stdout
    assert "1 to 5         3" in told
    assert "cli: 2 to 4 missing for " in told
    assert "the handoff map names no owner" in " ".join(told.split())
    for number in (3, 2, 4):
        stocked("stock", "adjust", "MUG:-1", "--reason", "count", *numbered(number))
    (feed,) = stocked("feeds", "-o", "jsonl").rows
    assert (feed["gaps"], feed["late_count"], feed["last_number"]) == ([], 3, 5)
    assert "missing for" not in stocked("feeds").stdout


def test_an_event_may_be_relayed_for_another_system(stocked: Commands) -> None:
    stocked("reserve", "A-1", "MUG:1", *PAID, "--event-system", "shopify", "--event-line", "7")
    (feed,) = stocked("feeds", "-o", "json").data["feeds"]
    assert (feed["system"], feed["first_number"]) == ("shopify", 0)


def test_where_no_event_was_told_it_says_how_to(stocked: Commands) -> None:
    assert "No system has told an event here" in stocked("feeds").stdout
    assert "Every event so far was new and in order" in stocked("deliveries").stdout


@pytest.mark.parametrize("args", [("--event-number", "1"), ("--event-type", "order"), ("--event-system", "shop")])
def test_an_event_without_its_document_asks_nothing(stocked: Commands, args: tuple[str, ...]) -> None:
    ended = stocked("reserve", "A-1", "MUG:1", *args)
    assert (ended.exit_code, ended.stderr) == (2, "An event needs its document: say --event-document, too.\n")
    assert len(stocked("ledger", "-o", "jsonl").rows) == 1


def test_one_event_is_one_operation_and_goes_in_no_parts(gate: Commands) -> None:
    lines = "sku,quantity\n" + "".join(f"S{number},1\n" for number in range(2_001))
    ended = gate("stock", "receive", "-f", "-", "--event-document", "ASN-1", stdin=lines)
    assert ended.exit_code == 2
    assert ended.stderr == "One event is one operation of up to 2,000 lines; these are 2,001.\n"
