-- The second check: the edge has checked every field already, and nothing that slipped through may reach a bucket.
-- The bounds are those of gate_service/domain/limits.py; a test compares them.

local ID = "^[A-Za-z0-9][A-Za-z0-9._@+/-]*$"
local QUANTITY_MAX = 1000000000

local function is_id(value)
    return type(value) == "string" and #value <= 64 and string.find(value, ID) ~= nil
end

local function is_optional_id(value)
    return value == "" or is_id(value)
end

local function is_integer(value, low, high)
    -- NaN and the infinities fail the comparisons.
    return type(value) == "number" and value >= low and value <= high and value == math.floor(value)
end

local function is_quantity(value)
    return is_integer(value, 1, QUANTITY_MAX)
end

local function is_count(value)
    return is_integer(value, 0, QUANTITY_MAX)
end

local function is_delta(value)
    return is_integer(value, -QUANTITY_MAX, QUANTITY_MAX) and value ~= 0
end

local function between(low, high)
    return function(value)
        return is_integer(value, low, high)
    end
end

local function one_of(...)
    local allowed = {}
    for _, word in ipairs({ ... }) do
        allowed[word] = true
    end
    return function(value)
        return type(value) == "string" and allowed[value] == true
    end
end

local function is_flag(value)
    return type(value) == "boolean"
end

local function is_note(value)
    return type(value) == "string" and #value <= 800 -- 200 characters of at most four bytes
end

-- By verb: fields {name, check}; lines {fewest, most, {name, check} by place, how many first places are the key}.
local SHAPES = {
    reserve_stock = {
        fields = { { "order_id", is_id }, { "channel", is_optional_id }, { "ttl_ms", between(0, 86400000) } },
        lines = { 1, 1000, { { "line_id", is_id }, { "sku", is_id }, { "quantity", is_quantity } }, 1 },
    },
    confirm_reservation = { fields = { { "order_id", is_id } } },
    release_reservation = {
        fields = { { "order_id", is_id } },
        lines = { 0, 1000, { { "line_id", is_id }, { "quantity", is_quantity } }, 1 },
    },
    authorize_wave = {
        fields = {
            { "wave_id", is_id }, { "atomicity", one_of("wave", "order", "line") },
            { "permit_ttl_ms", between(60000, 604800000) }, { "dry_run", is_flag },
        },
        lines = { 1, 2000, {
            { "order_id", is_id }, { "line_id", is_id }, { "sku", is_id }, { "quantity", is_quantity },
        }, 2 },
    },
    report_pick = {
        fields = { { "permit_id", is_optional_id } },
        lines = { 1, 2000, {
            { "order_id", is_id }, { "line_id", is_id }, { "sku", is_id }, { "picked_quantity", is_count },
            { "short_quantity", is_count }, { "short_reason", one_of("", "not_found", "damaged", "wrong_item") },
        }, 2 },
    },
    confirm_shipment = {
        fields = { { "order_id", is_id }, { "permit_id", is_optional_id }, { "shipment_id", is_id } },
        lines = { 0, 1000, { { "line_id", is_id }, { "sku", is_id }, { "quantity", is_quantity } }, 1 },
    },
    record_receipt = {
        fields = { { "reference", is_optional_id } },
        lines = { 1, 2000, {
            { "sku", is_id }, { "quantity", is_quantity }, { "landing", one_of("available", "quality_control", "damaged") },
        }, 0 }, -- lines of one SKU add up
    },
    adjust_stock = {
        fields = {
            { "reason", one_of("count", "found", "write_off", "damage", "inspection", "correction") },
            { "note", is_note },
        },
        lines = { 1, 2000, {
            { "sku", is_id }, { "bucket", one_of("on_hand", "damaged", "quality_control", "suspect") },
            { "delta", is_delta },
        }, 2 },
    },
}

local M = {}

-- Gives the path of the first field that is out of its bound, or nil.
function M.fault(kind, body)
    local shape = SHAPES[kind]
    if not shape then
        return "kind"
    end
    for _, field in ipairs(shape.fields) do
        if not field[2](body[field[1]]) then
            return field[1]
        end
    end
    if not shape.lines then
        return nil
    end
    local fewest, most, places, key_places = unpack(shape.lines)
    if type(body.lines) ~= "table" or #body.lines < fewest or #body.lines > most then
        return "lines"
    end
    local seen = {}
    for i, line in ipairs(body.lines) do
        for place, field in ipairs(places) do
            if not field[2](line[place]) then
                return string.format("lines[%d].%s", i - 1, field[1])
            end
        end
        -- Ids hold no blank. Two lines with one key would each be checked alone.
        local key = table.concat(line, " ", 1, key_places)
        if key_places > 0 and seen[key] then
            return string.format("lines[%d]", i - 1)
        end
        seen[key] = true
    end
    return nil
end

M.is_id = is_id

return M
