-- Opens an import, or leaves the one of this name as it stands.
-- Keys: its record. Arguments: the mode; ms after which it is forgotten.
-- Answers: its record as HGETALL gives it.
if redis.call("EXISTS", KEYS[1]) == 0 then
  local time = redis.call("TIME")
  local at_ms = string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call("HSET", KEYS[1], "mode", ARGV[1], "state", "open", "begun_at_ms", at_ms)
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
end
return redis.call("HGETALL", KEYS[1])
