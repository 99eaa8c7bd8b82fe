-- Adds to the list of identifiers that nobody knows; the least used leave it where it grows too long.
-- Keys: unknown_counts, unknown.
-- Arguments: how many it may hold; then for each identifier its text, how often it was used, and by which system at
-- which location last.
local time = redis.call("TIME")
local now = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
for place = 2, #ARGV, 4 do
  local identifier = ARGV[place]
  local before = redis.call("HGET", KEYS[2], identifier)
  local first = before and string.match(before, "^%[(%d+)") or now
  local last = string.sub(cjson.encode({ ARGV[place + 2], ARGV[place + 3] }), 2)
  redis.call("ZINCRBY", KEYS[1], ARGV[place + 1], identifier)
  redis.call("HSET", KEYS[2], identifier, "[" .. first .. "," .. now .. "," .. last)
end
local over = redis.call("ZCARD", KEYS[1]) - ARGV[1]
while over > 0 do
  local least = redis.call("ZRANGE", KEYS[1], 0, math.min(over, 1000) - 1)
  redis.call("ZREM", KEYS[1], unpack(least))
  redis.call("HDEL", KEYS[2], unpack(least))
  over = over - #least
end
return 1
