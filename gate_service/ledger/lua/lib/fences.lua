-- What an order takes from its channel's quota, and what goes back there; the rules stand in docs/transitions.md under
-- reserve_stock. The rows of the SKUs must have been read.

local M = {}

-- Changes what a channel has left of its quota of a SKU; the quotas of that SKU must have been read.
function M.move(work, sku, channel, delta)
    if delta == 0 then
        return
    end
    work.quotas = work.quotas or {}
    local by_channel = work.quotas[sku] or {}
    local left = (by_channel[channel] or 0) + delta
    by_channel[channel] = left ~= 0 and left or nil
    work.quotas[sku] = by_channel
    Work.move(work, sku, "ring_fenced", delta)
    Work.put(work, "quotas", sku, next(by_channel) and cjson.encode(by_channel) or false)
end

-- Reads the quotas of these SKUs; gives what the channel has left of each.
function M.load(work, skus, channel)
    work.quotas = quotas.read(work.batch.key.quotas, work.rows, skus)
    return quotas.own(work.quotas, channel)
end

-- Takes what an order needs from its channel's quota first.
function M.take(work, reservation, sums)
    for sku, by_channel in pairs(work.quotas) do
        local taken = math.min(sums[sku] or 0, by_channel[reservation.channel] or 0)
        if taken > 0 then
            M.move(work, sku, reservation.channel, -taken)
            reservation.from_quota = reservation.from_quota or {}
            reservation.from_quota[sku] = (reservation.from_quota[sku] or 0) + taken
        end
    end
end

local function set_from_quota(reservation, sku, units)
    reservation.from_quota[sku] = units > 0 and units or nil
    if next(reservation.from_quota) == nil then
        reservation.from_quota = nil
    end
end

-- Gives released units back to the quota they came from. The rows of the SKUs must have been read.
function M.give_back(work, reservation, sku, units)
    local taken = reservation.from_quota and reservation.from_quota[sku]
    if not taken then
        return
    end
    local back = math.min(units, taken)
    work.quotas = work.quotas or {}
    if not work.quotas[sku] then
        local text = Work.get(work, "quotas", sku)
        work.quotas[sku] = text and cjson.decode(text) or {}
    end
    M.move(work, sku, reservation.channel, back)
    set_from_quota(reservation, sku, taken - back)
end

-- What left the house or was not there is used up: no quota gets it back.
function M.settle(reservation)
    if reservation.from_quota then
        local open = reservations.open_by_sku(reservation)
        for sku, taken in pairs(reservation.from_quota) do
            if taken > (open[sku] or 0) then
                set_from_quota(reservation, sku, open[sku] or 0)
                return M.settle(reservation) -- the table changed under the walk
            end
        end
    end
end

return M
