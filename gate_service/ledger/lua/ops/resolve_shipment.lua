-- resolve_shipment: somebody says what an unmatched confirmation was: the parcel of an order, or nothing of ours.
-- Body    {unmatched_id, order_id, note}; no order: it is put away
-- Reply   {state, shipped_quantity, surpluses = [[sku, cleared, surplus]]}; state "" where it was put away
-- Refuses UNMATCHED_NOT_FOUND, RESERVATION_NOT_FOUND, SHIPMENT_ID_REUSED, RESERVATION_RELEASED, HOLD_EXPIRED,
--         ORDER_NOT_COMMITTED, ALREADY_SHIPPED, LINE_NOT_FOUND, LINES_REQUIRED, SHIPMENT_EXCEEDS_ORDER

return function(work, body)
    local text = Work.get(work, "unmatched", body.unmatched_id)
    if not text then
        return Work.refuse("UNMATCHED_NOT_FOUND")
    end
    local reply = { state = "", shipped_quantity = 0, surpluses = {} }
    local told = cjson.decode(text)
    local index = permitless.index_of(told)
    if body.order_id ~= "" then
        for _, line in ipairs(told.lines) do
            line[2] = Work.follow(work, line[2])
        end
        reply = permitless.confirm(work, body.order_id, told.shipment_id, told.lines)
    end
    if not reply.refused then
        Work.put(work, "unmatched", body.unmatched_id, false)
        Work.put(work, "unmatched", index, false)
    end
    return reply
end
