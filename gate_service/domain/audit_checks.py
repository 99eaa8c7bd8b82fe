"""The checks that look at an entry as a record: its place, its time, its hash, its name, its texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from gate_service.domain.entries import Entry


class Finding(NamedTuple):
    """The first entry at which a check did not hold, and what is wrong with it."""

    revision: int
    operation_id: str
    what: str


class CheckResult(NamedTuple):
    """How one check went; `invariant` is its number in the list of what must hold, `checked` counts the tries."""

    name: str
    invariant: str
    checked: int
    violations: int
    first: Finding | None

    @property
    def ok(self) -> bool:
        """Say whether it held every time."""
        return self.violations == 0


_SOURCE_KEY: Final = ("system", "type", "document", "line", "action")


@dataclass(slots=True)
class Check:
    """Counts the tries and the violations of one rule, and keeps the first."""

    name: str
    invariant: str
    checked: int = 0
    violations: int = 0
    first: Finding | None = None

    def expect(self, holds: bool, entry: Entry, what: str) -> None:  # noqa: FBT001 the condition is the sentence
        """Count one try; where it does not hold, count a violation and keep it if it is the first."""
        self.checked += 1
        if not holds:
            self.fail(Finding(entry.revision, entry.operation_id, what))

    def fail(self, finding: Finding) -> None:
        """Count a violation."""
        self.violations += 1
        if self.first is None:
            self.first = finding

    def result(self) -> CheckResult:
        """Give the outcome so far."""
        return CheckResult(self.name, self.invariant, self.checked, self.violations, self.first)


def chain_hash(previous: str, entry: Entry) -> str:
    """Hash an entry as `ledger_service.proto` says; `previous` is the hash before it, empty before revision 1."""
    texts = (entry.envelope, entry.body, entry.reply, entry.changes_text)
    covered = "\n".join((previous, str(entry.revision), str(entry.at_ms), *texts))
    return hashlib.sha1(covered.encode(), usedforsecurity=False).hexdigest()


class ChecksOfEntries:
    """Walks the journal. After a broken entry each check goes on from what that one says, so a fault counts once."""

    def __init__(self, acknowledged: Mapping[str, int]) -> None:
        """Stand before revision 1."""
        self._gapless = Check("revisions have no gap", "I7")
        self._time = Check("time never goes back", "I7")
        self._chain = Check("the hash chain is intact", "I7")
        self._texts = Check("changes read as they were hashed", "I7")
        self._once = Check("each operation stands once", "I6")
        self._events = Check("each source event stands once", "I6")
        self._refused = Check("a refusal changes nothing", "I6")
        self._acknowledged = Check("each answer stands at its revision", "I4")
        self._revision = 0
        self._at_ms = 0
        self._hash = ""
        self._seen: set[str] = set()
        self._told: set[str] = set()
        self._awaited = dict(acknowledged)

    def add(self, entry: Entry) -> None:
        """Check one entry against the one before."""
        self._gapless.expect(
            entry.revision == self._revision + 1, entry, f"follows revision {self._revision} of the same ledger"
        )
        self._time.expect(entry.at_ms >= self._at_ms, entry, f"is {self._at_ms - entry.at_ms} ms before its forerunner")
        expected = chain_hash(self._hash, entry)
        self._chain.expect(entry.chain_hash == expected, entry, f"its texts hash to {expected}, not {entry.chain_hash}")
        self._texts.expect(_changes_agree(entry), entry, "its changes are not those of its canonical text")
        self._once.expect(entry.operation_id not in self._seen, entry, "this operation stood in an earlier entry")
        if key := _source_key(entry):
            self._events.expect(key not in self._told, entry, f"the event {key} was answered in an earlier entry")
            self._told.add(key)
        if entry.refusal:
            self._refused.expect(not entry.changes, entry, f"was refused with {entry.refusal} and moved stock")
        answered = self._awaited.pop(entry.operation_id, None)
        if answered is not None:
            self._acknowledged.expect(answered == entry.revision, entry, f"its answer named revision {answered}")
        self._seen.add(entry.operation_id)
        self._revision, self._at_ms, self._hash = entry.revision, entry.at_ms, entry.chain_hash

    def finish(self) -> tuple[CheckResult, ...]:
        """Give the outcomes; an answered operation that stands nowhere is a violation too."""
        for operation_id, revision in self._awaited.items():
            self._acknowledged.checked += 1
            self._acknowledged.fail(Finding(revision, operation_id, "was answered and stands nowhere in the ledger"))
        of_records = (self._gapless, self._time, self._chain, self._texts, self._once, self._events)
        return tuple(check.result() for check in (*of_records, self._refused, self._acknowledged))


def _source_key(entry: Entry) -> str:
    """Give what tells the entry's source event from all others, from the text that is hashed; empty without one."""
    if '"source"' not in entry.envelope:  # most of the work of this check, saved where nobody named an event
        return ""
    try:
        source = json.loads(entry.envelope).get("source")
        return " ".join(source[part] or "-" for part in _SOURCE_KEY) if source else ""
    except (ValueError, KeyError, TypeError, AttributeError):  # rewritten by somebody: the chain tells
        return ""


def _changes_agree(entry: Entry) -> bool:
    """Compare the typed changes, which all arithmetic uses, with the text, which alone is hashed."""
    try:
        told = json.loads(entry.changes_text or "{}")
    except ValueError:
        return False
    if not told:  # an empty Lua table is written as [] or {}
        return not entry.changes
    listed: dict[str, dict[str, int]] = {}
    for change in entry.changes:
        listed.setdefault(change.sku, {})[change.bucket.value] = change.delta
    return bool(told == listed)
