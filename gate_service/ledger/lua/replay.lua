-- replay: tells a location its own history again, each entry by the code that wrote it, and keeps the texts that were
-- recorded. It does so under a fence only: nobody else writes there, and what was interrupted is gone on with.
-- Keys    all keys of the location, in the order of gate_service/ledger/keys.py
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; 2: what to do:
--         "begin": close an empty location for a restore. 3: "epoch revision hash", the position that it should come to
--         "tell":  3: the since_ms of the fence; then for each entry its revision, at_ms, envelope, body, reply, changes, hash
--         "end":   open it where it has come to what its fence remembers. 3: the since_ms of the fence
-- Gives   "epoch revision hash" as of apply; then one text: "F" and JSON, of "tell" {told} and {told, differs} where an entry
--         does not come to what was recorded: it is not written, nor is what is behind it; "N" {refused} where there is
--         another fence or none, or something stands there; "E" a bug while writing

local lists = include("lib/lists")
local stock = include("lib/stock")
local reservations = include("lib/reservations")
local permits = include("lib/permits")
local quotas = include("lib/quotas")
local claims = include("lib/claims")
local lineage = include("lib/lineage")
local Batch = include("lib/batch")
local Work = include("lib/work")
local fences = include("lib/fences")
local commit = include("lib/commit")
local operations = include("lib/operations")

local FIELDS = 7 -- of an entry among the arguments

local batch = Batch.open(KEYS, ARGV[1], "")

local function put_fence(fence)
    batch.fence = cjson.encode(fence)
    redis.call("HSET", batch.key.meta, "fenced", batch.fence)
end

local ACTS = {}

-- A gate that remembered the lost history may have closed the empty location first: what it remembers still counts.
function ACTS.begin(target)
    local fence = batch.fence and cjson.decode(batch.fence)
    if fence and fence.restoring then
        return {}
    end
    local _, bare = pcall(Batch.is_bare, batch) -- what is no key of ours cannot even be looked at
    if batch.exists or bare ~= true then
        return { refused = fence and "FENCED" or "NOT_EMPTY" }
    end
    local epoch, revision, hash = lineage.read(target)
    fence = fence or lineage.fence(batch, epoch, revision, hash)
    fence.remembered = lineage.later(fence.remembered, epoch, revision, hash)
    fence.restoring = true
    put_fence(fence)
    return {}
end

local function shown(value)
    return type(value) == "table" and "…" or tostring(value)
end

-- {where, what is computed, what is recorded} of a difference, or nil.
local function difference(ours, theirs, where)
    if type(ours) ~= "table" or type(theirs) ~= "table" then
        return ours ~= theirs and { where, shown(ours), shown(theirs) } or nil
    end
    for name, value in pairs(ours) do
        local found = difference(value, theirs[name], where .. "." .. name)
        if found then
            return found
        end
    end
    for name, value in pairs(theirs) do
        if ours[name] == nil then
            return { where .. "." .. name, "nil", shown(value) }
        end
    end
    return nil
end

local function check(what, ours, theirs)
    local found = ours ~= theirs and difference(cjson.decode(ours), cjson.decode(theirs), what)
    if found then
        error({ differs = found })
    end
end

local function chained(before, entry)
    local covered = { before, entry.revision, entry.at_ms, entry.envelope, entry.body, entry.reply, entry.changes }
    return redis.sha1hex(table.concat(covered, "\n"))
end

-- What an operation went by that no entry tells: it follows from its recorded answer.
local function recall(kind, body, reply_text)
    if kind == "recover_location" then
        local answer = cjson.decode(reply_text)
        local before = { (answer.epoch or 1) - 1 }
        batch.fence = not answer.refused and cjson.encode({ since_ms = body.since_ms, remembered = before }) or nil
    elseif kind == "submit_count" and cjson.decode(reply_text).refused == "AS_OF_TOO_OLD" then
        batch.trimmed = body.as_of_revision + 1
    end
end

local function tell(entry)
    local number = tonumber(entry.revision)
    local here = number <= batch.revision and lineage.hash_at(batch, number)
    if here or number <= batch.trimmed then
        if here and here ~= entry.hash then
            error({ differs = { "hash", here, entry.hash } })
        end
        return false
    elseif number ~= batch.revision + 1 then
        error({ differs = { "revision", string.format("%.0f", batch.revision + 1), entry.revision } })
    end
    local hash = chained(batch.hash, entry)
    if hash ~= entry.hash then
        error({ differs = { "hash", hash, entry.hash } })
    end
    local envelope, body = cjson.decode(entry.envelope), cjson.decode(entry.body)
    batch.now = tonumber(entry.at_ms)
    recall(envelope.kind, body, entry.reply)
    operations.perform(batch, envelope, body, {
        id = envelope.id, fingerprint = operations.fingerprint(envelope.kind, entry.body),
        envelope = entry.envelope, body = entry.body,
        recorded = function(reply, changes)
            check("reply", reply, entry.reply)
            check("changes", changes, entry.changes)
            if not batch.exists then
                Batch.create(batch)
            end
            return entry.reply, entry.changes, entry.hash
        end,
    })
    return true
end

local function entry_at(place)
    local fields = {}
    for i, name in ipairs({ "revision", "at_ms", "envelope", "body", "reply", "changes", "hash" }) do
        fields[name] = ARGV[place + i - 1]
    end
    return fields
end

local function what_differs(bug)
    if type(bug) == "table" and bug.differs then
        return bug.differs
    end
    local text = type(bug) == "table" and (bug.err or bug.merged and bug.merged .. " was merged") or tostring(bug)
    return { "operation", text, "an entry" }
end

function ACTS.tell()
    local fence, trimmed, told = batch.fence, batch.trimmed, 0
    for place = 4, #ARGV, FIELDS do
        local entry = entry_at(place)
        batch.writing = false
        local ok, fresh = pcall(tell, entry)
        batch.trimmed = trimmed
        if batch.fence ~= fence then -- a recovery that is told again opens nothing
            batch.fence = fence
            redis.call("HSET", batch.key.meta, "fenced", fence)
        end
        if not ok and batch.writing then
            return nil, tostring(type(fresh) == "table" and fresh.err or fresh)
        elseif not ok then
            return { told = told, differs = { tonumber(entry.revision), unpack(what_differs(fresh)) } }
        end
        told = told + (fresh and 1 or 0)
    end
    return { told = told }
end

ACTS["end"] = function()
    local fence = cjson.decode(batch.fence)
    if lineage.is_ours(batch, unpack(fence.remembered)) then
        redis.call("HDEL", batch.key.meta, "fenced")
        batch.fence = nil
        return {}
    end
    fence.restoring, fence.found = nil, lineage.found(batch)
    put_fence(fence)
    return {}
end

local function run()
    local act = ARGV[2]
    if act ~= "begin" and (not batch.fence or string.format("%.0f", cjson.decode(batch.fence).since_ms) ~= ARGV[3]) then
        return { refused = "FENCE_CHANGED" }
    end
    return ACTS[act](ARGV[3])
end

local answer, bug = run()
if batch.feeds then
    operations.events.close(batch)
end
Batch.close(batch, false)
local text = bug and "E" .. bug or (answer.refused and "N" or "F") .. cjson.encode(answer)
return { lineage.head(batch), text }
