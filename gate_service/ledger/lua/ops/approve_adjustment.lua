-- approve_adjustment: a second person's yes or no to a correction that waits.
-- Body    {proposal_id, approved, note}; policy {priorities?}
-- Reply   {levels, shortages = [[sku, missing, orders, more]]}; both empty where it was put away
-- Refuses PROPOSAL_NOT_FOUND, SECOND_ACTOR_REQUIRED, UNKNOWN_SKU, INSUFFICIENT_ON_HAND, QUANTITY_OVERFLOW

return function(work, body, policy, envelope)
    local text = Work.get(work, "proposals", body.proposal_id)
    if not text then
        return Work.refuse("PROPOSAL_NOT_FOUND")
    end
    if not body.approved then
        Work.put(work, "proposals", body.proposal_id, false)
        return { levels = {}, shortages = {} }
    end
    local proposal = cjson.decode(text)
    -- A person is a person under any system, however the name is written.
    if envelope.actor == "" or string.lower(envelope.actor) == string.lower(proposal.actor) then
        return Work.refuse("SECOND_ACTOR_REQUIRED")
    end
    local skus, refusal = corrections.apply(work, proposal.reason, proposal.lines)
    if refusal then
        return refusal
    end
    Work.put(work, "proposals", body.proposal_id, false)
    return Work.corrected(work, skus, policy)
end
