-- confirm_shipment: one order's parcel has left. Its units leave on_hand and allocated; the same parcel told twice moves
-- stock once. What the parcel had and the record had not is written down as surplus: a fact is never refused.
-- Body    {order_id, permit_id, shipment_id, lines = [[line_id, sku, quantity]], without_permit?}; no lines: everything
--         picked, or without a permit everything allocated or committed
-- Reply   {state, shipped_quantity, surpluses = [[sku, cleared, surplus]]}
-- Refuses PERMIT_REQUIRED, RESERVATION_NOT_FOUND, PERMIT_NOT_FOUND, SHIPMENT_ID_REUSED, LINE_NOT_PERMITTED,
--         ALREADY_SHIPPED, PERMIT_EXPIRED, SHIPMENT_EXCEEDS_PERMIT; without a permit, and then with an unmatched_id,
--         RESERVATION_RELEASED, HOLD_EXPIRED, ORDER_NOT_COMMITTED, LINE_NOT_FOUND, LINES_REQUIRED, SHIPMENT_EXCEEDS_ORDER

local R = reservations

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

-- Somebody else told of the parcel first, or there is too much in it.
local function why_too_much(permit, all_gone)
    if all_gone then return "ALREADY_SHIPPED" end
    return permit.expired and "PERMIT_EXPIRED" or "SHIPMENT_EXCEEDS_PERMIT"
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
    local all_gone = true
    for _, item in ipairs(plan) do
        local possible = R.shippable(item[2])
        if item[3] > possible then
            violations[#violations + 1] = { item[1][R.LINE_ID], item[1][R.SKU], item[3], possible }
            all_gone = all_gone and possible == 0 and item[2][R.A_SHIPPED] > 0
        end
    end
    if #violations > 0 then
        return nil, Work.refuse(why_too_much(permit, all_gone), violations)
    end
    return plan
end

local function confirm_permitted(work, body)
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
    local told_before = parcels.told_before(reservation, body.shipment_id, body.permit_id, body.lines)
    if told_before then
        return parcels.nothing(reservation)
    elseif told_before == false then
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
    return parcels.book(work, body.order_id, reservation, body.shipment_id, body.permit_id, body.lines, plan)
end

-- A parcel that matches nothing is never dropped: it waits for a person, once.
local function keep_unmatched(work, body, envelope, reply)
    local unmatched_id = permitless.waiting(work, body)
    if not unmatched_id then
        unmatched_id = string.format("U%.0f", work.batch.revision + 1)
        permitless.keep(work, unmatched_id, {
            order_id = body.order_id, shipment_id = body.shipment_id, lines = body.lines, reason = reply.refused,
            system = envelope.system, at_ms = work.batch.now,
        })
    end
    reply.unmatched_id = unmatched_id
end

return function(work, body, _, envelope)
    if not body.without_permit then
        return confirm_permitted(work, body)
    end
    local reply = permitless.confirm(work, body.order_id, body.shipment_id, body.lines)
    if reply.refused and reply.refused ~= "ALREADY_SHIPPED" then
        keep_unmatched(work, body, envelope, reply)
    end
    return reply
end
