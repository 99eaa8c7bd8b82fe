-- expire_permit: a permit ran out; what was not picked goes back to committed. Made by the gate, never asked for.
-- Body    {permit_id}
-- Reply   {returned_quantity}; and the number of lines
-- Refuses nothing: the caller has seen that it is due

local R = reservations

return function(work, body)
    local permit = Work.permit(work, body.permit_id)
    local covered = permits.lines(permit)
    Work.load_reservations(work, lists.distinct(covered, 1))
    -- The line knows its SKU better than the permit: it may be merged. Those that are settled are left as they are.
    local lines, unsettled = {}, {}
    for i, item in ipairs(covered) do
        lines[i] = Work.line(work, item[1], item[2])
        if R.unpicked(R.allocation(lines[i], body.permit_id)) > 0 then
            unsettled[#unsettled + 1] = lines[i]
        end
    end
    Work.load_rows(work, lists.distinct(unsettled, R.SKU))
    local returned = 0
    for i, item in ipairs(covered) do
        local line = lines[i]
        local allocation = R.allocation(line, body.permit_id)
        local quantity = R.unpicked(allocation)
        if quantity > 0 then
            allocation[R.RETURNED] = allocation[R.RETURNED] + quantity
            line[R.ALLOCATED] = line[R.ALLOCATED] - quantity
            line[R.COMMITTED] = line[R.COMMITTED] + quantity
            Work.move(work, line[R.SKU], "allocated", -quantity)
            Work.move(work, line[R.SKU], "committed", quantity)
            Work.put_reservation(work, item[1], Work.reservation(work, item[1]))
            returned = returned + quantity
        end
    end
    permit.unpicked = 0
    permit.expired = true
    Work.put_permit(work, body.permit_id, permit)
    work.permit_times[body.permit_id] = false
    return { returned_quantity = returned }, #covered
end
