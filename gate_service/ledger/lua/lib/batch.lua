-- What holds for a whole script call: the keys of the location by name, the time, and where its ledger ends.
--
-- Keys    as gate_service/ledger/keys.py lists them, in that order.
-- Gives   open(keys, clock, remembered) -> batch, `exists` false where the location was never opened, `fence` the JSON of
--         its fence where it is fenced (lib/lineage); create(batch); close(batch, barrier).

local NAMES = {
    "meta", "stock", "skus", "reservations", "permits", "operations", "holds", "permit_times", "counts", "ledger",
    "claims", "shortages", "quotas", "documents", "expected", "stock_holds", "proposals", "unmatched",
    "events", "event_times", "retired", "feeds", "deliveries", "departures",
}
local HASHES = {
    "stock", "reservations", "permits", "operations", "counts", "shortages", "quotas", "documents", "stock_holds",
    "proposals", "unmatched", "events", "feeds", "departures",
}

local M = {}

local function names(keys)
    local key = {}
    for i, name in ipairs(NAMES) do
        key[name] = keys[i]
    end
    return key
end

-- The store's clock can jump back; the ledger's time never does.
local function now_ms(clock, newest)
    local now = tonumber(clock)
    if not now then
        local time = redis.call("TIME")
        now = time[1] * 1000 + math.floor(time[2] / 1000)
    end
    return math.max(now, newest)
end

function M.open(keys, clock, remembered)
    local key = names(keys)
    local meta = redis.call("HMGET", key.meta, "revision", "hash", "at_ms", "merges", "epoch", "trimmed", "fenced")
    local batch = {
        key = key,
        exists = meta[1] ~= false,
        stored_revision = tonumber(meta[1] or 0),
        revision = tonumber(meta[1] or 0),
        hash = meta[2] or "",
        now = now_ms(clock, tonumber(meta[3] or 0)),
        merges = tonumber(meta[4] or 0), -- SKUs that became part of another one here
        epoch = tonumber(meta[5] or 1),
        trimmed = tonumber(meta[6] or 0), -- the newest revision that stands in the archive only
        fence = meta[7] or nil,
    }
    lineage.check(batch, remembered)
    return batch
end

-- Every key of a location exists from its first entry on: while a cluster slot moves, a script that names an existing
-- and a new key would be turned away. No id is empty, so the empty member is nobody's. It may be done again: where the first
-- operation failed, they stand without an entry.
function M.create(batch)
    local key = batch.key
    for _, name in ipairs(HASHES) do
        redis.call("HSET", key[name], "", "")
    end
    redis.call("ZADD", key.skus, 0, "")
    redis.call("ZADD", key.claims, 0, "")
    redis.call("ZADD", key.holds, "+inf", "")
    redis.call("ZADD", key.permit_times, "+inf", "")
    redis.call("ZADD", key.expected, "+inf", "")
    redis.call("ZADD", key.event_times, "+inf", "")
    redis.call("SADD", key.retired, "")
    if redis.call("EXISTS", key.deliveries) == 0 then
        redis.call("XADD", key.deliveries, "0-1", "verdict", "") -- number 0: nobody's
    end
    batch.exists = true
end

-- Whether nothing stands there but what create puts, a fence, and what close counts.
function M.is_bare(batch)
    local key, more = batch.key, redis.call("EXISTS", batch.key.ledger)
    for _, name in ipairs(HASHES) do
        more = more + redis.call("HLEN", key[name]) - redis.call("HEXISTS", key[name], "")
    end
    for _, name in ipairs({ "skus", "claims", "holds", "permit_times", "expected", "event_times" }) do
        more = more + redis.call("ZCARD", key[name]) - (redis.call("ZSCORE", key[name], "") and 1 or 0)
    end
    more = more + redis.call("SCARD", key.retired) - redis.call("SISMEMBER", key.retired, "")
    more = more + #redis.call("XRANGE", key.deliveries, "1-0", "+", "COUNT", 1)
    for _, field in ipairs({ "fenced", "barrier" }) do
        more = more - redis.call("HEXISTS", key.meta, field)
    end
    return more + redis.call("HLEN", key.meta) == 0
end

-- Once for all operations of the call: its effects reach the disk as one transaction, or not at all. With `barrier` it
-- writes something in any case: only behind a write of its own does a caller learn from WAIT that replicas have caught up.
-- Gives false where that could not be written, as at the memory limit.
function M.close(batch, barrier)
    if batch.revision > batch.stored_revision then
        redis.call("HSET", batch.key.meta,
            "revision", string.format("%.0f", batch.revision),
            "hash", batch.hash,
            "at_ms", string.format("%.0f", batch.now))
    elseif barrier and batch.exists then
        return (pcall(redis.call, "HINCRBY", batch.key.meta, "barrier", 1))
    end
    return true
end

return M
