"""Bugs that show only where a store loses something, or moves."""

from __future__ import annotations

from typing import Final

from tests.robustness.chaos import laws
from tests.robustness.seeded.bugs import Change, SeededBug
from tests.robustness.seeded.scenarios import worlds
from tests.robustness.seeded.stage import FENCE

WORLDS: Final = (
    SeededBug(
        "the store syncs once a second where it is to sync always",
        (Change("embedded/valkey.py", '        "appendfsync": fsync,\n', '        "appendfsync": "everysec",\n'),),
        worlds.power_cut_below_its_own_store,
        (laws.ACKNOWLEDGED,),
    ),
    SeededBug(
        "nobody looks how many replicas hold a write",
        (
            Change(
                "store/running.py",
                "        if not isinstance(held_by, int) or held_by < promise.replicas:\n",
                "        if not isinstance(held_by, int):\n",
            ),
        ),
        worlds.failover_without_the_newest,
        (laws.ACKNOWLEDGED,),
    ),
    SeededBug(
        "a stored answer is given before it is replicated: nothing is written that WAIT could wait for",
        (Change("ledger/ledger.py", '["b" if self._replicated else "", ', '["", '),),
        worlds.replayed_before_it_is_replicated,
        (laws.ACKNOWLEDGED,),
    ),
    SeededBug(
        "what a gate remembers is not compared with what the store has",
        (Change("ledger/lua/lib/lineage.lua", '    if remembered == "" then\n', "    if true then\n"),),
        worlds.yesterdays_store,
        (FENCE,),
    ),
    SeededBug(
        "a script writes a key that it does not declare",
        (
            Change(
                "ledger/lua/lib/commit.lua",
                "    batch.revision = revision\n    batch.hash = hash\n",
                """    redis.call("SET", string.gsub(batch.key.ledger, "ledger$", "last:" .. entry.id), revision_text)
    batch.revision = revision
    batch.hash = hash
""",
            ),
        ),
        worlds.slot_about_to_move,
        (laws.OPEN, laws.ALIVE, laws.REPLAY),
    ),
)
