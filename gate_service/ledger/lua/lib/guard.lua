-- The second check: the edge has checked every field already, and nothing that slipped through may reach a bucket.

local shapes = include("lib/shapes")

local M = { is_id = shapes.is_id }

local function field_fault(fields, body)
    for _, field in ipairs(fields) do
        local value = body[field[1]]
        if not field[2](value) and not (field[3] and value == nil) then
            return field[1]
        end
    end
    return nil
end

local function list_fault(list, body)
    local name, fewest, most, places, key_places, optional = unpack(list)
    local lines = body[name]
    if lines == nil and optional then
        return nil
    elseif type(lines) ~= "table" or #lines < fewest or #lines > most then
        return name
    end
    local seen = {}
    for i, line in ipairs(lines) do
        for place, field in ipairs(places) do
            if not field[2](line[place]) then
                return string.format("%s[%d].%s", name, i - 1, field[1])
            end
        end
        -- Ids hold no blank. Two lines with one key would each be checked alone.
        local key = key_places > 0 and table.concat(line, " ", 1, key_places)
        if key and seen[key] then
            return string.format("%s[%d]", name, i - 1)
        elseif key then
            seen[key] = true
        end
    end
    return nil
end

-- A kit's components are the lines <kit>/1, <kit>/2 …, each with as many units for each kit; no other line is named so.
local function kit_fault(body)
    for i, kit in ipairs(body.kits or {}) do
        local found, highest = 0, 0
        for _, line in ipairs(body.lines) do
            if string.sub(line[1], 1, #kit[1] + 1) == kit[1] .. "/" then
                local number = tonumber(string.match(line[1], "^[1-9]%d*$", #kit[1] + 2) or nil)
                if not number or line[3] % kit[3] ~= 0 then
                    return string.format("kits[%d]", i - 1)
                end
                found, highest = found + 1, math.max(highest, number)
            end
        end
        if found == 0 or found ~= highest then
            return string.format("kits[%d]", i - 1)
        end
    end
    return nil
end

-- What one field alone does not show.
local TOGETHER = {
    reserve_stock = kit_fault,
    merge_sku = function(body)
        return body.sku == body.into_sku and "into_sku" or nil
    end,
}

-- Gives the path of the first field that is out of its bound, or nil.
function M.fault(kind, body)
    local shape = shapes.of(kind)
    if not shape then
        return "kind"
    end
    local fault = field_fault(shape.fields, body)
    for _, list in ipairs(shape.lists) do
        fault = fault or list_fault(list, body)
    end
    return fault or TOGETHER[kind] and TOGETHER[kind](body)
end

-- The same for what the envelope says of the caller's world. Where nobody said who called, the system is a dash.
function M.source_fault(source)
    if source.system == "-" then
        return field_fault({ unpack(shapes.SOURCE, 2) }, source)
    end
    return field_fault(shapes.SOURCE, source)
end

-- Every SKU that a body names, in order.
function M.skus(kind, body)
    local skus = { body.sku, body.into_sku }
    for _, list in ipairs(shapes.of(kind).lists) do
        for place, field in ipairs(list[4]) do
            if field[1] == "sku" and list[1] == "lines" then
                for _, line in ipairs(body.lines) do
                    skus[#skus + 1] = line[place]
                end
            end
        end
    end
    return skus
end

return M
