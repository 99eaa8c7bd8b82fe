-- Claims: which orders have open units of which SKU, as one sorted set of "sku created_at order_id" in byte order. It
-- finds the orders that a missing unit hits, and the permits that rest on a SKU, without a walk over all orders.

local R = reservations
local WALKED_MAX = 1000
local HIT_MAX = 100
local TOLD_MAX = 1000 -- orders of all shortages of one reply together
local WALKED_IN_ALL = 10000

local M = {}

-- A time has thirteen digits until the year 2286: as texts they stand in their order.
local function member(sku, reservation, order_id)
    return string.format("%s %013.0f %s", sku, reservation.created_at_ms, order_id)
end

-- Writes the claims of an order that is new: `made_at` is the text of its time.
function M.open(key, skus, made_at, order_id)
    local members = {}
    local rest = " " .. string.rep("0", 13 - #made_at) .. made_at .. " " .. order_id
    for i, sku in ipairs(skus) do
        members[2 * i - 1] = 0
        members[2 * i] = sku .. rest
    end
    lists.write("ZADD", key, members)
end

local function change(key, command, skus, reservation, order_id)
    local words = {}
    for _, sku in ipairs(skus) do
        if command == "ZADD" then
            words[#words + 1] = 0
        end
        words[#words + 1] = member(sku, reservation, order_id)
    end
    lists.write(command, key, words)
end

-- Writes what became open and what is open no more. `touched` maps order ids to true.
function M.write(key, touched, loaded)
    for order_id in pairs(touched) do
        local opened, closed = {}, {}
        for sku, open in pairs(R.open_by_sku(loaded[order_id])) do
            local list = open > 0 and opened or closed
            list[#list + 1] = sku
        end
        change(key, "ZADD", opened, loaded[order_id], order_id)
        change(key, "ZREM", closed, loaded[order_id], order_id)
    end
end

-- The ids of the orders with open units of a SKU, the newest first, at most `most`.
function M.orders(key, sku, most)
    local ids = {}
    for i, text in ipairs(redis.call("ZREVRANGEBYLEX", key, "(" .. sku .. "!", "[" .. sku .. " ", "LIMIT", 0, most)) do
        ids[i] = string.match(text, "^%S+ %d+ (%S+)$")
    end
    return ids
end

function M.remove(key, sku, reservation, order_id)
    change(key, "ZREM", { sku }, reservation, order_id)
end

local function by_who_is_hit(priorities)
    return function(a, b)
        local first, second = priorities[a.channel] or 100, priorities[b.channel] or 100
        if first ~= second then
            return first > second
        elseif a.created_at_ms ~= b.created_at_ms then
            return a.created_at_ms > b.created_at_ms
        end
        return a.order_id > b.order_id
    end
end

-- {order_id, channel, created_at_ms, waiting, allocated} of each order with open units of the SKU.
local function claims_of(sku, order_ids, load)
    local found = {}
    for i, order_id in ipairs(order_ids) do
        local reservation = load(order_id)
        local claim = {
            order_id = order_id, channel = reservation.channel, created_at_ms = reservation.created_at_ms,
            waiting = 0, allocated = 0,
        }
        for _, line in ipairs(reservation.lines) do
            if line[R.SKU] == sku then
                claim.waiting = claim.waiting + line[R.HELD] + line[R.COMMITTED]
                claim.allocated = claim.allocated + line[R.ALLOCATED]
            end
        end
        found[i] = claim
    end
    return found
end

-- {sku, missing, [[order_id, channel, units, allocated]], more}: whom it hits that so many units are missing.
-- `load` gives the reservation of an order; `budget` is shared by the shortages of one reply.
function M.shortage(key, sku, missing, priorities, load, budget)
    local order_ids = M.orders(key, sku, math.min(WALKED_MAX, WALKED_IN_ALL - budget.walked))
    budget.walked = budget.walked + #order_ids
    local claims = claims_of(sku, order_ids, load)
    table.sort(claims, by_who_is_hit(priorities or {}))
    local hit, left, more = {}, missing, false
    for allocated, place in ipairs({ "waiting", "allocated" }) do
        for _, claim in ipairs(claims) do
            local units = math.min(claim[place], left)
            if units > 0 and #hit < HIT_MAX and budget.told < TOLD_MAX then
                budget.told = budget.told + 1
                hit[#hit + 1] = { claim.order_id, claim.channel, units, allocated - 1 }
            elseif units > 0 then
                more = true
            end
            left = left - units
        end
    end
    return { sku, missing, hit, more or left > 0 }
end

return M
