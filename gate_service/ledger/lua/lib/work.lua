-- One operation's unit of work: what it read, and what it will write. Nothing is written before `commit`, because Lua
-- in the store has no rollback: an operation reads, checks everything, and only then changes its copies.

local M = {}

function M.begin(batch)
    return {
        batch = batch,
        rows = {}, changes = {}, touched = {}, new_skus = {},
        reservations = {}, written_reservations = {}, permits = {}, written_permits = {},
        holds = {}, permit_times = {}, counts = {}, settled = {}, line_index = {},
    }
end

-- Reads the rows of these SKUs into the work.
function M.load_rows(work, skus)
    work.rows = stock.read(work.batch.key.stock, skus)
    return work.rows
end

-- A SKU's first row.
function M.add_row(work, sku)
    work.rows[sku] = stock.empty()
    work.new_skus[#work.new_skus + 1] = sku
    work.touched[sku] = true
end

-- The only way a bucket changes; keeps the sum of changes for the ledger.
function M.move(work, sku, bucket, delta)
    if delta == 0 then
        return
    end
    work.rows[sku][bucket] = work.rows[sku][bucket] + delta
    work.touched[sku] = true
    local changes = work.changes[sku]
    if not changes then
        changes = {}
        work.changes[sku] = changes
    end
    local sum = (changes[bucket] or 0) + delta
    changes[bucket] = sum ~= 0 and sum or nil
    if next(changes) == nil then
        work.changes[sku] = nil
    end
end

-- One reservation, or nil.
function M.reservation(work, order_id)
    if work.reservations[order_id] == nil then
        local text = redis.call("HGET", work.batch.key.reservations, order_id)
        work.reservations[order_id] = text and reservations.parse(text) or false
    end
    return work.reservations[order_id] or nil
end

-- Many at once, for waves.
function M.load_reservations(work, order_ids)
    if #order_ids == 0 then
        return
    end
    local texts = redis.call("HMGET", work.batch.key.reservations, unpack(order_ids))
    for i, order_id in ipairs(order_ids) do
        work.reservations[order_id] = texts[i] and reservations.parse(texts[i]) or false
    end
end

-- What lines of several orders need: their reservations and rows. Each line begins [order_id, line_id, sku].
function M.load_lines(work, lines)
    M.load_reservations(work, lists.distinct(lines, 1))
    return M.load_rows(work, lists.distinct(lines, 3))
end

-- One line of one reservation, or nil. Indexed once for each order: a wave may hold all lines of a long order.
function M.line(work, order_id, line_id)
    local index = work.line_index[order_id]
    if not index then
        local reservation = M.reservation(work, order_id)
        if not reservation then
            return nil
        end
        index = {}
        for _, line in ipairs(reservation.lines) do
            index[line[reservations.LINE_ID]] = line
        end
        work.line_index[order_id] = index
    end
    return index[line_id]
end

function M.put_reservation(work, order_id, reservation)
    work.reservations[order_id] = reservation
    work.written_reservations[order_id] = true
end

-- One permit, or nil.
function M.permit(work, permit_id)
    if work.permits[permit_id] == nil then
        local text = redis.call("HGET", work.batch.key.permits, permit_id)
        work.permits[permit_id] = text and permits.parse(text) or false
    end
    return work.permits[permit_id] or nil
end

function M.put_permit(work, permit_id, permit)
    work.permits[permit_id] = permit
    work.written_permits[permit_id] = true
end

-- Takes units that need no pick any more off a permit; with none left it cannot run out.
function M.settle_permit(work, permit_id, units)
    local permit = work.permits[permit_id]
    permit.unpicked = permit.unpicked - units
    M.put_permit(work, permit_id, permit)
    if permit.unpicked == 0 then
        work.permit_times[permit_id] = false
    end
end

-- A refusal with its lines; a stored no.
function M.refuse(reason, violations)
    return { refused = reason, violations = violations }
end

-- The levels of these SKUs as a reply carries them.
function M.levels(work, skus)
    local due = redis.call("HMGET", work.batch.key.counts, unpack(skus))
    local levels = {}
    for i, sku in ipairs(skus) do
        levels[i] = stock.level(sku, work.rows[sku], (due[i] and not work.settled[sku]) or work.counts[sku])
    end
    return levels
end

-- The texts of everything that changed, put together before the first write: what fails here has written nothing.
local function texts_of(work)
    local texts = { stock = {}, reservations = {}, permits = {} }
    local function put(list, name, text)
        list[#list + 1] = name
        list[#list + 1] = text
    end
    for sku in pairs(work.touched) do
        put(texts.stock, sku, stock.format(work.rows[sku]))
    end
    for order_id in pairs(work.written_reservations) do
        put(texts.reservations, order_id, reservations.format(work.reservations[order_id]))
    end
    for permit_id in pairs(work.written_permits) do
        put(texts.permits, permit_id, permits.format(work.permits[permit_id]))
    end
    return texts
end

local function write_texts(key, texts)
    for name, fields in pairs(texts) do
        if #fields > 0 then
            redis.call("HSET", key[name], unpack(fields))
        end
    end
end

local function write_times(key, times)
    for id, at_ms in pairs(times) do
        if at_ms then
            redis.call("ZADD", key, string.format("%.0f", at_ms), id)
        else
            redis.call("ZREM", key, id)
        end
    end
end

local function write_counts(work, revision)
    for sku in pairs(work.counts) do
        redis.call("HSET", work.batch.key.counts, sku, revision)
    end
    for sku in pairs(work.settled) do
        redis.call("HDEL", work.batch.key.counts, sku)
    end
end

-- Writes all of it: state, marker and ledger entry, at the next revision. `entry` has id, fingerprint, envelope, body;
-- `reply` is completed with revision and at_ms. Gives the reply's text.
function M.commit(work, entry, reply)
    local batch = work.batch
    local revision = batch.revision + 1
    local revision_text = string.format("%.0f", revision)
    local at_text = string.format("%.0f", batch.now)
    reply.revision = revision
    reply.at_ms = batch.now
    if reply.refused then
        work.changes = {} -- what it tried on its copies is not what it did
    end
    local reply_text = cjson.encode(reply)
    local changes_text = cjson.encode(work.changes)
    local hash = redis.sha1hex(table.concat(
        { batch.hash, revision_text, at_text, entry.envelope, entry.body, reply_text, changes_text }, "\n"))
    local texts = reply.refused and {} or texts_of(work)
    batch.writing = true
    -- The entry goes first: the store refuses a revision that is there already, and then nothing else was written.
    redis.call("XADD", batch.key.ledger, revision_text .. "-0", "at_ms", at_text, "envelope", entry.envelope,
        "body", entry.body, "reply", reply_text, "changes", changes_text, "hash", hash)
    if not reply.refused then
        write_texts(batch.key, texts)
        for _, sku in ipairs(work.new_skus) do
            redis.call("ZADD", batch.key.skus, 0, sku)
        end
        write_times(batch.key.holds, work.holds)
        write_times(batch.key.permit_times, work.permit_times)
        write_counts(work, revision_text)
    end
    redis.call("HSET", batch.key.operations, entry.id, revision_text .. " " .. entry.fingerprint)
    batch.revision = revision
    batch.hash = hash
    return reply_text
end

return M
