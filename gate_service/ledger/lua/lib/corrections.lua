-- Corrections of the record, shared by those that one person makes and those that a second one agrees to.

local M = {}

-- Each gives a reason and what would have been possible, or changes the row.
local function adjust_on_hand(work, sku, row, delta)
    local floor = row.damaged + row.quality_control
    if row.on_hand + delta < floor then
        return "INSUFFICIENT_ON_HAND", floor - row.on_hand
    elseif row.on_hand + delta > stock.BOUND then
        return "QUANTITY_OVERFLOW", stock.BOUND - row.on_hand
    end
    Work.move(work, sku, "on_hand", delta)
    -- Units that are gone were the doubted ones first.
    Work.move(work, sku, "suspect", math.min(row.suspect, row.on_hand - floor) - row.suspect)
    return nil
end

local function reclassify(work, sku, row, bucket, delta)
    local leaving = bucket == "quality_control" and delta < 0
    local most = leaving and Work.free_of_holds(work, sku) or row[bucket]
    if most + delta < 0 then
        return "INSUFFICIENT_ON_HAND", -most
    elseif stock.unsellable(row) + delta > row.on_hand then
        return "INSUFFICIENT_ON_HAND", row.on_hand - stock.unsellable(row)
    end
    Work.move(work, sku, bucket, delta)
    return nil
end

-- The rows are the work's own copies, so a refused correction leaves nothing behind.
local function adjust(work, lines)
    local reason, violations = nil, {}
    for _, line in ipairs(lines) do
        local sku, bucket, delta = line[1], line[2], line[3]
        local row = work.rows[sku]
        local why, possible
        if bucket == "on_hand" then
            why, possible = adjust_on_hand(work, sku, row, delta)
        else
            why, possible = reclassify(work, sku, row, bucket, delta)
        end
        if why then
            reason = reason or why
            violations[#violations + 1] = { "", sku, delta, possible }
        end
    end
    return reason, violations
end

-- Applies lines [[sku, bucket, delta]] to the work's copies; gives the SKUs by first line, and a refusal.
function M.apply(work, reason, lines)
    local skus = lists.distinct(lines, 1)
    local rows = Work.load_rows(work, skus)
    local violations = stock.unknown(rows, lines, 3)
    if #violations > 0 then
        return skus, Work.refuse("UNKNOWN_SKU", violations)
    end
    local why
    why, violations = adjust(work, lines)
    if why then
        return skus, Work.refuse(why, violations)
    end
    for _, sku in ipairs(skus) do
        if reason == "count" and rows[sku].suspect == 0 then
            work.settled[sku] = true
        end
    end
    return skus, nil
end

return M
