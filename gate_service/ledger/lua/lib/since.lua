-- What happened to some SKUs after a revision, by the ledger. The gate sums up the older part before it asks (the policy's
-- `since`), so that the script reads only the entries that came meanwhile.

local BUCKETS = { "on_hand", "picked", "suspect" }

local M = {}

local function add(sums, changes)
    for sku, by_bucket in pairs(changes) do
        local sum = sums[sku]
        if sum then
            for place, bucket in ipairs(BUCKETS) do
                sum[place] = sum[place] + (by_bucket[bucket] or 0)
            end
        end
    end
end

-- A correction of the record moved nothing: it is no news to somebody who counted.
local CORRECTIONS = { count = true, correction = true }

local function moved_nothing(kind, body)
    return kind == "submit_count" or kind == "adjust_stock" and CORRECTIONS[body.reason] == true
end

-- sku -> {on_hand, picked, suspect}: the sum of movements after `revision`, for these SKUs. Where one became part of
-- another meanwhile, the sums of the gate are out of date: they are asked for once more.
function M.changes(batch, revision, skus, since)
    local sums = {}
    for _, sku in ipairs(skus) do
        local told = since and since.sums[sku] or { 0, 0, 0 }
        sums[sku] = { told[1], told[2], told[3] }
    end
    local first = (since and since.through or revision) + 1
    while first <= batch.revision do
        local entries = redis.call("XRANGE", batch.key.ledger, string.format("%.0f-0", first), "+", "COUNT", 500)
        for _, entry in ipairs(entries) do
            local words = entry[2] -- at_ms, envelope, body, reply, changes: names and values in turn
            local changes = cjson.decode(words[10])
            if next(changes) then
                local kind, body = cjson.decode(words[4]).kind, cjson.decode(words[6])
                if kind == "merge_sku" then
                    error({ again = true })
                elseif not moved_nothing(kind, body) then
                    add(sums, changes)
                end
            end
        end
        first = first + 500
    end
    return sums
end

return M
