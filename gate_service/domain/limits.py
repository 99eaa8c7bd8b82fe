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

CHECK_LINES_MAX: Final = 1_000
CHECK_LOCATIONS_MAX: Final = 100
CHECK_ANSWERS_MAX: Final = 10_000
"""Lines times locations of one check: 2.3 MB of answer at worst, below the 4 MiB a gRPC client takes by default."""
MESSAGE_MAX_BYTES: Final = 1_048_576
"""Twice what 2,000 lines of the longest ids come to."""
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
