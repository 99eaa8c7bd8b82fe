-- Changes records, all of them or none, and tells what happened.
--
-- KEYS: 1 the stream of events, then in any order the hashes and indexes that the changes name by their place
-- ARGV: 1 the changes as JSON: [[place of the hash, name, version, text, [[place of an index, score or false], …]], …]
--         A version of 0: no such record may stand there. An empty text removes it.
--       2 the events as JSON: [[type, subject, location, record], …]
--       3 how many events are kept, roughly
-- Replies: {"OK"}, or {"CONFLICT", the place of the first change whose record has another version}: nothing is written.

local changes = cjson.decode(ARGV[1])
for place, change in ipairs(changes) do
  local stands = redis.call('HGET', KEYS[change[1]], change[2])
  local version = stands and tonumber(string.match(stands, '^%d+')) or 0
  if version ~= change[3] then
    return { 'CONFLICT', tostring(place) }
  end
end
for _, change in ipairs(changes) do
  local hash, name, version, text, scores = KEYS[change[1]], change[2], change[3], change[4], change[5]
  if text == '' then
    redis.call('HDEL', hash, name)
  else
    redis.call('HSET', hash, name, string.format('%d %s', version + 1, text))
  end
  for _, score in ipairs(scores) do
    if score[2] then
      redis.call('ZADD', KEYS[score[1]], string.format('%.0f', score[2]), name)
    else
      redis.call('ZREM', KEYS[score[1]], name)
    end
  end
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
for _, event in ipairs(cjson.decode(ARGV[2])) do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'at_ms', now, 'type', event[1], 'subject', event[2],
    'location', event[3], 'record', event[4])
end
return { 'OK' }
