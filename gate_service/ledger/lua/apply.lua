-- apply: a batch of operations on one location, each once, each whole. This is the group commit: whatever arrived while
-- the call before was under way rides in this one.
-- Keys    all keys of the location, in the order of gate_service/ledger/keys.py
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; 2: lines to run out before this call goes
--         on to its operations (the item that reaches it is finished); then for each operation its envelope and its body, JSON
-- Gives   for each operation one text: "F" fresh, "R" replayed, "N" not stored, and behind it the reply's JSON; or a bug and
--         its text: "B" before anything was written, "E" while writing

local lists = include("lib/lists")
local stock = include("lib/stock")
local reservations = include("lib/reservations")
local permits = include("lib/permits")
local guard = include("lib/guard")
local Batch = include("lib/batch")
local Work = include("lib/work")

local OPERATIONS = {
    reserve_stock = include("ops/reserve_stock"),
    confirm_reservation = include("ops/confirm_reservation"),
    release_reservation = include("ops/release_reservation"),
    authorize_wave = include("ops/authorize_wave"),
    report_pick = include("ops/report_pick"),
    confirm_shipment = include("ops/confirm_shipment"),
    record_receipt = include("ops/record_receipt"),
    adjust_stock = include("ops/adjust_stock"),
}
local expire_hold = include("ops/expire_hold")
local expire_permit = include("ops/expire_permit")

local function fingerprint(kind, body)
    return string.sub(redis.sha1hex(kind .. "\n" .. body), 1, 20)
end

local function not_stored(reason, more)
    more = more or {}
    more.refused = reason
    return "N" .. cjson.encode(more)
end

-- What ran out, with an entry of its own. Gives how many lines that was.
local function expire(batch, kind, id, body, operation)
    local work = Work.begin(batch)
    local envelope = cjson.encode({ id = id, kind = kind, system = "", actor = "" })
    local reply, lines = operation(work, body)
    local body_text = cjson.encode(body)
    Work.commit(work, { id = id, fingerprint = fingerprint(kind, body_text), envelope = envelope, body = body_text }, reply)
    return lines
end

local function run_out_hold(batch, order_id, due_at_ms)
    local id = string.format("~expire-hold/%s/%.0f", order_id, due_at_ms)
    return expire(batch, "expire_hold", id, { order_id = order_id }, expire_hold)
end

local function run_out_permit(batch, permit_id)
    return expire(batch, "expire_permit", "~expire-permit/" .. permit_id, { permit_id = permit_id }, expire_permit)
end

-- Runs out what is due under one key, while there are lines left of the budget; gives what is left. An item that fails
-- is told to the store's log and left standing; it must not keep the others from going.
local function run_out_due(batch, key, budget, run_out)
    if budget <= 0 then
        return budget
    end
    local now = string.format("%.0f", batch.now)
    local due = redis.call("ZRANGEBYSCORE", key, "-inf", now, "WITHSCORES", "LIMIT", 0, budget)
    for i = 1, #due, 2 do
        if budget <= 0 then
            break
        end
        local ok, lines = pcall(run_out, batch, due[i], tonumber(due[i + 1]))
        if not ok then
            local bug = type(lines) == "table" and lines.err or lines
            redis.log(redis.LOG_WARNING, "expiry of " .. due[i] .. " failed: " .. tostring(bug))
            lines = 1
        end
        budget = budget - lines
    end
    return budget
end

-- Beyond the bound of one call, what the operation itself names still runs out first.
local function run_out_named(batch, body)
    local due = body.order_id and tonumber(redis.call("ZSCORE", batch.key.holds, body.order_id) or nil)
    if due and due <= batch.now then
        run_out_hold(batch, body.order_id, due)
    end
    due = body.permit_id and tonumber(redis.call("ZSCORE", batch.key.permit_times, body.permit_id) or nil)
    if due and due <= batch.now then
        run_out_permit(batch, body.permit_id)
    end
end

-- The stored answer to an operation_id that was seen before, or nil.
local function seen_before(batch, id, print)
    local marker = redis.call("HGET", batch.key.operations, id)
    if not marker then
        return nil
    end
    local revision, stored_print = string.match(marker, "^(%d+) (%x+)$")
    if stored_print ~= print then
        return not_stored("OPERATION_ID_REUSED", { stored_revision = tonumber(revision) })
    end
    local entry = redis.call("XRANGE", batch.key.ledger, revision .. "-0", revision .. "-0")[1]
    if cjson.decode(entry[2][4]).id ~= id then
        error("the ledger holds another operation at the revision of this marker")
    end
    return "R" .. entry[2][8] -- names and values in turn: at_ms, envelope, body, reply
end

local function run(batch, more_due, envelope_text, body_text)
    local envelope = cjson.decode(envelope_text)
    local body = cjson.decode(body_text)
    local dry_run = body.dry_run == true
    local fault = not dry_run and not guard.is_id(envelope.id) and "operation_id" or guard.fault(envelope.kind, body)
    if fault then
        return not_stored("INVALID_FIELD", { field = fault })
    end
    if not batch.exists then
        if envelope.kind ~= "record_receipt" then
            return not_stored("UNKNOWN_LOCATION")
        end
        Batch.create(batch)
    end
    local print = fingerprint(envelope.kind, body_text)
    local stored = not dry_run and seen_before(batch, envelope.id, print)
    if stored then
        return stored
    end
    if more_due then
        run_out_named(batch, body)
    end
    local work = Work.begin(batch)
    local reply = OPERATIONS[envelope.kind](work, body, envelope.policy or {})
    if dry_run then
        reply.revision = batch.revision
        reply.at_ms = batch.now
        return "F" .. cjson.encode(reply)
    end
    local entry = { id = envelope.id, fingerprint = print, envelope = envelope_text, body = body_text }
    return "F" .. Work.commit(work, entry, reply)
end

local batch = Batch.open(KEYS, ARGV[1])
if batch.exists then
    local left = run_out_due(batch, batch.key.holds, tonumber(ARGV[2]), run_out_hold)
    run_out_due(batch, batch.key.permit_times, left, run_out_permit)
end
local answers = {}
for i = 3, #ARGV, 2 do
    -- One operation's bug must not take the others' answers with it.
    batch.writing = false
    local ok, answer = pcall(run, batch, batch.exists, ARGV[i], ARGV[i + 1])
    if not ok then
        answer = (batch.writing and "E" or "B") .. tostring(type(answer) == "table" and answer.err or answer)
    end
    answers[#answers + 1] = answer
end
Batch.close(batch)
return answers
