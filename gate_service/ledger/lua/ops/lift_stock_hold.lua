-- lift_stock_hold: a hold is over; what of a lot is still in quality control goes back to where it may be sold.
-- Body    {hold_id, note}
-- Reply   {level, released_quantity}
-- Refuses STOCK_HOLD_NOT_FOUND

return function(work, body)
    local text = Work.get(work, "stock_holds", body.hold_id)
    if not text then
        return Work.refuse("STOCK_HOLD_NOT_FOUND")
    end
    local hold = cjson.decode(text)
    local row = Work.load_rows(work, { hold.sku })[hold.sku]
    local released = 0
    if hold.lot_id == "" then
        Work.block(work, hold.sku, -1)
    else
        released = math.min(hold.quantity, row.quality_control)
        Work.move(work, hold.sku, "quality_control", -released)
    end
    Work.put(work, "stock_holds", body.hold_id, false)
    return { level = Work.levels(work, { hold.sku })[1], released_quantity = released }
end
