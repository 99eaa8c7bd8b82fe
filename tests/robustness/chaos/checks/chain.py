"""I7: no entry is missing, time never goes back, and each hash covers all before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from gate_service.domain.entries import Entry
from tests.robustness.chaos import laws
from tests.robustness.chaos.reading import Stored
from tests.robustness.chaos.report import Violation


def check_chain(stored: Stored) -> Iterator[Violation]:
    """Go along the entries once."""
    before, at_ms = "", 0
    for revision, entry in enumerate(stored.entries, start=1):
        if entry.revision != revision:
            yield _broken(stored, entry, f"revision {revision} here, not {entry.revision}")
            return
        if entry.at_ms < at_ms:
            yield _broken(stored, entry, f"a time of {at_ms} ms or later, not {entry.at_ms}")
        if entry.chain_hash != hash_of(before, entry):
            yield _broken(stored, entry, f"the hash {hash_of(before, entry)}, not {entry.chain_hash}")
        before, at_ms = entry.chain_hash, entry.at_ms


def hash_of(before: str, entry: Entry) -> str:
    """Give the hash of an entry behind another one, whose hash is `before`; see `CanonicalEntry` in the contract."""
    texts = (entry.envelope, entry.body, entry.reply, entry.changes_text)
    covered = "\n".join((before, str(entry.revision), str(entry.at_ms), *texts))
    return hashlib.sha1(covered.encode(), usedforsecurity=False).hexdigest()


def _broken(stored: Stored, entry: Entry, expected: str) -> Violation:
    return Violation(laws.CHAIN, stored.location_id, entry.operation_id, entry.revision, expected)
