-- report_pick: what the picker took under a permit, and what was not on the shelf. A short pick is evidence that the
-- record is wrong: the missing units leave what may be sold at once, and by policy the rest of that SKU too.
-- Body    {permit_id, lines = [[order_id, line_id, sku, picked, short, short_reason]]}; policy {quarantine}
-- Reply   {suspects = [[sku, units, [permit_id]]]}
-- Refuses PERMIT_REQUIRED, PERMIT_NOT_FOUND, LINE_NOT_PERMITTED, PERMIT_EXPIRED, PICK_EXCEEDS_PERMIT

local R = reservations

-- The reservation line and its allocation under the permit for each reported line, or the violations.
local function match(work, permit_id, lines)
    local lines_of, allocations, violations = {}, {}, {}
    for i, report in ipairs(lines) do
        local line = Work.line(work, report[1], report[2])
        local allocation = line and line[R.SKU] == report[3] and R.allocation(line, permit_id)
        if allocation then
            lines_of[i], allocations[i] = line, allocation
        else
            violations[#violations + 1] = { report[2], report[3], report[4] + report[5], 0 }
        end
    end
    return lines_of, allocations, violations
end

local function excesses(lines, allocations)
    local violations = {}
    for i, report in ipairs(lines) do
        local possible = R.unpicked(allocations[i])
        if report[4] + report[5] > possible then
            violations[#violations + 1] = { report[2], report[3], report[4] + report[5], possible }
        end
    end
    return violations
end

-- Books the lines; gives the units short by SKU, in order of first appearance: {sku, missing, damaged}.
local function book(work, lines, lines_of, allocations)
    local shorts, by_sku, settled = {}, {}, 0
    for i, report in ipairs(lines) do
        local line, allocation, picked, short = lines_of[i], allocations[i], report[4], report[5]
        allocation[R.PICKED] = allocation[R.PICKED] + picked
        allocation[R.A_SHORTED] = allocation[R.A_SHORTED] + short
        settled = settled + picked + short
        Work.move(work, report[3], "picked", picked)
        if short > 0 then
            line[R.ALLOCATED] = line[R.ALLOCATED] - short
            line[R.SHORTED] = line[R.SHORTED] + short
            Work.move(work, report[3], "allocated", -short)
            local entry = by_sku[report[3]]
            if not entry then
                entry = { sku = report[3], missing = 0, damaged = 0 }
                by_sku[report[3]] = entry
                shorts[#shorts + 1] = entry
            end
            local kind = report[6] == "damaged" and "damaged" or "missing"
            entry[kind] = entry[kind] + short
        end
        local reservation = Work.reservation(work, report[1])
        if short > 0 then
            fences.settle(reservation)
            Work.put_claims(work, report[1], reservation)
        else
            Work.put_reservation(work, report[1], reservation)
        end
    end
    return shorts, settled
end

-- Moves what is in doubt to suspect; gives how many units. The missing units go in any case: handed back to
-- `available` they would be sold a second time.
local function quarantine(work, entry, policy)
    local row = work.rows[entry.sku]
    Work.move(work, entry.sku, "damaged", math.min(entry.damaged, math.max(0, row.on_hand - stock.unsellable(row))))
    if entry.missing == 0 then
        return nil
    end
    local doubted = math.min(entry.missing, math.max(0, row.on_hand - stock.unsellable(row)))
    Work.move(work, entry.sku, "suspect", doubted)
    local more = 0
    if policy == "all" then
        more = math.max(0, stock.allocatable(row))
    elseif policy ~= "missing" then
        more = math.max(0, stock.available(row))
    end
    Work.move(work, entry.sku, "suspect", more)
    work.counts[entry.sku] = true
    return doubted + more
end

-- By number, which is their age.
local function by_number(a, b)
    return tonumber(string.sub(a, 2)) < tonumber(string.sub(b, 2))
end

-- The other permits that still have units of a SKU to pick. They rest on it through orders that have a claim to it, of
-- which the newest are looked at.
local ORDERS_WALKED = 5000

local function resting_permits(work, permit_id, sku)
    local order_ids = claims.orders(work.batch.key.claims, sku, ORDERS_WALKED)
    local resting, listed = {}, { [permit_id] = true }
    local unread = {}
    for _, order_id in ipairs(order_ids) do
        if work.reservations[order_id] == nil then -- what this report changed must not be read again
            unread[#unread + 1] = order_id
        end
    end
    Work.load_reservations(work, unread)
    for _, order_id in ipairs(order_ids) do
        for _, line in ipairs(Work.reservation(work, order_id).lines) do
            for _, allocation in ipairs(line[R.SKU] == sku and line[R.ALLOCATIONS] or {}) do
                local other_id = allocation[R.PERMIT_ID]
                if not listed[other_id] and R.unpicked(allocation) > 0 then
                    listed[other_id] = true
                    resting[#resting + 1] = other_id
                end
            end
        end
    end
    table.sort(resting, by_number)
    return resting
end

return function(work, body, policy)
    if body.permit_id == "" then
        return Work.refuse("PERMIT_REQUIRED")
    end
    local permit = Work.permit(work, body.permit_id)
    if not permit then
        return Work.refuse("PERMIT_NOT_FOUND")
    end
    Work.load_lines(work, body.lines)
    local lines_of, allocations, violations = match(work, body.permit_id, body.lines)
    if #violations > 0 then
        return Work.refuse("LINE_NOT_PERMITTED", violations)
    end
    violations = excesses(body.lines, allocations)
    if #violations > 0 then
        return Work.refuse(permit.expired and "PERMIT_EXPIRED" or "PICK_EXCEEDS_PERMIT", violations)
    end

    local shorts, settled = book(work, body.lines, lines_of, allocations)
    Work.settle_permit(work, body.permit_id, settled)
    local suspects = {}
    for _, entry in ipairs(shorts) do
        local units = quarantine(work, entry, policy.quarantine)
        if units then
            suspects[#suspects + 1] = { entry.sku, units, resting_permits(work, body.permit_id, entry.sku) }
        end
    end
    return { suspects = suspects }
end
