-- adjust_stock: the record was wrong, or the goods changed. Never refused because of what is reserved.
-- Body    {reason, note, lines = [[sku, bucket, delta]], propose?, variance_id?}; policy {approval_above?, priorities?}
-- Reply   {levels, shortages = [[sku, missing, orders, more]]}; and proposal_id where it waits for a second person
-- Refuses UNKNOWN_SKU, INSUFFICIENT_ON_HAND, QUANTITY_OVERFLOW, SECOND_ACTOR_REQUIRED

local function needs_two(body, policy)
    if body.propose or not policy.approval_above then
        return body.propose
    end
    local units = 0
    for _, line in ipairs(body.lines) do
        units = units + math.abs(line[3])
    end
    return units > policy.approval_above
end

-- Nothing changes yet: the copies are read anew, and only the proposal is kept.
local function propose(work, body, envelope, skus)
    Work.forget_changes(work)
    Work.load_rows(work, skus)
    local proposal_id = string.format("A%.0f", work.batch.revision + 1)
    Work.put(work, "proposals", proposal_id, cjson.encode({
        system = envelope.system, actor = envelope.actor, at_ms = work.batch.now,
        reason = body.reason, note = body.note, lines = body.lines,
        variance_id = body.variance_id, own = envelope.own,
    }))
    return { levels = Work.levels(work, skus), shortages = {}, proposal_id = proposal_id }
end

return function(work, body, policy, envelope)
    local skus, refusal = corrections.apply(work, body.reason, body.lines)
    if refusal then
        return refusal
    elseif needs_two(body, policy) then
        if envelope.actor == "" then
            return Work.refuse("SECOND_ACTOR_REQUIRED") -- somebody without a name could be both
        end
        return propose(work, body, envelope, skus)
    end
    return Work.corrected(work, skus, policy)
end
