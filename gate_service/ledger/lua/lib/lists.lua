-- Small things done to lists.

local M = {}

-- What stands at `place` of the items, each once, in the order of first appearance.
function M.distinct(items, place)
    local values, seen = {}, {}
    for _, item in ipairs(items) do
        local value = item[place]
        if not seen[value] then
            seen[value] = true
            values[#values + 1] = value
        end
    end
    return values
end

-- Lua takes fewer than 8,000 values at once, and a script that trips over that has written half: no list is spread out but
-- through these. They make as many calls as they must.
local AT_ONCE = 1000

-- HMGET of any number of fields: the values in the order of the fields.
function M.read(key, fields)
    if #fields <= AT_ONCE then
        return #fields > 0 and redis.call("HMGET", key, unpack(fields)) or {}
    end
    local values = {}
    for first = 1, #fields, AT_ONCE do
        local last = math.min(first + AT_ONCE - 1, #fields)
        for i, value in ipairs(redis.call("HMGET", key, unpack(fields, first, last))) do
            values[first + i - 1] = value
        end
    end
    return values
end

-- A command with any number of words; an even number of them stays together.
function M.write(command, key, words)
    for first = 1, #words, AT_ONCE do
        redis.call(command, key, unpack(words, first, math.min(first + AT_ONCE - 1, #words)))
    end
end

return M
