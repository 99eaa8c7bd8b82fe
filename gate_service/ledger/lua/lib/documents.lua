-- Documents: what announces goods; one hash field for each, as JSON {kind, version, expected_at_ms, from_location_id,
-- system, created_at_ms, closed, lines = [[line_id, sku, quantity]], received = sku -> units}.

local NOBODY_KNOWS = "10000000000001" -- behind every time that can be said

local M = {}

-- What became part of another SKU since the document was written is that SKU by now.
local function follow_merges(work, document)
    for _, line in ipairs(document.lines) do
        line[2] = Work.follow(work, line[2])
    end
    local received = {}
    for sku, units in pairs(document.received) do
        local by_now = Work.follow(work, sku)
        received[by_now] = (received[by_now] or 0) + units
    end
    document.received = received
end

function M.read(work, document_id)
    local text = Work.get(work, "documents", document_id)
    local document = text and cjson.decode(text) or nil
    if document and work.batch.merges > 0 then
        follow_merges(work, document)
    end
    return document
end

function M.new(work, system)
    return {
        kind = "", version = 0, expected_at_ms = 0, from_location_id = "", system = system,
        created_at_ms = work.batch.now, closed = false, lines = {}, received = {},
    }
end

-- sku -> units announced, and the SKUs by first line.
function M.expected(document)
    local items = {}
    for i, line in ipairs(document.lines) do
        items[i] = { sku = line[2], quantity = line[3] }
    end
    local skus, sums = stock.sums(items)
    return sums, skus
end

-- sku -> units still expected, where there are any.
function M.open(document)
    local open = {}
    if not document.closed then
        for sku, expected in pairs((M.expected(document))) do
            local left = expected - (document.received[sku] or 0)
            if left > 0 then
                open[sku] = left
            end
        end
    end
    return open
end

-- Moves `incoming` from what was open before to what is open now. The rows must have been read.
function M.follow(work, before, after)
    for sku, units in pairs(before) do
        Work.move(work, sku, "incoming", (after[sku] or 0) - units)
    end
    for sku, units in pairs(after) do
        if not before[sku] then
            Work.move(work, sku, "incoming", units)
        end
    end
end

-- Stores a document, and lists it by its time as long as something of it is open.
function M.put(work, document_id, document)
    Work.put(work, "documents", document_id, cjson.encode(document))
    local at_ms = document.expected_at_ms > 0 and document.expected_at_ms or tonumber(NOBODY_KNOWS)
    work.times = work.times or { expected = {} }
    work.times.expected[document_id] = next(M.open(document)) ~= nil and at_ms
end

return M
