-- apply: a batch of operations on one location, each once, each whole. This is the group commit: whatever arrived while
-- the call before was under way rides in this one.
-- Keys    all keys of the location, in the order of gate_service/ledger/keys.py
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; 2: "epoch revision hash", the position that the
--         gate knows to be acknowledged, or ""; 3: "b" where the gate will wait for replicas, else ""; 4: lines to run out
--         before this call goes on to its operations (the item that reaches it is finished); then for each operation its
--         envelope and its body, JSON
-- Gives   "epoch revision hash" of the newest entry, with a blank and the fence's JSON where the location is fenced; then for
--         each operation one text: "F" fresh, "R" replayed, "A" absorbed (a source event that was told before), each with
--         the 40 hex digits of the entry's hash, or "N" not stored, and behind it the reply's JSON; or a bug and its text:
--         "B" before anything was written, "E" while writing

local lists = include("lib/lists")
local stock = include("lib/stock")
local reservations = include("lib/reservations")
local permits = include("lib/permits")
local quotas = include("lib/quotas")
local claims = include("lib/claims")
local guard = include("lib/guard")
local lineage = include("lib/lineage")
local Batch = include("lib/batch")
local Work = include("lib/work")
local fences = include("lib/fences")
local commit = include("lib/commit")
local operations = include("lib/operations")

local OPENS = { record_receipt = true, announce_incoming = true, amend_incoming = true, change_handoffs = true }

local function not_stored(reason, more)
    more = more or {}
    more.refused = reason
    return "N" .. cjson.encode(more)
end

-- What ran out, with an entry of its own. Gives how many lines that was.
local function expire(batch, kind, id, body)
    local envelope, body_text = { id = id, kind = kind, system = "", actor = "" }, cjson.encode(body)
    local entry = {
        id = id, fingerprint = operations.fingerprint(kind, body_text), envelope = cjson.encode(envelope), body = body_text,
    }
    local _, lines = operations.perform(batch, envelope, body, entry)
    return lines
end

local function run_out_hold(batch, order_id, due_at_ms)
    local id = string.format("~expire-hold/%s/%.0f", order_id, due_at_ms)
    return expire(batch, "expire_hold", id, { order_id = order_id })
end

local function run_out_permit(batch, permit_id)
    return expire(batch, "expire_permit", "~expire-permit/" .. permit_id, { permit_id = permit_id })
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

-- The hash and the text of the reply at a revision.
local function reply_at(batch, revision, id)
    local entry = redis.call("XRANGE", batch.key.ledger, revision .. "-0", revision .. "-0")[1]
    if id and cjson.decode(entry[2][4]).id ~= id then
        error("the ledger holds another operation at the revision of this marker")
    end
    return entry[2][12] .. entry[2][8] -- names and values in turn: at_ms, envelope, body, reply, changes, hash
end

-- The stored answer to an operation_id that was seen before, or nil. A marker that ends with "a" stands for an event that
-- another operation told first; one of which only the revision is left, or whose revision was trimmed, for an operation
-- whose answer is in the archive.
local function seen_before(batch, id, print)
    local marker = redis.call("HGET", batch.key.operations, id)
    if not marker then
        return nil
    end
    local revision, stored_print, absorbed = string.match(marker, "^(%d+) ?(%x*)( ?a?)$")
    if stored_print == "" or tonumber(revision) <= batch.trimmed then
        return not_stored("OPERATION_ID_RETIRED", { stored_revision = tonumber(revision) })
    elseif stored_print ~= print then
        return not_stored("OPERATION_ID_REUSED", { stored_revision = tonumber(revision) })
    elseif absorbed ~= "" then
        return "A" .. reply_at(batch, revision)
    end
    return "R" .. reply_at(batch, revision, id)
end

-- The answer to an event that was told before.
local function told_before(batch, envelope, event, print)
    batch.writing = true
    operations.events.note(batch, envelope, false, event.verdict, event.revision, "")
    if event.verdict == "retired" then
        return not_stored("SOURCE_EVENT_RETIRED")
    elseif event.verdict == "conflict" then
        return not_stored("SOURCE_EVENT_CONFLICT", { stored_revision = tonumber(event.revision) })
    end
    redis.call("HSET", batch.key.operations, envelope.id, event.revision .. " " .. print .. " a")
    return "A" .. reply_at(batch, event.revision)
end

-- A SKU of the body that became part of another one, or nil.
local function merged_sku(batch, kind, body)
    if batch.merges == 0 or kind == "merge_sku" then
        return nil
    end
    local skus = guard.skus(kind, body)
    for i, text in ipairs(lists.read(batch.key.stock, skus)) do
        local into = text and stock.merged_into(text)
        if into then
            return not_stored("SKU_MERGED", { sku = skus[i], into_sku = into })
        end
    end
    return nil
end

local function fault_of(envelope, body)
    if body.dry_run ~= true and not envelope.own and not guard.is_id(envelope.id) then
        return "operation_id"
    end
    return guard.fault(envelope.kind, body) or envelope.source and guard.source_fault(envelope.source)
end

-- Does an operation that was not seen before, and stores its answer.
local function do_first(batch, envelope, body, entry)
    local event = envelope.source and operations.events.find(batch, envelope.source, entry.fingerprint)
    if event and event.verdict then
        return told_before(batch, envelope, event, entry.fingerprint)
    end
    local merged = merged_sku(batch, envelope.kind, body)
    if merged then
        return merged
    end
    local text = operations.perform(batch, envelope, body, entry)
    return "F" .. batch.hash .. text
end

local function ask_dry(batch, envelope, body)
    local merged = merged_sku(batch, envelope.kind, body)
    if merged then
        return merged
    end
    local reply = operations.of(envelope.kind)(Work.begin(batch), body, envelope.policy or {}, envelope)
    reply.revision = batch.revision
    reply.at_ms = batch.now
    return "F" .. batch.hash .. cjson.encode(reply)
end

local function run(batch, more_due, envelope_text, body_text)
    local envelope = cjson.decode(envelope_text)
    local body = cjson.decode(body_text)
    local fault = fault_of(envelope, body)
    if fault then
        return not_stored("INVALID_FIELD", { field = fault })
    end
    if batch.fence and envelope.kind ~= "recover_location" then
        return "N" .. cjson.encode(lineage.refusal(batch))
    end
    if not batch.exists then
        if not OPENS[envelope.kind] and not batch.fence then
            return not_stored("UNKNOWN_LOCATION")
        end
        Batch.create(batch)
    end
    local dry_run = body.dry_run == true
    local print = operations.fingerprint(envelope.kind, body_text)
    local stored = not dry_run and seen_before(batch, envelope.id, print)
    if stored then
        return stored
    end
    if more_due then
        run_out_named(batch, body)
    end
    if dry_run then
        return ask_dry(batch, envelope, body)
    end
    local entry = { id = envelope.id, fingerprint = print, envelope = envelope_text, body = body_text }
    return do_first(batch, envelope, body, entry)
end

local batch = Batch.open(KEYS, ARGV[1], ARGV[2])
if batch.exists and not batch.fence then
    local left = run_out_due(batch, batch.key.holds, tonumber(ARGV[4]), run_out_hold)
    run_out_due(batch, batch.key.permit_times, left, run_out_permit)
    local now = string.format("%.0f", batch.now)
    if #redis.call("ZRANGEBYSCORE", batch.key.event_times, "-inf", now, "LIMIT", 0, 1) > 0 then
        local ok, bug = pcall(operations.events.retire, batch)
        if not ok then -- a store at its memory limit, say: it can wait
            redis.log(redis.LOG_WARNING, "retiring events failed: " .. tostring(type(bug) == "table" and bug.err or bug))
        end
    end
end
local answers = { "" }
for i = 5, #ARGV, 2 do
    -- One operation's bug must not take the others' answers with it.
    batch.writing = false
    local ok, answer = pcall(run, batch, batch.exists, ARGV[i], ARGV[i + 1])
    if not ok then
        if type(answer) == "table" and answer.merged then
            answer = not_stored("SKU_MERGED", { sku = answer.merged, into_sku = answer.into })
        elseif type(answer) == "table" and answer.again then
            answer = not_stored("AGAIN") -- the gate sums up anew, and asks once more
        else
            answer = (batch.writing and "E" or "B") .. tostring(type(answer) == "table" and answer.err or answer)
        end
    end
    answers[#answers + 1] = answer
end
if batch.feeds then
    -- At the memory limit nothing of this call was written, and what may be is asked for once more: it counts then.
    local ok, bug = pcall(operations.events.close, batch)
    if not ok and batch.revision > batch.stored_revision then
        redis.log(redis.LOG_WARNING, "feeds not counted: " .. tostring(type(bug) == "table" and bug.err or bug))
    end
end
if not Batch.close(batch, ARGV[3] == "b") then
    for i = 2, #answers do -- a stored answer of which nobody can say that a replica has it
        answers[i] = string.find(answers[i], "^[RA]") and "EOOM barrier" or answers[i]
    end
end
answers[1] = lineage.head(batch)
return answers
