-- Reservations: one hash field for each order, as JSON. Lines and allocations are arrays; these are their places.
-- gate_service/ledger/replies.py reads the same form.

local M = {
    -- a line
    LINE_ID = 1, SKU = 2, ORDERED = 3, HELD = 4, COMMITTED = 5, ALLOCATED = 6, SHIPPED = 7, RELEASED = 8, SHORTED = 9,
    LAPSED = 10, ALLOCATIONS = 11,
    -- an allocation: what one permit allows of one line
    PERMIT_ID = 1, AUTHORIZED = 2, PICKED = 3, A_SHORTED = 4, A_SHIPPED = 5, RETURNED = 6,
}

function M.parse(text)
    return cjson.decode(text)
end

function M.format(reservation)
    return cjson.encode(reservation)
end

local function total(reservation, place)
    local sum = 0
    for _, line in ipairs(reservation.lines) do
        sum = sum + line[place]
    end
    return sum
end

M.total = total

-- The first that fits; the list stands in docs/transitions.md.
function M.state(reservation)
    if total(reservation, M.HELD) > 0 then return "held" end
    if total(reservation, M.ALLOCATED) > 0 then return "allocated" end
    if total(reservation, M.COMMITTED) > 0 then return "committed" end
    if total(reservation, M.SHIPPED) > 0 then return "shipped" end
    if total(reservation, M.SHORTED) > 0 then return "shorted" end
    if total(reservation, M.LAPSED) > 0 then return "expired" end
    return "released"
end

function M.line(reservation, line_id)
    for _, line in ipairs(reservation.lines) do
        if line[M.LINE_ID] == line_id then
            return line
        end
    end
    return nil
end

function M.allocation(line, permit_id)
    for _, allocation in ipairs(line[M.ALLOCATIONS] or {}) do
        if allocation[M.PERMIT_ID] == permit_id then
            return allocation
        end
    end
    return nil
end

-- Units nobody else may have, of one line.
function M.open(line)
    return line[M.HELD] + line[M.COMMITTED] + line[M.ALLOCATED]
end

-- The same by SKU; a SKU of which none is open counts 0.
function M.open_by_sku(reservation)
    local open = {}
    for _, line in ipairs(reservation.lines) do
        open[line[M.SKU]] = (open[line[M.SKU]] or 0) + M.open(line)
    end
    return open
end

-- Units still to pick.
function M.unpicked(allocation)
    return allocation[M.AUTHORIZED] - allocation[M.PICKED] - allocation[M.A_SHORTED] - allocation[M.RETURNED]
end

-- Units that may still be shipped, picked or not.
function M.shippable(allocation)
    return allocation[M.AUTHORIZED] - allocation[M.A_SHORTED] - allocation[M.A_SHIPPED] - allocation[M.RETURNED]
end

return M
