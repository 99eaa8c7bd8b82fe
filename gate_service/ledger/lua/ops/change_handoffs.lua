-- change_handoffs: another handoff map is in force. At the house's own pseudo-location only.
-- Body    {version, sha256, changes = [text], handoffs}; handoffs is its canonical JSON, as a text
-- Reply   {changed, version}
-- Refuses HANDOFFS_VERSION_STALE

return function(work, body)
    local text = Work.get(work, "documents", "~handoffs")
    local known = text and cjson.decode(text) or { version = 0, sha256 = "" }
    if body.version == known.version and body.sha256 == known.sha256 then
        return { changed = false, version = body.version }
    elseif body.version <= known.version then
        return Work.refuse("HANDOFFS_VERSION_STALE")
    end
    Work.put(work, "documents", "~handoffs", cjson.encode({
        version = body.version, sha256 = body.sha256, handoffs = body.handoffs, since_ms = work.batch.now,
    }))
    return { changed = true, version = body.version }
end
