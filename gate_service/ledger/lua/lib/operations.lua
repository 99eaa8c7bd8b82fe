-- The operations by verb, and how one is done: what apply and replay have in common.

-- The whole text runs for each call: what a call does not need is only named here and made at its first use.
local function lazily(make)
    return setmetatable({}, { __index = function(self, name)
        local made = make()
        setmetatable(self, { __index = made })
        return made[name]
    end })
end
local events = lazily(function() return include("lib/events") end)
local parcels = lazily(function() return include("lib/parcels") end)
local permitless = lazily(function() return include("lib/permitless") end)
local documents = lazily(function() return include("lib/documents") end)
local announcements = lazily(function() return include("lib/announcements") end)
local arrivals = lazily(function() return include("lib/arrivals") end)
local corrections = lazily(function() return include("lib/corrections") end)
local since = lazily(function() return include("lib/since") end)

local MAKERS = {
    reserve_stock = function() return include("ops/reserve_stock") end,
    confirm_reservation = function() return include("ops/confirm_reservation") end,
    release_reservation = function() return include("ops/release_reservation") end,
    authorize_wave = function() return include("ops/authorize_wave") end,
    report_pick = function() return include("ops/report_pick") end,
    confirm_shipment = function() return include("ops/confirm_shipment") end,
    resolve_shipment = function() return include("ops/resolve_shipment") end,
    record_receipt = function() return include("ops/record_receipt") end,
    record_return = function() return include("ops/record_return") end,
    move_stock = function() return include("ops/move_stock") end,
    place_stock_hold = function() return include("ops/place_stock_hold") end,
    lift_stock_hold = function() return include("ops/lift_stock_hold") end,
    adjust_stock = function() return include("ops/adjust_stock") end,
    approve_adjustment = function() return include("ops/approve_adjustment") end,
    submit_count = function() return include("ops/submit_count") end,
    set_quota = function() return include("ops/set_quota") end,
    merge_sku = function() return include("ops/merge_sku") end,
    announce_incoming = function() return include("ops/announce_incoming") end,
    amend_incoming = function() return include("ops/amend_incoming") end,
    transfer_stock = function() return include("ops/transfer_stock") end,
    change_handoffs = function() return include("ops/change_handoffs") end,
    recover_location = function() return include("ops/recover_location") end,
    correct_mirror = function() return include("ops/correct_mirror") end,
    expire_hold = function() return include("ops/expire_hold") end,
    expire_permit = function() return include("ops/expire_permit") end,
}
local operations = {}

local M = { events = events }

-- The function of a verb.
function M.of(kind)
    if not operations[kind] then
        operations[kind] = MAKERS[kind]()
    end
    return operations[kind]
end

-- What tells another content under the same operation_id.
function M.fingerprint(kind, body)
    return string.sub(redis.sha1hex(kind .. "\n" .. body), 1, 20)
end

-- Does an operation that was not done before, and writes it. Gives its reply's text; of what ran out also the number of lines.
function M.perform(batch, envelope, body, entry)
    local work = Work.begin(batch)
    local reply, lines = M.of(envelope.kind)(work, body, envelope.policy or {}, envelope)
    local text = commit(work, entry, reply)
    if envelope.source then
        events.done(batch, envelope, entry.fingerprint, reply.refused)
    end
    return text, lines
end

return M
