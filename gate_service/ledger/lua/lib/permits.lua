-- Permits: one hash field for each, a header line and behind it the lines it covers as JSON
-- [[order_id, line_id, sku], …]. The header is all that a pick report needs, so the rest is carried along unread; the
-- quantities stand in the reservations (see lib/reservations).

local M = {}

function M.parse(text)
    local wave_id, expires_at_ms, unpicked, expired, rest = string.match(text, "^(%S+) (%d+) (%d+) ([01])\n(.*)$")
    return {
        wave_id = wave_id,
        expires_at_ms = tonumber(expires_at_ms),
        unpicked = tonumber(unpicked),
        expired = expired == "1",
        rest = rest,
    }
end

function M.format(permit)
    return string.format("%s %.0f %.0f %d\n%s", permit.wave_id, permit.expires_at_ms, permit.unpicked,
        permit.expired and 1 or 0, permit.rest)
end

function M.lines(permit)
    return cjson.decode(permit.rest)
end

return M
