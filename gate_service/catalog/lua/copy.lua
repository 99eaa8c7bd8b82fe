-- Copies some members of a hash or a set into another one, so that they need not travel to the gate and back.
-- Keys: from, to. Arguments: "HSCAN" or "SSCAN"; the cursor, "0" to begin; how many at a time.
-- Answers: the cursor to go on with, "0" at the end.
local scanned = redis.call(ARGV[1], KEYS[1], ARGV[2], "COUNT", ARGV[3])
local members, add = scanned[2], ARGV[1] == "HSCAN" and "HSET" or "SADD"
for first = 1, #members, 1000 do
  redis.call(add, KEYS[2], unpack(members, first, math.min(first + 999, #members)))
end
return scanned[1]
