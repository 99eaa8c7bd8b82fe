-- Pages of what stands open and waits for somebody.

local FEW = 5000 -- fields of a hash that are all looked at
local WALKED = 10000 -- revisions in one call

local M = {}

-- The first `count` values in order. What lies behind them is passed over, not sorted.
local function first_of(values, count)
    local kept, size, bound = {}, 0, nil
    for _, value in ipairs(values) do
        if not bound or value < bound then
            size = size + 1
            kept[size] = value
        end
        if size == 2 * count then
            table.sort(kept)
            for i = size, count + 1, -1 do
                kept[i] = nil
            end
            size, bound = count, kept[count]
        end
    end
    table.sort(kept)
    for i = size, count + 1, -1 do
        kept[i] = nil
    end
    return kept
end

-- A page of a hash of what stands open, in byte order; people place it or a sweep ends it, so that little is open at a time.
function M.page(key, question)
    local fields = {}
    for _, field in ipairs(redis.call("HKEYS", key)) do
        if field ~= "" and field > question.after then
            fields[#fields + 1] = field
        end
    end
    fields = first_of(fields, question.limit + 1)
    local more = #fields > question.limit
    fields[question.limit + 1] = nil
    local items = {}
    for i, text in ipairs(lists.read(key, fields)) do
        items[i] = { fields[i], text }
    end
    return { items = items, next_after = more and fields[#fields] or "" }
end

local function named(letter, revision)
    return letter .. string.format("%.0f", revision)
end

local function of_few(key, letter, after, limit)
    local revisions = {}
    local code = string.byte(letter)
    for _, field in ipairs(redis.call("HKEYS", key)) do
        local revision = string.byte(field) == code and tonumber(string.sub(field, 2))
        if revision and revision > after then
            revisions[#revisions + 1] = revision
        end
    end
    revisions = first_of(revisions, limit + 1)
    local more = #revisions > limit
    revisions[limit + 1] = nil
    local fields, items = {}, {}
    for i, revision in ipairs(revisions) do
        fields[i] = named(letter, revision)
    end
    for i, text in ipairs(lists.read(key, fields)) do
        items[i] = { fields[i], text }
    end
    return { items = items, next_after = more and fields[#fields] or "" }
end

local function of_many(key, letter, after, limit, newest)
    local items, last = {}, math.min(newest, after + WALKED)
    for first = after + 1, last, 1000 do
        local fields = {}
        for revision = first, math.min(first + 999, last) do
            fields[#fields + 1] = named(letter, revision)
        end
        for i, text in ipairs(lists.read(key, fields)) do
            if text and #items == limit then
                return { items = items, next_after = items[limit][1] }
            elseif text then
                items[#items + 1] = { fields[i], text }
            end
        end
    end
    return { items = items, next_after = last < newest and named(letter, last) or "" }
end

-- The same of cases, named U12 or A12 by their revision, which is their age. A system may file them faster than people
-- decide them: of few the oldest are sought out, of many the revisions are walked in order, a bounded number in one call,
-- so that a page may be short and yet not the last.
function M.page_by_age(batch, key, letter, question)
    local after = tonumber(string.sub(question.after, 2)) or 0
    if redis.call("HLEN", key) <= FEW then
        return of_few(key, letter, after, question.limit)
    end
    return of_many(key, letter, after, question.limit, batch.revision)
end

return M
