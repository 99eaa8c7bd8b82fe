-- A right that one process has at a time, for as long as it keeps asking.
--
-- KEYS: 1 the lease
-- ARGV: 1 who asks, told from all others; 2 for how many ms, or 0 to give it back
-- Replies: {"HELD"} where it is his now (or was, for 0), {"TAKEN"} where somebody else has it.

local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return { 'TAKEN' }
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return { 'HELD' }
