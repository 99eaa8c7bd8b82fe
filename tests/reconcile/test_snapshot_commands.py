"""`gate snapshot …`: what it tells, what it writes, and how it ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from gate_service.app.reconcile.ports import Change, Collection, Kept
from gate_service.domain.reconcile.forms import dump, load
from gate_service.domain.reconcile.records import BadRow, Snapshot, SnapshotResult, SnapshotState
from gate_service.reconcile.records import RedisRecords
from gate_service.store.store import Store
from tests.cli.driving import Commands, Ended
from tests.gate_process import PATIENCE_S
from tests.reconcile.house import House, token
from tests.reconcile.telling import staged, stands

SOUND = "SKU;Qty\nMUG;10\n\nCUP;4\n"


class As:
    """The command line as a system of the house uses it."""

    def __init__(self, house: House, location: str, system: str = "wms") -> None:
        self._run = Commands(house.gate.address, location)
        self._env = {"GATE_TOKEN": token(system)}

    def __call__(self, *args: str, stdin: str | None = None) -> Ended:
        return self._run("snapshot", *args, stdin=stdin, env=self._env)

    def submit(self, *args: str, stdin: str | None = None) -> Ended:
        return self("submit", *args, "--no-wait", "-o", "json", stdin=stdin)


@pytest.fixture
def opened(house: House, location: str) -> str:
    house.receive(location, MUG=10, CUP=4)
    return location


@pytest.fixture
def wms(house: House, opened: str) -> As:
    return As(house, opened)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(SOUND)
    return path


async def test_a_file_is_told_once_however_often_the_command_is_run(
    wms: As, opened: str, file: Path, store: Store
) -> None:
    first = wms.submit(str(file), "--whole")
    assert first.exit_code == 0, first.stderr
    (told,) = first.data["snapshots"]
    assert (told["state"], told["location_id"], told["whole"], told["replayed"]) == ("RECEIVED", opened, True, False)
    assert [row[1:4] for row in await staged(store, "wms", told["snapshot_id"])] == [
        ("MUG", "on_hand", 10),
        ("CUP", "on_hand", 4),
    ]
    (again,) = wms.submit(str(file), "--whole").data["snapshots"]
    assert (again["snapshot_id"], again["replayed"]) == (told["snapshot_id"], True)
    (in_part,) = wms.submit(str(file)).data["snapshots"]
    assert in_part["snapshot_id"] != told["snapshot_id"]


async def test_a_file_of_several_locations_is_a_snapshot_for_each(
    wms: As, house: House, opened: str, tmp_path: Path, store: Store
) -> None:
    house.receive(f"{opened}-B", MUG=1)
    path = tmp_path / "all.csv"
    path.write_text(f"location,sku,quantity\n{opened},MUG,10\n{opened}-B,MUG,1\n,CUP,4\n")
    both = wms.submit(str(path), "--id", f"W-{opened}").data["snapshots"]
    assert {each["snapshot_id"]: each["received_rows"] for each in both} == {
        f"W-{opened}.{opened}": 2,
        f"W-{opened}.{opened}-B": 1,
    }
    (one,) = wms.submit(str(path), "--id", f"O-{opened}", "--location", f"{opened}-B").data["snapshots"]
    assert (one["snapshot_id"], one["received_rows"]) == (f"O-{opened}", 2)
    assert wms.submit(str(path), "--as-of", "1").exit_code == 2


def test_rows_that_cannot_be_read_are_listed_with_their_line_and_nothing_is_told(
    wms: As, house: House, opened: str, file: Path
) -> None:
    file.write_text(SOUND + "JUG;ten\nPAN\nPOT;1.5\n")
    ended = wms("submit", str(file), "--id", f"L-{opened}", "--no-wait", "-o", "json")
    assert ended.exit_code == 2
    assert [row["where"] for row in ended.error["rows"]] == ["line 5", "line 6", "line 7"]
    assert "'ten' is not a whole number" in ended.error["rows"][0]["what"]
    assert stands(house, "wms", f"L-{opened}") is None


def test_rows_that_cannot_be_read_are_left_out_where_that_was_asked_for(wms: As, file: Path) -> None:
    file.write_text(SOUND + "JUG;ten\nPAN;-1\n")
    ended = wms.submit(str(file), "--skip-bad-rows")
    assert ended.exit_code == 4
    (told,) = ended.data["snapshots"]
    assert (told["state"], told["received_rows"], told["bad_row_count"]) == ("RECEIVED", 3, 1)
    assert [(bad["row"], bad["line"], bad["field"]) for bad in told["bad_rows"]] == [(2, 6, "quantity")]
    assert [row["line"] for row in ended.data["unread_rows"]] == [5]


def test_people_see_which_line_is_wrong_and_programs_get_a_code(wms: As, file: Path) -> None:
    file.write_text(SOUND + "PAN;-1\n")
    ended = wms("submit", str(file), "--patience", "1ms")
    assert ended.exit_code == 4
    assert "REFUSED" in ended.stdout
    assert "5  PAN  quantity  must not be below 0" in ended.stdout
    assert "1 of 3 rows is wrong" in ended.stdout


def test_units_measures_and_moments_are_told(wms: As, house: House, opened: str, tmp_path: Path) -> None:
    text = "sku,qty,uom,measure\nMUG,1,case,\nMUG,1,,sellable\n"
    ended = wms.submit(
        "-", "--id", f"U-{opened}", "--as-of", "1", "--measure", "damaged", "--deducts", "held, allocated", stdin=text
    )
    assert ended.exit_code == 4
    told = stands(house, "wms", f"U-{opened}")
    assert told is not None
    assert (told.as_of_revision, told.measure, list(told.deducts)) == (1, "damaged", ["held", "allocated"])
    assert [(bad.row, bad.field) for bad in told.bad_rows] == [(0, "unit")]
    late = wms.submit("-", "--id", f"V-{opened}", "--as-of", "2026-03-01T14:00Z", stdin="sku,quantity\nMUG,1\n")
    assert late.data["snapshots"][0]["as_of_ms"] == 1_772_373_600_000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is empty"),
        ("sku,quantity\n", "has no rows"),
        ("code,quantity\nMUG,1\n", "has no column sku"),
        ("sku,count\nMUG,1\n", "has no column quantity"),
        ("sku,sku,quantity\nMUG,MUG,1\n", "names a column twice"),
    ],
)
def test_a_file_of_another_form_is_told(wms: As, text: str, told: str) -> None:
    ended = wms.submit("-", stdin=text)
    assert ended.exit_code == 2
    assert told in ended.error["message"]


def test_what_the_gate_refuses_ends_with_1(house: House, opened: str) -> None:
    ended = As(house, opened, "shop").submit("-", "--mirror", "wms", stdin="sku,quantity\nMUG,1\n")
    assert (ended.exit_code, ended.error["reason"]) == (1, "NOT_PERMITTED")


def test_of_a_location_that_the_map_does_not_give_to_a_mirror_nobody_tells_its_figures(
    house: House, opened: str
) -> None:
    ended = As(house, opened, "erp").submit(
        "-", "--mirror", "3pl", "--id", f"M-{opened}", stdin="sku,quantity\nMUG,1\n"
    )
    assert ended.exit_code == 2
    assert "location of 3pl" in str(ended.error)
    assert f"does not give {opened}" in str(ended.error)
    assert stands(house, "3pl", f"M-{opened}") is None


def test_what_is_wrong_is_said_so_that_people_can_find_it(wms: As, file: Path, opened: str) -> None:
    text = f"sku,quantity\nÄpfel-Ü,1\nMUG{chr(7)},1\n"
    (told,) = wms.submit("-", stdin=text).data["snapshots"]
    assert [row["sku"] for row in told["bad_rows"]] == ["Äpfel-Ü", "MUG\\x07"]
    assert "not 'Äpfel-Ü'" in told["bad_rows"][0]["problem"]
    unknown = wms.submit(str(file), "--measure", "on_shelf").error
    assert "say allocated, available, " in unknown["message"]
    assert "on_hand" in unknown["message"]
    wms.submit(str(file), "--id", f"N-{opened}")
    again = wms.submit(str(file), "--id", f"N-{opened}", "--whole").error
    assert "for another snapshot, which was whole where this one is in part, or" in again["message"]


def test_a_moment_is_told_as_one_and_shown_as_one(wms: As, file: Path) -> None:
    day = wms.submit(str(file), "--as-of", "2020-01-01")
    assert day.exit_code == 2
    assert "say 2020-01-01T00:00Z for its beginning" in day.error["message"]
    ahead = wms.submit(str(file), "--as-of", "2100-01-01T00:00Z").error
    assert "said to be of 2100-01-01 00:00 UTC, " in ahead["message"]
    assert "days from now" in ahead["message"]


@pytest.mark.parametrize("code", ["utf-8-sig", "utf-16"])
def test_a_file_with_a_mark_before_its_text_is_read_or_its_form_is_named(wms: As, file: Path, code: str) -> None:
    file.write_text(SOUND, encoding=code)
    ended = wms.submit(str(file))
    if code == "utf-16":
        assert ended.exit_code == 2
        assert "is UTF-16 text" in ended.error["message"]
    else:
        assert ended.data["snapshots"][0]["received_rows"] == 2


def test_whoever_waits_in_vain_is_told_what_must_run(wms: As, file: Path) -> None:
    ended = wms("submit", str(file), "--patience", "1ms")
    assert ended.exit_code == 0
    assert "does `gate reconcile` run?" in ended.stderr


async def test_what_came_of_a_snapshot_is_shown_and_listed(wms: As, opened: str, file: Path, store: Store) -> None:
    name = f"C-{opened}"
    wms.submit(str(file), "--id", name)
    records = RedisRecords(store)
    (kept,) = await records.get(Collection.SNAPSHOTS, [f"wms {name}"])
    assert kept is not None
    result = SnapshotResult(
        1, 1, 2, 1, 0, 1, causes={"NOT_APPLIED": 1}, lag_entries=3, lag_ms=2_000, usual_lag_ms=1_000
    )
    after = replace(load(Snapshot, kept.text), state=SnapshotState.COMPARED, result=result)
    await records.commit([Change(Collection.SNAPSHOTS, kept.record_id, kept.version, dump(after), {"waiting": None})])
    shown = wms("show", name)
    assert shown.exit_code == 4
    for told in ("COMPARED", "NOT_APPLIED 1", "3 entries behind"):
        assert told in shown.stdout
    assert wms("submit", str(file), "--id", name).exit_code == 4
    (row,) = [each for each in wms("list", "-l", opened, "-o", "jsonl").rows if each["snapshot_id"] == name]
    assert (row["state"], row["result"]["opened_count"]) == ("COMPARED", 1)
    assert name in wms("list", "--mirror", "wms", "-l", opened).stdout
    assert wms("show", "NOTHING").exit_code == 1


async def received(records: RedisRecords, record_id: str) -> Kept:
    """Give the record of a snapshot once all of it is here."""
    for _ in range(int(PATIENCE_S * 100)):
        (kept,) = await records.get(Collection.SNAPSHOTS, [record_id])
        if kept is not None and load(Snapshot, kept.text).state is SnapshotState.RECEIVED:
            return kept
        await asyncio.sleep(0.01)
    raise AssertionError(f"{record_id} was not received")


async def test_a_row_that_is_found_wrong_while_it_is_waited_for_is_shown_by_its_line(
    wms: As, opened: str, tmp_path: Path, store: Store
) -> None:
    file = tmp_path / "twice.csv"
    file.write_text("SKU;Qty\nMUG;10\n\nMUG;4\n")
    name, records = f"T-{opened}", RedisRecords(store)
    async with asyncio.timeout(PATIENCE_S):
        waiting = asyncio.ensure_future(asyncio.to_thread(wms, "submit", str(file), "--id", name, "-o", "json"))
        kept = await received(records, f"wms {name}")
        wrong = (BadRow(1, "MUG", "quantity", "which one?"),)
        after = replace(load(Snapshot, kept.text), state=SnapshotState.REFUSED, bad_rows=wrong, bad_row_count=1)
        change = Change(Collection.SNAPSHOTS, kept.record_id, kept.version, dump(after), {"waiting": None})
        await asyncio.sleep(0.5)  # the command has had its first answer by now, and waits
        await records.commit([change])
        (told,) = (await waiting).data["snapshots"]
    assert [(bad["row"], bad["line"]) for bad in told["bad_rows"]] == [(1, 4)]


async def test_people_see_how_far_a_comparison_is(wms: As, opened: str, file: Path, store: Store) -> None:
    name, records = f"P-{opened}", RedisRecords(store)
    wms.submit(str(file), "--id", name)
    assert "compared so far" not in wms("show", name).stdout
    kept = await received(records, f"wms {name}")
    after = replace(load(Snapshot, kept.text), state=SnapshotState.COMPARING, compared_rows=1)
    await records.commit([Change(Collection.SNAPSHOTS, kept.record_id, kept.version, dump(after))])
    assert "2 rows, 0 of them wrong, 1 compared so far" in wms("show", name).stdout
