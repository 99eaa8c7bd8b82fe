"""A segment: consecutive entries of one location in one file, sealed by their hash.

JSON Lines, compressed with gzip: a header, one line for each entry with its exact texts, and a seal. The name follows
from what is in it, so that writing the same twice leaves one file.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import quote, unquote

from gate_service.archive.errors import ArchiveError, Divergence
from gate_service.domain.journal import JournalEntry
from gate_service.domain.limits import ID_PATTERN
from gate_service.domain.operations import HOUSE

FORMAT: Final = "gate-segment"
VERSION: Final = 1
_NAME: Final = re.compile(r"(\d{12,})-(\d{12,})\.(\d{4,})\.([0-9a-f]{16})\.jsonl\.gz")
_FIELDS: Final = ("revision", "at_ms", "envelope", "body", "reply", "changes", "hash")
_UNREADABLE: Final = (OSError, EOFError, zlib.error, UnicodeDecodeError, ValueError, KeyError, TypeError)
_encode: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class ArchivedEntry(NamedTuple):
    """An entry as it was archived: its exact texts, and the epoch to which it belongs."""

    revision: int
    at_ms: int
    envelope: str
    body: str
    reply: str
    changes: str
    chain_hash: str
    epoch: int

    @property
    def journal(self) -> JournalEntry:
        """Give it as the store has it."""
        return JournalEntry(*self[:7])


class Header(NamedTuple):
    """The first line: whose entries these are, and what they follow."""

    location_id: str
    history: int
    """The epoch of the store's history when they were read. Of two histories the greater one counts."""
    epoch: int
    """Of these entries."""
    first_revision: int
    previous_hash: str
    """The chain hash of the entry before the first one; empty before revision 1."""
    first_at_ms: int


class Segment(NamedTuple):
    """A segment by its name alone."""

    location_id: str
    first: int
    last: int
    history: int
    sha256: str
    """The first 16 digits of the hash over all lines but the seal."""

    @property
    def name(self) -> str:
        """Give the file's name; its folder is that of the location."""
        return f"{self.first:012}-{self.last:012}.{self.history:04}.{self.sha256}.jsonl.gz"


def folder_of(location_id: str) -> str:
    """Give the name of a location's folder: an id may hold what a path may not."""
    return quote(location_id, safe="")


def location_of(folder: str) -> str | None:
    """Give the location whose folder this is; None for a folder that is none of ours."""
    location_id = unquote(folder)
    is_id = location_id == HOUSE or ID_PATTERN.fullmatch(location_id)
    return location_id if is_id and folder_of(location_id) == folder else None


def segment_of(location_id: str, name: str) -> Segment | None:
    """Read a file's name; None for a file that is no segment."""
    found = _NAME.fullmatch(name)
    if not found:
        return None
    return Segment(location_id, int(found[1]), int(found[2]), int(found[3]), found[4])


def write(header: Header, entries: Sequence[JournalEntry]) -> tuple[Segment, bytes]:
    """Give the segment of these entries and the bytes of its file. The same entries give the same bytes."""
    lines = [_encode({"format": FORMAT, "version": VERSION, **header._asdict()})]
    lines += [_encode(dict(zip(_FIELDS, entry, strict=True))) for entry in entries]
    content = "".join(f"{line}\n" for line in lines).encode()
    digest, last = hashlib.sha256(content).hexdigest(), entries[-1]
    seal = {"entries": len(entries), "last_revision": last.revision, "last_hash": last.chain_hash, "sha256": digest}
    segment = Segment(header.location_id, header.first_revision, last.revision, header.history, digest[:16])
    return segment, gzip.compress(content + f"{_encode(seal)}\n".encode(), compresslevel=6, mtime=0)


class Content(NamedTuple):
    """A segment that was read and found sound."""

    header: Header
    entries: list[ArchivedEntry]


def read(segment: Segment, packed: bytes) -> Content:
    """Read a segment's file: its seal, its hash, its place and the chain within it.

    Raises `Divergence` with the first entry that is not what it must be, `ArchiveError` for a newer form.
    """
    text, whole = _unpack(packed)
    lines = text.split(b"\n")
    header = _header(segment, lines[0])
    entries: list[ArchivedEntry] = []
    previous = header.previous_hash
    for entry in _entries(segment, header, lines[1:]):
        if entry.chain_hash != entry.journal.hash_after(previous):
            raise _wrong(segment, entry.revision, entry.journal.hash_after(previous), f"the hash {entry.chain_hash}")
        entries.append(entry)
        previous = entry.chain_hash
    _check_seal(segment, lines, entries, whole=whole)
    return Content(header, entries)


def _unpack(packed: bytes) -> tuple[bytes, bool]:
    """Decompress as far as that goes; False where it does not go to the end."""
    machine = zlib.decompressobj(wbits=31)
    try:
        text = machine.decompress(packed)
    except zlib.error:
        return _unpack_what_is_left(packed), False
    return text, machine.eof and not machine.unused_data


def _unpack_what_is_left(packed: bytes) -> bytes:
    """Decompress what stands before a spoilt byte, so that the first spoilt entry can be named."""
    machine, text = zlib.decompressobj(wbits=31), bytearray()
    with contextlib.suppress(zlib.error):
        for place in range(len(packed)):
            text += machine.decompress(packed[place : place + 1])
    return bytes(text)


def _header(segment: Segment, line: bytes) -> Header:
    try:
        told: dict[str, Any] = json.loads(line)
        form, version = told.pop("format"), told.pop("version")
        if form == FORMAT and version > VERSION:
            raise ArchiveError(
                f"{segment.name} has form {version}, and this gate reads up to {VERSION}: use a newer one."
            )
        header = Header(**told)
    except _UNREADABLE as error:
        raise _wrong(segment, segment.first, "a header", "none that can be read") from error
    claimed = (header.location_id, header.first_revision, header.history)
    if claimed != (segment.location_id, segment.first, segment.history):
        raise _wrong(segment, segment.first, "the header that its name says", f"{header}")
    return header


def _entries(segment: Segment, header: Header, lines: Sequence[bytes]) -> Iterator[ArchivedEntry]:
    """Give the entries by revision. Raises `Divergence` at the first that cannot be read or is out of its place."""
    for place, revision in enumerate(range(segment.first, segment.last + 1)):
        try:
            told: dict[str, Any] = json.loads(lines[place])
            entry = ArchivedEntry._make([*(told[name] for name in _FIELDS), header.epoch])
        except (*_UNREADABLE, IndexError) as error:
            raise _wrong(segment, revision, "an entry", "none that can be read") from error
        if entry.revision != revision:
            raise _wrong(segment, revision, f"revision {revision}", f"revision {entry.revision}")
        yield entry


def _check_seal(segment: Segment, lines: Sequence[bytes], entries: Sequence[ArchivedEntry], *, whole: bool) -> None:
    content = b"".join(line + b"\n" for line in lines[: len(entries) + 1])
    digest, last = hashlib.sha256(content).hexdigest(), entries[-1]
    wanted = {"entries": len(entries), "last_revision": last.revision, "last_hash": last.chain_hash, "sha256": digest}
    try:
        seal = json.loads(lines[len(entries) + 1])
    except (*_UNREADABLE, IndexError) as error:
        raise _wrong(segment, last.revision, "a seal behind it", "none that can be read") from error
    if seal != wanted or not whole or lines[len(entries) + 2 :] != [b""]:
        raise _wrong(segment, last.revision, "the seal of these entries behind it", "another one")
    if digest[:16] != segment.sha256:
        raise _wrong(segment, last.revision, f"content with the hash {segment.sha256}…", f"{digest[:16]}…")


def _wrong(segment: Segment, revision: int, expected: str, found: str) -> Divergence:
    return Divergence(segment.location_id, revision, expected, found, f"segment {segment.name}")
