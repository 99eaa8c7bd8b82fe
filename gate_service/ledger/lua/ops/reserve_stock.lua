-- reserve_stock: claims an order's lines, all or none.
-- Body    {order_id, channel, ttl_ms, lines = [[line_id, sku, quantity]], kits?, non_stock?}; policy {keep_back,
--         basis_points?, sku_basis_points?}
-- Reply   {state, hold_expires_at_ms}
-- Refuses RESERVATION_EXISTS, RESERVATION_RELEASED, UNKNOWN_SKU, INSUFFICIENT_STOCK

local function claims_of(body)
    local lines = {}
    for i, line in ipairs(body.lines) do
        lines[i] = { line_id = line[1], sku = line[2], quantity = line[3] }
    end
    return lines
end

local function unknown(rows, lines)
    local violations = {}
    for _, line in ipairs(lines) do
        if not rows[line.sku] then
            violations[#violations + 1] = { line.line_id, line.sku, line.quantity, 0 }
        end
    end
    return violations
end

local function new_reservation(work, body, rule, held)
    local lines = {}
    for i, line in ipairs(body.lines) do
        local quantity = line[3]
        lines[i] = { line[1], line[2], quantity, held and quantity or 0, held and 0 or quantity, 0, 0, 0, 0, 0 }
    end
    return {
        channel = body.channel,
        keep_back = rule.keep_back,
        basis_points = rule.basis_points,
        sku_basis_points = rule.sku_basis_points,
        hold_expires_at_ms = held and work.batch.now + body.ttl_ms or 0,
        created_at_ms = work.batch.now,
        lines = lines,
        kits = body.kits,
        non_stock = body.non_stock,
    }
end

return function(work, body, policy)
    local existing = Work.reservation(work, body.order_id)
    local state = existing and reservations.state(existing)
    if state == "released" then
        return Work.refuse("RESERVATION_RELEASED")
    elseif state and state ~= "expired" then
        return Work.refuse("RESERVATION_EXISTS")
    end
    local lines = claims_of(body)
    local skus, sums = stock.sums(lines)
    local rows = Work.load_rows(work, skus)
    local violations = unknown(rows, lines)
    if #violations > 0 then
        return Work.refuse("UNKNOWN_SKU", violations)
    end
    local rule = {
        keep_back = policy.keep_back or 0, basis_points = policy.basis_points, sku_basis_points = policy.sku_basis_points,
    }
    violations = stock.shortfalls(rows, lines, rule, fences.load(work, skus, body.channel))
    if #violations > 0 then
        return Work.refuse("INSUFFICIENT_STOCK", violations)
    end

    local held = body.ttl_ms > 0
    local bucket = held and "held" or "committed"
    for _, sku in ipairs(skus) do
        Work.move(work, sku, bucket, sums[sku])
    end
    local reservation = new_reservation(work, body, rule, held)
    fences.take(work, reservation, sums)
    Work.put_new(work, body.order_id, reservation, skus)
    if held then
        work.holds[body.order_id] = reservation.hold_expires_at_ms
    end
    return { state = bucket, hold_expires_at_ms = reservation.hold_expires_at_ms }
end
