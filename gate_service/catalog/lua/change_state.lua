-- Moves an import from one of some states into another, and notes figures with it.
-- Keys: its record. Arguments: the new state; ms after which it is forgotten; the states it may come from, parted by
-- blanks; then names and figures.
-- Answers: the state it is in afterwards; nil where there is no such import.
local state = redis.call("HGET", KEYS[1], "state")
if not state then
  return false
end
if not string.find(" " .. ARGV[3] .. " ", " " .. state .. " ", 1, true) then
  return state
end
redis.call("HSET", KEYS[1], "state", ARGV[1])
for place = 4, #ARGV, 2 do
  redis.call("HSET", KEYS[1], ARGV[place], ARGV[place + 1])
end
redis.call("PEXPIRE", KEYS[1], ARGV[2])
return ARGV[1]
