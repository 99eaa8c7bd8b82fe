"""Bugs by which more is promised or picked than there is, or stock is lost."""

from __future__ import annotations

from typing import Final

from tests.robustness.chaos import laws
from tests.robustness.seeded.bugs import Change, SeededBug
from tests.robustness.seeded.scenarios import stock

_SHAPES = "ledger/lua/lib/shapes.lua"

STOCK: Final = (
    SeededBug(
        "a release takes what was ordered off the stock, whatever the order still has",
        (
            Change(
                "ledger/lua/ops/release_reservation.lua",
                "        local open = open_units(line)\n        quantity = quantity + open\n",
                "        local open = line[R.ORDERED]\n        quantity = quantity + open\n",
            ),
        ),
        stock.released_twice,
        (laws.SOUND, laws.REPLAY),
        quick=True,
    ),
    SeededBug(
        "two lines of one SKU are checked apart",
        (
            Change(
                "ledger/lua/lib/stock.lua",
                "        if sums[line.sku] > possible then\n",
                "        if line.quantity > possible then\n",
            ),
        ),
        stock.two_lines_of_one_sku,
        (laws.NO_SHORTFALL,),
        quick=True,
    ),
    SeededBug(
        "a wave gives all that is committed, whether it is there or not",
        (
            Change(
                "ledger/lua/ops/authorize_wave.lua",
                "    local give = math.min(want, math.max(0, free[sku]))\n",
                "    local give = want\n",
            ),
        ),
        stock.wave_after_a_correction,
        (laws.REPLAY,),
        quick=True,
    ),
    SeededBug(
        "a hold that runs out is gone without an entry, as by a key's time to live",
        (
            Change(
                "ledger/lua/apply.lua",
                """    local id = string.format("~expire-hold/%s/%.0f", order_id, due_at_ms)
    return expire(batch, "expire_hold", id, { order_id = order_id })
""",
                """    local order = reservations.parse(redis.call("HGET", batch.key.reservations, order_id))
    for _, line in ipairs(order.lines) do
        local row = stock.read(batch.key.stock, { line[2] })[line[2]]
        row.held = row.held - line[4]
        redis.call("HSET", batch.key.stock, line[2], stock.format(row))
    end
    redis.call("ZREM", batch.key.holds, order_id)
    return 1
""",
            ),
        ),
        stock.holds_run_out,
        (laws.SOUND, laws.REPLAY),
    ),
    SeededBug(
        "a hold runs out though its order was confirmed",
        (
            Change(
                "ledger/lua/ops/confirm_reservation.lua",
                """    reservation.hold_expires_at_ms = 0
    work.holds[body.order_id] = false
""",
                "    reservation.hold_expires_at_ms = 0\n",
            ),
            Change(
                "ledger/lua/ops/expire_hold.lua",
                "        if line[R.HELD] > 0 then\n",
                "        if line[R.HELD] + line[R.COMMITTED] > 0 then\n",
            ),
            Change(
                "ledger/lua/ops/expire_hold.lua",
                """        local quantity = line[R.HELD]
        line[R.HELD] = 0
""",
                """        local quantity = line[R.HELD] + line[R.COMMITTED]
        Work.move(work, line[R.SKU], "held", line[R.COMMITTED])
        Work.move(work, line[R.SKU], "committed", -line[R.COMMITTED])
        line[R.HELD], line[R.COMMITTED] = 0, 0
""",
            ),
        ),
        stock.holds_run_out,
        (laws.REPLAY,),
    ),
    SeededBug(
        "a quantity that is no number passes the scripts' own checks",
        (
            Change(
                _SHAPES,
                'type(value) == "number" and value >= low and value <= high and value == math.floor(value)',
                'type(value) == "number" and not (value < low) and not (value > high)',
            ),
            Change("ledger/lua/lib/work.lua", "    if delta ~= math.floor(delta) then\n", "    if false then\n"),
        ),
        stock.odd_quantity,
        (laws.FAULTLESS, laws.ONCE, laws.REPLAY),
        given=(
            Change(
                "rpc/fields.py",
                "    return value if 1 <= value <= limits.QUANTITY_MAX else quantity(",
                '    return value or float("nan") or quantity(',
            ),
        ),
    ),
    SeededBug(
        "what may be promised is answered from what was answered before",
        (
            Change(
                "ledger/ledger.py",
                "        data = await self._ask(location_id, question, len(lines), call)\n        levels = {level",
                """        kept = self.__dict__.setdefault("_kept", {})
        asked = (location_id, encode(question))
        if asked not in kept:
            kept[asked] = await self._ask(location_id, question, len(lines), call)
        data = kept[asked]
        levels = {level""",
            ),
        ),
        stock.checked_between_orders,
        (laws.READS,),
    ),
)
