-- expire_hold: a hold ran out; its units go back. Made by the gate, never asked for.
-- Body    {order_id}
-- Reply   {state, released_quantity}; and the number of lines
-- Refuses nothing: the caller has seen that it is due

local R = reservations

return function(work, body)
    local reservation = Work.reservation(work, body.order_id)
    local held = {}
    for _, line in ipairs(reservation.lines) do
        if line[R.HELD] > 0 then
            held[#held + 1] = line
        end
    end
    Work.load_rows(work, lists.distinct(held, R.SKU))
    local released = 0
    for _, line in ipairs(held) do
        local quantity = line[R.HELD]
        line[R.HELD] = 0
        line[R.RELEASED] = line[R.RELEASED] + quantity
        line[R.LAPSED] = line[R.LAPSED] + quantity
        Work.move(work, line[R.SKU], "held", -quantity)
        fences.give_back(work, reservation, line[R.SKU], quantity)
        released = released + quantity
    end
    reservation.hold_expires_at_ms = 0
    Work.put_claims(work, body.order_id, reservation)
    work.holds[body.order_id] = false
    return { state = R.state(reservation), released_quantity = released }, #reservation.lines
end
