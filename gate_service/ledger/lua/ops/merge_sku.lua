-- merge_sku: two SKUs were one item all along. Stock, claims, quotas, holds and announcements of the first become those of
-- the second; what is closed keeps its history.
-- Body    {sku, into_sku}
-- Reply   {changed, level}
-- Refuses UNKNOWN_SKU, MERGE_TOO_LARGE, QUANTITY_OVERFLOW

local R = reservations
local ORDERS_MAX = 2000

-- The SKU that this one became part of, nil where it has a row or none.
local function merged_into(work, sku)
    local text = Work.get(work, "stock", sku)
    return text and stock.merged_into(text)
end

local function overflow(from, into)
    for _, figure in ipairs(stock.FIGURES) do
        if from[figure] + into[figure] > stock.BOUND then
            return figure
        end
    end
    return nil
end

local function move_rows(work, sku, into_sku)
    local from = work.rows[sku]
    for _, figure in ipairs(stock.FIGURES) do
        local units = from[figure]
        if figure == "stock_holds" then
            Work.block(work, sku, -units)
            Work.block(work, into_sku, units)
        else
            Work.move(work, sku, figure, -units)
            Work.move(work, into_sku, figure, units)
        end
    end
end

-- Units by SKU, where the one's become the other's.
local function rename(units, sku, into_sku)
    if units and units[sku] then
        units[into_sku], units[sku] = (units[into_sku] or 0) + units[sku], nil
    end
end

local function move_claims(work, sku, into_sku, order_ids)
    local key = work.batch.key.claims
    Work.load_reservations(work, order_ids)
    for _, order_id in ipairs(order_ids) do
        local reservation = Work.reservation(work, order_id)
        for _, line in ipairs(reservation.lines) do
            if line[R.SKU] == sku then
                line[R.SKU] = into_sku
            end
        end
        rename(reservation.from_quota, sku, into_sku)
        rename(reservation.returned, sku, into_sku)
        work.merged.claims[#work.merged.claims + 1] = { key, sku, reservation, order_id }
        Work.put_claims(work, order_id, reservation)
    end
end

local function move_quotas(work, sku, into_sku)
    local text = Work.get(work, "quotas", sku)
    if not text then
        return
    end
    local into_text = Work.get(work, "quotas", into_sku)
    local by_channel = into_text and cjson.decode(into_text) or {}
    for channel, units in pairs(cjson.decode(text)) do
        by_channel[channel] = (by_channel[channel] or 0) + units
    end
    Work.put(work, "quotas", into_sku, cjson.encode(by_channel))
    Work.put(work, "quotas", sku, false)
end

local function move_holds(work, sku, into_sku)
    local holds = redis.call("HGETALL", work.batch.key.stock_holds)
    for i = 1, #holds, 2 do
        local hold = holds[i] ~= "" and cjson.decode(holds[i + 1])
        if hold and hold.sku == sku then
            hold.sku = into_sku
            Work.put(work, "stock_holds", holds[i], cjson.encode(hold))
        end
    end
end

-- Open documents name the other SKU from now on, and `incoming` follows what is then open of them: what came too much of
-- the one may have been the other.
local function move_documents(work, sku, into_sku)
    for _, document_id in ipairs(redis.call("ZRANGE", work.batch.key.expected, 0, -1)) do
        local text = document_id ~= "" and Work.get(work, "documents", document_id)
        -- Most documents do not name it: that is seen without reading them.
        local named = text and string.find(text, cjson.encode(sku), 1, true)
        local document = named and documents.read(work, document_id)
        local touched = document and document.received[sku] ~= nil
        local before = document and documents.open(document)
        for _, line in ipairs(document and document.lines or {}) do
            if line[2] == sku then
                line[2], touched = into_sku, true
            end
        end
        if touched then
            rename(document.received, sku, into_sku)
            documents.follow(work, before, documents.open(document))
            documents.put(work, document_id, document)
        end
    end
end

local function move_count(work, sku, into_sku)
    if Work.get(work, "counts", sku) then
        work.settled[sku] = true
        work.counts[into_sku] = true
    end
end

return function(work, body)
    local sku, into_sku = body.sku, body.into_sku
    if merged_into(work, sku) == into_sku then
        Work.load_rows(work, { into_sku })
        return { changed = false, level = Work.levels(work, { into_sku })[1] }
    end
    local rows = Work.load_rows(work, { sku, into_sku })
    if not rows[sku] then
        return Work.refuse("UNKNOWN_SKU", { { "", sku, 0, 0 } })
    end
    local order_ids = claims.orders(work.batch.key.claims, sku, ORDERS_MAX + 1)
    if #order_ids > ORDERS_MAX then
        return Work.refuse("MERGE_TOO_LARGE")
    end
    if not rows[into_sku] then
        Work.add_row(work, into_sku)
    end
    local figure = overflow(rows[sku], rows[into_sku])
    if figure then
        local possible = stock.BOUND - rows[into_sku][figure]
        return Work.refuse("QUANTITY_OVERFLOW", { { "", sku, rows[sku][figure], possible } })
    end
    work.merged = { sku = sku, into_sku = into_sku, claims = {} }
    move_documents(work, sku, into_sku)
    move_rows(work, sku, into_sku)
    move_claims(work, sku, into_sku, order_ids)
    move_quotas(work, sku, into_sku)
    move_holds(work, sku, into_sku)
    move_count(work, sku, into_sku)
    return { changed = true, level = Work.levels(work, { into_sku })[1] }
end
