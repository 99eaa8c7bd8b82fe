"""An archive is what its segments say: which of them count, that none is missing, and that no two disagree."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from gate_service.archive import Archive, ArchiveError, Divergence, LostBranch, NotReachable
from gate_service.archive.shelf import Folder, masked, open_shelf
from gate_service.domain.lineage import NO_HISTORY, Position
from tests.archive.making import chain, put, revisions


@pytest.fixture(params=["folder", "file://", "memory://", "local://", "dir::file://"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    """Give an empty archive of each kind: without fsspec, as an object store, and as one that knows a move."""
    kind: str = request.param
    place = tmp_path / "archive"
    if kind == "dir::file://":
        place.mkdir()  # that one expects its root
    return Archive.open(str(place) if kind == "folder" else f"{kind}{place}")


@pytest.fixture
def folder(tmp_path: Path) -> Archive:
    """Give an empty archive in a folder."""
    return Archive.open(str(tmp_path / "archive"))


def file_of(archive: Archive, name: str) -> Path:
    """Give the file of a segment of EAST."""
    return Path(archive.shelf.url) / "EAST" / name


def test_an_archive_that_was_never_written_to_is_empty(archive: Archive) -> None:
    assert archive.locations() == []
    assert archive.segments("EAST") == []
    assert archive.head("EAST") == NO_HISTORY
    assert revisions(archive) == []


def test_what_is_written_is_read_in_order_and_twice_is_once(archive: Archive) -> None:
    entries = chain(1, 30)
    for first, last in ((0, 10), (10, 20), (20, 30), (10, 20)):
        put(archive, entries[first:last], entries[first - 1].chain_hash if first else "")
    assert [entry.journal for entry in archive.entries("EAST")] == entries
    assert len(archive.all_segments("EAST")) == 3
    assert archive.head("EAST") == Position(1, 30, entries[-1].chain_hash)
    assert archive.locations() == ["EAST"]


def test_locations_of_all_names_lie_side_by_side(archive: Archive) -> None:
    for location_id in ("EAST", "east", "~house", "a/b"):
        put(archive, chain(1, 2, what=location_id), location_id=location_id)
    assert archive.locations() == ["EAST", "a/b", "east", "~house"]
    for location_id in archive.locations():
        assert [entry.envelope for entry in archive.entries(location_id)] == [
            entry.envelope for entry in chain(1, 2, what=location_id)
        ]


def test_a_part_of_the_history_can_be_read_from_anywhere_to_anywhere(folder: Archive) -> None:
    entries = chain(1, 30)
    put(folder, entries[:12])
    put(folder, entries[12:], entries[11].chain_hash)
    for first, last in ((1, 30), (5, 12), (12, 13), (13, 30), (30, 30), (31, 40)):
        found = [entry.journal for entry in folder.entries("EAST", first, last)]
        assert found == entries[first - 1 : last]


def test_a_segment_that_a_longer_one_has_replaced_does_no_harm(archive: Archive) -> None:
    entries = chain(1, 30)
    for first, last in ((0, 10), (10, 12), (10, 30), (10, 20)):
        put(archive, entries[first:last], entries[first - 1].chain_hash if first else "")
    assert [entry.journal for entry in archive.entries("EAST")] == entries
    archive.remove(archive.all_segments("EAST")[1])
    archive.remove(archive.all_segments("EAST")[1]._replace(sha256="0" * 16))  # gone already
    assert [entry.journal for entry in archive.entries("EAST")] == entries


def test_two_segments_that_disagree_are_told_with_the_first_entry_at_which_they_do(folder: Archive) -> None:
    entries = chain(1, 20)
    put(folder, entries)
    other = put(folder, [*entries[:14], *chain(15, 18, entries[13].chain_hash, "other")])
    with pytest.raises(Divergence, match=other.name) as caught:
        revisions(folder)
    assert caught.value.revision == 15


def test_a_missing_segment_is_told_with_the_first_entry_that_is_missing(folder: Archive) -> None:
    entries = chain(1, 30)
    segments = [put(folder, entries[at : at + 10], entries[at - 1].chain_hash if at else "") for at in (0, 10, 20)]
    file_of(folder, segments[1].name).unlink()
    with pytest.raises(Divergence, match="none before revision 21") as caught:
        revisions(folder)
    assert caught.value.revision == 11


def test_the_first_segment_missing_is_told_too(folder: Archive) -> None:
    entries = chain(1, 20)
    put(folder, entries[10:], entries[9].chain_hash)
    with pytest.raises(Divergence) as caught:
        revisions(folder)
    assert caught.value.revision == 1


def test_segments_of_two_histories_under_one_roof_are_told_where_they_meet(folder: Archive) -> None:
    entries = chain(1, 10)
    put(folder, entries)
    put(folder, chain(11, 20, "12" * 20), "12" * 20)
    with pytest.raises(Divergence, match="follows") as caught:
        revisions(folder)
    assert caught.value.revision == 11


def test_the_first_entry_follows_from_nothing(folder: Archive) -> None:
    put(folder, chain(1, 5, "12" * 20), "12" * 20)
    with pytest.raises(Divergence) as caught:
        revisions(folder)
    assert caught.value.revision == 1


def test_entries_before_a_spoilt_segment_are_given_and_none_of_it(folder: Archive) -> None:
    entries = chain(1, 20)
    put(folder, entries[:10])
    file = file_of(folder, put(folder, entries[10:], entries[9].chain_hash).name)
    file.write_bytes(file.read_bytes()[:-30])
    found: list[int] = []
    with pytest.raises(Divergence) as caught:
        found.extend(entry.revision for entry in folder.entries("EAST"))
    assert found == list(range(1, 11))
    assert caught.value.revision > 10


def test_after_a_recovery_the_newest_history_counts_and_the_lost_branch_is_kept_apart(archive: Archive) -> None:
    lost = chain(1, 30, what="lost")
    put(archive, lost[:20])
    put(archive, lost[20:], lost[19].chain_hash)
    second = chain(16, 25, lost[14].chain_hash, "second")
    put(archive, second, lost[14].chain_hash, 2)
    third = chain(24, 26, second[7].chain_hash, "third")
    put(archive, third, second[7].chain_hash, 3)
    assert [entry.journal for entry in archive.entries("EAST")] == [*lost[:15], *second[:8], *third]
    assert archive.head("EAST") == Position(3, 26, third[-1].chain_hash)
    assert archive.lost("EAST") == [LostBranch(1, 16, 30), LostBranch(2, 24, 25)]


def test_a_recovery_that_lost_nothing_leaves_nothing_behind(folder: Archive) -> None:
    entries = chain(1, 20)
    put(folder, entries[:15])
    put(folder, entries[15:], entries[14].chain_hash, 2)
    assert revisions(folder) == list(range(1, 21))
    assert folder.lost("EAST") == []


def test_a_hole_before_a_later_history_is_told(folder: Archive) -> None:
    entries = chain(1, 30)
    put(folder, entries[:10])
    put(folder, entries[20:], entries[19].chain_hash, 2)
    with pytest.raises(Divergence) as caught:
        revisions(folder)
    assert caught.value.revision == 11


def test_an_archiver_may_replace_a_segment_while_it_is_about_to_be_read(folder: Archive) -> None:
    entries = chain(1, 30)
    put(folder, entries[:10])
    short = put(folder, entries[10:20], entries[9].chain_hash)

    class Overtaken(Folder):
        def files(self, folder_name: str) -> Sequence[str]:
            listed = super().files(folder_name)
            if short.name in listed:
                put(folder, entries[10:], entries[9].chain_hash)
                folder.remove(short)
            return listed

    assert revisions(Archive(Overtaken(Path(folder.shelf.url)))) == list(range(1, 31))


def test_a_listing_that_stays_wrong_is_told(folder: Archive) -> None:
    put(folder, chain(1, 10))

    class Lying(Folder):
        def read(self, folder_name: str, name: str) -> bytes:
            raise FileNotFoundError(folder_name, name)

    with pytest.raises(ArchiveError, match="listed and not there"):
        revisions(Archive(Lying(Path(folder.shelf.url))))


def test_what_is_half_written_is_not_seen(folder: Archive) -> None:
    put(folder, chain(1, 10))
    (Path(folder.shelf.url) / "EAST" / ".half-1").write_bytes(b"some")
    (Path(folder.shelf.url) / "EAST" / "notes.txt").write_text("of somebody")
    assert revisions(folder) == list(range(1, 11))
    assert list((Path(folder.shelf.url) / "EAST").glob("*.gz")) == [
        file_of(folder, folder.all_segments("EAST")[0].name)
    ]


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(NotReachable, match="cannot be read or written"):
        put(Archive.open(str(tmp_path / "file")), chain(1, 2))


def test_a_scheme_that_nobody_knows_says_so() -> None:
    with pytest.raises(ArchiveError, match="nowhere://"):
        open_shelf("nowhere://bucket/path")


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://bucket/ledgers", "s3://bucket/ledgers"),
        ("sftp://ann:secret@host/ledgers", "sftp://***@host/ledgers"),
        ("abfs://box@account/ledgers?sig=secret", "abfs://***@account/ledgers"),
        ("/var/ledgers", "/var/ledgers"),
    ],
)
def test_an_address_is_shown_without_what_may_be_a_secret(url: str, shown: str) -> None:
    assert masked(url) == shown
