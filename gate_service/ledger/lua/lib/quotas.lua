-- Quotas: what is left of what only one channel may have; one hash field for each SKU, as JSON channel -> units. A SKU
-- without a quota has none, and its row says so (ring_fenced 0): only the others cost a read.

local M = {}

-- sku -> channel -> units left, of those SKUs whose row has a fence.
function M.read(key, rows, skus)
    local fenced
    for _, sku in ipairs(skus) do
        if rows[sku] and rows[sku].ring_fenced > 0 then
            fenced = fenced or {}
            fenced[#fenced + 1] = sku
        end
    end
    local quotas = {}
    if fenced then
        for i, text in ipairs(lists.read(key, fenced)) do
            quotas[fenced[i]] = cjson.decode(text)
        end
    end
    return quotas
end

-- sku -> what a channel has left; SKUs of which it has none are left out.
function M.own(quotas, channel)
    local own = {}
    for sku, by_channel in pairs(quotas) do
        own[sku] = by_channel[channel]
    end
    return own
end

return M
