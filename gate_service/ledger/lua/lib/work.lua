-- One operation's unit of work: what it read, and what it will write. Nothing is written before `commit`, because Lua
-- in the store has no rollback: an operation reads, checks everything, and only then changes its copies.

local M = {}

function M.begin(batch)
    return {
        batch = batch,
        rows = {}, changes = {}, touched = {}, new_skus = {},
        reservations = {}, written_reservations = {}, permits = {}, written_permits = {},
        holds = {}, permit_times = {}, counts = {}, settled = {}, line_index = {},
        quotas = {}, claimed = {}, records = {}, times = {},
    }
end

-- Puts a text into a field of one of the location's hashes; false takes the field away.
function M.put(work, key_name, field, text)
    local fields = work.records[key_name]
    if not fields then
        fields = {}
        work.records[key_name] = fields
    end
    fields[field] = text
end

-- The text of a field, as stored.
function M.get(work, key_name, field)
    return redis.call("HGET", work.batch.key[key_name], field) or nil
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

-- Puts holds on a whole SKU, or takes them off. They are no bucket: the ledger's changes do not list them.
function M.block(work, sku, holds)
    work.rows[sku].stock_holds = work.rows[sku].stock_holds + holds
    work.touched[sku] = true
end

-- Throws away what was tried on the copies.
function M.forget_changes(work)
    work.rows, work.changes, work.touched, work.settled = {}, {}, {}, {}
end

-- One reservation, or nil.
function M.reservation(work, order_id)
    if work.reservations[order_id] == nil then
        local text = redis.call("HGET", work.batch.key.reservations, order_id)
        work.reservations[order_id] = text and reservations.parse(text) or false
    end
    return work.reservations[order_id] or nil
end

-- Changes what a channel has left of its quota of a SKU; the quotas of that SKU must have been read.
function M.move_quota(work, sku, channel, delta)
    if delta == 0 then
        return
    end
    local by_channel = work.quotas[sku] or {}
    local left = (by_channel[channel] or 0) + delta
    by_channel[channel] = left ~= 0 and left or nil
    work.quotas[sku] = by_channel
    M.move(work, sku, "ring_fenced", delta)
    M.put(work, "quotas", sku, next(by_channel) and cjson.encode(by_channel) or false)
end

-- Reads the quotas of these SKUs; gives what the channel has left of each.
function M.load_quotas(work, skus, channel)
    work.quotas = quotas.read(work.batch.key.quotas, work.rows, skus)
    return quotas.own(work.quotas, channel)
end

-- Takes what an order needs from its channel's quota first.
function M.take_quota(work, reservation, sums)
    for sku, by_channel in pairs(work.quotas) do
        local taken = math.min(sums[sku] or 0, by_channel[reservation.channel] or 0)
        if taken > 0 then
            M.move_quota(work, sku, reservation.channel, -taken)
            reservation.from_quota = reservation.from_quota or {}
            reservation.from_quota[sku] = (reservation.from_quota[sku] or 0) + taken
        end
    end
end

local function set_from_quota(reservation, sku, units)
    reservation.from_quota[sku] = units > 0 and units or nil
    if next(reservation.from_quota) == nil then
        reservation.from_quota = nil
    end
end

-- Gives released units back to the quota they came from. The rows of the SKUs must have been read.
function M.return_quota(work, reservation, sku, units)
    local taken = reservation.from_quota and reservation.from_quota[sku]
    if not taken then
        return
    end
    local back = math.min(units, taken)
    if not work.quotas[sku] then
        local text = M.get(work, "quotas", sku)
        work.quotas[sku] = text and cjson.decode(text) or {}
    end
    M.move_quota(work, sku, reservation.channel, back)
    set_from_quota(reservation, sku, taken - back)
end

-- What left the house or was not there is used up: no quota gets it back.
function M.settle_quota(reservation)
    if reservation.from_quota then
        local open = reservations.open_by_sku(reservation)
        for sku, taken in pairs(reservation.from_quota) do
            if taken > (open[sku] or 0) then
                set_from_quota(reservation, sku, open[sku] or 0)
                return M.settle_quota(reservation) -- the table changed under the walk
            end
        end
    end
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

-- The same, where units became open or are open no more: the claims follow.
function M.put_claims(work, order_id, reservation)
    M.put_reservation(work, order_id, reservation)
    work.claimed[order_id] = true
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

-- {sku, missing, orders, more} of those SKUs of which more is reserved than may be sold; see lib/claims.
function M.shortages(work, skus, policy)
    local found = {}
    for _, sku in ipairs(skus) do
        local available = stock.available(work.rows[sku])
        if available < 0 then
            found[#found + 1] = claims.shortage(work.batch.key.claims, sku, -available, policy.priorities,
                function(order_id) return M.reservation(work, order_id) end)
        end
    end
    return found
end

-- The reply of a physical correction.
function M.corrected(work, skus, policy)
    return { levels = M.levels(work, skus), shortages = M.shortages(work, skus, policy) }
end

-- Lists or unlists the SKUs whose `available` went through zero. What it was before follows from the changes.
local function mark_shortages(work)
    for sku, changes in pairs(work.changes) do
        local after = stock.available(work.rows[sku])
        local before = after - (changes.on_hand or 0) + (changes.held or 0) + (changes.committed or 0)
            + (changes.allocated or 0) + (changes.damaged or 0) + (changes.quality_control or 0) + (changes.suspect or 0)
        if (after < 0) ~= (before < 0) then
            M.put(work, "shortages", sku, after < 0 and "1")
        end
    end
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

local function write_records(key, records)
    for name, fields in pairs(records) do
        for field, text in pairs(fields) do
            if text then
                redis.call("HSET", key[name], field, text)
            else
                redis.call("HDEL", key[name], field)
            end
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

-- A SKU that became part of another one: its row only points there, it is listed no more, and its claims have moved.
local function write_merge(work)
    local key, merged = work.batch.key, work.merged
    redis.call("HSET", key.stock, merged.sku, "=" .. merged.into_sku)
    redis.call("ZREM", key.skus, merged.sku)
    redis.call("HDEL", key.shortages, merged.sku)
    for _, claim in ipairs(merged.claims) do
        claims.remove(unpack(claim))
    end
    redis.call("HINCRBY", key.meta, "merges", 1)
    work.batch.merges = work.batch.merges + 1
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
    local texts = {}
    if not reply.refused then
        mark_shortages(work)
        texts = texts_of(work)
    end
    batch.writing = true
    -- The entry goes first: the store refuses a revision that is there already, and then nothing else was written.
    redis.call("XADD", batch.key.ledger, revision_text .. "-0", "at_ms", at_text, "envelope", entry.envelope,
        "body", entry.body, "reply", reply_text, "changes", changes_text, "hash", hash)
    if reply.refused then
        write_records(batch.key, work.refused_records or {})
    else
        write_texts(batch.key, texts)
        for _, sku in ipairs(work.new_skus) do
            redis.call("ZADD", batch.key.skus, 0, sku)
        end
        write_times(batch.key.holds, work.holds)
        write_times(batch.key.permit_times, work.permit_times)
        for name, times in pairs(work.times) do
            write_times(batch.key[name], times)
        end
        write_counts(work, revision_text)
        write_records(batch.key, work.records)
        claims.write(batch.key.claims, work.claimed, work.reservations)
        if work.merged then
            write_merge(work)
        end
    end
    redis.call("HSET", batch.key.operations, entry.id, revision_text .. " " .. entry.fingerprint)
    batch.revision = revision
    batch.hash = hash
    return reply_text
end

return M
