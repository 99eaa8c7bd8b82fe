"""The contract's comments and the code state the same bounds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gate_service.domain import limits

PROTOS = Path(__file__).parents[2] / "protos" / "fulfillment_gate" / "v1"
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in sorted(PROTOS.glob("*.proto")))

SAID = {
    "QUANTITY_MAX": "Units, 1 to {:,}.",
    "BUCKET_MAX": "A bucket never exceeds {:,}.",
    "CHECK_LINES_MAX": "// 1 to {:,} lines.\n  repeated AvailabilityLine",
    "CHECK_LOCATIONS_MAX": "0 to {:,} locations",
    "CHECK_ANSWERS_MAX": "Lines times locations: at most {:,}.",
    "ORDER_LINES_MAX": "// 1 to {:,} lines. Lines of one SKU are checked against their sum.\n  repeated ReserveLine",
    "WAVE_LINES_MAX": "// 1 to {:,} lines; earlier lines are served first.",
    "STOCK_LINES_MAX": "// 1 to {:,} lines, all applied or none.\n  repeated ReceiptLine",
    "NOTE_MAX_LENGTH": "up to {:,} characters",
    "TTL_MIN_MS": "How long to hold, {:,} to",
    "TTL_MAX_MS": "to {:,} ms (a day)",
    "PERMIT_TTL_MIN_MS": "How long the permit allows to pick, {:,} to",
    "PERMIT_TTL_MAX_MS": "to {:,} ms (a week)",
    "PERMIT_TTL_DEFAULT_MS": "0: {:,} (four hours)",
    "LIST_STOCK_MAX": "SKUs to answer, 1 to {:,};",
    "LIST_STOCK_DEFAULT": "; 0: {:,}.\n  int32 page_size",
    "LIST_ENTRIES_MAX": "Entries to answer, 1 to {:,};",
    "LIST_ENTRIES_DEFAULT": "; 0: {:,}. Fewer come",
    "MESSAGE_MAX_BYTES": "at most {:,} bytes",
    "ID_MAX_LENGTH": "1 to {:,} characters of [A-Za-z0-9._@+/-]",
}


def test_every_bound_is_said_in_the_contract() -> None:
    assert set(SAID) == {name for name in vars(limits) if name.isupper() and isinstance(getattr(limits, name), int)}


@pytest.mark.parametrize("name", SAID)
def test_a_bound_in_the_contract_is_the_one_in_the_code(name: str) -> None:
    assert SAID[name].format(getattr(limits, name)) in TEXT


@pytest.mark.parametrize("field", re.findall(r"^(?:  )(?:repeated )?[\w.]+ (\w+) = \d+;", TEXT, re.MULTILINE))
def test_every_field_of_the_contract_is_documented(field: str) -> None:
    assert re.search(rf"//[^\n]*\n  (?:repeated )?[\w.]+ {field} = ", TEXT)
