-- place_stock_hold: nothing more of a SKU, or of some units of a lot of it, is promised or picked.
-- Body    {hold_id, sku, lot_id, quantity, note}; lot_id "" and quantity 0 for the whole SKU; policy {priorities?}
-- Reply   {level, shortages = [[sku, missing, orders, more]]}
-- Refuses STOCK_HOLD_EXISTS, UNKNOWN_SKU, INSUFFICIENT_ON_HAND

return function(work, body, policy, envelope)
    if Work.get(work, "stock_holds", body.hold_id) then
        return Work.refuse("STOCK_HOLD_EXISTS")
    end
    local row = Work.load_rows(work, { body.sku })[body.sku]
    if not row then
        return Work.refuse("UNKNOWN_SKU", { { "", body.sku, body.quantity, 0 } })
    end
    local sound = row.on_hand - stock.unsellable(row)
    if body.quantity > sound then
        return Work.refuse("INSUFFICIENT_ON_HAND", { { "", body.sku, body.quantity, math.max(0, sound) } })
    end
    if body.lot_id == "" then
        Work.block(work, body.sku, 1)
    else
        Work.move(work, body.sku, "quality_control", body.quantity)
    end
    Work.put(work, "stock_holds", body.hold_id, cjson.encode({
        sku = body.sku, lot_id = body.lot_id, quantity = body.quantity, note = body.note,
        system = envelope.system, actor = envelope.actor, at_ms = work.batch.now,
    }))
    return { level = Work.levels(work, { body.sku })[1], shortages = Work.shortages(work, { body.sku }, policy) }
end
