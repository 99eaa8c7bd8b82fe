-- submit_count: somebody counted the shelf, as it was at a revision. Taken in any case, also below what is reserved.
-- Body    {count_id, as_of_revision, includes_picked, covers_range, covers_after, covers_through,
--         lines = [[sku, counted]], variance_id?}; policy {priorities?, since?}
-- Reply   {lines = [[sku, counted, expected]], levels, shortages = [[sku, missing, orders, more]]}
-- Refuses AS_OF_AHEAD, AS_OF_TOO_OLD, COUNT_RANGE_TOO_WIDE, QUANTITY_OVERFLOW

local COVERED_MAX = 2000

-- The SKUs that were looked for and are not among the lines, or nil where there are too many.
local function covered(work, body)
    if not body.covers_range then
        return {}
    end
    local counted = {}
    for _, line in ipairs(body.lines) do
        counted[line[1]] = true
    end
    local low = "(" .. body.covers_after
    local high = body.covers_through == "" and "+" or "[" .. body.covers_through
    local skus = {}
    local most = COVERED_MAX + #body.lines + 1
    for _, sku in ipairs(redis.call("ZRANGEBYLEX", work.batch.key.skus, low, high, "LIMIT", 0, most)) do
        if not counted[sku] then
            skus[#skus + 1] = sku
        end
    end
    return #skus <= COVERED_MAX and skus or nil
end

local function load(work, body, more)
    local skus = {}
    for _, line in ipairs(body.lines) do skus[#skus + 1] = line[1] end
    for _, sku in ipairs(more) do skus[#skus + 1] = sku end
    Work.load_rows(work, skus)
    for _, sku in ipairs(skus) do
        if not work.rows[sku] then
            Work.add_row(work, sku)
        end
    end
    return skus
end

-- {sku, counted, expected, on_hand after it} of each SKU; what nothing is to be said of is left out.
local function compare(work, body, skus, deltas)
    local found = {}
    local due = #skus > #body.lines and redis.call("HGETALL", work.batch.key.counts) or {}
    local is_due = {}
    for i = 1, #due, 2 do is_due[due[i]] = true end
    for i, sku in ipairs(skus) do
        local row, delta = work.rows[sku], deltas[sku]
        local counted = i <= #body.lines and body.lines[i][2] or 0
        local expected = row.on_hand - delta[1] - (body.includes_picked and 0 or row.picked - delta[2])
        local silent = i > #body.lines and expected == 0 and row.suspect == 0 and not is_due[sku]
        if not silent then
            found[#found + 1] = { sku, counted, expected, math.max(0, row.on_hand + counted - expected) }
        end
    end
    return found
end

local function overflows(found)
    local violations = {}
    for _, item in ipairs(found) do
        if item[4] > stock.BOUND then
            violations[#violations + 1] = { "", item[1], item[2], item[2] - (item[4] - stock.BOUND) }
        end
    end
    return violations
end

local function settle(work, sku, on_hand, delta)
    local row = work.rows[sku]
    Work.move(work, sku, "on_hand", on_hand - row.on_hand)
    Work.move(work, sku, "suspect", -math.min(row.suspect, math.max(0, row.suspect - delta[3])))
    for _, bucket in ipairs({ "suspect", "quality_control", "damaged" }) do
        local excess = stock.unsellable(row) - row.on_hand
        Work.move(work, sku, bucket, -math.min(row[bucket], math.max(0, excess)))
    end
    if row.suspect == 0 then
        work.settled[sku] = true
    end
end

return function(work, body, policy)
    if body.as_of_revision > work.batch.revision then
        return Work.refuse("AS_OF_AHEAD")
    elseif body.as_of_revision > 0 and body.as_of_revision < work.batch.trimmed then
        return Work.refuse("AS_OF_TOO_OLD")
    end
    local more = covered(work, body)
    if not more then
        return Work.refuse("COUNT_RANGE_TOO_WIDE")
    end
    local skus = load(work, body, more)
    local as_of = body.as_of_revision > 0 and body.as_of_revision or work.batch.revision
    local deltas = since.changes(work.batch, as_of, skus, policy.since)
    local found = compare(work, body, skus, deltas)
    local violations = overflows(found)
    if #violations > 0 then
        return Work.refuse("QUANTITY_OVERFLOW", violations)
    end
    local said, lines = {}, {}
    for i, item in ipairs(found) do
        settle(work, item[1], item[4], deltas[item[1]])
        said[i], lines[i] = item[1], { item[1], item[2], item[3] }
    end
    local levels = #said > 0 and Work.levels(work, said) or {}
    return { lines = lines, levels = levels, shortages = Work.shortages(work, said, policy) }
end
