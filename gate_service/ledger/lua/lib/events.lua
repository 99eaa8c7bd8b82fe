-- Source events: what happened in a caller's world counts once, whatever the delivery is called. `events` maps the key of
-- an event to the revision of its answer; what is too old leaves only a short print of itself in `retired`.

local RETIRED_PER_CALL = 100
local LOOK_AGAIN_MS = 3600000
local GAPS_MAX = 1000
local DELIVERIES_KEPT = 10000

local R = reservations

local M = {}

local function part(text)
    return text == "" and "-" or text
end

-- No id holds a blank, and none is a lone dash.
local function key_of(source)
    return table.concat({ source.system, part(source.type), source.document, part(source.line), part(source.action) }, " ")
end

local function short_print(key)
    return string.sub(redis.sha1hex(key), 1, 20)
end

-- {key, verdict, revision}: verdict is nil for a new event, else "absorbed", "conflict" or "retired".
function M.find(batch, source, print)
    local key = key_of(source)
    local marker = redis.call("HGET", batch.key.events, key)
    if marker then
        local revision, stored_print = string.match(marker, "^(%d+) (%x+)$")
        return { key = key, verdict = stored_print == print and "absorbed" or "conflict", revision = revision }
    end
    local retired = redis.call("SISMEMBER", batch.key.retired, short_print(key)) == 1
    return { key = key, verdict = retired and "retired" or nil, revision = "0" }
end

local function new_feed()
    return {
        events = 0, at_ms = 0, first = 0, last = 0, gaps = {}, dropped = 0,
        absorbed = 0, conflict = 0, late = 0, repeated_number = 0, retired = 0, refused = 0,
    }
end

-- Takes a number out of the gap it is in; false where it is in none.
local function fill(gaps, number)
    for i, gap in ipairs(gaps) do
        if gap[1] <= number and number <= gap[2] then
            table.remove(gaps, i)
            if number < gap[2] then
                table.insert(gaps, i, { number + 1, gap[2], gap[3] })
            end
            if gap[1] < number then
                table.insert(gaps, i, { gap[1], number - 1, gap[3] })
            end
            return true
        end
    end
    return false
end

local function drop_oldest(feed)
    while #feed.gaps > GAPS_MAX do
        table.remove(feed.gaps, 1)
        feed.dropped = feed.dropped + 1
    end
end

-- What a number says of the feed, or nil; changes the feed.
local function place(feed, number, is_new, now)
    if feed.last == 0 then
        feed.first, feed.last = number, number
        return nil
    elseif number > feed.last then
        local missing = number > feed.last + 1
        if missing then
            feed.gaps[#feed.gaps + 1] = { feed.last + 1, number - 1, now }
        end
        feed.last = number
        drop_oldest(feed)
        return missing and "gap" or nil
    elseif fill(feed.gaps, number) then
        drop_oldest(feed)
        return "late"
    elseif number < feed.first then
        return "late"
    end
    return is_new and "repeated_number" or nil
end

local function tell(batch, verdict, source, envelope, revision, reason)
    local number = redis.call("HINCRBY", batch.key.meta, "deliveries", 1)
    redis.call("XADD", batch.key.deliveries, "MAXLEN", "~", DELIVERIES_KEPT, string.format("%.0f-0", number),
        "at_ms", string.format("%.0f", batch.now), "verdict", verdict, "source", cjson.encode(source),
        "kind", envelope.kind, "operation_id", envelope.id, "revision", revision, "reason", reason)
end

-- A feed is read once in a call, however many of its events the call brings.
local function feed_of(batch, system)
    batch.feeds = batch.feeds or {}
    if not batch.feeds[system] then
        local text = redis.call("HGET", batch.key.feeds, system)
        batch.feeds[system] = text and cjson.decode(text) or new_feed()
    end
    return batch.feeds[system]
end

-- Counts one delivery in its feed and lists what is remarkable of it. `verdict` is the delivery's own, or nil.
function M.note(batch, envelope, is_new, verdict, revision, reason)
    local source = envelope.source
    local feed = feed_of(batch, source.system)
    feed.events = feed.events + 1
    feed.at_ms = batch.now
    local of_number = source.number > 0 and place(feed, source.number, is_new, batch.now)
    for _, each in ipairs({ of_number or false, verdict or false }) do
        if each then
            if feed[each] then
                feed[each] = feed[each] + 1
            end
            tell(batch, each, source, envelope, revision, each == "refused" and reason or "")
        end
    end
end

-- Writes the feeds of a call, each once.
function M.close(batch)
    for system, feed in pairs(batch.feeds or {}) do
        redis.call("HSET", batch.key.feeds, system, cjson.encode(feed))
    end
end

-- From now on the newest answer stands for the event that its operation told; `refused` is its reason where it was a no.
function M.done(batch, envelope, print, refused)
    local source, revision = envelope.source, string.format("%.0f", batch.revision)
    local key = key_of(source)
    redis.call("HSET", batch.key.events, key, revision .. " " .. print)
    redis.call("ZADD", batch.key.event_times, string.format("%.0f", batch.now + source.retention_ms), key)
    M.note(batch, envelope, true, refused and "refused", revision, refused)
end

local function order_is_open(batch, order_id)
    local text = redis.call("HGET", batch.key.reservations, order_id)
    for _, line in ipairs(text and R.parse(text).lines or {}) do
        if R.open(line) > 0 then
            return true
        end
    end
    return false
end

local function permit_is_open(batch, permit_id)
    local text = redis.call("HGET", batch.key.permits, permit_id)
    return text ~= false and permits.parse(text).unpicked > 0
end

-- An answer is kept at least as long as the order it names is open, or its permit has units to pick.
local function still_needed(batch, revision)
    local entry = redis.call("XRANGE", batch.key.ledger, revision .. "-0", revision .. "-0")[1]
    if not entry then
        return false
    end
    local body, reply = cjson.decode(entry[2][6]), cjson.decode(entry[2][8])
    local order_id, permit_id = body.order_id or "", body.permit_id or reply.permit_id or ""
    return order_id ~= "" and order_is_open(batch, order_id)
        or permit_id ~= "" and permit_is_open(batch, permit_id)
end

local function put_away(batch, key)
    redis.call("SADD", batch.key.retired, short_print(key))
    redis.call("HDEL", batch.key.events, key)
    redis.call("ZREM", batch.key.event_times, key)
end

local function retire(batch, key)
    local marker = redis.call("HGET", batch.key.events, key)
    if marker and still_needed(batch, string.match(marker, "^(%d+)")) then
        redis.call("ZADD", batch.key.event_times, string.format("%.0f", batch.now + LOOK_AGAIN_MS), key)
    else
        put_away(batch, key)
    end
end

-- Retires an event whose answer leaves the store with the entry at this revision, whether it is still needed or not. Gives
-- whether there was something to retire.
function M.retire_at(batch, source, revision)
    local key = key_of(source)
    local marker = redis.call("HGET", batch.key.events, key)
    if not marker or string.match(marker, "^(%d+)") ~= revision then
        return false
    end
    put_away(batch, key)
    return true
end

-- Retires the events whose time has passed, a bounded number in one call. One that fails keeps no other from it.
function M.retire(batch)
    local now = string.format("%.0f", batch.now)
    for _, key in ipairs(redis.call("ZRANGEBYSCORE", batch.key.event_times, "-inf", now, "LIMIT", 0, RETIRED_PER_CALL)) do
        local ok, bug = pcall(retire, batch, key)
        if not ok then
            local text = type(bug) == "table" and bug.err or bug
            redis.log(redis.LOG_WARNING, "retiring an event failed: " .. tostring(text))
        end
    end
end

return M
