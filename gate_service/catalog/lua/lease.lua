-- A right that one gate has at a time, for as long as it keeps asking.
-- Keys: the lease. Arguments: the holder's token; ms to keep it, or 0 to give it back.
-- Answers: 1 where the holder has it (or had it, for 0), 0 where somebody else has.
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
if ARGV[2] == "0" then
  redis.call("DEL", KEYS[1])
else
  redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
end
return 1
