-- Stages one part of an import, once.
-- Keys: record, parts, staged and faults of the import.
-- Arguments: the part's number; "row_count digest"; its row_count; its sound rows; ms after which all is forgotten; then
-- for each faulty row its place and what is wrong with it.
-- Answers: "staged"; "there" and what is noted of the part that has this number; "closed" and the state of an import
-- that takes no more; or "missing".
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return { "missing" }
end
local there = redis.call("HGET", KEYS[2], ARGV[1])
if there then
  return { "there", there }
end
if state ~= "open" then
  return { "closed", state }
end
redis.call("HSET", KEYS[2], ARGV[1], ARGV[2])
redis.call("HSET", KEYS[3], ARGV[1], ARGV[4])
redis.call("HINCRBY", KEYS[1], "rows", ARGV[3])
for place = 6, #ARGV, 2 do
  redis.call("ZADD", KEYS[4], ARGV[place], ARGV[place + 1])
end
redis.call("HINCRBY", KEYS[1], "faults", (#ARGV - 5) / 2)
for _, key in ipairs(KEYS) do
  redis.call("PEXPIRE", key, ARGV[5])
end
return { "staged" }
