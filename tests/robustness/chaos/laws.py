"""The names of what is promised, as violations tell them."""

from __future__ import annotations

from typing import Final

SOUND: Final = "I1 quantities add up"
NO_SHORTFALL: Final = "I2 the gate creates no shortfall"
REPLAY: Final = "I3 the ledger explains the state and every reply"
ACKNOWLEDGED: Final = "I4 what was acknowledged stands where its reply said"
REAL_TIME: Final = "I5 answered before asked, earlier in the ledger"
ONCE: Final = "I6 one effect for each operation and event"
CHAIN: Final = "I7 no gap, and an intact chain"
READS: Final = "a question is answered with the state at its revision"
HONEST: Final = "a no means that nothing was applied"
OPEN: Final = "every unknown outcome is told when asked again"
ALIVE: Final = "writes are acknowledged again after a fault"
FENCED: Final = "nothing is fenced where nothing was lost"
FAULTLESS: Final = "the gate itself never fails"
