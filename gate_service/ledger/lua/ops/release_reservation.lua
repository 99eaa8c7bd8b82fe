-- release_reservation: gives back what is held or committed, whole or in part.
-- Body    {order_id, lines = [[line_id, quantity]]}; no lines: everything; the line of a kit stands for its components. Where
--         the gate itself gives back (envelope.own), it is as if the hold had run out: the order may be reserved again
-- Reply   {state, released_quantity}
-- Refuses RESERVATION_NOT_FOUND, LINE_NOT_FOUND, PICK_IN_PROGRESS, ALREADY_SHIPPED, RELEASE_EXCEEDS_LINE

local R = reservations

local function open_units(line)
    return line[R.HELD] + line[R.COMMITTED]
end

local function why_not(line)
    if line[R.ALLOCATED] > 0 then return "PICK_IN_PROGRESS" end
    if line[R.SHIPPED] > 0 then return "ALREADY_SHIPPED" end
    return "RELEASE_EXCEEDS_LINE"
end

-- The lines asked for, kits by their components: [[line_id, quantity]], each line once, and those that are not there.
local function spelled_out(reservation, wanted)
    local kits = {}
    for _, kit in ipairs(reservation.kits or {}) do
        kits[kit[1]] = kit
    end
    local asked, by_id = {}, {}
    local function add(line_id, quantity)
        if by_id[line_id] then
            by_id[line_id][2] = by_id[line_id][2] + quantity
        else
            by_id[line_id] = { line_id, quantity }
            asked[#asked + 1] = by_id[line_id]
        end
    end
    for _, want in ipairs(wanted) do
        local kit, number = kits[want[1]], 1
        local component = kit and R.line(reservation, want[1] .. "/1")
        if not component then
            add(want[1], want[2])
        end
        while component do
            add(component[R.LINE_ID], want[2] * component[R.ORDERED] / kit[3])
            number = number + 1
            component = R.line(reservation, string.format("%s/%d", want[1], number))
        end
    end
    return asked
end

-- What to give back of each line: a list of {line, quantity}, or a refusal.
local function plan_part(reservation, wanted)
    local plan, missing = {}, {}
    for _, want in ipairs(spelled_out(reservation, wanted)) do
        local line = R.line(reservation, want[1])
        if line then
            plan[#plan + 1] = { line, want[2] }
        else
            missing[#missing + 1] = { want[1], "", want[2], 0 }
        end
    end
    if #missing > 0 then
        return nil, Work.refuse("LINE_NOT_FOUND", missing)
    end
    local reason, violations = nil, {}
    for _, item in ipairs(plan) do
        local line, quantity = item[1], item[2]
        if quantity > open_units(line) then
            reason = reason or why_not(line)
            violations[#violations + 1] = { line[R.LINE_ID], line[R.SKU], quantity, open_units(line) }
        end
    end
    if reason then
        return nil, Work.refuse(reason, violations)
    end
    return plan
end

local function plan_whole(reservation, own)
    local plan, violations, quantity = {}, {}, 0
    for _, line in ipairs(reservation.lines) do
        local open = open_units(line)
        quantity = quantity + open
        plan[#plan + 1] = { line, open }
        if line[R.ALLOCATED] > 0 then
            violations[#violations + 1] = { line[R.LINE_ID], line[R.SKU], open + line[R.ALLOCATED], open }
        end
    end
    if #violations > 0 then
        return nil, Work.refuse("PICK_IN_PROGRESS", violations)
    end
    if quantity == 0 and R.state(reservation) == "shipped" then
        return nil, Work.refuse("ALREADY_SHIPPED")
    end
    for _, line in ipairs(own and {} or reservation.lines) do
        line[R.LAPSED] = 0 -- settled: a late payment finds it released
    end
    return plan
end

return function(work, body, _, envelope)
    local reservation = Work.reservation(work, body.order_id)
    if not reservation then
        return Work.refuse("RESERVATION_NOT_FOUND")
    end
    local plan, refusal
    if #body.lines > 0 then
        plan, refusal = plan_part(reservation, body.lines)
    else
        plan, refusal = plan_whole(reservation, envelope.own)
    end
    if refusal then
        return refusal
    end

    local given = {}
    for _, item in ipairs(plan) do
        if item[2] > 0 then
            given[#given + 1] = item[1]
        end
    end
    Work.load_rows(work, lists.distinct(given, R.SKU))
    local released = 0
    for _, item in ipairs(plan) do
        local line, quantity = item[1], item[2]
        local from_held = math.min(quantity, line[R.HELD])
        line[R.HELD] = line[R.HELD] - from_held
        line[R.COMMITTED] = line[R.COMMITTED] - (quantity - from_held)
        line[R.RELEASED] = line[R.RELEASED] + quantity
        line[R.LAPSED] = line[R.LAPSED] + (envelope.own and quantity or 0)
        Work.move(work, line[R.SKU], "held", -from_held)
        Work.move(work, line[R.SKU], "committed", -(quantity - from_held))
        fences.give_back(work, reservation, line[R.SKU], quantity)
        released = released + quantity
    end
    if R.total(reservation, R.HELD) == 0 then
        reservation.hold_expires_at_ms = 0
        work.holds[body.order_id] = false
    end
    Work.put_claims(work, body.order_id, reservation)
    return { state = R.state(reservation), released_quantity = released }
end
