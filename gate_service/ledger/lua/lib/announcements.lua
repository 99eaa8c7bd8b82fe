-- What announce_incoming and amend_incoming have in common: the newest version of a document counts, whichever comes first.

local M = {}

local function lines_of(body)
    local lines = {}
    for i, line in ipairs(body.lines) do
        lines[i] = { line[1], line[2], line[3] }
    end
    return lines
end

local function same(document, body)
    local from_location_id = body.from_location_id or document.from_location_id
    return document.kind == body.document_kind and document.expected_at_ms == body.expected_at_ms
        and document.from_location_id == from_location_id
        and cjson.encode(document.lines) == cjson.encode(lines_of(body))
end

-- A transfer is one for good, and nothing else becomes one: goods that left another location would be expected no more,
-- or others be taken for them.
local function of_another_sort(document, body)
    return document.version > 0 and (document.kind == "transfer") ~= (body.document_kind == "transfer")
end

local function known(rows, skus)
    local there = {}
    for _, sku in ipairs(skus) do
        if rows[sku] then
            there[#there + 1] = sku
        end
    end
    return there
end

local function answer(work, skus, superseded, version)
    local levels = #skus > 0 and Work.levels(work, skus) or {}
    return { superseded = superseded, version = version, levels = levels }
end

local function overflows(work, body, sums, before)
    local violations = {}
    for _, line in ipairs(body.lines) do
        local row = work.rows[line[2]]
        local possible = stock.BOUND - ((row and row.incoming or 0) - (before[line[2]] or 0))
        if sums[line[2]] > possible then
            violations[#violations + 1] = { line[1], line[2], sums[line[2]], possible }
        end
    end
    return violations
end

-- Applies one version; `change` sets what only one of the two verbs sets.
function M.apply(work, body, system, change)
    local document = documents.read(work, body.document_id) or documents.new(work, system)
    if of_another_sort(document, body) then
        return Work.refuse("DOCUMENT_VERSION_REUSED")
    end
    local sums, skus = documents.expected({ lines = body.lines })
    if document.version >= body.version then
        if document.version == body.version and not same(document, body) then
            return Work.refuse("DOCUMENT_VERSION_REUSED")
        end
        local there = known(Work.load_rows(work, skus), skus)
        return answer(work, there, document.version > body.version, document.version)
    end
    local before = documents.open(document)
    local _, old_skus = documents.expected(document)
    local all = {}
    for _, sku in ipairs(skus) do all[#all + 1] = { sku } end
    for _, sku in ipairs(old_skus) do all[#all + 1] = { sku } end
    all = lists.distinct(all, 1)
    Work.load_rows(work, all)
    local violations = overflows(work, body, sums, before)
    if #violations > 0 then
        return Work.refuse("QUANTITY_OVERFLOW", violations)
    end
    if document.version == 0 then
        document.system = system
    end
    document.kind, document.version, document.expected_at_ms = body.document_kind, body.version, body.expected_at_ms
    document.lines = lines_of(body)
    change(document)
    for _, sku in ipairs(skus) do
        if not work.rows[sku] then
            Work.add_row(work, sku)
        end
    end
    documents.follow(work, before, documents.open(document))
    documents.put(work, body.document_id, document)
    return answer(work, all, false, document.version)
end

return M
