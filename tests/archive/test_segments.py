"""A segment proves itself: whatever is done to its bytes, the first entry that is not proven any more is named."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate_service.archive.errors import ArchiveError, Divergence
from gate_service.archive.segment import folder_of, location_of, read, segment_of, write
from tests.archive.making import chain, header_of

ENTRIES = chain(5, 14, "ab" * 20)
SEGMENT, PACKED = write(header_of(ENTRIES, "ab" * 20), ENTRIES)
LINES = gzip.decompress(PACKED).decode().splitlines(keepends=True)


def packed(lines: list[str], *, sealed: bool = True) -> bytes:
    """Pack lines as a segment; with a seal that fits them, as somebody would who knows the form."""
    if sealed:
        content = "".join(lines[:-1]).encode()
        last = json.loads(lines[-2])
        seal = {
            "entries": len(lines) - 2,
            "last_revision": last["revision"],
            "last_hash": last["hash"],
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        lines = [*lines[:-1], json.dumps(seal, separators=(",", ":")) + "\n"]
    return gzip.compress("".join(lines).encode(), mtime=0)


def test_the_same_entries_make_the_same_bytes_under_the_same_name() -> None:
    assert write(header_of(ENTRIES, "ab" * 20), list(ENTRIES)) == (SEGMENT, PACKED)
    assert SEGMENT.name == f"000000000005-000000000014.0001.{SEGMENT.sha256}.jsonl.gz"
    assert segment_of("EAST", SEGMENT.name) == SEGMENT


def test_other_entries_make_another_name() -> None:
    other = chain(5, 14, "ab" * 20, "other")
    assert write(header_of(other, "ab" * 20), other)[0].name != SEGMENT.name


def test_what_was_written_is_read_to_the_byte() -> None:
    found = read(SEGMENT, PACKED)
    assert found.header == header_of(ENTRIES, "ab" * 20)
    assert [entry.journal for entry in found.entries] == ENTRIES


def test_it_can_be_read_by_eye() -> None:
    assert json.loads(LINES[0])["location_id"] == "EAST"
    assert "Zoë" in LINES[1]
    assert json.loads(LINES[-1])["sha256"] == hashlib.sha256("".join(LINES[:-1]).encode()).hexdigest()


@settings(max_examples=300)
@given(st.integers(10, len(PACKED) - 1), st.integers(1, 255))  # the first ten bytes say how it was packed, not what
def test_a_flipped_byte_is_found_and_names_an_entry_of_the_segment(place: int, flip: int) -> None:
    spoilt = bytearray(PACKED)
    spoilt[place] ^= flip
    with pytest.raises(Divergence) as caught:
        read(SEGMENT, bytes(spoilt))
    assert 5 <= caught.value.revision <= 14


@pytest.mark.parametrize("left", [0, 1, 10, 40, len(PACKED) // 2, len(PACKED) - 9, len(PACKED) - 1])
def test_a_segment_that_was_cut_off_is_found(left: int) -> None:
    with pytest.raises(Divergence):
        read(SEGMENT, PACKED[:left])


def test_a_segment_cut_off_between_two_entries_names_the_first_that_is_missing() -> None:
    with pytest.raises(Divergence) as caught:
        read(SEGMENT, packed(LINES[:4], sealed=False))
    assert (caught.value.revision, caught.value.found) == (8, "none that can be read")


def changed_text(lines: list[str]) -> int:
    lines[3] = lines[3].replace("Zoë", "Eve")
    return 7


def swapped(lines: list[str]) -> int:
    lines[4], lines[5] = lines[5], lines[4]
    return 8


def left_out(lines: list[str]) -> int:
    del lines[6]
    return 10


def doubled(lines: list[str]) -> int:
    lines.insert(2, lines[1])
    return 6


def rehashed(lines: list[str]) -> int:
    """Change an entry and its own hash: the next one does not follow from it."""
    told = json.loads(lines[3])
    told["body"] = "{}"
    told["hash"] = chain(7, 7, ENTRIES[1].chain_hash)[0]._replace(body="{}").hash_after(ENTRIES[1].chain_hash)
    lines[3] = json.dumps(told, separators=(",", ":")) + "\n"
    return 8


@pytest.mark.parametrize("spoil", [changed_text, swapped, left_out, doubled, rehashed])
def test_an_entry_that_somebody_changed_is_named_though_its_segment_was_sealed_anew(
    spoil: Callable[[list[str]], int],
) -> None:
    lines = [*LINES]
    revision = spoil(lines)
    with pytest.raises(Divergence) as caught:
        read(SEGMENT, packed(lines))
    assert (caught.value.location_id, caught.value.revision) == ("EAST", revision)
    assert SEGMENT.name in str(caught.value)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda seal: {**seal, "entries": 9},
        lambda seal: {**seal, "last_hash": "0" * 40},
        lambda seal: {**seal, "sha256": "0" * 64},
        lambda _: "sealed",
    ],
)
def test_a_seal_that_is_not_that_of_its_entries_is_found(spoil: Callable[[dict[str, object]], object]) -> None:
    with pytest.raises(Divergence) as caught:
        read(SEGMENT, packed([*LINES[:-1], json.dumps(spoil(json.loads(LINES[-1]))) + "\n"], sealed=False))
    assert caught.value.revision == 14


def test_what_stands_behind_the_seal_is_found() -> None:
    with pytest.raises(Divergence):
        read(SEGMENT, packed([*LINES, LINES[2]], sealed=False))
    with pytest.raises(Divergence):
        read(SEGMENT, PACKED + gzip.compress(b"more", mtime=0))


def test_a_segment_under_the_name_of_another_one_is_found() -> None:
    for name in (SEGMENT._replace(sha256="0" * 16), SEGMENT._replace(history=2), SEGMENT._replace(location_id="WEST")):
        with pytest.raises(Divergence):
            read(name, PACKED)


def test_a_segment_of_a_newer_form_says_so() -> None:
    lines = [json.dumps({**json.loads(LINES[0]), "version": 2}) + "\n", *LINES[1:]]
    with pytest.raises(ArchiveError, match="use a newer one") as caught:
        read(SEGMENT, packed(lines))
    assert not isinstance(caught.value, Divergence)


@pytest.mark.parametrize("location_id", ["EAST", "~house", "a/b", "x@y+z", "A.b-c_d"])
def test_a_location_has_a_folder_of_its_own_whatever_it_is_called(location_id: str) -> None:
    folder = folder_of(location_id)
    assert "/" not in folder
    assert location_of(folder) == location_id


@pytest.mark.parametrize("name", ["", "a b", "a%2fb", "..", "lost+found", ".git"])
def test_a_folder_of_somebody_else_is_no_location(name: str) -> None:
    assert location_of(name) is None


@pytest.mark.parametrize("name", ["README", ".half-1", "1-2.1.abc.jsonl.gz", SEGMENT.name + ".part"])
def test_a_file_of_somebody_else_is_no_segment(name: str) -> None:
    assert segment_of("EAST", name) is None
