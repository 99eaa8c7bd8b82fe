-- read: a batch of questions to one location, all answered at one revision. Writes nothing.
-- Keys    all keys of the location, in the order of gate_service/ledger/keys.py
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; then one JSON text for each question:
--         {"ask":"check","lines":[[sku, quantity]],"keep_back":n} | {"ask":"stock","skus":[…]} |
--         {"ask":"list","after":sku,"limit":n} | {"ask":"reservation","order_id":id} |
--         {"ask":"due"}
-- Gives   for each question one text: "F" and the answer's JSON, "N" not to be had, "B" a bug

local stock = include("lib/stock")
local Batch = include("lib/batch")

local function levels_of(batch, skus, rows)
    local known = {}
    for _, sku in ipairs(skus) do
        if rows[sku] then
            known[#known + 1] = sku
        end
    end
    local levels = {}
    if #known > 0 then
        local due = redis.call("HMGET", batch.key.counts, unpack(known))
        for i, sku in ipairs(known) do
            levels[i] = stock.level(sku, rows[sku], due[i])
        end
    end
    return levels
end

local ANSWERS = {}

function ANSWERS.check(batch, question)
    local lines = {}
    for i, line in ipairs(question.lines) do
        lines[i] = { sku = line[1], quantity = line[2] }
    end
    local skus, sums = stock.sums(lines)
    local rows = stock.read(batch.key.stock, skus)
    local promises, sufficient = {}, {}
    for _, sku in ipairs(skus) do
        promises[sku] = rows[sku] and stock.promise(rows[sku], question.keep_back) or 0
        sufficient[sku] = rows[sku] ~= nil and sums[sku] <= promises[sku]
    end
    local answers = {}
    for i, line in ipairs(lines) do
        answers[i] = { promises[line.sku], sufficient[line.sku] }
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

-- How many holds and permits have run out and still stand.
function ANSWERS.due(batch)
    local now = string.format("%.0f", batch.now)
    local due = redis.call("ZCOUNT", batch.key.holds, "-inf", now)
    return { due = due + redis.call("ZCOUNT", batch.key.permit_times, "-inf", now) }
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

local batch = Batch.open(KEYS, ARGV[1])
local answers = {}
for i = 2, #ARGV do
    if batch.exists then
        local ok, answer = pcall(run, batch, ARGV[i])
        answers[#answers + 1] = ok and answer or ("B" .. tostring(type(answer) == "table" and answer.err or answer))
    else
        answers[#answers + 1] = "N" .. cjson.encode({ refused = "UNKNOWN_LOCATION" })
    end
end
return answers
