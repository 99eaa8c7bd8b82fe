-- confirm_shipment: one order's parcel has left. Its units leave on_hand and allocated; the same parcel told twice moves
-- stock once. What the parcel had and the record had not is written down as surplus: a fact is never refused.
-- Body    {order_id, permit_id, shipment_id, lines = [[line_id, sku, quantity]]}; no lines: everything picked
-- Reply   {state, shipped_quantity, surpluses = [[sku, cleared, surplus]]}
-- Refuses PERMIT_REQUIRED, RESERVATION_NOT_FOUND, PERMIT_NOT_FOUND, SHIPMENT_ID_REUSED, LINE_NOT_PERMITTED,
--         ALREADY_SHIPPED, PERMIT_EXPIRED, SHIPMENT_EXCEEDS_PERMIT

local R = reservations

-- Tells whether a parcel told again is the same parcel.
local function fingerprint(body)
    return string.sub(redis.sha1hex(body.permit_id .. "\n" .. cjson.encode(body.lines)), 1, 16)
end

-- Everything picked and not yet shipped: a list of {line, allocation, quantity}, or a refusal.
local function plan_whole(reservation, permit_id)
    local plan, covered, shipped = {}, false, 0
    for _, line in ipairs(reservation.lines) do
        local allocation = R.allocation(line, permit_id)
        if allocation then
            covered = true
            shipped = shipped + allocation[R.A_SHIPPED]
            local quantity = allocation[R.PICKED] - allocation[R.A_SHIPPED]
            if quantity > 0 then
                plan[#plan + 1] = { line, allocation, quantity }
            end
        end
    end
    if not covered then
        return nil, Work.refuse("LINE_NOT_PERMITTED")
    elseif #plan == 0 then
        return nil, Work.refuse(shipped > 0 and "ALREADY_SHIPPED" or "SHIPMENT_EXCEEDS_PERMIT")
    end
    return plan
end

local function plan_part(work, body, permit)
    local plan, violations = {}, {}
    for i, wanted in ipairs(body.lines) do
        local line = Work.line(work, body.order_id, wanted[1])
        local allocation = line and line[R.SKU] == wanted[2] and R.allocation(line, body.permit_id)
        if allocation then
            plan[i] = { line, allocation, wanted[3] }
        else
            violations[#violations + 1] = { wanted[1], wanted[2], wanted[3], 0 }
        end
    end
    if #violations > 0 then
        return nil, Work.refuse("LINE_NOT_PERMITTED", violations)
    end
    for _, item in ipairs(plan) do
        local possible = R.shippable(item[2])
        if item[3] > possible then
            violations[#violations + 1] = { item[1][R.LINE_ID], item[1][R.SKU], item[3], possible }
        end
    end
    if #violations > 0 then
        return nil, Work.refuse(permit.expired and "PERMIT_EXPIRED" or "SHIPMENT_EXCEEDS_PERMIT", violations)
    end
    return plan
end

-- Books the parcel; gives its SKUs by first line, its units, and how many of them nobody had reported picked.
local function book(work, plan)
    local taken, shipped, implied = {}, 0, 0
    for i, item in ipairs(plan) do
        taken[i] = item[1]
    end
    local skus = lists.distinct(taken, R.SKU)
    Work.load_rows(work, skus)
    for _, item in ipairs(plan) do
        local line, allocation, quantity = item[1], item[2], item[3]
        local sku = line[R.SKU]
        allocation[R.A_SHIPPED] = allocation[R.A_SHIPPED] + quantity
        local unreported = math.max(0, allocation[R.A_SHIPPED] - allocation[R.PICKED])
        allocation[R.PICKED] = allocation[R.PICKED] + unreported
        line[R.ALLOCATED] = line[R.ALLOCATED] - quantity
        line[R.SHIPPED] = line[R.SHIPPED] + quantity
        Work.move(work, sku, "allocated", -quantity)
        Work.move(work, sku, "on_hand", -quantity)
        shipped, implied = shipped + quantity, implied + unreported
    end
    return skus, shipped, implied
end

-- What the parcel proves to exist though the record doubted it or had it not.
local function settle_surplus(work, skus)
    local surpluses = {}
    for _, sku in ipairs(skus) do
        local row = work.rows[sku]
        local deficit = stock.unsellable(row) - row.on_hand
        if deficit > 0 then
            local cleared = math.min(row.suspect, deficit)
            Work.move(work, sku, "suspect", -cleared)
            Work.move(work, sku, "on_hand", deficit - cleared)
            surpluses[#surpluses + 1] = { sku, cleared, deficit - cleared }
        end
    end
    return surpluses
end

return function(work, body)
    if body.permit_id == "" then
        return Work.refuse("PERMIT_REQUIRED")
    end
    local reservation = Work.reservation(work, body.order_id)
    if not reservation then
        return Work.refuse("RESERVATION_NOT_FOUND")
    end
    local permit = Work.permit(work, body.permit_id)
    if not permit then
        return Work.refuse("PERMIT_NOT_FOUND")
    end
    local print = fingerprint(body)
    local shipments = reservation.shipments or {}
    if shipments[body.shipment_id] == print then
        return { state = R.state(reservation), shipped_quantity = 0, surpluses = {} }
    elseif shipments[body.shipment_id] then
        return Work.refuse("SHIPMENT_ID_REUSED")
    end
    local plan, refusal
    if #body.lines > 0 then
        plan, refusal = plan_part(work, body, permit)
    else
        plan, refusal = plan_whole(reservation, body.permit_id)
    end
    if refusal then
        return refusal
    end

    local skus, shipped, implied = book(work, plan)
    local surpluses = settle_surplus(work, skus)
    if implied > 0 then
        Work.settle_permit(work, body.permit_id, implied)
    end
    shipments[body.shipment_id] = print
    reservation.shipments = shipments
    Work.put_reservation(work, body.order_id, reservation)
    return { state = R.state(reservation), shipped_quantity = shipped, surpluses = surpluses }
end
