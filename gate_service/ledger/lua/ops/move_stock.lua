-- move_stock: goods change their status. Never refused because of what is reserved.
-- Body    {reason, note, reference, lines = [[sku, from, to, quantity]]}; policy {approval_above?, priorities?}
-- Reply   {levels, shortages = [[sku, missing, orders, more]]}
-- Refuses UNKNOWN_SKU, INSUFFICIENT_ON_HAND, APPROVAL_REQUIRED

local function possible(work, sku, from)
    local row = work.rows[sku]
    if from == "available" then
        return row.on_hand - stock.unsellable(row)
    elseif from == "quality_control" then
        return Work.free_of_holds(work, sku)
    end
    return row[from]
end

local function move(work, sku, from, to, quantity)
    if from ~= "available" then
        Work.move(work, sku, from, -quantity)
    end
    if to == "written_off" then
        Work.move(work, sku, "on_hand", -quantity)
    elseif to ~= "available" then
        Work.move(work, sku, to, quantity)
    end
end

local function written_off(lines)
    local units = 0
    for _, line in ipairs(lines) do
        units = units + (line[3] == "written_off" and line[4] or 0)
    end
    return units
end

return function(work, body, policy)
    local skus = lists.distinct(body.lines, 1)
    local rows = Work.load_rows(work, skus)
    local violations = stock.unknown(rows, body.lines, 4)
    if #violations > 0 then
        return Work.refuse("UNKNOWN_SKU", violations)
    end
    for _, line in ipairs(body.lines) do
        local sku, from, to, quantity = line[1], line[2], line[3], line[4]
        local most = possible(work, sku, from)
        if quantity > most then
            violations[#violations + 1] = { "", sku, quantity, most }
        else
            move(work, sku, from, to, quantity)
        end
    end
    if #violations > 0 then
        return Work.refuse("INSUFFICIENT_ON_HAND", violations)
    end
    if policy.approval_above and written_off(body.lines) > policy.approval_above then
        return Work.refuse("APPROVAL_REQUIRED") -- what goes for good needs two people, by whatever verb
    end
    return Work.corrected(work, skus, policy)
end
