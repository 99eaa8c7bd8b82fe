-- approve_adjustment: a second person's yes or no to a correction that waits.
-- Body    {proposal_id, approved, note}; policy {priorities?}
-- Reply   {levels, shortages = [[sku, missing, orders, more]], variance_id?}; the lists are empty where it was put away,
--         variance_id is that of the proposal
-- Refuses PROPOSAL_NOT_FOUND, SECOND_ACTOR_REQUIRED, UNKNOWN_SKU, INSUFFICIENT_ON_HAND, QUANTITY_OVERFLOW

return function(work, body, policy, envelope)
    local text = Work.get(work, "proposals", body.proposal_id)
    if not text then
        return Work.refuse("PROPOSAL_NOT_FOUND")
    end
    local proposal = cjson.decode(text)
    if not body.approved then
        Work.put(work, "proposals", body.proposal_id, false)
        return { levels = {}, shortages = {}, variance_id = proposal.variance_id }
    end
    -- A person is a person under any system, however the name is written. The gate is none, whatever it calls itself.
    local same = not proposal.own and string.lower(envelope.actor) == string.lower(proposal.actor)
    if envelope.actor == "" or same then
        return Work.refuse("SECOND_ACTOR_REQUIRED")
    end
    local skus, refusal = corrections.apply(work, proposal.reason, proposal.lines)
    if refusal then
        return refusal
    end
    Work.put(work, "proposals", body.proposal_id, false)
    local reply = Work.corrected(work, skus, policy)
    reply.variance_id = proposal.variance_id
    return reply
end
