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

return M
