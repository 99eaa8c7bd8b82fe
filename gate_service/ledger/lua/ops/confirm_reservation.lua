-- confirm_reservation: the order was placed. What is held becomes committed; what lapsed is taken again if it is there.
-- Body    {order_id}
-- Reply   {state, changed, retaken}
-- Refuses RESERVATION_NOT_FOUND, RESERVATION_RELEASED, HOLD_EXPIRED

local R = reservations

local function commit_held(work, reservation)
    local held = {}
    for _, line in ipairs(reservation.lines) do
        if line[R.HELD] > 0 then
            held[#held + 1] = line
        end
    end
    Work.load_rows(work, lists.distinct(held, R.SKU))
    for _, line in ipairs(held) do
        local quantity = line[R.HELD]
        line[R.HELD] = 0
        line[R.COMMITTED] = line[R.COMMITTED] + quantity
        Work.move(work, line[R.SKU], "held", -quantity)
        Work.move(work, line[R.SKU], "committed", quantity)
    end
end

local function commit_lapsed(work, reservation)
    for _, line in ipairs(reservation.lines) do
        local quantity = line[R.LAPSED]
        line[R.LAPSED] = 0
        line[R.RELEASED] = line[R.RELEASED] - quantity
        line[R.COMMITTED] = line[R.COMMITTED] + quantity
        Work.move(work, line[R.SKU], "committed", quantity)
    end
end

local function lapsed_claims(reservation)
    local lines = {}
    for _, line in ipairs(reservation.lines) do
        if line[R.LAPSED] > 0 then
            lines[#lines + 1] = { line_id = line[R.LINE_ID], sku = line[R.SKU], quantity = line[R.LAPSED] }
        end
    end
    return lines
end

-- A reservation that had run out was left alone when one of its SKUs became part of another.
local function follow_merges(work, reservation)
    for _, line in ipairs(reservation.lines) do
        line[R.SKU] = Work.follow(work, line[R.SKU])
    end
end

local function retake(work, reservation)
    follow_merges(work, reservation)
    local lines = lapsed_claims(reservation)
    local skus, sums = stock.sums(lines)
    local rows = Work.load_rows(work, skus)
    local violations = stock.shortfalls(rows, lines, reservation, fences.load(work, skus, reservation.channel))
    if #violations > 0 then
        return Work.refuse("HOLD_EXPIRED", violations)
    end
    commit_lapsed(work, reservation)
    fences.take(work, reservation, sums)
    return nil
end

return function(work, body)
    local reservation = Work.reservation(work, body.order_id)
    if not reservation then
        return Work.refuse("RESERVATION_NOT_FOUND")
    end
    local state = R.state(reservation)
    if state == "released" then
        return Work.refuse("RESERVATION_RELEASED")
    elseif state ~= "held" and state ~= "expired" then
        return { state = state, changed = false, retaken = false }
    end
    if state == "expired" then
        local refusal = retake(work, reservation)
        if refusal then
            return refusal
        end
        Work.put_claims(work, body.order_id, reservation)
    else
        commit_held(work, reservation)
        Work.put_reservation(work, body.order_id, reservation)
    end
    reservation.hold_expires_at_ms = 0
    work.holds[body.order_id] = false
    return { state = "committed", changed = true, retaken = state == "expired" }
end
