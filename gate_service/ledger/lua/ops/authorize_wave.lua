-- authorize_wave: may this wave be picked? A verdict for each line, and a permit for what may.
-- Body    {wave_id, atomicity, permit_ttl_ms, dry_run, lines = [[order_id, line_id, sku, quantity]]}
-- Reply   {permit_id, permit_expires_at_ms, lines = [[verdict, reason, authorized]]}
-- Refuses nothing: a line that may not be picked is a verdict. A dry run gives its reply and leaves the work unwritten.

local R = reservations

-- The rows of the wave's SKUs, and what of each is free to be allocated: nothing under a hold.
local function load(work, lines)
    local rows = Work.load_lines(work, lines)
    local free = {}
    for sku, row in pairs(rows) do
        free[sku] = row.stock_holds > 0 and 0 or stock.allocatable(row)
    end
    return rows, free
end

-- Units that are there and may not be picked.
local function on_hold(row)
    return stock.unsellable(row) + (row.stock_holds > 0 and math.max(0, stock.allocatable(row)) or 0)
end

-- Lists of line numbers: each list is released whole or not at all, but for atomicity "line".
local function groups_of(body)
    local groups, by_order = {}, {}
    if body.atomicity == "wave" then
        groups[1] = {}
    end
    for i, line in ipairs(body.lines) do
        local group
        if body.atomicity == "wave" then
            group = groups[1]
        elseif body.atomicity == "order" then
            group = by_order[line[1]]
        end
        if not group then
            group = {}
            groups[#groups + 1] = group
            by_order[line[1]] = group
        end
        group[#group + 1] = i
    end
    return groups
end

-- Why a line of which nothing is committed cannot be picked.
local function why_nothing(work, order_id, line)
    if line[R.HELD] > 0 then
        local reservation = Work.reservation(work, order_id)
        return reservation.hold_expires_at_ms <= work.batch.now and "HOLD_EXPIRED" or "NOT_COMMITTED"
    end
    if line[R.ALLOCATED] + line[R.SHIPPED] > 0 then return "ALREADY_ALLOCATED" end
    if line[R.LAPSED] > 0 then return "HOLD_EXPIRED" end
    return "NO_RESERVATION"
end

-- {verdict, reason, units}; takes the units from `free`.
local function judge(work, rows, free, wanted)
    local order_id, sku, quantity = wanted[1], wanted[3], wanted[4]
    local row = rows[sku]
    if not row then
        return { "BLOCK", "UNKNOWN_SKU", 0 }
    end
    local line = Work.line(work, order_id, wanted[2])
    if not line or line[R.SKU] ~= sku then
        return { "BLOCK", "NO_RESERVATION", 0 }
    end
    if line[R.COMMITTED] == 0 then
        return { "BLOCK", why_nothing(work, order_id, line), 0 }
    end
    local want = math.min(quantity, line[R.COMMITTED])
    local give = math.min(want, math.max(0, free[sku]))
    local reason = ""
    if give < want then
        reason = free[sku] + on_hold(row) >= want and "STOCK_ON_HOLD" or "INSUFFICIENT_ALLOCATABLE"
    elseif give < quantity then
        reason = line[R.ALLOCATED] + line[R.SHIPPED] > 0 and "ALREADY_ALLOCATED" or "NOT_COMMITTED"
    end
    free[sku] = free[sku] - give
    local verdict = give == quantity and "PICK" or (give > 0 and "TRIM" or "BLOCK")
    return { verdict, reason, give }
end

-- A group that is not whole gives back what it took.
local function veto(body, verdicts, free, group)
    local reason = body.atomicity == "wave" and "WAVE_INCOMPLETE" or "ORDER_INCOMPLETE"
    for _, i in ipairs(group) do
        local verdict = verdicts[i]
        if verdict[3] > 0 then
            free[body.lines[i][3]] = free[body.lines[i][3]] + verdict[3]
        end
        verdicts[i] = { "BLOCK", verdict[1] == "PICK" and reason or verdict[2], 0 }
    end
end

local function judge_all(work, body)
    local rows, free = load(work, body.lines)
    local verdicts = {}
    for _, group in ipairs(groups_of(body)) do
        local whole = true
        for _, i in ipairs(group) do
            verdicts[i] = judge(work, rows, free, body.lines[i])
            whole = whole and verdicts[i][1] == "PICK"
        end
        if not whole and body.atomicity ~= "line" then
            veto(body, verdicts, free, group)
        end
    end
    return verdicts
end

local function allocate(work, permit_id, wanted, units)
    local order_id = wanted[1]
    local line = Work.line(work, order_id, wanted[2])
    line[R.COMMITTED] = line[R.COMMITTED] - units
    line[R.ALLOCATED] = line[R.ALLOCATED] + units
    local allocations = line[R.ALLOCATIONS] or {}
    allocations[#allocations + 1] = { permit_id, units, 0, 0, 0, 0 }
    line[R.ALLOCATIONS] = allocations
    Work.move(work, wanted[3], "committed", -units)
    Work.move(work, wanted[3], "allocated", units)
    Work.put_reservation(work, order_id, Work.reservation(work, order_id))
end

return function(work, body)
    local verdicts = judge_all(work, body)
    local given = 0
    for _, verdict in ipairs(verdicts) do
        given = given + verdict[3]
    end
    if given == 0 or body.dry_run then
        return { permit_id = "", permit_expires_at_ms = 0, lines = verdicts }
    end
    local permit_id = string.format("P%.0f", work.batch.revision + 1)
    local expires_at_ms = work.batch.now + body.permit_ttl_ms
    local covered = {}
    for i, verdict in ipairs(verdicts) do
        if verdict[3] > 0 then
            local wanted = body.lines[i]
            allocate(work, permit_id, wanted, verdict[3])
            covered[#covered + 1] = { wanted[1], wanted[2], wanted[3] }
        end
    end
    Work.put_permit(work, permit_id, {
        wave_id = body.wave_id, expires_at_ms = expires_at_ms, unpicked = given, expired = false,
        rest = cjson.encode(covered),
    })
    work.permit_times[permit_id] = expires_at_ms
    return { permit_id = permit_id, permit_expires_at_ms = expires_at_ms, lines = verdicts }
end
