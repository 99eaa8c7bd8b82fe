-- What a body must look like, by verb: its fields and its lists, and what each of them may hold.
-- The bounds are those of gate_service/domain/limits.py; a test compares them.

local ID = "^[A-Za-z0-9][A-Za-z0-9._@+/-]*$"
local QUANTITY_MAX = 1000000000

local function is_id(value)
    return type(value) == "string" and #value <= 64 and string.find(value, ID) ~= nil
end

local function is_optional_id(value)
    return value == "" or is_id(value)
end

local function is_integer(value, low, high)
    -- NaN and the infinities fail the comparisons.
    return type(value) == "number" and value >= low and value <= high and value == math.floor(value)
end

local function is_quantity(value)
    return is_integer(value, 1, QUANTITY_MAX)
end

local function is_count(value)
    return is_integer(value, 0, QUANTITY_MAX)
end

local function is_delta(value)
    return is_integer(value, -QUANTITY_MAX, QUANTITY_MAX) and value ~= 0
end

local function between(low, high)
    return function(value)
        return is_integer(value, low, high)
    end
end

local function one_of(...)
    local allowed = {}
    for _, word in ipairs({ ... }) do
        allowed[word] = true
    end
    return function(value)
        return type(value) == "string" and allowed[value] == true
    end
end

local function is_flag(value)
    return type(value) == "boolean"
end

local function is_note(value)
    return type(value) == "string" and #value <= 800 -- 200 characters of at most four bytes
end

local function is_text(longest)
    return function(value)
        return type(value) == "string" and #value <= longest
    end
end

local is_landing = one_of("available", "quality_control", "damaged")
local is_document_kind = one_of("purchase_order", "asn", "transfer")
local is_version = between(1, 1000000000)
local is_time = between(0, 10000000000000)
local is_figure = between(-10000000000000, 10000000000000)

-- By verb, made when it is needed: fields {name, check, optional}; lists {name, fewest, most, {name, check} by place, how many
-- first places are the key, optional}.
local SHAPES = {}

local ORDER_LINE = { { "line_id", is_id }, { "sku", is_id }, { "quantity", is_quantity } }
local ARRIVAL_LINE = { { "sku", is_id }, { "quantity", is_quantity }, { "landing", is_landing } }
local SKU_QUANTITY = { { "sku", is_id }, { "quantity", is_quantity } }

function SHAPES.reserve_stock()
    return {
        fields = { { "order_id", is_id }, { "channel", is_optional_id }, { "ttl_ms", between(0, 86400000) } },
        lists = {
            { "lines", 1, 1000, ORDER_LINE, 1 },
            { "kits", 1, 1000, ORDER_LINE, 1, true },
            { "non_stock", 1, 1000, ORDER_LINE, 1, true },
        },
    }
end

function SHAPES.confirm_reservation()
    return { fields = { { "order_id", is_id } }, lists = {} }
end

function SHAPES.release_reservation()
    return {
        fields = { { "order_id", is_id } },
        lists = { { "lines", 0, 1000, { { "line_id", is_id }, { "quantity", is_quantity } }, 1 } },
    }
end

function SHAPES.authorize_wave()
    return {
        fields = {
            { "wave_id", is_id }, { "atomicity", one_of("wave", "order", "line") },
            { "permit_ttl_ms", between(60000, 604800000) }, { "dry_run", is_flag },
        },
        lists = { { "lines", 1, 2000, {
            { "order_id", is_id }, { "line_id", is_id }, { "sku", is_id }, { "quantity", is_quantity },
        }, 2 } },
    }
end

function SHAPES.report_pick()
    return {
        fields = { { "permit_id", is_optional_id } },
        lists = { { "lines", 1, 2000, {
            { "order_id", is_id }, { "line_id", is_id }, { "sku", is_id }, { "picked_quantity", is_count },
            { "short_quantity", is_count }, { "short_reason", one_of("", "not_found", "damaged", "wrong_item") },
        }, 2 } },
    }
end

function SHAPES.confirm_shipment()
    return {
        fields = {
            { "order_id", is_id }, { "permit_id", is_optional_id }, { "shipment_id", is_id },
            { "without_permit", is_flag, true },
        },
        lists = { { "lines", 0, 1000, ORDER_LINE, 1 } },
    }
end

function SHAPES.resolve_shipment()
    return {
        fields = { { "unmatched_id", is_id }, { "order_id", is_optional_id }, { "note", is_note } },
        lists = {},
    }
end

function SHAPES.record_receipt()
    return {
        fields = { { "reference", is_optional_id }, { "document_id", is_id, true }, { "final", is_flag, true } },
        lists = { { "lines", 1, 2000, ARRIVAL_LINE, 0 } }, -- lines of one SKU add up
    }
end

function SHAPES.record_return()
    return {
        fields = { { "return_id", is_id }, { "order_id", is_optional_id } },
        lists = { { "lines", 1, 1000, ARRIVAL_LINE, 0 } },
    }
end

function SHAPES.move_stock()
    return {
        fields = { { "reason", is_optional_id }, { "note", is_note }, { "reference", is_optional_id } },
        lists = { { "lines", 1, 2000, {
            { "sku", is_id },
            { "from", one_of("available", "damaged", "quality_control", "suspect") },
            { "to", one_of("available", "damaged", "quality_control", "suspect", "written_off") },
            { "quantity", is_quantity },
        }, 0 } },
    }
end

function SHAPES.place_stock_hold()
    return {
        fields = {
            { "hold_id", is_id }, { "sku", is_id }, { "lot_id", is_optional_id }, { "quantity", is_count },
            { "note", is_note },
        },
        lists = {},
    }
end

function SHAPES.lift_stock_hold()
    return { fields = { { "hold_id", is_id }, { "note", is_note } }, lists = {} }
end

function SHAPES.adjust_stock()
    return {
        fields = {
            { "reason", one_of("count", "found", "write_off", "damage", "inspection", "correction") },
            { "note", is_note }, { "propose", is_flag, true }, { "variance_id", is_id, true },
        },
        lists = { { "lines", 1, 2000, {
            { "sku", is_id }, { "bucket", one_of("on_hand", "damaged", "quality_control", "suspect") },
            { "delta", is_delta },
        }, 2 } },
    }
end

function SHAPES.approve_adjustment()
    return { fields = { { "proposal_id", is_id }, { "approved", is_flag }, { "note", is_note } }, lists = {} }
end

function SHAPES.submit_count()
    return {
        fields = {
            { "count_id", is_id }, { "as_of_revision", between(0, 1000000000000) }, { "includes_picked", is_flag },
            { "covers_range", is_flag }, { "covers_after", is_optional_id }, { "covers_through", is_optional_id },
            { "variance_id", is_id, true },
        },
        lists = { { "lines", 0, 2000, { { "sku", is_id }, { "counted", is_count } }, 1 } },
    }
end

function SHAPES.set_quota()
    return {
        fields = { { "channel", is_id } },
        lists = { { "lines", 1, 2000, { { "sku", is_id }, { "quantity", is_count } }, 1 } },
    }
end

function SHAPES.merge_sku()
    return { fields = { { "sku", is_id }, { "into_sku", is_id } }, lists = {} }
end

function SHAPES.announce_incoming()
    return {
        fields = {
            { "document_id", is_id }, { "document_kind", is_document_kind }, { "version", is_version },
            { "expected_at_ms", is_time }, { "from_location_id", is_optional_id },
        },
        lists = { { "lines", 1, 2000, ORDER_LINE, 1 } },
    }
end

function SHAPES.amend_incoming()
    return {
        fields = {
            { "document_id", is_id }, { "document_kind", is_document_kind }, { "version", is_version },
            { "expected_at_ms", is_time },
        },
        lists = { { "lines", 0, 2000, ORDER_LINE, 1 } },
    }
end

function SHAPES.transfer_stock()
    return {
        fields = { { "to_location_id", is_id }, { "transfer_id", is_id }, { "expected_at_ms", is_time } },
        lists = { { "lines", 1, 1000, SKU_QUANTITY, 1 } },
    }
end

function SHAPES.change_handoffs()
    return {
        fields = {
            { "version", is_version }, { "sha256", is_text(64) }, { "handoffs", is_text(900000) },
        },
        lists = {},
    }
end

function SHAPES.recover_location()
    return {
        fields = {
            { "since_ms", between(0, 10000000000000) }, { "note", is_note }, { "lost_from", between(0, 1000000000000) },
            { "lost_to", between(0, 1000000000000) },
        },
        lists = {},
    }
end

function SHAPES.correct_mirror()
    return {
        fields = {
            { "variance_id", is_id }, { "system", is_id }, { "sku", is_id }, { "measure", is_id },
            { "quantity", is_figure }, { "reported", is_figure }, { "as_of_revision", between(0, 1000000000000) },
            { "snapshot_id", is_id },
        },
        lists = {},
    }
end

local made = {}

local M = { is_id = is_id }

-- The shape of a verb's body, or nil where there is no such verb.
function M.of(kind)
    if not made[kind] and SHAPES[kind] then
        made[kind] = SHAPES[kind]()
    end
    return made[kind]
end

-- The fields of what an envelope says of the caller's world.
M.SOURCE = {
    { "system", is_id }, { "type", is_optional_id }, { "document", is_id }, { "line", is_optional_id },
    { "action", is_optional_id }, { "number", between(0, 10000000000000) },
    { "retention_ms", between(1, 10000000000000) },
}

return M
