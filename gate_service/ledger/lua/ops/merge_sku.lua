-- merge_sku: two SKUs were one item all along. Stock, claims, quotas, holds and announcements of the first become those of
-- the second; what is closed keeps its history.
-- Body    {sku, into_sku}
-- Reply   {changed, level}
-- Refuses UNKNOWN_SKU, MERGE_TOO_LARGE, QUANTITY_OVERFLOW

local R = reservations
local ORDERS_MAX = 2000
local DOCUMENTS_MAX = 2000
local WALKED_MAX = 20000 -- open documents that are looked at for the SKU
local AT_ONCE = 100 -- a document may be long

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

local function names(document, sku)
    if document.received[sku] ~= nil then
        return true
    end
    for _, line in ipairs(document.lines) do
        if line[2] == sku then
            return true
        end
    end
    return false
end

-- The open documents that name the SKU, a list of {document_id, document}; nil where they are too many.
local function open_documents(work, sku)
    local key, quoted, found = work.batch.key, cjson.encode(sku), {}
    if redis.call("ZCARD", key.expected) - 1 > WALKED_MAX then -- one is nobody's
        return nil
    end
    local ids = redis.call("ZRANGE", key.expected, 0, -1)
    for first = 1, #ids, AT_ONCE do
        local some = { unpack(ids, first, math.min(first + AT_ONCE - 1, #ids)) }
        for i, text in ipairs(lists.read(key.documents, some)) do
            -- Most documents do not name it: that is seen without reading them.
            local named = text and string.find(text, quoted, 1, true)
            local document = named and documents.read(work, some[i])
            if document and names(document, sku) then
                found[#found + 1] = { some[i], document }
            end
            if #found > DOCUMENTS_MAX then
                return nil
            end
        end
    end
    return found
end

-- They name the other SKU from now on, and `incoming` follows what is then open of them: what came too much of the one may
-- have been the other.
local function move_documents(work, sku, into_sku, found)
    for _, item in ipairs(found) do
        local document_id, document = unpack(item)
        local before = documents.open(document)
        for _, line in ipairs(document.lines) do
            if line[2] == sku then
                line[2] = into_sku
            end
        end
        rename(document.received, sku, into_sku)
        documents.follow(work, before, documents.open(document))
        documents.put(work, document_id, document)
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
    local found = #order_ids <= ORDERS_MAX and open_documents(work, sku)
    if not found then
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
    move_documents(work, sku, into_sku, found)
    move_rows(work, sku, into_sku)
    move_claims(work, sku, into_sku, order_ids)
    move_quotas(work, sku, into_sku)
    move_holds(work, sku, into_sku)
    move_count(work, sku, into_sku)
    return { changed = true, level = Work.levels(work, { into_sku })[1] }
end
