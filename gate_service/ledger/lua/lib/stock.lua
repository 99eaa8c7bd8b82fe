-- Stock rows: one hash field for each SKU, eleven whole numbers parted by blanks, so that one HMGET reads a wave.
-- The order of the numbers is that of StockLevel in gate_service/domain/stock.py. A SKU that became part of another one
-- leaves "=" and the other's name behind.

local PATTERN = "^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$"
local FORMAT = "%.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f %.0f"

local M = {
    BOUND = 1000000000000,
    FIGURES = {
        "on_hand", "held", "committed", "allocated", "damaged", "quality_control", "suspect", "incoming", "picked",
        "ring_fenced", "stock_holds",
    },
}

function M.parse(text)
    local on_hand, held, committed, allocated, damaged, quality_control, suspect, incoming, picked, ring_fenced,
        stock_holds = string.match(text, PATTERN)
    return {
        on_hand = tonumber(on_hand),
        held = tonumber(held),
        committed = tonumber(committed),
        allocated = tonumber(allocated),
        damaged = tonumber(damaged),
        quality_control = tonumber(quality_control),
        suspect = tonumber(suspect),
        incoming = tonumber(incoming),
        picked = tonumber(picked),
        ring_fenced = tonumber(ring_fenced),
        stock_holds = tonumber(stock_holds),
    }
end

function M.empty()
    return M.parse("0 0 0 0 0 0 0 0 0 0 0")
end

-- The SKU this text points to, or nil for a row.
function M.merged_into(text)
    return string.match(text, "^=(.+)$")
end

-- A row with a bucket below zero could never be read again, so it is never put together: the operation fails whole.
function M.format(row)
    for bucket, units in pairs(row) do
        if units < 0 then
            error(string.format("%s would fall to %.0f", bucket, units))
        end
    end
    return string.format(FORMAT, row.on_hand, row.held, row.committed, row.allocated, row.damaged,
        row.quality_control, row.suspect, row.incoming, row.picked, row.ring_fenced, row.stock_holds)
end

function M.unsellable(row)
    return row.damaged + row.quality_control + row.suspect
end

function M.allocatable(row)
    return row.on_hand - row.allocated - M.unsellable(row)
end

function M.available(row)
    return M.allocatable(row) - row.held - row.committed
end

-- What a percentage keeps back, rounded up. In two parts, because units times basis points can pass 2^53.
function M.percentage(row, basis_points)
    local available = math.max(0, M.available(row))
    local thousands = math.floor(available / 10000)
    return thousands * basis_points + math.ceil((available - thousands * 10000) * basis_points / 10000)
end

-- What a rule keeps back of a SKU as a percentage: its own basis points, or those of all; nil for none.
function M.basis_points(rule, sku)
    local by_sku = rule.sku_basis_points
    return by_sku and by_sku[sku] or rule.basis_points
end

-- What may still be promised of a SKU under a rule {keep_back, basis_points?, sku_basis_points?}, to a channel that has
-- `own` units of quota left.
function M.promise(sku, row, rule, own)
    if row.stock_holds > 0 then
        return 0
    end
    local promise = M.available(row) - rule.keep_back - (row.ring_fenced - own)
    local basis_points = M.basis_points(rule, sku)
    if basis_points then
        promise = promise - M.percentage(row, basis_points)
    end
    return math.max(0, promise)
end

-- Reads the rows of many SKUs at once: sku -> row; a SKU without a record is left out.
function M.read(key, skus)
    local rows = {}
    local texts = lists.read(key, skus)
    for i, sku in ipairs(skus) do
        if texts[i] then
            local into = M.merged_into(texts[i])
            if into then
                error({ merged = sku, into = into })
            end
            rows[sku] = M.parse(texts[i])
        end
    end
    return rows
end

-- The lines [sku, …] of SKUs without a row, as violations; what was asked stands at a place of the line.
function M.unknown(rows, lines, place)
    local violations = {}
    for _, line in ipairs(lines) do
        if not rows[line[1]] then
            violations[#violations + 1] = { "", line[1], line[place], 0 }
        end
    end
    return violations
end

-- Adds up `quantity` by `sku` over lines given as {sku = , quantity = }: the list of SKUs by first line, and the sums.
-- Two lines of one SKU are always checked against their sum.
function M.sums(lines)
    local skus, sums = {}, {}
    for _, line in ipairs(lines) do
        if not sums[line.sku] then
            skus[#skus + 1] = line.sku
            sums[line.sku] = 0
        end
        sums[line.sku] = sums[line.sku] + line.quantity
    end
    return skus, sums
end

-- The one rule by which a check answers, a reserve decides and an expired hold is taken again: violations
-- {line_id, sku, asked, possible} of the lines whose SKU cannot be promised in sum; none means yes.
-- `own` gives the units of quota that the channel has left, by SKU.
function M.shortfalls(rows, lines, rule, own)
    local _, sums = M.sums(lines)
    local violations = {}
    for _, line in ipairs(lines) do
        local possible = M.promise(line.sku, rows[line.sku], rule, own[line.sku] or 0)
        if sums[line.sku] > possible then
            violations[#violations + 1] = { line.line_id, line.sku, sums[line.sku], possible }
        end
    end
    return violations
end

-- A level as replies carry it: {sku, the eleven numbers, 1 where a count is due}.
function M.level(sku, row, count_due)
    return {
        sku, row.on_hand, row.held, row.committed, row.allocated, row.damaged, row.quality_control, row.suspect,
        row.incoming, row.picked, row.ring_fenced, row.stock_holds, count_due and 1 or 0,
    }
end

return M
