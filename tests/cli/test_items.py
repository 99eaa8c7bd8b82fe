"""Items as people write them: packs, other codes, kits, codes without stock."""

from __future__ import annotations

import pytest

from tests.cli.house import House


def test_a_receipt_may_be_written_in_packs_and_other_codes_and_says_how_it_was_read(house: House) -> None:
    told = house("wms", "stock", "receive", "MUG:2@case", "PEN:7", "CUP:1.5@case", "19506000134359:1")
    assert told.stdout.splitlines()[0].startswith("RECEIVED 61 units")
    assert told.stderr.splitlines() == [
        "2 case of MUG = 24 MUG",
        "1.5 case of CUP = 18 MUG",
        "1 case of 19506000134359 = 12 MUG",
    ]
    levels = house("wms", "stock", "list", "-o", "jsonl").rows
    assert [(level["sku"], level["on_hand"]) for level in levels] == [("MUG", 54), ("PEN", 7)]
    answer = house("wms", "stock", "receive", "MUG:1@case", "-o", "json")
    assert [each["quantity"] for each in answer.data["conversions"]] == [12]
    assert answer.stderr == ""


def test_a_file_may_have_a_column_of_units_and_people_are_told_the_first_of_many(house: House) -> None:
    rows = "sku,quantity,unit\n" + "MUG,1,case\n" * 12 + "PEN,3,\n"
    told = house("wms", "stock", "receive", "-f", "-", stdin=rows)
    assert told.stdout.startswith("RECEIVED 147 units")
    assert told.stderr.splitlines()[9:] == [
        "1 case of MUG = 12 MUG",
        "… and 2 more lines that were not written in base units.",
    ]


def test_the_parts_of_a_long_receipt_are_converted_each_in_its_place(house: House) -> None:
    rows = "sku,quantity,unit\n" + "PEN,1,\n" * 2_000 + "MUG,1,case\n"
    answer = house("wms", "stock", "receive", "-f", "-", "-o", "json", stdin=rows).data
    assert [each["field"] for each in answer["conversions"]] == ["lines[2000]"]
    assert house("wms", "stock", "receive", "-f", "-", stdin=rows).stdout.startswith("RECEIVED 2,012 units")


@pytest.mark.parametrize(
    ("word", "code", "told"),
    [
        ("MUG:1.3@case", 2, "1.3 case x 12 = 15.6, which is not a whole number"),
        ("MUG:1@box", 2, "lines[0].unit"),
        ("NOPE:1", 1, "UNKNOWN_ITEM"),
        ("SET:1", 1, "KIT_NOT_STOCKED"),
    ],
)
def test_what_the_catalog_does_not_allow_is_refused(house: House, word: str, code: int, told: str) -> None:
    ended = house("wms", "stock", "receive", word)
    assert (ended.exit_code, told in ended.stderr) == (code, True), ended.stderr


def test_counts_and_corrections_take_packs_too(house: House) -> None:
    house("wms", "stock", "receive", "MUG:50")
    counted = house("wms", "counts", "submit", "C-1", "MUG:3@case", "CUP:1")
    assert counted.stderr.splitlines() == ["3 case of MUG = 36 MUG", "1 of CUP = 1 MUG"]
    assert house("wms", "stock", "adjust", "MUG:-1@case", "--reason", "count").stderr == "-1 case of MUG = -12 MUG\n"
    (level,) = house("wms", "stock", "get", "MUG", "-o", "jsonl").rows
    assert level["on_hand"] == 25


def test_another_code_for_a_counted_sku_stays_in_the_same_part(house: House) -> None:
    house("wms", "stock", "receive", "MUG:1")
    many = "".join("PEN,1,\n" for _ in range(2_000))
    house("wms", "counts", "submit", "C-1", "-f", "-", stdin=f"sku,counted,unit\nTEACUP,5,\n{many}MUG,1,case\n")
    levels = house("wms", "stock", "list", "-o", "jsonl").rows
    assert [(level["sku"], level["on_hand"]) for level in levels] == [("MUG", 17), ("PEN", 2_000)]


def test_a_kit_is_as_many_as_its_components_allow_and_each_is_explained(house: House) -> None:
    house("wms", "stock", "receive", "MUG:9", "PEN:7")
    here = ("-l", house.commands.location)
    told = house("shop", "check", "SET:3", "POST:1", *here).stdout
    assert "SET        3        3  enough kit of 2" in told
    assert "POST       1      any  needs no stock" in told
    explained = house("shop", "check", "SET:4", *here, "--explain")
    assert explained.exit_code == 1
    assert "SET · 4 wanted, 3 may be promised: 1 too few, denied by its component PEN" in explained.stdout
    assert "PEN in SET · 8 wanted, 7 may be promised: 1 too few, denied by too little on hand (1)" in explained.stdout
    data = house("shop", "check", "SET:4", "POST:1", *here, "--explain", "-o", "json").data
    kit, post = [line["explanation"] for line in data["locations"][0]["lines"]]
    assert [(each["sku"], each["wanted"], each["missing"]) for each in kit["components"]] == [
        ("MUG", 4, 0),
        ("PEN", 8, 1),
    ]
    assert (kit["missing"], post["non_stock"], post["missing"]) == (1, True, 0)


def test_a_reservation_shows_its_kits_as_they_were_ordered(house: House) -> None:
    house("wms", "stock", "receive", "MUG:9", "PEN:7")
    assert house("shop", "reserve", "A-1", "SET:2", "POST:1").exit_code == 0
    told = house("shop", "reservation", "A-1").stdout
    assert "SET/2  PEN" in told
    assert "ordered as line SET: 2 SET (kit)" in told
    assert "ordered as line POST: 1 POST (without stock)" in told


def test_an_order_is_picked_and_shipped_in_packs(house: House) -> None:
    house("wms", "stock", "receive", "MUG:4@case")
    assert house("shop", "reserve", "A-1", "MUG:3@case").stdout.splitlines()[0].split(" · ")[1] == "36 units"
    wave = house(
        "wms", "wave", "authorize", "-", "-o", "json", stdin="order_id,sku,quantity,unit\nA-1,MUG,3,case\n"
    ).data
    assert [(line["verdict"], line["authorized_quantity"]) for line in wave["lines"]] == [("PICK", 36)]
    picked = house("wms", "pick", "report", wave["permit_id"], "A-1:MUG:2@case:1@case:damaged")
    assert picked.stdout.startswith(f"PICKED 24 units under {wave['permit_id']} · 12 short")
    shipped = house("wms", "ship", "A-1", "MUG:2@case", "--permit", wave["permit_id"], "--shipment", "S-1")
    assert "24 units left with S-1" in shipped.stdout
    assert shipped.stderr == "2 case of MUG = 24 MUG\n"


def test_a_pick_is_told_in_one_unit(house: House) -> None:
    ended = house("wms", "pick", "report", "P1", "A-1:MUG:2@case:3")
    assert (ended.exit_code, ended.stderr.startswith("What was picked and what was short must be told in")) == (2, True)


def test_a_release_knows_its_lines_and_no_units(house: House) -> None:
    ended = house("shop", "release", "A-1", "MUG:1@case")
    assert (ended.exit_code, ended.stderr.startswith("A release is told in base units")) == (2, True)
