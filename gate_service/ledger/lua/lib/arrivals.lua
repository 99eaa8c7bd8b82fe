-- Goods that come in, new or back from a customer: on_hand rises, and the bucket they land in.

local M = {}

-- Reads the rows of lines [[sku, quantity, landing]]; gives the SKUs by first line, their sums, and a refusal where a
-- bucket would exceed its bound.
function M.check(work, lines)
    local items = {}
    for i, line in ipairs(lines) do
        items[i] = { sku = line[1], quantity = line[2] }
    end
    local skus, sums = stock.sums(items)
    local rows = Work.load_rows(work, skus)
    local violations = {}
    for _, line in ipairs(lines) do
        local sku = line[1]
        local possible = stock.BOUND - (rows[sku] and rows[sku].on_hand or 0)
        if sums[sku] > possible then
            violations[#violations + 1] = { "", sku, sums[sku], possible }
        end
    end
    return skus, sums, #violations > 0 and Work.refuse("QUANTITY_OVERFLOW", violations) or nil
end

function M.land(work, lines)
    for _, line in ipairs(lines) do
        local sku, quantity, landing = line[1], line[2], line[3]
        if not work.rows[sku] then
            Work.add_row(work, sku)
        end
        Work.move(work, sku, "on_hand", quantity)
        if landing ~= "available" then
            Work.move(work, sku, landing, quantity)
        end
    end
end

return M
