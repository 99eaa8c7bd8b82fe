-- Parcels: what a shipment moves, whoever tells of it. A reservation remembers each shipment_id as "permit asked moved":
-- the permit ("-" without one), a print of the lines as asked, and a print of the units by SKU that it moved.

local R = reservations

local M = {}

local function print_of(text)
    return string.sub(redis.sha1hex(text), 1, 16)
end

-- The units by SKU, each once and in order, as a print.
local function print_of_units(items)
    local skus, sums = stock.sums(items)
    table.sort(skus)
    local parts = {}
    for i, sku in ipairs(skus) do
        parts[i] = string.format("%s %.0f", sku, sums[sku])
    end
    return print_of(table.concat(parts, "\n"))
end

local function units_asked(lines)
    local items = {}
    for i, line in ipairs(lines) do
        items[i] = { sku = line[2], quantity = line[3] }
    end
    return print_of_units(items)
end

-- True where this parcel was told before, false where it was told with something else in it, nil where it is new.
function M.told_before(reservation, shipment_id, permit_id, lines)
    local known = reservation.shipments and reservation.shipments[shipment_id]
    if not known then
        return nil
    end
    local permit, asked, moved = string.match(known, "^(%S+) (%x+) (%x+)$")
    if permit == permit_id and asked == print_of(cjson.encode(lines)) then
        return true
    end
    -- Two systems tell of one parcel, and one of them knows no permit.
    local one_without = (permit == "-") ~= (permit_id == "-")
    return one_without and (#lines == 0 or units_asked(lines) == moved)
end

-- Ships from one allocation; gives the units that nobody had reported picked.
local function ship_allocated(work, line, allocation, quantity)
    local sku = line[R.SKU]
    allocation[R.A_SHIPPED] = allocation[R.A_SHIPPED] + quantity
    local unreported = math.max(0, allocation[R.A_SHIPPED] - allocation[R.PICKED])
    allocation[R.PICKED] = allocation[R.PICKED] + unreported
    line[R.ALLOCATED] = line[R.ALLOCATED] - quantity
    Work.move(work, sku, "allocated", -quantity)
    Work.move(work, sku, "picked", -(quantity - unreported))
    return unreported
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

-- Books a parcel: `plan` is a list of {line, allocation or nil, quantity}; without an allocation the units come from
-- what is committed. Gives the reply.
function M.book(work, order_id, reservation, shipment_id, permit_id, asked, plan)
    local taken, items, implied, shipped = {}, {}, {}, 0
    for i, item in ipairs(plan) do
        taken[i] = item[1]
        items[i] = { sku = item[1][R.SKU], quantity = item[3] }
    end
    local skus = lists.distinct(taken, R.SKU)
    Work.load_rows(work, skus)
    for _, item in ipairs(plan) do
        local line, allocation, quantity = item[1], item[2], item[3]
        if allocation then
            local id = allocation[R.PERMIT_ID]
            implied[id] = (implied[id] or 0) + ship_allocated(work, line, allocation, quantity)
        else
            line[R.COMMITTED] = line[R.COMMITTED] - quantity
            Work.move(work, line[R.SKU], "committed", -quantity)
        end
        line[R.SHIPPED] = line[R.SHIPPED] + quantity
        Work.move(work, line[R.SKU], "on_hand", -quantity)
        shipped = shipped + quantity
    end
    local surpluses = settle_surplus(work, skus)
    for id, units in pairs(implied) do
        if units > 0 then
            Work.permit(work, id)
            Work.settle_permit(work, id, units)
        end
    end
    reservation.shipments = reservation.shipments or {}
    reservation.shipments[shipment_id] = table.concat(
        { permit_id, print_of(cjson.encode(asked)), print_of_units(items) }, " ")
    fences.settle(reservation)
    Work.put_claims(work, order_id, reservation)
    return { state = R.state(reservation), shipped_quantity = shipped, surpluses = surpluses }
end

function M.nothing(reservation)
    return { state = R.state(reservation), shipped_quantity = 0, surpluses = {} }
end

return M
