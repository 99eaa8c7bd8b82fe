-- correct_mirror: a mirror is wrong, and this is what it should say. The entry is the event that somebody delivers to it;
-- it moves nothing here. Made by the gate, never asked for.
-- Body    {variance_id, system, sku, measure, quantity, reported, as_of_revision, snapshot_id}
-- Reply   {}
-- Refuses nothing

return function()
    return {}
end
