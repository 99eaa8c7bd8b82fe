-- violations: counts calls that were turned away, by what was tried. Each kind stands once, however often it comes.
-- Keys    gate:violations
-- Args    1: the time in ms to use instead of the store's, for tests, else ""; 2: how many kinds are told apart; 3: the
--         field of all others; then for each kind its field, how often it was tried since the last call, and by whom
-- Gives   how many kinds there are now, as a text

local function now_text()
    if ARGV[1] ~= "" then
        return ARGV[1]
    end
    local time = redis.call("TIME")
    return string.format("%.0f", time[1] * 1000 + math.floor(time[2] / 1000))
end

local now = now_text()
local room = tonumber(ARGV[2]) - redis.call("HLEN", KEYS[1])
for i = 4, #ARGV, 3 do
    local field, times, actor = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
    local known = redis.call("HGET", KEYS[1], field)
    if not known and room <= 0 then
        field = ARGV[3]
        known = redis.call("HGET", KEYS[1], field)
    elseif not known then
        room = room - 1
    end
    local before, first = 0, now
    if known then
        local counted, since = string.match(known, "^(%d+) (%d+) ")
        before, first = tonumber(counted), since
    end
    redis.call("HSET", KEYS[1], field, string.format("%.0f %s %s %s", before + times, first, now, actor))
end
return { string.format("%.0f", redis.call("HLEN", KEYS[1])) }
