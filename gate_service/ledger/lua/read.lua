-- read: a batch of questions to one location, all answered at one revision. Writes nothing but a fence (lib/lineage).
-- Keys    all keys of the location, in the order of gate_service/ledger/keys.py
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; 2: "epoch revision hash", the position that the
--         gate knows to be acknowledged, or ""; then one JSON text for each question:
--         {"ask":"check","lines":[[sku, quantity]],"keep_back":n,"basis_points":n,"sku_basis_points"?:{sku:n},"channel":id} |
--         {"ask":"stock","skus":[…]} | {"ask":"list","after":sku,"limit":n} | {"ask":"reservation","order_id":id} |
--         {"ask":"document","document_id":id} | {"ask":"expected","offset":n,"limit":n,"overdue_only":flag} |
--         {"ask":"unmatched" or "proposals","after":id,"limit":n} | {"ask":"stock_holds" or "quotas","after":id,"limit":n} |
--         {"ask":"shortages","after":sku,"limit":n,"priorities":{channel:n}} | {"ask":"feeds"} |
--         {"ask":"deliveries","before":n,"limit":n} | {"ask":"handoffs"} | {"ask":"due"} |
--         {"ask":"departures","after":id,"limit":n} | {"ask":"left","transfer_id":id}
-- Gives   "epoch revision hash" as of apply; then for each question one text: "F" and the answer's JSON, "N" not to be had, "B" a bug

local lists = include("lib/lists")
local stock = include("lib/stock")
local quotas = include("lib/quotas")
local reservations = include("lib/reservations")
local lineage = include("lib/lineage")
local Batch = include("lib/batch")

local WALKED_MAX = 20000

local function levels_of(batch, skus, rows)
    local known = {}
    for _, sku in ipairs(skus) do
        if rows[sku] then
            known[#known + 1] = sku
        end
    end
    local levels = {}
    if #known > 0 then
        local due = lists.read(batch.key.counts, known)
        for i, sku in ipairs(known) do
            levels[i] = stock.level(sku, rows[sku], due[i])
        end
    end
    return levels
end

-- Made at its first use: the whole text runs for each call, and most are checks.
local cases = setmetatable({}, { __index = function(_, name) return include("lib/cases")[name] end })

local ANSWERS = {}

function ANSWERS.check(batch, question)
    local lines = {}
    for i, line in ipairs(question.lines) do
        lines[i] = { sku = line[1], quantity = line[2] }
    end
    local skus, sums = stock.sums(lines)
    local rows = stock.read(batch.key.stock, skus)
    local own = quotas.own(quotas.read(batch.key.quotas, rows, skus), question.channel)
    local promises, percentages, others = {}, {}, {}
    for _, sku in ipairs(skus) do
        local row, ours = rows[sku], own[sku] or 0
        promises[sku] = row and stock.promise(sku, row, question, ours) or 0
        percentages[sku] = row and stock.percentage(row, stock.basis_points(question, sku)) or 0
        others[sku] = row and row.ring_fenced - ours or 0
    end
    local answers = {}
    for i, line in ipairs(lines) do
        local sku = line.sku
        local sufficient = rows[sku] ~= nil and sums[sku] <= promises[sku]
        answers[i] = { promises[sku], sufficient, percentages[sku], others[sku] }
    end
    return { lines = answers, levels = levels_of(batch, skus, rows) }
end

function ANSWERS.stock(batch, question)
    return { levels = levels_of(batch, question.skus, stock.read(batch.key.stock, question.skus)) }
end

function ANSWERS.list(batch, question)
    -- "(" .. "" lies behind the empty member that keeps the key alive.
    local skus = redis.call("ZRANGEBYLEX", batch.key.skus, "(" .. question.after, "+", "LIMIT", 0, question.limit + 1)
    local next_after = ""
    if #skus > question.limit then
        skus[#skus] = nil
        next_after = skus[#skus]
    end
    return { levels = levels_of(batch, skus, stock.read(batch.key.stock, skus)), next_after = next_after }
end

function ANSWERS.reservation(batch, question)
    local text = redis.call("HGET", batch.key.reservations, question.order_id)
    if not text then
        return nil, "RESERVATION_NOT_FOUND"
    end
    return { reservation = text }
end

function ANSWERS.document(batch, question)
    local text = redis.call("HGET", batch.key.documents, question.document_id)
    if not text then
        return nil, "DOCUMENT_NOT_FOUND"
    end
    return { items = { { question.document_id, text } } }
end

function ANSWERS.expected(batch, question)
    local high = question.overdue_only and string.format("%.0f", batch.now) or "(+inf"
    local ids = redis.call("ZRANGEBYSCORE", batch.key.expected, "-inf", high, "LIMIT", question.offset, question.limit + 1)
    local more = #ids > question.limit
    ids[question.limit + 1] = nil
    local items = {}
    for i, id in ipairs(ids) do
        items[i] = { id, redis.call("HGET", batch.key.documents, id) }
    end
    return { items = items, next = more and question.offset + question.limit or 0 }
end

function ANSWERS.unmatched(batch, question)
    return cases.page_by_age(batch, batch.key.unmatched, "U", question)
end

function ANSWERS.proposals(batch, question)
    return cases.page_by_age(batch, batch.key.proposals, "A", question)
end

function ANSWERS.stock_holds(batch, question)
    return cases.page(batch.key.stock_holds, question)
end

-- A page of a hash by SKU, where it may be large: the SKUs of the location are walked in byte order, a bounded number in one
-- call, so that a page may be short and yet not the last.
local function page_by_sku(batch, key, question)
    local items, after, walked = {}, question.after, 0
    while #items < question.limit and walked < WALKED_MAX do
        local skus = redis.call("ZRANGEBYLEX", batch.key.skus, "(" .. after, "+", "LIMIT", 0, 1000)
        for i, text in ipairs(lists.read(key, skus)) do
            if text and #items < question.limit then
                items[#items + 1] = { skus[i], text }
            end
            if #items < question.limit then
                after = skus[i]
            end
        end
        if #items == question.limit then
            return { items = items, next_after = items[#items][1] }
        elseif #skus < 1000 then
            return { items = items, next_after = "" }
        end
        walked = walked + #skus
    end
    return { items = items, next_after = after }
end

function ANSWERS.quotas(batch, question)
    return page_by_sku(batch, batch.key.quotas, question)
end

function ANSWERS.shortages(batch, question)
    local claims = include("lib/claims")
    local found = page_by_sku(batch, batch.key.shortages, question)
    local loaded, budget = {}, { told = 0, walked = 0 }
    local function load(order_id)
        loaded[order_id] = loaded[order_id] or reservations.parse(redis.call("HGET", batch.key.reservations, order_id))
        return loaded[order_id]
    end
    local shortages = {}
    for i, item in ipairs(found.items) do
        local row = stock.read(batch.key.stock, { item[1] })[item[1]]
        local missing = -stock.available(row)
        shortages[i] = claims.shortage(batch.key.claims, item[1], missing, question.priorities, load, budget)
    end
    return { shortages = shortages, next_after = found.next_after }
end

function ANSWERS.feeds(batch)
    local items, found = {}, redis.call("HGETALL", batch.key.feeds)
    for i = 1, #found, 2 do
        if found[i] ~= "" then
            items[#items + 1] = { found[i], found[i + 1] }
        end
    end
    return { items = items }
end

function ANSWERS.deliveries(batch, question)
    local high = question.before > 0 and string.format("(%.0f-0", question.before) or "+"
    local found = redis.call("XREVRANGE", batch.key.deliveries, high, "1-0", "COUNT", question.limit + 1)
    local more = #found > question.limit
    found[question.limit + 1] = nil
    local items = {}
    for i, entry in ipairs(found) do
        items[i] = { entry[1], entry[2] }
    end
    return { items = items, more = more }
end

function ANSWERS.departures(batch, question)
    return cases.page(batch.key.departures, question)
end

function ANSWERS.left(batch, question)
    return { left = redis.call("HEXISTS", batch.key.documents, "~out/" .. question.transfer_id) == 1 }
end

function ANSWERS.handoffs(batch)
    return { text = redis.call("HGET", batch.key.documents, "~handoffs") or "" }
end

-- How many holds, permits and events have run out and still stand.
function ANSWERS.due(batch)
    local due, now = 0, string.format("%.0f", batch.now)
    for _, name in ipairs({ "holds", "permit_times", "event_times" }) do
        due = due + redis.call("ZCOUNT", batch.key[name], "-inf", now)
    end
    return { due = due }
end

local function run(batch, text)
    local question = cjson.decode(text)
    local answer, refusal = ANSWERS[question.ask](batch, question)
    if refusal then
        return "N" .. cjson.encode({ refused = refusal })
    end
    answer.revision = batch.revision
    answer.at_ms = batch.now
    return "F" .. cjson.encode(answer)
end

local batch = Batch.open(KEYS, ARGV[1], ARGV[2])
local answers = { lineage.head(batch) }
local half_restored = batch.fence and cjson.decode(batch.fence).restoring
for i = 3, #ARGV do
    if batch.exists and not half_restored then
        local ok, answer = pcall(run, batch, ARGV[i])
        if not ok and type(answer) == "table" and answer.merged then
            answer = "N" .. cjson.encode({ refused = "SKU_MERGED", sku = answer.merged, into_sku = answer.into })
        elseif not ok then
            answer = "B" .. tostring(type(answer) == "table" and answer.err or answer)
        end
        answers[#answers + 1] = answer
    else
        answers[#answers + 1] = "N" .. cjson.encode(
            batch.fence and lineage.refusal(batch) or { refused = "UNKNOWN_LOCATION" })
    end
end
return answers
