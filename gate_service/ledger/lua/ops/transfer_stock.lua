-- transfer_stock: goods leave for another location. Only what is available travels: taking what is promised to orders
-- would be a shortfall made by the gate. In the same commit it is noted that they are to be announced over there, by
-- whichever gate is alive; who has announced them strikes that off.
-- Body    {to_location_id, transfer_id, expected_at_ms, lines = [[sku, quantity]]}
-- Reply   {levels}
-- Refuses TRANSFER_ID_REUSED, UNKNOWN_SKU, INSUFFICIENT_STOCK

local function to_be_announced(work, body, envelope)
    return cjson.encode({
        to_location_id = body.to_location_id, expected_at_ms = body.expected_at_ms, lines = body.lines,
        operation_id = envelope.id, system = envelope.system, actor = envelope.actor, at_ms = work.batch.now,
    })
end

return function(work, body, _, envelope)
    -- No document's id begins so: what leaves is kept beside what comes.
    local field = "~out/" .. body.transfer_id
    local skus = lists.distinct(body.lines, 1)
    local known = Work.get(work, "documents", field)
    local content = cjson.encode({ body.to_location_id, body.lines })
    if known and known ~= content then
        return Work.refuse("TRANSFER_ID_REUSED")
    end
    local rows = Work.load_rows(work, skus)
    local violations = stock.unknown(rows, body.lines, 2)
    if #violations > 0 then
        return Work.refuse("UNKNOWN_SKU", violations)
    elseif known then
        return { levels = Work.levels(work, skus) }
    end
    for _, line in ipairs(body.lines) do
        local row = rows[line[1]]
        local possible = row.stock_holds > 0 and 0 or math.max(0, stock.available(row))
        if line[2] > possible then
            violations[#violations + 1] = { "", line[1], line[2], possible }
        end
    end
    if #violations > 0 then
        return Work.refuse("INSUFFICIENT_STOCK", violations)
    end
    for _, line in ipairs(body.lines) do
        Work.move(work, line[1], "on_hand", -line[2])
    end
    Work.put(work, "documents", field, content)
    Work.put(work, "departures", body.transfer_id, to_be_announced(work, body, envelope))
    return { levels = Work.levels(work, skus) }
end
