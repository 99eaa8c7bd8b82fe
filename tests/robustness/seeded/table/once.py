"""Bugs by which something counts twice, or not as it was answered."""

from __future__ import annotations

from typing import Final

from tests.robustness.chaos import laws
from tests.robustness.seeded.bugs import Change, SeededBug
from tests.robustness.seeded.scenarios import once

_COMMIT = "ledger/lua/lib/commit.lua"
_APPLY = "ledger/lua/apply.lua"
_WRITES_MARKER = '    redis.call("HSET", batch.key.operations, entry.id, revision_text .. " " .. entry.fingerprint)\n'
_MARKERS_ARE_NOT_LOOKED_AT = Change(_APPLY, "    if not marker then\n", "    if true then\n")

ONCE: Final = (
    SeededBug(
        "the marker of an operation is not written",
        (Change(_COMMIT, _WRITES_MARKER, ""),),
        once.asked_again,
        (laws.ONCE,),
        quick=True,
    ),
    SeededBug(
        "the marker is written by a second command, after the answer of the first",
        (
            Change(_COMMIT, _WRITES_MARKER, ""),
            Change(
                "ledger/ledger.py",
                "        return [Told(head, text) for text in texts]\n",
                """        if durable:
            import hashlib

            for waiting, text in zip(batch, texts, strict=True):
                if text[0] == "F":
                    envelope, told = json.loads(waiting.arguments[0]), json.loads(text[41:])
                    printed = hashlib.sha1(f"{envelope['kind']}\\n{waiting.arguments[1]}".encode()).hexdigest()[:20]
                    key = keys.location_keys(location_id)[keys.LOCATION_KEYS.index("operations")]
                    await self._store.call("HSET", key, envelope["id"], f"{told['revision']} {printed}")
        return [Told(head, text) for text in texts]
""",
            ),
        ),
        once.answer_lost,
        (laws.ONCE,),
    ),
    SeededBug(
        "what got no answer from the store is sent again by its client",
        (
            Change(
                "store/running.py",
                "    replies = await node.send(*commands, timeout_s=timeout_s)\n",
                """    try:
        replies = await node.send(*commands, timeout_s=timeout_s)
    except Exception:
        replies = await node.send(*commands, timeout_s=timeout_s)
""",
            ),
        ),
        once.answer_lost_for_good,
        (laws.ONCE,),
        given=(_MARKERS_ARE_NOT_LOOKED_AT,),
    ),
    SeededBug(
        "a no is not stored, and asked again it may be a yes",
        (Change(_COMMIT, _WRITES_MARKER, f"    if not reply.refused then\n    {_WRITES_MARKER}    end\n"),),
        once.asked_again,
        (laws.ONCE,),
        quick=True,
    ),
    SeededBug(
        "a known id with another body gets the stored answer",
        (Change(_APPLY, "    elseif stored_print ~= print then\n", "    elseif false then\n"),),
        once.another_body_by_a_known_id,
        (laws.ACKNOWLEDGED,),
    ),
    SeededBug(
        "an event that was told before counts again under another id",
        (Change(_APPLY, "    if event and event.verdict then\n", "    if false then\n"),),
        once.event_told_twice,
        (laws.ONCE,),
    ),
    SeededBug(
        "a lost answer is told as if nothing had been applied",
        (
            Change(
                "store/node.py",
                """            self._on_trouble()
            await self._hang_up(connection)
            raise outcome_unknown() from error
""",
                """            self._on_trouble()
            await self._hang_up(connection)
            raise not_applied() from error
""",
            ),
        ),
        once.answer_lost_for_good,
        (laws.HONEST,),
    ),
)
