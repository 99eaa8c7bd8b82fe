-- record_return: goods came back from a customer. Opens the SKUs it names.
-- Body    {return_id, order_id, lines = [[sku, quantity, landing]]}; order_id "" where nobody knows it
-- Reply   {levels, unmatched = [[sku, units]]}
-- Refuses QUANTITY_OVERFLOW

local R = reservations

-- Books what came back with the order; gives what it never had, or had back before.
local function match(work, order_id, skus, sums)
    local reservation = Work.reservation(work, order_id)
    local shipped = {}
    for _, line in ipairs(reservation and reservation.lines or {}) do
        local sku = Work.follow(work, line[R.SKU])
        shipped[sku] = (shipped[sku] or 0) + line[R.SHIPPED]
    end
    local returned = {}
    for sku, units in pairs(reservation and reservation.returned or {}) do
        local by_now = Work.follow(work, sku)
        returned[by_now] = (returned[by_now] or 0) + units
    end
    local unmatched = {}
    for _, sku in ipairs(skus) do
        local matched = math.min(sums[sku], math.max(0, (shipped[sku] or 0) - (returned[sku] or 0)))
        if matched < sums[sku] then
            unmatched[#unmatched + 1] = { sku, sums[sku] - matched }
        end
        returned[sku] = (returned[sku] or 0) + sums[sku]
    end
    if reservation then
        reservation.returned = returned
        Work.put_reservation(work, order_id, reservation)
    end
    return unmatched
end

return function(work, body)
    local skus, sums, refusal = arrivals.check(work, body.lines)
    if refusal then
        return refusal
    end
    arrivals.land(work, body.lines)
    local unmatched = body.order_id ~= "" and match(work, body.order_id, skus, sums) or {}
    return { levels = Work.levels(work, skus), unmatched = unmatched }
end
