-- One operation's unit of work: what it read, and what it will write. Nothing is written before lib/commit, because Lua
-- in the store has no rollback: an operation reads, checks everything, and only then changes its copies.

local M = {}


function M.begin(batch)
    return {
        batch = batch,
        rows = {}, changes = {}, touched = {}, new_skus = {},
        reservations = {}, written_reservations = {}, permits = {}, written_permits = {},
        holds = {}, permit_times = {}, counts = {}, settled = {}, line_index = {},
        -- made when they are needed: quotas, opened, claimed, records, times
    }
end

-- Puts a text into a field of one of the location's hashes; false takes the field away.
function M.put(work, key_name, field, text)
    work.records = work.records or {}
    work.records[key_name] = work.records[key_name] or {}
    work.records[key_name][field] = text
end

-- The text of a field, as stored.
function M.get(work, key_name, field)
    return redis.call("HGET", work.batch.key[key_name], field) or nil
end

-- Reads the rows of these SKUs into the work.
function M.load_rows(work, skus)
    work.rows = stock.read(work.batch.key.stock, skus)
    return work.rows
end

-- The SKU that a SKU is by now: itself, or what it became part of.
function M.follow(work, sku)
    if work.batch.merges == 0 then
        return sku
    end
    local text = M.get(work, "stock", sku)
    local into = text and stock.merged_into(text)
    while into do
        sku = into
        text = M.get(work, "stock", sku)
        into = text and stock.merged_into(text)
    end
    return sku
end

-- A SKU's first row.
function M.add_row(work, sku)
    work.rows[sku] = stock.empty()
    work.new_skus[#work.new_skus + 1] = sku
    work.touched[sku] = true
end

-- The only way a bucket changes; keeps the sum of changes for the ledger.
function M.move(work, sku, bucket, delta)
    if delta == 0 then
        return
    end
    if delta ~= math.floor(delta) then
        error(string.format("%s would move by a part of a unit", bucket))
    end
    work.rows[sku][bucket] = work.rows[sku][bucket] + delta
    work.touched[sku] = true
    local changes = work.changes[sku]
    if not changes then
        changes = {}
        work.changes[sku] = changes
    end
    local sum = (changes[bucket] or 0) + delta
    changes[bucket] = sum ~= 0 and sum or nil
    if next(changes) == nil then
        work.changes[sku] = nil
    end
end

-- Puts holds on a whole SKU, or takes them off. They are no bucket: the ledger's changes do not list them.
function M.block(work, sku, holds)
    work.rows[sku].stock_holds = work.rows[sku].stock_holds + holds
    work.touched[sku] = true
end

-- sku -> units of all lots on hold; few holds stand at a time.
local function lots_on_hold(work)
    local units, holds = {}, redis.call("HGETALL", work.batch.key.stock_holds)
    for i = 1, #holds, 2 do
        if holds[i] ~= "" then
            local hold = cjson.decode(holds[i + 1])
            units[hold.sku] = (units[hold.sku] or 0) + hold.quantity
        end
    end
    return units
end

-- Units in quality control that no hold on a lot rests on; a hold is lifted, not emptied behind its back.
function M.free_of_holds(work, sku)
    work.lots_on_hold = work.lots_on_hold or lots_on_hold(work)
    return math.max(0, work.rows[sku].quality_control - (work.lots_on_hold[sku] or 0))
end

-- Throws away what was tried on the copies.
function M.forget_changes(work)
    work.rows, work.changes, work.touched, work.settled = {}, {}, {}, {}
end

-- One reservation, or nil.
function M.reservation(work, order_id)
    if work.reservations[order_id] == nil then
        local text = redis.call("HGET", work.batch.key.reservations, order_id)
        work.reservations[order_id] = text and reservations.parse(text) or false
    end
    return work.reservations[order_id] or nil
end

-- Many at once, for waves.
function M.load_reservations(work, order_ids)
    local texts = lists.read(work.batch.key.reservations, order_ids)
    for i, order_id in ipairs(order_ids) do
        work.reservations[order_id] = texts[i] and reservations.parse(texts[i]) or false
    end
end

-- What lines of several orders need: their reservations and rows. Each line begins [order_id, line_id, sku].
function M.load_lines(work, lines)
    M.load_reservations(work, lists.distinct(lines, 1))
    return M.load_rows(work, lists.distinct(lines, 3))
end

-- One line of one reservation, or nil. Indexed once for each order: a wave may hold all lines of a long order.
function M.line(work, order_id, line_id)
    local index = work.line_index[order_id]
    if not index then
        local reservation = M.reservation(work, order_id)
        if not reservation then
            return nil
        end
        index = {}
        for _, line in ipairs(reservation.lines) do
            index[line[reservations.LINE_ID]] = line
        end
        work.line_index[order_id] = index
    end
    return index[line_id]
end

function M.put_reservation(work, order_id, reservation)
    work.reservations[order_id] = reservation
    work.written_reservations[order_id] = true
end

-- The same, where units became open or are open no more: the claims follow.
function M.put_claims(work, order_id, reservation)
    M.put_reservation(work, order_id, reservation)
    work.claimed = work.claimed or {}
    work.claimed[order_id] = true
end

-- The same for an order that is new here: all of it is open.
function M.put_new(work, order_id, reservation, skus)
    M.put_reservation(work, order_id, reservation)
    work.opened = { order_id = order_id, skus = skus }
end

-- One permit, or nil.
function M.permit(work, permit_id)
    if work.permits[permit_id] == nil then
        local text = redis.call("HGET", work.batch.key.permits, permit_id)
        work.permits[permit_id] = text and permits.parse(text) or false
    end
    return work.permits[permit_id] or nil
end

function M.put_permit(work, permit_id, permit)
    work.permits[permit_id] = permit
    work.written_permits[permit_id] = true
end

-- Takes units that need no pick any more off a permit; with none left it cannot run out.
function M.settle_permit(work, permit_id, units)
    local permit = work.permits[permit_id]
    permit.unpicked = permit.unpicked - units
    M.put_permit(work, permit_id, permit)
    if permit.unpicked == 0 then
        work.permit_times[permit_id] = false
    end
end

-- A refusal with its lines; a stored no.
function M.refuse(reason, violations)
    return { refused = reason, violations = violations }
end

-- The levels of these SKUs as a reply carries them.
function M.levels(work, skus)
    local due = lists.read(work.batch.key.counts, skus)
    local levels = {}
    for i, sku in ipairs(skus) do
        levels[i] = stock.level(sku, work.rows[sku], (due[i] and not work.settled[sku]) or work.counts[sku])
    end
    return levels
end

-- {sku, missing, orders, more} of those SKUs of which more is reserved than may be sold; see lib/claims.
function M.shortages(work, skus, policy)
    local found, budget = {}, { told = 0, walked = 0 }
    for _, sku in ipairs(skus) do
        local available = stock.available(work.rows[sku])
        if available < 0 then
            found[#found + 1] = claims.shortage(work.batch.key.claims, sku, -available, policy.priorities,
                function(order_id) return M.reservation(work, order_id) end, budget)
        end
    end
    return found
end

-- The reply of a physical correction.
function M.corrected(work, skus, policy)
    return { levels = M.levels(work, skus), shortages = M.shortages(work, skus, policy) }
end

return M
