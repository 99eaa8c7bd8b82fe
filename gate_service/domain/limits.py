"""The bounds of every field, in one place. The proto comments state the same figures; a test compares them."""

from __future__ import annotations

import re
from typing import Final

ID_MAX_LENGTH: Final = 64
ID_PATTERN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+/-]{0,63}")
"""Matched whole. Braces and colons would move a key to another cluster slot, blanks would break packed records."""

QUANTITY_MAX: Final = 1_000_000_000
"""Units of one line. Far below 2^53, where Lua's doubles begin to round."""
BUCKET_MAX: Final = 1_000_000_000_000
"""Units of one bucket: below 10^14, which is what Lua's JSON writes exactly."""
FIGURE_MAX: Final = 10_000_000_000_000
"""Units of a measure, above 0 or below: a sum over buckets. Below 10^14, too."""

CHECK_LINES_MAX: Final = 1_000
CHECK_LOCATIONS_MAX: Final = 100
CHECK_ANSWERS_MAX: Final = 10_000
"""Lines times locations of one check: 2.3 MB of answer at worst, below the 4 MiB a gRPC client takes by default."""
STALE_MAX_MS: Final = 86_400_000
"""How old what a gate saw last may be, for whoever asks for that where the store is away."""
MESSAGE_MAX_BYTES: Final = 1_048_576
"""Twice what 2,000 lines of the longest ids come to."""
STREAM_IDLE_MS: Final = 30_000
"""How long the next part of a stream may be awaited."""
SNAPSHOT_ROWS_MAX: Final = 10_000
"""Rows of one message of a snapshot."""
SNAPSHOT_MAX: Final = 10_000_000
"""Rows of one snapshot."""
LIST_SNAPSHOTS_MAX: Final = 500
LIST_SNAPSHOTS_DEFAULT: Final = 100
ORDER_LINES_MAX: Final = 1_000
WAVE_LINES_MAX: Final = 2_000
STOCK_LINES_MAX: Final = 2_000
NOTE_MAX_LENGTH: Final = 200

TTL_MIN_MS: Final = 1_000
TTL_MAX_MS: Final = 86_400_000
PERMIT_TTL_MIN_MS: Final = 60_000
PERMIT_TTL_MAX_MS: Final = 604_800_000
PERMIT_TTL_DEFAULT_MS: Final = 14_400_000

LIST_STOCK_MAX: Final = 2_000
LIST_STOCK_DEFAULT: Final = 500
LIST_ENTRIES_MAX: Final = 1_000
LIST_ENTRIES_DEFAULT: Final = 100

RETURN_LINES_MAX: Final = 1_000
TRANSFER_LINES_MAX: Final = 1_000
COUNT_COVERED_MAX: Final = 2_000
"""SKUs that one call may say were looked for and not found."""
VERSION_MAX: Final = 1_000_000_000
AT_MAX_MS: Final = 10_000_000_000_000
"""A time in ms since the epoch: in the year 2286."""
EVENT_NUMBER_MAX: Final = 10_000_000_000_000
"""Below 10^14, which is what Lua's JSON writes exactly."""
HIT_ORDERS_MAX: Final = 100
"""Orders told of one shortage."""
FEED_GAPS_MAX: Final = 1_000
DELIVERIES_KEPT: Final = 10_000
"""Roughly: the store cuts the list where it is cheap."""
EVENTS_RETIRED_PER_CALL: Final = 100

LIST_CASES_MAX: Final = 500
LIST_CASES_DEFAULT: Final = 100
LIST_DOCUMENTS_MAX: Final = 100
LIST_DOCUMENTS_DEFAULT: Final = 20
LIST_DELIVERIES_MAX: Final = 1_000
LIST_DELIVERIES_DEFAULT: Final = 100
HANDOFFS_MAX_BYTES: Final = 900_000
"""A handoff map as canonical JSON: it travels in one message and stands in one entry."""

VIOLATIONS_KEPT: Final = 10_000
"""Kinds of denied calls that are told apart; the rest counts as one."""
LIST_VIOLATIONS_DEFAULT: Final = 1_000
LIST_CHANGES_MAX: Final = 100
LIST_CHANGES_DEFAULT: Final = 20
