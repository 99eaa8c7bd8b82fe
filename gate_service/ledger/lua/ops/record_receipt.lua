-- record_receipt: goods came in. Opens the location and the SKUs it names. With a document, against what was announced.
-- Body    {reference, lines = [[sku, quantity, landing]], document_id?, final?}
-- Reply   {levels}; with a document {levels, over = [[sku, units]], open = [[sku, units]]}
-- Refuses QUANTITY_OVERFLOW

-- More than was announced, of what came now.
local function over(document, skus, sums)
    local expected = documents.expected(document)
    local found = {}
    for _, sku in ipairs(skus) do
        local units = math.min(sums[sku], document.received[sku] - (expected[sku] or 0))
        if units > 0 then
            found[#found + 1] = { sku, units }
        end
    end
    return found
end

-- Announced and not come, by SKU; of a closed document what never will.
local function open(document)
    local expected, skus = documents.expected(document)
    table.sort(skus)
    local found = {}
    for _, sku in ipairs(skus) do
        local units = expected[sku] - (document.received[sku] or 0)
        if units > 0 then
            found[#found + 1] = { sku, units }
        end
    end
    return found
end

-- The document's other SKUs have rows since it was announced; closing it moves their `incoming` too.
local function load_document_rows(work, document)
    local _, skus = documents.expected(document)
    local missing = {}
    for _, sku in ipairs(skus) do
        if not work.rows[sku] then
            missing[#missing + 1] = sku
        end
    end
    for sku, row in pairs(stock.read(work.batch.key.stock, missing)) do
        work.rows[sku] = row
    end
end

return function(work, body, _, envelope)
    local skus, sums, refusal = arrivals.check(work, body.lines)
    if refusal then
        return refusal
    end
    arrivals.land(work, body.lines)
    if not body.document_id then
        return { levels = Work.levels(work, skus) }
    end
    local document = documents.read(work, body.document_id) or documents.new(work, envelope.system)
    load_document_rows(work, document)
    local before = documents.open(document)
    for _, sku in ipairs(skus) do
        document.received[sku] = (document.received[sku] or 0) + sums[sku]
    end
    document.closed = document.closed or body.final == true
    documents.follow(work, before, documents.open(document))
    documents.put(work, body.document_id, document)
    return { levels = Work.levels(work, skus), over = over(document, skus, sums), open = open(document) }
end
