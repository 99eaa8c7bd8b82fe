-- Parcels that no wave of ours released: a 3PL or a drop-shipper tells of them. They take what the order has allocated,
-- oldest permit first, and then what is committed. What matches nothing waits for a person, as U<revision>.

local R = reservations

local INDEXED = "=" -- the field that says that every parcel that waits has its index

local WHY_NOT = { released = "RESERVATION_RELEASED", expired = "HOLD_EXPIRED", held = "ORDER_NOT_COMMITTED" }

local M = {}

local function shippable(line)
    local units = line[R.COMMITTED]
    for _, allocation in ipairs(line[R.ALLOCATIONS] or {}) do
        units = units + R.shippable(allocation)
    end
    return units
end

-- The order's lines by their id, and by SKU in their order.
local function index(reservation)
    local by_id, by_sku = {}, {}
    for _, line in ipairs(reservation.lines) do
        by_id[line[R.LINE_ID]] = line
        local list = by_sku[line[R.SKU]]
        if not list then
            list = { at = 1 }
            by_sku[line[R.SKU]] = list
        end
        list[#list + 1] = line
    end
    return by_id, by_sku
end

-- The order's lines that the parcel names, with their units: a list of {line, units}; and the lines it does not know.
-- What names no line of the order is spread over those of its SKU: each as far as it is open, the rest on the last.
local function match(reservation, lines)
    local by_id, by_sku = index(reservation)
    local wanted, items, unknown = {}, {}, {}
    local function add(line, units)
        if not items[line] then
            items[line] = { line, 0 }
            wanted[#wanted + 1] = items[line]
        end
        items[line][2] = items[line][2] + units
    end
    local function spread(list, quantity)
        while quantity > 0 do
            local line = list[list.at]
            local room = shippable(line) - (items[line] and items[line][2] or 0)
            local last = list.at == #list
            local units = last and quantity or math.min(quantity, math.max(0, room))
            if units > 0 then
                add(line, units)
            end
            quantity = quantity - units
            if not last and units == math.max(0, room) then
                list.at = list.at + 1
            end
        end
    end
    for _, told in ipairs(lines) do
        local line = by_id[told[1]]
        if line and line[R.SKU] == told[2] then
            add(line, told[3])
        elseif by_sku[told[2]] then
            spread(by_sku[told[2]], told[3])
        else
            unknown[#unknown + 1] = { told[1], told[2], told[3], 0 }
        end
    end
    return wanted, unknown
end

-- Everything that is open. Where something has left under another name already, nobody can tell whether this is the same
-- parcel or the rest of the order: then it must say what it held.
local function whole(reservation)
    if next(reservation.shipments or {}) and R.total(reservation, R.COMMITTED) + R.total(reservation, R.ALLOCATED) > 0 then
        return nil, Work.refuse("LINES_REQUIRED")
    end
    local wanted = {}
    for _, line in ipairs(reservation.lines) do
        local units = shippable(line)
        if units > 0 then
            wanted[#wanted + 1] = { line, units }
        end
    end
    if #wanted > 0 then
        return wanted
    end
    local shipped = R.total(reservation, R.SHIPPED) > 0
    return nil, Work.refuse(shipped and "ALREADY_SHIPPED" or "SHIPMENT_EXCEEDS_ORDER")
end

local function part(reservation, lines)
    local wanted, unknown = match(reservation, lines)
    if #unknown > 0 then
        return nil, Work.refuse("LINE_NOT_FOUND", unknown)
    end
    local violations, all_gone = {}, true
    for _, item in ipairs(wanted) do
        local line, open = item[1], shippable(item[1])
        if item[2] > open then
            violations[#violations + 1] = { line[R.LINE_ID], line[R.SKU], item[2], open }
            all_gone = all_gone and open == 0 and line[R.SHIPPED] > 0
        end
    end
    if #violations > 0 then
        return nil, Work.refuse(all_gone and "ALREADY_SHIPPED" or "SHIPMENT_EXCEEDS_ORDER", violations)
    end
    return wanted
end

-- Where the units come from: a list of {line, allocation or nil, quantity}.
local function plan(wanted)
    local items = {}
    for _, item in ipairs(wanted) do
        local line, left = item[1], item[2]
        for _, allocation in ipairs(line[R.ALLOCATIONS] or {}) do
            local units = math.min(left, R.shippable(allocation))
            if units > 0 then
                items[#items + 1] = { line, allocation, units }
                left = left - units
            end
        end
        if left > 0 then
            items[#items + 1] = { line, nil, left }
        end
    end
    return items
end

-- The field under which a parcel that waits is found by what was told of it. No U<revision> begins so.
function M.index_of(told)
    return "=" .. redis.sha1hex(table.concat({ told.order_id, told.shipment_id, cjson.encode(told.lines) }, "\n"))
end

-- What waits from before there was an index: looked through once, at the location's next parcel that matches nothing.
local function index_all(work)
    local key = work.batch.key.unmatched
    if redis.call("HEXISTS", key, INDEXED) == 1 then
        return {}
    end
    local fields, found = { [INDEXED] = "" }, redis.call("HGETALL", key)
    for i = 1, #found, 2 do
        if found[i] ~= "" then
            fields[M.index_of(cjson.decode(found[i + 1]))] = found[i]
        end
    end
    work.refused_records = { unmatched = fields }
    return fields
end

-- The name under which this very parcel waits already, or nil.
function M.waiting(work, told)
    local index = M.index_of(told)
    return index_all(work)[index] or Work.get(work, "unmatched", index)
end

-- Lets a parcel wait, whose operation is refused.
function M.keep(work, unmatched_id, case)
    work.refused_records = work.refused_records or { unmatched = {} }
    work.refused_records.unmatched[unmatched_id] = cjson.encode(case)
    work.refused_records.unmatched[M.index_of(case)] = unmatched_id
end

-- Confirms a parcel for an order; gives the reply or a refusal.
function M.confirm(work, order_id, shipment_id, lines)
    local reservation = Work.reservation(work, order_id)
    if not reservation then
        return Work.refuse("RESERVATION_NOT_FOUND")
    end
    local told_before = parcels.told_before(reservation, shipment_id, "-", lines)
    if told_before then
        return parcels.nothing(reservation)
    elseif told_before == false then
        return Work.refuse("SHIPMENT_ID_REUSED")
    end
    local why_not = WHY_NOT[R.state(reservation)]
    if why_not then
        return Work.refuse(why_not)
    end
    local wanted, refusal
    if #lines > 0 then
        wanted, refusal = part(reservation, lines)
    else
        wanted, refusal = whole(reservation)
    end
    if refusal then
        return refusal
    end
    return parcels.book(work, order_id, reservation, shipment_id, "-", lines, plan(wanted))
end

return M
