-- Writes an operation's work: the only place where anything is written but what lib/events counts.

local NONE = {} -- stands for a table that most operations never need
-- What a bucket does to `available`.
local SIGN = {
    on_hand = 1, held = -1, committed = -1, allocated = -1, damaged = -1, quality_control = -1, suspect = -1,
    incoming = 0, picked = 0, ring_fenced = 0,
}

-- Lists or unlists the SKUs whose `available` went through zero. What it was before follows from the changes.
local function mark_shortages(work)
    for sku, changes in pairs(work.changes) do
        local after = stock.available(work.rows[sku])
        local before = after
        for bucket, units in pairs(changes) do
            before = before - SIGN[bucket] * units
        end
        if (after < 0) ~= (before < 0) then
            Work.put(work, "shortages", sku, after < 0 and "1")
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
        lists.write("HSET", key[name], fields)
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

-- A history that was accepted after a loss: the next epoch begins, and the location is open again.
local function write_recovery(batch, epoch)
    batch.epoch = epoch
    redis.call("HSET", batch.key.meta, "epoch", string.format("%.0f", batch.epoch))
    redis.call("HDEL", batch.key.meta, "fenced")
    batch.fence = nil
end

-- Writes all of it: state, marker and ledger entry, at the next revision. `entry` has id, fingerprint, envelope, body;
-- `reply` is completed with revision and at_ms. Gives the reply's text. Of what is told again `entry.recorded` takes the
-- texts of reply and changes as they came out now, and gives those that stood in the ledger, and the hash there.
return function(work, entry, reply)
    local batch = work.batch
    local revision = batch.revision + 1
    local revision_text = string.format("%.0f", revision)
    local at_text = string.format("%.0f", batch.now)
    reply.revision = revision
    reply.at_ms = batch.now
    if reply.refused then
        work.changes = {} -- what it tried on its copies is not what it did
    end
    local reply_text, changes_text, hash = cjson.encode(reply), cjson.encode(work.changes), nil
    if entry.recorded then
        reply_text, changes_text, hash = entry.recorded(reply_text, changes_text)
    end
    hash = hash or redis.sha1hex(table.concat(
        { batch.hash, revision_text, at_text, entry.envelope, entry.body, reply_text, changes_text }, "\n"))
    local texts = {}
    if not reply.refused then
        mark_shortages(work)
        texts = texts_of(work)
    end
    batch.writing = true
    -- The entry goes first: the store refuses a revision that is there already, and then nothing else was written.
    local added = redis.pcall("XADD", batch.key.ledger, revision_text .. "-0", "at_ms", at_text, "envelope", entry.envelope,
        "body", entry.body, "reply", reply_text, "changes", changes_text, "hash", hash)
    if type(added) == "table" and added.err then
        lineage.check_torn(batch)
        error(added)
    end
    if reply.refused then
        write_records(batch.key, work.refused_records or NONE)
    else
        write_texts(batch.key, texts)
        for _, sku in ipairs(work.new_skus) do
            redis.call("ZADD", batch.key.skus, 0, sku)
        end
        write_times(batch.key.holds, work.holds)
        write_times(batch.key.permit_times, work.permit_times)
        for name, times in pairs(work.times or NONE) do
            write_times(batch.key[name], times)
        end
        write_counts(work, revision_text)
        write_records(batch.key, work.records or NONE)
        if work.opened then
            claims.open(batch.key.claims, work.opened.skus, at_text, work.opened.order_id)
        end
        claims.write(batch.key.claims, work.claimed or NONE, work.reservations)
        if work.merged then
            write_merge(work)
        end
        if work.recovered then
            write_recovery(batch, work.recovered)
        end
    end
    redis.call("HSET", batch.key.operations, entry.id, revision_text .. " " .. entry.fingerprint)
    batch.revision = revision
    batch.hash = hash
    return reply_text
end
