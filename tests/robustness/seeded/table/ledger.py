"""Bugs by which the ledger does not tell what happened, or an answer not what the ledger tells."""

from __future__ import annotations

from typing import Final

from tests.robustness.chaos import laws
from tests.robustness.seeded.bugs import Change, SeededBug
from tests.robustness.seeded.scenarios import ledger

_COMMIT = "ledger/lua/lib/commit.lua"
_ENTRY = (
    '    local added = redis.pcall("XADD", batch.key.ledger, revision_text .. "-0", '
    '"at_ms", at_text, "envelope", entry.envelope,\n'
    '        "body", entry.body, "reply", reply_text, "changes", changes_text, "hash", hash)\n'
    '    if type(added) == "table" and added.err then\n'
    "        lineage.check_torn(batch)\n"
    "        error(added)\n"
    "    end\n"
)
_MARKER = '    redis.call("HSET", batch.key.operations, entry.id, revision_text .. " " .. entry.fingerprint)\n'

LEDGER: Final = (
    SeededBug(
        "a refused operation takes the revision of the entry before it",
        (
            Change(
                _COMMIT,
                "    local revision = batch.revision + 1\n",
                "    local revision = batch.revision + (reply.refused and 0 or 1)\n",
            ),
            Change(
                _COMMIT,
                'batch.key.ledger, revision_text .. "-0", "at_ms"',
                'batch.key.ledger, revision_text .. "-*", "at_ms"',
            ),
        ),
        ledger.yes_and_no,
        (laws.CHAIN,),
    ),
    SeededBug(
        "the hash of an entry does not cover the one before it",
        (Change(_COMMIT, "        { batch.hash, revision_text,", '        { "", revision_text,'),),
        ledger.yes_and_no,
        (laws.CHAIN,),
        quick=True,
    ),
    SeededBug(
        "the entry is written after the stock, and the store refuses it",
        (Change(_COMMIT, _ENTRY, ""), Change(_COMMIT, _MARKER, f"{_ENTRY}{_MARKER}")),
        ledger.entry_refused_by_the_store,
        (laws.REPLAY, laws.SOUND),
        quick=True,
    ),
    SeededBug(
        "callers who hang up within a batch shift the answers of the others",
        (
            Change(
                "ledger/lanes.py",
                "            answered = list(zip(batch, await self._send(batch), strict=True))\n",
                """            answers = await self._send(batch)
            answered = list(zip([one for one in batch if not one.answer.done()], answers, strict=False))
""",
            ),
        ),
        ledger.cancelled_within_a_batch,
        (laws.ACKNOWLEDGED,),
    ),
)
