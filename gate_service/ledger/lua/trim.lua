-- trim: takes out of a location's ledger what stands in an archive, the oldest entries first, and with each what only it
-- was needed for: of its marker the revision is left, and its source event is retired.
-- Keys    all keys of the location, in the order of gate_service/ledger/keys.py
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; 2: "epoch revision hash", the newest position
--         in the archive; 3: "entries", "markers" or "memory"; of entries 4: the newest revision that goes, at most 200 from the
--         oldest, 5: its chain hash in the archive, 6: how many of the newest stay in any case; of markers 4: through
--         which revision they go altogether, 0 for none, 5: the cursor, first "0", 6: about how many are looked at
-- Gives   "epoch revision hash" as of apply; then one text: "F" and JSON, of entries {entries, events}, of markers
--         {cursor, shortened, forgotten}, of memory {bytes}, 0 where the store does not tell; or "N" and
--         {refused, found?}: UNKNOWN_LOCATION, LOCATION_FENCED, TOO_NEW, TOO_MANY, ENTRY_MISSING, HASH_DIFFERS. Nothing was
--         written then.

local lists = include("lib/lists")
local reservations = include("lib/reservations")
local permits = include("lib/permits")
local lineage = include("lib/lineage")
local Batch = include("lib/batch")
local events = include("lib/events")

local AT_ONCE = 200

local function not_done(reason, found)
    return "N" .. cjson.encode({ refused = reason, found = found })
end

-- The entries that go, the oldest first, or nil and why not.
local function going(batch, through, hash, keep)
    if through > batch.revision - keep then
        return nil, not_done("TOO_NEW")
    elseif through - batch.trimmed > AT_ONCE then
        return nil, not_done("TOO_MANY")
    end
    local first, last = string.format("%.0f-0", batch.trimmed + 1), string.format("%.0f-0", through)
    local entries = redis.call("XRANGE", batch.key.ledger, first, last)
    if #entries ~= through - batch.trimmed then
        return nil, not_done("ENTRY_MISSING")
    end
    local found = entries[#entries][2][12] -- names and values in turn: at_ms, envelope, body, reply, changes, hash
    if found ~= hash then
        return nil, not_done("HASH_DIFFERS", found)
    end
    return entries
end

-- Of each marker the revision is left: enough to refuse its id, and to say where it stood.
local function shorten(batch, ids, revisions)
    local words = {}
    for i, marker in ipairs(lists.read(batch.key.operations, ids)) do
        if marker and string.match(marker, "^(%d+) ") == revisions[i] then
            words[#words + 1] = ids[i]
            words[#words + 1] = revisions[i]
        end
    end
    lists.write("HSET", batch.key.operations, words)
end

local function trim(batch, through, hash, keep)
    if through <= batch.trimmed then
        return "F" .. cjson.encode({ entries = 0, events = 0 }) -- somebody else has been here
    end
    local entries, refusal = going(batch, through, hash, keep)
    if not entries then
        return refusal
    end
    local envelopes, ids, revisions, retired = {}, {}, {}, 0
    for i, entry in ipairs(entries) do
        envelopes[i] = cjson.decode(entry[2][4])
        ids[i], revisions[i] = envelopes[i].id, string.match(entry[1], "^%d+")
    end
    shorten(batch, ids, revisions)
    for i, envelope in ipairs(envelopes) do
        if envelope.source and events.retire_at(batch, envelope.source, revisions[i]) then
            retired = retired + 1
        end
    end
    redis.call("HSET", batch.key.meta, "trimmed", string.format("%.0f", through))
    redis.call("XTRIM", batch.key.ledger, "MINID", string.format("%.0f-0", through + 1))
    return "F" .. cjson.encode({ entries = #entries, events = retired })
end

-- Looks at some of the markers: those of entries that are trimmed are shortened where that was not done (they stand for an
-- event that another operation had told), and forgotten where they are old enough.
local function sweep(batch, wanted, cursor, count)
    local through = math.min(wanted, batch.trimmed)
    local found = redis.call("HSCAN", batch.key.operations, cursor, "COUNT", count)
    local short, gone, fields = {}, {}, found[2]
    for i = 1, #fields, 2 do
        local revision, rest = string.match(fields[i + 1], "^(%d+)(.*)$")
        local number = tonumber(revision)
        if number and number <= through then
            gone[#gone + 1] = fields[i]
        elseif number and number <= batch.trimmed and rest ~= "" then
            short[#short + 1] = fields[i]
            short[#short + 1] = revision
        end
    end
    lists.write("HSET", batch.key.operations, short)
    lists.write("HDEL", batch.key.operations, gone)
    if found[1] == "0" and through > 0 then
        redis.call("HSET", batch.key.meta, "forgotten", string.format("%.0f", through))
    end
    return "F" .. cjson.encode({ cursor = found[1], shortened = #short / 2, forgotten = #gone })
end

local function memory(batch)
    local bytes = 0
    for _, key in pairs(batch.key) do
        local ok, size = pcall(redis.call, "MEMORY", "USAGE", key)
        bytes = bytes + (ok and tonumber(size) or 0)
    end
    return "F" .. cjson.encode({ bytes = bytes })
end

local function run(batch)
    if ARGV[3] == "memory" then
        return memory(batch)
    elseif batch.fence then
        return not_done("LOCATION_FENCED")
    elseif not batch.exists then
        return not_done("UNKNOWN_LOCATION")
    elseif ARGV[3] == "markers" then
        return sweep(batch, tonumber(ARGV[4]), ARGV[5], ARGV[6])
    end
    return trim(batch, tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6]))
end

local batch = Batch.open(KEYS, ARGV[1], ARGV[2])
local answer = run(batch)
return { lineage.head(batch), answer }
