"""The planted bugs. Where a text to change is not found, the code has moved on, and the table has to follow it."""

from typing import Final

from tests.robustness.seeded.bugs import SeededBug
from tests.robustness.seeded.table.ledger import LEDGER
from tests.robustness.seeded.table.once import ONCE
from tests.robustness.seeded.table.stock import STOCK
from tests.robustness.seeded.table.worlds import WORLDS

TABLE: Final[tuple[SeededBug, ...]] = (*ONCE, *STOCK, *LEDGER, *WORLDS)
