-- adjust_stock: the record was wrong, or the goods changed. Never refused because of what is reserved.
-- Body    {reason, note, lines = [[sku, bucket, delta]]}; policy {approval_above?, priorities?}
-- Reply   {levels, shortages = [[sku, missing, orders, more]]}; and proposal_id where it waits for a second person
-- Refuses UNKNOWN_SKU, INSUFFICIENT_ON_HAND, QUANTITY_OVERFLOW, SECOND_ACTOR_REQUIRED

local function units_of(lines)
    local units = 0
    for _, line in ipairs(lines) do
        units = units + math.abs(line[3])
    end
    return units
end

-- Nothing changes yet: the copies are read anew, and only the proposal is kept.
local function propose(work, body, envelope, skus)
    Work.forget_changes(work)
    Work.load_rows(work, skus)
    local proposal_id = string.format("A%.0f", work.batch.revision + 1)
    Work.put(work, "proposals", proposal_id, cjson.encode({
        system = envelope.system, actor = envelope.actor, at_ms = work.batch.now,
        reason = body.reason, note = body.note, lines = body.lines,
    }))
    return { levels = Work.levels(work, skus), shortages = {}, proposal_id = proposal_id }
end

return function(work, body, policy, envelope)
    local skus, refusal = corrections.apply(work, body.reason, body.lines)
    if refusal then
        return refusal
    elseif policy.approval_above and units_of(body.lines) > policy.approval_above then
        if envelope.actor == "" then
            return Work.refuse("SECOND_ACTOR_REQUIRED") -- somebody without a name could be both
        end
        return propose(work, body, envelope, skus)
    end
    return Work.corrected(work, skus, policy)
end
