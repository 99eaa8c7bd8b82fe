-- announce_incoming: goods will come, by a purchase order, an advance notice or a transfer.
-- Body    {document_id, document_kind, version, expected_at_ms, from_location_id, lines = [[line_id, sku, quantity]]}
-- Reply   {superseded, version, levels}
-- Refuses DOCUMENT_VERSION_REUSED, QUANTITY_OVERFLOW

return function(work, body, _, envelope)
    return announcements.apply(work, body, envelope.system, function(document)
        document.from_location_id = body.from_location_id
    end)
end
