-- record_receipt: goods came in. Opens the location and the SKUs it names.
-- Body    {reference, lines = [[sku, quantity, landing]]}
-- Reply   {levels}
-- Refuses QUANTITY_OVERFLOW

local function claims(body)
    local lines = {}
    for i, line in ipairs(body.lines) do
        lines[i] = { sku = line[1], quantity = line[2] }
    end
    return lines
end

return function(work, body)
    local skus, sums = stock.sums(claims(body))
    local rows = Work.load_rows(work, skus)
    local violations = {}
    for _, line in ipairs(body.lines) do
        local sku = line[1]
        local possible = stock.BOUND - (rows[sku] and rows[sku].on_hand or 0)
        if sums[sku] > possible then
            violations[#violations + 1] = { "", sku, sums[sku], possible }
        end
    end
    if #violations > 0 then
        return Work.refuse("QUANTITY_OVERFLOW", violations)
    end
    for _, line in ipairs(body.lines) do
        local sku, quantity, landing = line[1], line[2], line[3]
        if not rows[sku] then
            Work.add_row(work, sku)
        end
        Work.move(work, sku, "on_hand", quantity)
        if landing ~= "available" then
            Work.move(work, sku, landing, quantity)
        end
    end
    return { levels = Work.levels(work, skus) }
end
