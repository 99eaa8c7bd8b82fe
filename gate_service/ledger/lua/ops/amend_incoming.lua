-- amend_incoming: an announcement changed; the lines are those of the whole document. It may come before the announcement.
-- Body    {document_id, document_kind, version, expected_at_ms, lines = [[line_id, sku, quantity]]}; no lines: cancelled
-- Reply   {superseded, version, levels}
-- Refuses DOCUMENT_VERSION_REUSED, QUANTITY_OVERFLOW

return function(work, body, _, envelope)
    return announcements.apply(work, body, envelope.system, function(document)
        document.closed = false
    end)
end
