-- directory: notes locations in the directory of them all.
-- Keys    gate:locations
-- Args    the locations
-- Gives   nothing
-- One that stands there already is written once more: only behind a write does a caller learn from WAIT that replicas
-- have it. The first SADD is the one that a store at its memory limit refuses, before anything was taken out.

for _, location_id in ipairs(ARGV) do
    if redis.call("SADD", KEYS[1], location_id) == 0 then
        redis.call("SREM", KEYS[1], location_id)
        redis.call("SADD", KEYS[1], location_id)
    end
end
return {}
