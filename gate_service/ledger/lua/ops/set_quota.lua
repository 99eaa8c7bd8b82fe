-- set_quota: from now on only one channel may have so many units of these SKUs.
-- Body    {channel, lines = [[sku, quantity]]}
-- Reply   {levels}
-- Refuses UNKNOWN_SKU, QUANTITY_OVERFLOW

return function(work, body)
    local skus = lists.distinct(body.lines, 1)
    local rows = Work.load_rows(work, skus)
    local violations = stock.unknown(rows, body.lines, 2)
    if #violations > 0 then
        return Work.refuse("UNKNOWN_SKU", violations)
    end
    local own = fences.load(work, skus, body.channel)
    for _, line in ipairs(body.lines) do
        local possible = stock.BOUND - (rows[line[1]].ring_fenced - (own[line[1]] or 0))
        if line[2] > possible then
            violations[#violations + 1] = { "", line[1], line[2], possible }
        end
    end
    if #violations > 0 then
        return Work.refuse("QUANTITY_OVERFLOW", violations)
    end
    for _, line in ipairs(body.lines) do
        fences.move(work, line[1], body.channel, line[2] - (own[line[1]] or 0))
    end
    return { levels = Work.levels(work, skus) }
end
