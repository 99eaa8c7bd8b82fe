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

-- sku -> {on_hand, picked, suspect}: the sum of changes after `revision`, for these SKUs.
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
            add(sums, cjson.decode(entry[2][10])) -- at_ms, envelope, body, reply, changes: names and values in turn
        end
        first = first + 500
    end
    return sums
end

return M
