-- source: the plans of orders that the gate sources itself. Each call does one thing to one field, whole.
-- Keys    1: the hash that has the field; for "swap" 2: the sorted set of what is undecided
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; 2: what to do; 3: the field; then for
--         "look"    nothing
--         "claim"   the value: it is written where the field has none
--         "answer"  an answer: it is put behind the value, after a blank, where there is none yet
--         "forget"  a value: the field is removed where it has just this value
--         "swap"    a version and a value that begins with the next one: it is written where the field has that version
--                   or none at all, and the field is noted as undecided since now, or no longer, as "1" or "0" says
-- Gives   one text: for "look", "claim" and "answer" the value that stands there now, "" for none; for "swap" that which
--         stands in the way, or "" where it was written; for "forget" ""
-- What stands there already is written once more before it is given: only behind a write does a caller learn from WAIT
-- that replicas have it.

local function now_ms()
    local now = tonumber(ARGV[1])
    if not now then
        local time = redis.call("TIME")
        now = time[1] * 1000 + math.floor(time[2] / 1000)
    end
    return string.format("%.0f", now)
end

local ACTS = {}

local function given(field, value)
    redis.call("HSET", KEYS[1], field, value)
    return value
end

function ACTS.look(field)
    local stands = redis.call("HGET", KEYS[1], field)
    return stands and given(field, stands) or ""
end

function ACTS.claim(field, value)
    return given(field, redis.call("HGET", KEYS[1], field) or value)
end

function ACTS.answer(field, answer)
    local value = redis.call("HGET", KEYS[1], field)
    if not value then
        return ""
    end
    if not string.find(value, " ", 1, true) then
        value = value .. " " .. answer
    end
    return given(field, value)
end

function ACTS.forget(field, value)
    local stands = redis.call("HGET", KEYS[1], field) or value
    given(field, stands)
    if stands == value then
        redis.call("HDEL", KEYS[1], field)
    end
    return ""
end

function ACTS.swap(field, version, value, undecided)
    local standing = redis.call("HGET", KEYS[1], field)
    -- A version that is gone, with a primary that had told it to nobody else, was followed nevertheless: what came of it
    -- must stand somewhere.
    if standing and string.match(standing, "^%d+") ~= version then
        return given(field, standing)
    end
    redis.call("HSET", KEYS[1], field, value)
    -- The set is there from then on, also while nothing is undecided: while a cluster slot moves, a call that names a key
    -- that is there and one that is not would be turned away. No order_id is empty.
    redis.call("ZADD", KEYS[2], "NX", "+inf", "")
    if undecided == "1" then
        redis.call("ZADD", KEYS[2], "NX", now_ms(), field)
    else
        redis.call("ZREM", KEYS[2], field)
    end
    return ""
end

return { ACTS[ARGV[2]](ARGV[3], ARGV[4], ARGV[5], ARGV[6]) }
