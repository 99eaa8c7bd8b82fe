-- Whether this is the history that the gates know, or one that a failover or a restored backup has cut short.
--
-- A gate tells the highest position that it knows to be acknowledged: "epoch revision hash". Where the store has less, or
-- something else there, it has lost history, and the location is fenced before anything is done to it.

local M = {}

-- The parts of a position: epoch, revision and hash.
function M.read(text)
    local epoch, revision, hash = string.match(text, "^(%d+) (%d+) (%x+)$")
    return tonumber(epoch), tonumber(revision), hash
end

-- Where the location stands, as a fence says it.
function M.found(batch)
    return { batch.epoch, batch.revision, batch.hash }
end

-- A fence that begins now: what should be here, and what is.
function M.fence(batch, epoch, revision, hash)
    return { since_ms = batch.now, remembered = { epoch, revision, hash }, found = M.found(batch) }
end

-- The chain hash at a revision; nil where there is no such entry.
function M.hash_at(batch, revision)
    if revision == batch.revision then
        return batch.hash
    end
    local id = string.format("%.0f-0", revision)
    local entry = redis.call("XRANGE", batch.key.ledger, id, id)[1]
    return entry and entry[2][12] -- names and values in turn: at_ms, envelope, body, reply, changes, hash
end

-- Whether what is remembered is a part of the history that is here.
function M.is_ours(batch, epoch, revision, hash)
    if epoch ~= batch.epoch then
        return epoch < batch.epoch -- somebody has accepted this history since
    elseif revision > batch.revision then
        return false
    elseif revision <= batch.trimmed then
        return true -- it was archived, with its chain, before it was trimmed
    end
    return M.hash_at(batch, revision) == hash
end

-- Of two positions that were both acknowledged the one that goes further.
function M.later(known, epoch, revision, hash)
    local goes_on = epoch > known[1] or epoch == known[1] and revision > known[2]
    return goes_on and { epoch, revision, hash } or known
end

-- Fences the location where what is remembered is not a part of its history; where it is fenced already, the fence
-- remembers what goes furthest of all that any gate does. `remembered` is empty where a gate knows nothing. Gives nothing;
-- `batch.fence` is the fence's JSON then and from then on.
function M.check(batch, remembered)
    if remembered == "" then
        return
    end
    local epoch, revision, hash = M.read(remembered)
    if batch.fence then
        local fence = cjson.decode(batch.fence)
        local known = fence.remembered
        fence.remembered = M.later(known, epoch, revision, hash)
        if fence.remembered == known then
            return
        end
        batch.fence = cjson.encode(fence)
    elseif M.is_ours(batch, epoch, revision, hash) then
        return
    else
        batch.fence = cjson.encode(M.fence(batch, epoch, revision, hash))
    end
    -- A store at its memory limit, or a replica, cannot keep it: then every gate that remembers finds out anew.
    pcall(redis.call, "HSET", batch.key.meta, "fenced", batch.fence)
end

-- Fences a location whose ledger goes further than its state: a script of an earlier call was cut off between the two, for
-- want of a right, say. Nothing can be written there any more; its own ledger can be told again elsewhere.
function M.check_torn(batch)
    local newest = redis.call("XREVRANGE", batch.key.ledger, "+", "-", "COUNT", 1)[1]
    local revision = newest and tonumber(string.match(newest[1], "^%d+"))
    if revision and revision > batch.revision then
        batch.fence = cjson.encode(M.fence(batch, batch.epoch, revision, newest[2][12]))
        pcall(redis.call, "HSET", batch.key.meta, "fenced", batch.fence)
    end
end

-- The answer at a fenced location to whatever is not its recovery.
function M.refusal(batch)
    return { refused = "LOCATION_FENCED", fenced_since_ms = cjson.decode(batch.fence).since_ms }
end

-- What stands before the answers of a call: the newest position, and the fence where there is one.
function M.head(batch)
    local text = string.format("%.0f %.0f %s", batch.epoch, batch.revision, batch.hash == "" and "-" or batch.hash)
    return batch.fence and text .. " " .. batch.fence or text
end

return M
