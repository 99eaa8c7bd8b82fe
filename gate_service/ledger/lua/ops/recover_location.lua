-- recover_location: an operator accepts what is left of the history after a loss. The epoch counts up and the fence falls.
-- Body    {since_ms, note, lost_from, lost_to}; since_ms is that of the fence that was looked at, lost_from and lost_to the
--         revisions that were acknowledged and are gone, 0 where none are known
-- Reply   {epoch}
-- Refuses FENCE_CHANGED

return function(work, body)
    local batch = work.batch
    local fence = batch.fence and cjson.decode(batch.fence) or {}
    if fence.since_ms ~= body.since_ms or fence.restoring then -- what is half restored is nothing to accept
        return Work.refuse("FENCE_CHANGED")
    end
    -- Beyond whatever any gate remembers: else a history that somebody accepted elsewhere would fence this one again.
    local epoch = math.max(batch.epoch, fence.remembered[1]) + 1
    work.recovered = epoch
    return { epoch = epoch }
end
