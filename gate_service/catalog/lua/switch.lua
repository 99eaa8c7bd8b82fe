-- Puts a generation that is complete in force: all of it, at one stroke.
-- Keys: current, committer, mergings; record and parts of the import; merge_callers; new_aliases, items, codes and kits
-- of the generation.
-- Arguments: the pointer it was built on ("" for none); the committer's token; the version and the generation; its
-- number of items; the generations that stay retired, each as JSON and with a comma behind it; the generation that is
-- replaced ("" for none); ms after which the record and the parts are forgotten; who puts it in force, as JSON; then names and
-- figures for the record.
-- Answers: "switched"; "moved" where another generation came into force meanwhile; "lost" where another gate is at it;
-- or "closed" where the import was aborted.
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[1] then
  return "moved"
end
if redis.call("GET", KEYS[2]) ~= ARGV[2] then
  return "lost"
end
if redis.call("HGET", KEYS[4], "state") ~= "committing" then
  return "closed"
end
local time = redis.call("TIME")
local at_ms = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
local retired = ARGV[6] .. (ARGV[7] ~= "" and '["' .. ARGV[7] .. '",' .. at_ms .. "]" or "")
for place = 7, #KEYS do
  redis.call("PERSIST", KEYS[place])
end
redis.call(
  "SET",
  KEYS[1],
  '{"version":' .. ARGV[3] .. ',"generation":"' .. ARGV[4] .. '","items":' .. ARGV[5] .. ',"at_ms":' .. at_ms
    .. ',"retired":[' .. string.gsub(retired, ",$", "") .. "]}"
)
if redis.call("EXISTS", KEYS[7]) == 1 then
  redis.call("RPUSH", KEYS[3], ARGV[4])
  redis.call("HSET", KEYS[6], ARGV[4], ARGV[9])
end
redis.call("HSET", KEYS[4], "state", "committed", "version", ARGV[3], "items", ARGV[5], "committed_at_ms", at_ms)
for place = 10, #ARGV, 2 do
  redis.call("HSET", KEYS[4], ARGV[place], ARGV[place + 1])
end
redis.call("PEXPIRE", KEYS[4], ARGV[8])
redis.call("PEXPIRE", KEYS[5], ARGV[8])
return "switched"
